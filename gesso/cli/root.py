"""The tree of commands, and how each begins and ends."""

import os
import sys
from importlib.metadata import version as installed

from cyclopts import App, CycloptsError, Group

from gesso.cli import (
    batch,
    boards,
    brand,
    compare,
    credentials,
    dev,
    doctor,
    ends,
    export,
    files,
    finding,
    formats,
    library,
    lineage,
    looks,
    make,
    many,
    models,
    notifications,
    people,
    presets,
    prompts,
    providers,
    purse,
    queue,
    say,
    schedules,
    serve,
    shelves,
    storage,
    transfers,
    webhooks,
)


def version() -> None:
    """Print the version."""
    say.result(installed("gesso"))


MAKE = Group("Pictures", sort_key=1)
RUN = Group("The studio", sort_key=2)
ADMIN = Group("Who and how much", sort_key=3)

app = App(
    name="gesso",
    help="Gesso, a self-hosted AI image studio. `gesso serve` starts it; `gesso create` works without.",
    help_epilogue=ends.MEANING,
    help_format="plaintext",
    version=lambda: installed("gesso"),
    suppress_keyboard_interrupt=False,
)
app.command(make.create, group=MAKE)
app.command(make.run, group=MAKE)
app.command(many.each, group=MAKE)
app.command(files.compress, group=MAKE)
app.command(files.convert, group=MAKE)
app.command(export.export, group=MAKE)
app.command(compare.compare, group=MAKE)
app.command(compare.recipe, group=MAKE)
app.command(make.operations, group=MAKE)
app.command(serve.serve, group=RUN)
app.command(serve.worker, group=RUN)
app.command(doctor.doctor, group=RUN)
app.command(version, group=RUN)
app.command(people.link, group=ADMIN)
app.command(people.password, group=ADMIN)

words = App(
    name="words", help="Words: prompts improved, restyled, translated, weighed; pictures described.", group=MAKE
)
words.default(make.words)
for helps in (prompts.score, prompts.suggest, prompts.roll, prompts.history, prompts.lists):
    words.command(helps)

assets = App(name="assets", help="What the studio keeps: list, write to files, add, remove.", group=MAKE)
for act in (library.ls, library.get, library.add, library.describe, library.versions, library.rm, library.restore):
    assets.command(act)
assets.command(library.pack, name="zip")
for finds in (finding.search, finding.facets, finding.searches, finding.save, finding.forget):
    assets.command(finds)

for sees in (looks.similar, looks.duplicates, looks.tag, looks.proposals):
    assets.command(sees)
assets.command(transfers.take_in, name="import")
assets.command(transfers.sync)
assets.command(shelves.undo)
for keep_back in (storage.hold, storage.lift, storage.holds, storage.derived, storage.usage):
    assets.command(keep_back)
assets.command(lineage.tree)
assets.command(lineage.changes)

photographs = App(name="stock", help="Photographs of others, from Unsplash and Pexels: find, take in.", group=MAKE)
photographs.command(transfers.find, name="search")
photographs.command(transfers.take, name="add")
photographs.command(transfers.tell, name="key")

collected = App(name="collections", help="Collections and campaigns: list, make, nest, fill.", group=MAKE)
for order in (shelves.ls, shelves.get, shelves.add, shelves.rename, shelves.move, shelves.rm, shelves.restore):
    collected.command(order)
collected.command(shelves.put)
collected.command(shelves.take)

tagged = App(name="tags", help="Tags: list, put, rename, merge, delete.", group=MAKE)
tagged.command(shelves.ls_tags, name="ls")
tagged.command(shelves.tag, name="put")
tagged.command(shelves.rename_tag, name="rename")
tagged.command(shelves.merge_tags, name="merge")
tagged.command(shelves.rm_tag, name="rm")


rows = App(name="batch", help="Many rows at once: run a file, follow it, pause, try again, take along.", group=MAKE)
for press in (batch.run, batch.status, batch.pause, batch.resume, batch.cancel, batch.retry, batch.results):
    rows.command(press)

patterns = App(name="templates", help="Templates: list, find, hand on, take in.", group=MAKE)
patterns.command(presets.ls)
patterns.command(presets.search)
patterns.command(presets.recommend)
patterns.command(presets.export_templates, name="export")
patterns.command(presets.import_templates, name="import")

manners = App(name="styles", help="Styles: list, hand on, take in.", group=MAKE)
manners.command(presets.ls_styles, name="ls")
manners.command(presets.export_styles, name="export")
manners.command(presets.import_styles, name="import")

kits = App(name="brand", help="Brand kits: list, add, choose, lint, hand on, take in.", group=MAKE)
for deed in (brand.ls, brand.add, brand.use, brand.lint, brand.export):
    kits.command(deed)
kits.command(brand.take, name="import")

shown = App(name="boards", help="Boards: pictures shown to others, and the links that open them.", group=MAKE)
for show in (boards.ls, boards.create, boards.add, boards.links, boards.link, boards.revoke, boards.rm):
    shown.command(show)

told = App(name="notifications", help="What you are told of: list, mark as read.", group=MAKE)
for heed in (notifications.ls, notifications.read):
    told.command(heed)

timed = App(name="schedules", help="What is begun at its time, by itself: list, add, pause, run now.", group=MAKE)
for deed_of_time in (schedules.ls, schedules.add, schedules.rm, schedules.pause, schedules.resume, schedules.run):
    timed.command(deed_of_time)
timed.command(schedules.next)

signing = App(name="credentials", help="What files say of where they come from, and what signs them.", group=MAKE)
for proof in (credentials.show, credentials.own, credentials.use, credentials.verify):
    signing.command(proof)

places = App(name="formats", help="Formats of platforms and your own: list, add, hand on, take in.", group=MAKE)
for keep in (formats.ls, formats.add, formats.rm, formats.export):
    places.command(keep)
places.command(formats.take, name="import")

owned = App(name="models", help="Model files of your own.", group=RUN)
for handle in (models.ls, models.add, models.rm):
    owned.command(handle)

others = App(name="providers", help="Who offers models here, and the keys they need.", group=RUN)
others.command(providers.ls)
others.command(providers.check, name="test")
others.command(providers.free, name="free")
others.command(providers.tell, name="set")
others.command(providers.forget, name="rm")
others.command(providers.bring)
others.command(providers.send_off, name="send-off")

tools = App(name="dev", help="For who writes providers.", group=RUN)
tools.command(dev.fake)

token = App(name="token", help="API tokens: make, list, revoke.", group=ADMIN)
token.command(people.create_token, name="create")
token.command(people.ls_tokens, name="ls")
token.command(people.revoke_token, name="revoke")

who = App(name="people", help="Who is here: list, add.", group=ADMIN)
who.command(people.add_person, name="add")
who.command(people.ls_people, name="ls")

credits = App(name="credits", help="What the team may spend.", group=ADMIN)
credits.default(purse.show)
for count in (purse.show, purse.limit, purse.unlimit, purse.grant):
    credits.command(count)

stored = App(name="storage", help="What is kept: how much, by whom, and whether it is well.", group=ADMIN)
stored.default(storage.show)
for look in (storage.show, storage.check, storage.clean, storage.verify, storage.quota):
    stored.command(look)

line = App(name="queue", help="What waits, who works, what is stuck.", group=RUN)
line.default(queue.show)
for hand in (queue.show, queue.resume, queue.cancel):
    line.command(hand)

bin = App(name="trash", help="What was thrown away: when it goes, and emptying it.", group=MAKE)
bin.default(storage.trash)
for throw in (storage.empty, storage.days):
    bin.command(throw)

hooks = App(name="webhooks", help="Webhooks: addresses that are told what happens.", group=ADMIN)
for hook in (webhooks.ls, webhooks.events, webhooks.add, webhooks.rm, webhooks.rotate, webhooks.log, webhooks.replay):
    hooks.command(hook)
hooks.command(webhooks.probe, name="test")

app.command(storage.analytics, group=ADMIN)
for tree in (
    words,
    assets,
    photographs,
    collected,
    tagged,
    rows,
    patterns,
    manners,
    kits,
    shown,
    timed,
    places,
    signing,
    told,
    owned,
    others,
    tools,
    token,
    who,
    credits,
    stored,
    line,
    bin,
    hooks,
):
    app.command(tree)
app.register_install_completion_command(group=RUN)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit code. An error is told in a line or two, unless it is a mistake of ours."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(given, exit_on_error=False, result_action="return_value")
        say.flush()
        return code if isinstance(code, int) else ends.OK
    except CycloptsError:
        return ends.USAGE
    except KeyboardInterrupt:
        say.note("Interrupted.")
        return ends.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ends.OK
    except Exception as error:
        told = ends.explain(error)
        if told is None:
            raise
        code, words = told
        say.note(words)
        return code
