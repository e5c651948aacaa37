"""kill -9 in the middle of an order, for every hosted provider: nothing is bought twice, lost, or held for ever.

All of them at once, in one studio: each provider's fake holds its orders, the studio dies, and the next one takes up
what was left. (What a line does that breaks in the midst of an order is tried in each provider's own tests.)
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any, Final

import pytest
from sqlalchemy import func

from gesso import catalog
from gesso.credits.tables import Entry
from gesso.db import Database
from gesso.dev.fakes.server import Fake
from gesso.dev.fakes.shelf import SHELF
from gesso.studio import found
from tests.conftest import photo
from tests.jobs.test_kill import strays
from tests.providers.orders import marks
from tests.web.studio import PATIENCE_S, Studio, opened

KEY: Final = "a-key:that-nobody-may-read"
WORDS: Final = {"prompt": "a lighthouse", "width": 512, "height": 512, "seed": 7}
ENLARGED: Final = {"image": "photo", "mode": "creative", "prompt": "a disc"}
MARKED: Final = {"image": "photo", "mask": "mask", "prompt": "a red hat"}


@dataclass(frozen=True, eq=False)
class Way:
    """One way to buy. `looks` is where the result is looked for of an order that is answered with a number; where it is
    empty, the answer is the result. `waits` is where a run that was ordered is held, else there. `asks`: the studio can
    find out about any order, by a number that it chose or by the provider's list."""

    provider: str
    model: str
    op: str = "image.generate"
    input: Any = None
    looks: str = ""
    waits: str = ""
    asks: bool = False

    @property
    def offer(self) -> str:
        return f"{self.provider}/{self.model}"


WAYS: Final = [
    Way("stability", "upscale-creative", "image.upscale", ENLARGED, looks="/results/"),
    Way("stability", "core"),
    Way("wavespeed", "flux-dev", looks="/result$"),
    Way("wavespeed", "flux-fill-dev", "image.inpaint", MARKED, looks="/result$"),
    Way("google", "gemini-3.1-flash-image"),
    Way("google", "gemini-3.1-flash-image", "image.edit", {"image": "photo", "prompt": "blue"}),
    Way("openai", "gpt-image-2"),
    Way("openai", "gpt-image-2.6-sunburst", "image.inpaint", MARKED),
    Way("azure", "my-image"),
    Way("azure", "flux-2-pro"),
    Way("compatible", "sd-turbo"),
    Way("replicate", "flux-schnell", looks="/predictions/[^/]+$", asks=True),
    Way("replicate", "flux-fill-pro", "image.inpaint", MARKED, looks="/predictions/[^/]+$"),
    Way("fal", "flux-schnell", looks="/requests/"),
    Way("huggingface", "lights/painter"),
    Way("huggingface", "lights/fast@together"),
    Way("comfyui", "sd15", looks="/history/", waits="/view$", asks=True),
]
QUEUED: Final = [way for way in WAYS if way.looks]
AT_ONCE: Final = [way for way in WAYS if not way.looks and way.op == "image.generate"]
LOST: Final = ["500", "cut before", "cut half", "cut after", "cut answer"] * 2
"""More than a line tries by itself."""


@dataclass
class Market:
    """The studio, and those who sell to it."""

    studio: Studio
    fakes: dict[str, Fake]
    named: dict[str, str]

    def begin(self, ways: Sequence[Way], **more: Any) -> dict[Way, str]:
        """Promised runs, by what was ordered."""
        return {way: self._begin(way, more) for way in ways}

    def _begin(self, way: Way, more: dict[str, Any]) -> str:
        input = {name: self.named.get(str(value), value) for name, value in (way.input or {**WORDS, **more}).items()}
        run = self.studio.api("POST", "/api/runs", {"op": way.op, "offer": way.offer, "input": input})
        return str(run["id"])

    def held(self, ways: Sequence[Way], holding: Callable[[Way, Fake], None], **more: Any) -> dict[Way, str]:
        """Runs that each stand still where their provider holds them, as `holding` tells it to."""
        runs: dict[Way, str] = {}
        waiting = list(ways)
        while waiting:
            # One of each provider at a time: the next may be held elsewhere.
            turn = list({way.provider: way for way in reversed(waiting)}.values())
            waiting = [way for way in waiting if way not in turn]
            wanted = {way.provider: self.fakes[way.provider].held + 1 for way in turn}
            for way in turn:
                holding(way, self.fakes[way.provider])
            runs |= self.begin(turn, **more)
            self._stand_still(wanted)
        return runs

    def _stand_still(self, wanted: Mapping[str, int]) -> None:
        end = time.monotonic() + PATIENCE_S
        while any(self.fakes[name].held < held for name, held in wanted.items()):
            assert time.monotonic() < end, {name: self.fakes[name].held for name in wanted}
            time.sleep(0.02)

    def killed(self) -> None:
        """The studio dies in that moment, and another begins where it stood."""
        self.studio.stop(SIGKILL)
        for fake in self.fakes.values():
            fake.at.clear()
            fake.free()
        self.studio.start()

    def over(self, runs: dict[Way, str]) -> dict[Way, dict[str, Any]]:
        return {way: self.studio.over(run) for way, run in runs.items()}

    def orders(self) -> Counter[str]:
        return Counter({name: len(fake.orders) for name, fake in self.fakes.items()})

    def settled(self, runs: Sequence[dict[str, Any]]) -> None:
        """A person says what became of those that nobody else can tell of: every other one was charged."""
        unknown = [run for run in runs if run["state"] == "unknown"]
        assert self.studio.api("GET", "/api/credits")["reserved"] == sum(run["price"] for run in unknown)
        for number, run in enumerate(unknown):
            charged = number % 2 == 0
            share = run["price"] * len(run["outputs"]) // run["expected"]
            said = self.studio.api("POST", f"/api/runs/{run['id']}/resolve", {"charged": charged})
            assert (said["state"], said["spent"]) == ("failed", run["price"] if charged else share), run

    def sound(self) -> None:
        """The books, the library and the providers' own lists agree."""
        assert self.studio.api("GET", "/api/credits")["reserved"] == 0
        runs = self.studio.runs()
        assert all(run["state"] in ("succeeded", "failed") for run in runs)
        assert asyncio.run(self._moved()) == {run["id"]: -run["spent"] for run in runs if run["price"]}
        made = [asset["run"] for asset in self.studio.api("GET", "/api/assets?limit=200")["items"] if asset["run"]]
        assert Counter(made) == Counter({run["id"]: len(run["outputs"]) for run in runs if run["outputs"]})
        assert asyncio.run(strays(self.studio.data, self._database)) == set()
        assert {name: fake.wrong for name, fake in self.fakes.items() if fake.wrong} == {}

    @property
    def _database(self) -> str:
        return f"sqlite:///{self.studio.data / 'gesso.db'}"

    async def _moved(self) -> dict[str, int]:
        """What the purse gave for each run in all."""
        db = Database(self._database)
        async with db.work(await found(db), read_only=True) as work:
            mine = Entry.visible_to(work.actor).where(Entry.run_id.is_not(None)).group_by(Entry.run_id)
            rows = (await work.session.execute(mine.with_only_columns(Entry.run_id, func.sum(Entry.amount)))).all()
        await db.close()
        return {str(run): amount for run, amount in rows}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with ExitStack() as stack:
        fakes = {name: stack.enter_context(stand.make(KEY).running()) for name, stand in SHELF.items()}
        told = {name: stand.settings(fakes[name].url, KEY) for name, stand in SHELF.items()}
        folder: Path = tmp_path_factory.mktemp("chaos")
        studio = stack.enter_context(opened(folder, GESSO_PROVIDERS=json.dumps(told)))
        named = {
            "photo": studio.upload(photo(300, 200), "photo.png")["id"],
            "mask": studio.upload(marks(300, 200), "mask.png")["id"],
        }
        yield Market(studio, fakes, named)


def test_every_provider_that_lives_elsewhere_is_here() -> None:
    shelf = catalog.load({}, Path("no models"))
    hosted = {provider.name for provider in shelf.providers if "url" in provider.settings.model_fields}
    # Ollama costs nothing, and is asked again.
    assert {way.provider for way in WAYS} | {"ollama"} == set(SHELF) == hosted


def test_what_was_ordered_when_the_studio_died_is_bought_once_and_told(market: Market) -> None:
    def later(way: Way, fake: Fake) -> None:
        if way.looks:
            fake.at = {way.waits or way.looks: ["hold"]}
        else:
            fake.plan = ["", "hold"]

    in_question = market.held(WAYS, lambda way, fake: fake.plan.append("hold"))
    under_way = market.held([*QUEUED, *AT_ONCE], later, count=2)
    market.killed()
    over = market.over(in_question)
    for way, run in over.items():
        # Where the answer was still to come, nobody can tell, but where it can be asked.
        assert (run["state"], len(run["outputs"])) == (("succeeded", 1) if way.asks else ("unknown", 0)), (way, run)
    taken_up = market.over(under_way)
    for way, run in taken_up.items():
        # Of what is answered at once the first has come, and is kept; of the second nobody can tell.
        wanted = ("succeeded", run["expected"]) if way.looks else ("unknown", 1)
        assert (run["state"], len(run["outputs"])) == wanted, (way, run)
    once = [way.provider for runs in (over, taken_up) for way, run in runs.items() for _ in range(run["expected"])]
    assert market.orders() == Counter(once)
    # That the studio died is no trouble of theirs.
    assert [each["name"] for each in market.studio.api("GET", "/api/providers") if each["trouble"]] == []
    market.settled([*over.values(), *taken_up.values()])
    market.sound()


def test_what_comes_next_is_bought_as_usual_and_a_lost_line_is_waited_for(market: Market) -> None:
    before = market.orders()
    for way in QUEUED:
        market.fakes[way.provider].at = {way.looks: list(LOST)}
    ways = [*QUEUED, *AT_ONCE]
    over = market.over(market.begin(ways))
    assert {way.offer: (run["state"], run["error"]) for way, run in over.items()} == {
        way.offer: ("succeeded", None) for way in ways
    }
    assert [market.fakes[way.provider].at[way.looks] for way in QUEUED] == [[]] * len(QUEUED)
    assert market.orders() - before == Counter(way.provider for way in ways)
    market.sound()
