"""Finding among 200,000 assets: lists, filters, counts and searches, on SQLite and PostgreSQL, beside a peer.

The peer is InvokeAI's way of listing images, written from what is publicly known of it: one table `images`, a table
`board_images`, a page by `LIMIT ... OFFSET`, its total by `COUNT(*)` over the same join, words by `LIKE '%...%'` in the
metadata. It runs on the same machine, on SQLite, with as many rows, in this process, without HTTP or a model of its
rows: so it is told as fast as it can be.

Ours is measured within the server: from the call of the library's function to its answer, the assets of the page read
as objects, on a database that it has asked before. `cpu` is the processor time of the same, which does not depend on
what else the machine does. What the first question after a start costs is told beside it.
"""

import asyncio
import itertools
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import text

from gesso import accounts, library, migrations
from gesso.db import Database, Work
from gesso.library import Asset, Collection, Wanted
from tests.postgres import Postgres

ROWS, TIMES = 200_000, 24
GOAL_MS = 50
SHAPES = ((1024, 1024), (1536, 1024), (1024, 1536), (1920, 1080), (832, 1216), (3072, 2048))
OFFERS = ("sketchbook.image.generate", "openai.gpt-image-2", "stability.core", "wavespeed.flux-dev", "google.flash")
OPS = ("image.generate", "image.inpaint", "image.upscale", "video.from_image", None)
LABELS = (None, None, None, "red", "green", "blue")


def vocabulary(rng: random.Random) -> list[str]:
    """20,000 words; the first are said as often as real first words are."""
    heads = (*"bcdfghjklmnprstvw", "st", "tr", "br", "pl", "gr", "sh", "ch")
    syllables = [head + vowel for head in heads for vowel in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < 20_000:
        found["".join(rng.choices(syllables, k=rng.randint(1, 4))) + rng.choice(("", "n", "r", "st", "l"))] = None
    return list(found)


def rows(words: list[str]) -> Iterator[dict[str, Any]]:
    """Assets as a busy team has them: a prompt of fifteen words, its title, what it was made by, now and then a rating,
    a label, a few tags."""
    rng = random.Random(7)
    weights = 1 / np.arange(1, len(words) + 1)
    picks = np.random.default_rng(7).choice(len(words), size=(ROWS, 15), p=weights / weights.sum())
    begun = datetime(2024, 1, 1, tzinfo=UTC)
    for number, chosen in enumerate(picks.tolist()):
        at = begun + timedelta(minutes=5 * number)
        said = [words[pick] for pick in chosen]
        op = OPS[number % len(OPS)]
        width, height = SHAPES[number * 7 % len(SHAPES)]
        yield {
            "id": UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | rng.getrandbits(62)),
            "created_at": at,
            "op": op,
            "kind": "video" if op == "video.from_image" else "image",
            "width": width,
            "height": height,
            "title": " ".join(said[:5]),
            "words": library.search.words(" ".join(said[:5]), " ".join(said)),
            "favorite": rng.random() < 0.05,
            "rating": rng.choice((None, None, None, 1, 2, 3, 4, 5)),
            "label": rng.choice(LABELS),
            "tags": rng.sample(words[200:700], k=rng.choice((0, 1, 2, 4))),
            "offer": OFFERS[number * 3 % len(OFFERS)] if op else None,
        }


async def fill(db: Database, told: list[dict[str, Any]]) -> Any:
    """Straight into the tables, past the models: there are many."""
    async with db.session() as session:
        actor = await accounts.add_person(session, "ana", "owner", team="Studio")
    some = {"team_id": actor.team_id, "user_id": actor.user_id}
    async with db.work(actor) as work:
        spring = Collection(**some, name="Spring", position="a")
        work.session.add(spring)
    of_all: dict[str, Any] = {**some, "type": "image/png", "key": "k", "sha256": "0" * 64, "bytes": 1_500_000}
    of_all |= {"facts": "{}", "reference": False, "purpose": "picture"}
    names = ("id", "created_at", "op", "kind", "width", "height", "title", "words", "favorite", "rating", "label")
    run: dict[str, Any] = {"title": "x", "prices": "{}", "request": "{}", "state": "succeeded", "progress": 1.0}
    run |= {"note": "", "expected": 1, "seconds": 1.0, "price": 4000, "spent": 4000, "attempt": 1, "tries": 0}
    run |= {"waits": 0, "stopping": False} | dict.fromkeys(("understood", "ignored", "notes", "why"), "[]")
    made = [each for each in told if each["op"]]
    # A run has the id of the asset that it made.
    _write(db, "run", ({**some, **run, **{name: each[name] for name in (*names[:3], "offer")}} for each in made))
    of_runs = ({"run_id": each["id"] if each["op"] else None, "run_index": 0 if each["op"] else None} for each in told)
    _write(
        db,
        "asset",
        (
            {**of_all, **{name: each[name] for name in names}, **of_run}
            for each, of_run in zip(told, of_runs, strict=True)
        ),
    )
    tag = {"team_id": actor.team_id, "by": "person", "state": "kept"}
    _write(
        db,
        "asset_tag",
        ({**tag, "asset_id": each["id"], "key": name, "tag": name} for each in told for name in each["tags"]),
    )
    member = {"collection_id": spring.id, "position": "a", "by": "person"}
    _write(
        db,
        "collection_asset",
        ({**member, "asset_id": each["id"], "added_at": each["created_at"]} for each in told[::20]),
    )
    if not db.on_sqlite:
        async with db.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    return actor


def _write(db: Database, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    names = ", ".join(f'"{name}"' for name in first)
    values = (tuple(row.values()) for row in itertools.chain([first], rows))
    with db.aside.begin() as connection:
        raw: Any = connection.connection.dbapi_connection
        if db.on_sqlite:
            marks = ", ".join("?" * len(first))
            raw.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", (tuple(map(_plain, row)) for row in values)
            )
        else:
            with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)


def _plain(value: Any) -> Any:
    """As SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


Ask = Callable[[Work], Awaitable[Any]]


def questions(words: list[str], told: list[dict[str, Any]]) -> dict[str, Ask]:
    """One of each kind; what is sought turns with each asking, where there is anything to turn."""
    turn = iter(range(1_000_000))

    def page(limit: int = 50, **wanted: Any) -> Ask:
        async def ask(work: Work) -> Any:
            q = wanted.get("q")
            asked = wanted | ({"q": q(next(turn))} if callable(q) else {})
            after = asked.pop("after", None)
            return await library.listed(work, Wanted(**asked), after=after, limit=limit)

        return ask

    def counts(**wanted: Any) -> Ask:
        return lambda work: library.facets(work, Wanted(**wanted))

    def outline(**wanted: Any) -> Ask:
        return lambda work: library.layout(work, Wanted(**wanted))

    return {
        "list, first page": page(),
        "list, page in the deep": page(after=str(told[ROWS // 4]["id"])),
        "list, a block of 200": page(200, after=str(told[ROWS // 2]["id"])),
        "list, oldest first": page(sort="oldest"),
        "outline of all": outline(),
        "outline of a filter": outline(q="rating:>=4"),
        "type:video": page(q="type:video"),
        "studio:edit": page(q="studio:edit"),
        "op:image.inpaint": page(q="op:image.inpaint"),
        "model:flux": page(q="model:flux"),
        "tag:…": page(q=lambda n: f"tag:{words[200 + n % 500]}"),
        "collection:Spring": page(q="collection:Spring"),
        "by:ana": page(q="by:ana"),
        "rating:>=4": page(q="rating:>=4"),
        "label:red": page(q="label:red"),
        "is:favourite": page(q="is:favourite"),
        "status:succeeded": page(q="status:succeeded"),
        "after: before:": page(q="after:2025-01-01 before:2025-06-01"),
        "size:>2mp": page(q="size:>2mp"),
        "ratio:16:9": page(q="ratio:16:9"),
        "cost:<0.05": page(q="cost:<0.05"),
        "nothing fits": page(q="rating:5 label:red size:<1mp"),
        "six filters": page(q="type:image rating:>=3 -label:red after:2024-06-01 ratio:landscape cost:<1"),
        "a common word, ranked": page(q=words[0]),
        "a word": page(q=lambda n: words[50 + n % 500]),
        "a rare word": page(q=lambda n: words[5_000 + n % 9_000]),
        "two common words": page(q=f"{words[0]} {words[1]}"),
        "three words": page(q=lambda n: " ".join(told[n * 911 % ROWS]["words"].split()[:3])),
        "a word begun": page(q=lambda n: words[50 + n % 500][:4]),
        "one letter": page(q="s"),
        "a slip in a word": page(q=lambda n: words[700 + n % 900] + "q"),
        "a phrase": page(q=lambda n: '"{}"'.format(" ".join(told[n * 577 % ROWS]["words"].split()[:3]))),
        "-without": page(q=f"{words[3]} -{words[0]}"),
        "word and filters": page(q=f"{words[2]} rating:>=3 type:image"),
        "ranked, page in the deep": page(q=words[0], after=f"{told[ROWS // 2]['id']}~64"),
        "a beginning of an id": page(q=lambda n: str(told[n * 271 % ROWS]["id"])[:13]),
        "counts of all": counts(),
        "counts of a filter": counts(q="rating:>=4 type:image"),
        "counts of a common word": counts(q=words[0]),
        "what may be typed": lambda work: library.reading(work, "tag:a", 5),
    }


async def measured(db: Database, actor: Any, ask: Ask) -> tuple[list[float], float]:
    took: list[float] = []
    spent = time.process_time()
    for _ in range(TIMES):
        async with db.work(actor, read_only=True) as work:
            begun = time.perf_counter()
            await ask(work)
            took.append((time.perf_counter() - begun) * 1000)
    return took, (time.process_time() - spent) / TIMES * 1000


async def ours(url: str, words: list[str], told: list[dict[str, Any]]) -> dict[str, tuple[list[float], float]]:
    db = Database(url)
    migrations.bring_up(db)
    begun = time.perf_counter()
    actor = await fill(db, told)
    print(f"{url.partition(':')[0]}: {ROWS} rows written in {time.perf_counter() - begun:.0f} s", flush=True)
    found: dict[str, tuple[list[float], float]] = {}
    begun, spent = time.perf_counter(), time.process_time()
    async with db.work(actor, read_only=True) as work:
        await library.listed(work, Wanted(), after=None, limit=50)
    print(
        f"  the first question after a start: {time.perf_counter() - begun:.1f} s"
        f" ({time.process_time() - spent:.1f} s of processor time)",
        flush=True,
    )
    for name, ask in questions(words, told).items():
        found[name] = await measured(db, actor, ask)
        print(f"  {name:<28}{median(found[name][0]):8.1f}{found[name][1]:8.1f}", flush=True)
    took: list[float] = []
    for number in range(TIMES):
        async with db.work(actor) as work:
            asset = await work.find(Asset, told[-1 - number]["id"])
            asset.title, asset.words = "changed", "changed just now"
        async with db.work(actor, read_only=True) as work:
            begun = time.perf_counter()
            await library.listed(work, Wanted(q="changed"), after=None, limit=50)
            took.append((time.perf_counter() - begun) * 1000)
    found["a word just written"] = took, 0.0
    await db.close()
    return found


def peer(folder: Path, told: list[dict[str, Any]]) -> dict[str, list[float]]:
    """InvokeAI's listing: what it asks for a page, with what it asks for its total."""
    database = sqlite3.connect(folder / "peer.db")
    database.executescript(
        """
        CREATE TABLE images (image_name TEXT PRIMARY KEY, image_origin TEXT, image_category TEXT, width INTEGER,
            height INTEGER, session_id TEXT, node_id TEXT, metadata TEXT, is_intermediate BOOLEAN DEFAULT FALSE,
            starred BOOLEAN DEFAULT FALSE, has_workflow BOOLEAN DEFAULT FALSE, created_at DATETIME,
            updated_at DATETIME, deleted_at DATETIME);
        CREATE UNIQUE INDEX idx_images_image_name ON images (image_name);
        CREATE INDEX idx_images_image_category ON images (image_category);
        CREATE INDEX idx_images_created_at ON images (created_at);
        CREATE INDEX idx_images_starred ON images (starred);
        CREATE TABLE boards (board_id TEXT PRIMARY KEY, board_name TEXT);
        CREATE TABLE board_images (board_id TEXT, image_name TEXT PRIMARY KEY, created_at DATETIME);
        CREATE INDEX idx_board_images_board_id ON board_images (board_id);
        INSERT INTO boards VALUES ('spring', 'Spring');
        """
    )
    database.executemany(
        "INSERT INTO images VALUES (?, 'internal', 'general', ?, ?, NULL, NULL, ?, FALSE, ?, FALSE, ?, ?, NULL)",
        (
            (
                f"{each['id']}.png",
                each["width"],
                each["height"],
                json.dumps({"positive_prompt": each["words"], "model": each["offer"]}),
                each["favorite"],
                each["created_at"].isoformat(" "),
                each["created_at"].isoformat(" "),
            )
            for each in told
        ),
    )
    database.executemany(
        "INSERT INTO board_images VALUES ('spring', ?, '')", ((f"{each['id']}.png",) for each in told[::20])
    )
    database.execute("ANALYZE")
    where = "FROM images LEFT JOIN board_images ON board_images.image_name = images.image_name WHERE 1=1"
    where += " AND images.image_category IN ('general') AND images.is_intermediate = FALSE"
    order = "ORDER BY images.starred DESC, images.created_at DESC LIMIT 50 OFFSET ?"

    def ask(condition: str, offset: int, *values: Any) -> list[float]:
        took = []
        for _ in range(TIMES // 4):
            begun = time.perf_counter()
            database.execute(f"SELECT images.* {where} {condition} {order}", (*values, offset)).fetchall()
            database.execute(f"SELECT COUNT(*) {where} {condition}", values).fetchall()
            took.append((time.perf_counter() - begun) * 1000)
        return took

    word = told[0]["words"].split()[0]
    return {
        "list, first page": ask("", 0),
        "list, page in the deep": ask("", ROWS * 3 // 4),
        "collection:Spring": ask("AND board_images.board_id = ?", 0, "spring"),
        "is:favourite": ask("AND images.starred = TRUE", 0),
        "a word": ask("AND (images.metadata LIKE ? OR images.created_at LIKE ?)", 0, f"%{word}%", f"%{word}%"),
        "nothing fits": ask("AND (images.metadata LIKE ? OR images.created_at LIKE ?)", 0, "%qqqq%", "%qqqq%"),
    }


def main() -> None:
    words = vocabulary(random.Random(7))
    told = list(rows(words))
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        sqlite = asyncio.run(ours(f"sqlite:///{folder}/gesso.db", words, told))
        postgres = asyncio.run(ours(server.create("finding"), words, told))
        theirs = peer(Path(folder), told)
    print(f"\n{'':<26}{'SQLite':>24}{'PostgreSQL':>26}{'InvokeAI’s way':>22}")
    print(f"{'ms':<26}{'p50':>8}{'p95':>8}{'cpu':>8}  {'p50':>8}{'p95':>8}{'cpu':>8}  {'p50':>10}{'p95':>10}")
    over = []
    for name in sqlite:
        line = f"{name:<26}"
        for found in (sqlite[name], postgres[name]):
            took, spent = found
            p95 = quantiles(took, n=20)[-1]
            over += [name] if p95 > GOAL_MS else []
            line += f"{median(took):8.1f}{p95:8.1f}{spent:8.1f}  "
        if name in theirs:
            line += f"{median(theirs[name]):10.1f}{quantiles(theirs[name], n=20)[-1]:10.1f}"
        print(line)
    print(f"\nover {GOAL_MS} ms at p95: {', '.join(dict.fromkeys(over)) or 'none'}")
