"""Suggestions while somebody types, over HTTP, with 2000 prompts behind them: each answer, from the key to the words.

A real server in a process of its own, on SQLite, with 2000 runs and as many rated results. The peer, in the same run,
is SQLite's own full-text search (FTS5) for the same beginnings of words in the same 2000 prompts, behind the same
server's cheapest answer (`/api/health/live`): what it costs at least to look the words up and to ask for them.
"""

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import httpx2

from gesso.imaging import wording
from tests.web.studio import Studio, opened

PROMPTS, ASKED = 2_000, 200
GOAL_MS = 300


def history() -> list[str]:
    """Prompts as people write them: a subject, and three or four clauses of the lists that come along."""
    rng = random.Random(7)
    lists = wording.lists()
    said = [entry for name in ("light", "mood", "palette", "medium", "composition", "lens") for entry in lists[name]]
    return [
        ", ".join([f"a {rng.choice(lists['animal'])} number {index}", *rng.sample(said, 4)]) for index in range(PROMPTS)
    ]


def fill(file: Path, prompts: list[str]) -> None:
    """Runs and results as the server writes them: one that was really made, again and again with other words."""
    rng = random.Random(7)
    with sqlite3.connect(file, timeout=60) as database:
        database.row_factory = sqlite3.Row
        run = dict(database.execute("SELECT * FROM run WHERE op = 'image.generate'").fetchone())
        asset = dict(database.execute("SELECT * FROM asset").fetchone())
        begun = int(time.time() * 1000) - PROMPTS * 60_000

        def add(table: str, row: dict[str, object]) -> None:
            columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            database.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [*row.values()])

        def id(index: int) -> str:
            return UUID(int=(begun + index * 60_000) << 80 | 7 << 76 | 2 << 62 | rng.getrandbits(62)).hex

        for index, prompt in enumerate(prompts):
            request = json.loads(str(run["request"])) | {"prompt": prompt}
            own = id(index)
            add("run", run | {"id": own, "title": prompt, "request": json.dumps(request)})
            rated = {"favorite": index % 7 == 0, "rating": rng.choice([None, 2, 4, 5])}
            add("asset", asset | {"id": id(index), "run_id": own, "title": prompt, "words": prompt, **rated})


def beginnings(prompts: list[str]) -> list[str]:
    """What stands there while somebody types: a prompt of the history, up to some letters of one of its later words."""
    rng = random.Random(11)
    cut = []
    for prompt in rng.choices(prompts, k=ASKED):
        comma = prompt.index(", ", rng.randrange(len(prompt) // 2))
        cut.append(prompt[: comma + 2 + rng.randint(3, 6)])
    return cut


def timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def told(what: str, times: list[float]) -> float:
    p50, p95 = median(times), quantiles(times, n=20)[-1]
    print(f"{what:<44} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   most {max(times):7.1f} ms")
    return p50


def measure(studio: Studio, prompts: list[str]) -> None:
    typed = beginnings(prompts)
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE prompt USING fts5(words)")
    index.executemany("INSERT INTO prompt VALUES (?)", [[prompt] for prompt in prompts])

    def looked_up(text: str) -> object:
        word = text.rpartition(" ")[2].replace('"', "")
        return index.execute("SELECT words FROM prompt WHERE prompt MATCH ? LIMIT 6", [f'"{word}"*']).fetchall()

    headers = {"Authorization": f"Bearer {studio.token}"}
    with httpx2.Client(base_url=studio.url, headers=headers, timeout=60) as client:

        def get(path: str, **query: object) -> httpx2.Response:
            answer = client.get(path, params=query)  # type: ignore[arg-type]
            assert answer.status_code == 200, answer.text
            return answer

        assert len(get("/api/prompts", limit=100).json()["items"]) == 100
        found = sum(bool(get("/api/prompts/suggest", text=text).json()["items"]) for text in typed)
        print(f"{PROMPTS} prompts; {found} of {ASKED} beginnings are gone on with")
        least = told("the peer: the cheapest answer", [timed(partial(get, "/api/health/live")) for _ in typed])
        least += told("the peer: FTS5 on the same prompts", [timed(partial(looked_up, text)) for text in typed])
        suggested = [timed(partial(get, "/api/prompts/suggest", text=text)) for text in typed]
        p50 = told("words that may follow", suggested)

        def score(text: str) -> object:
            return client.post("/api/prompts/score", json={"prompt": text})

        told("the score", [timed(partial(score, text)) for text in typed])
        searched = [timed(partial(get, "/api/prompts", q=text.split()[1])) for text in typed[:50]]
        told("the history, by words of it", searched)
        slow = sum(each >= GOAL_MS for each in suggested)
        print(f"ratio to the peer: {p50 / least:.1f}x   slower than {GOAL_MS} ms: {slow} of {ASKED} (goal: none)")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as studio:
        studio.paint("a first one", side=64)
        prompts = history()
        fill(studio.data / "gesso.db", prompts)
        measure(studio, prompts)
