"""A hundred photos of 12 megapixels in 20 formats each, through a studio as people start it.

Run it: `python -m bench series`, or `python -m bench.series --photos 20` where the machine has other work. Every photo
is another: scikit-image's own in pairs, enlarged, in a light that falls off, with grain. Told are the time, the memory
of all processes of the studio (what they share is counted once), by quarters of the work: what is bounded does not
grow; and the progress as its events tell it to whoever looks on.
"""

import argparse
import json
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np

from gesso import presets
from gesso.imaging import picture
from gesso.imaging.picture import Pixels
from tests.imaging.photos import photo
from tests.web.studio import FINAL, Studio, opened

NAMES = ("astronaut", "coffee", "chelsea", "rocket", "gravel", "grass", "brick")
SIDES = (4000, 3000)
FORMATS = [each.id for each in presets.FORMATS.values() if "jpeg" in each.types]
AT_ONCE = 100
"""Runs that are promised in one step."""


def photos(many: int) -> Iterator[bytes]:
    """Files as a camera writes them, each of another picture, one after the other."""
    random = np.random.default_rng(7)
    grain = random.normal(0, 3, (1024, 1024, 3)).astype(np.float32)
    fall = np.linspace(-24, 24, SIDES[0], dtype=np.float32)[None, :, None]
    for number in range(many):
        left, right = (photo(NAMES[place % len(NAMES)]) for place in (number, number // len(NAMES) + number + 1))
        wide = int(SIDES[0] * random.uniform(0.35, 0.65))
        made = np.hstack([_sized(left, wide), _sized(right, SIDES[0] - wide)]).astype(np.float32)
        if number % 2:
            made = made[:, ::-1]
        shift = random.integers(0, 1024, 2)
        noise = np.tile(np.roll(grain, tuple(shift), (0, 1)), (3, 4, 1))[: SIDES[1], : SIDES[0]]
        lit = made * random.uniform(0.8, 1.1) + noise + fall * random.choice([-1, 1])
        yield picture.jpeg(np.asarray(np.clip(lit, 0, 255), np.uint8), quality=92)


def _sized(pixels: Pixels, wide: int) -> Pixels:
    return np.asarray(cv2.resize(pixels, (wide, SIDES[1]), interpolation=cv2.INTER_CUBIC), np.uint8)


@dataclass
class Watch:
    """Listens to the events of a studio, as its pages do."""

    studio: Studio
    heard: dict[str, list[tuple[float, str, int]]] = field(default_factory=lambda: defaultdict(list))
    """Of each run: how far it was, its state, and how many files were there."""
    over: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        headers = {"Authorization": f"Bearer {self.studio.token}"}
        with (
            httpx2.Client(base_url=self.studio.url, headers=headers, timeout=60) as client,
            client.stream("GET", "/api/events", params={"after": 0}) as answer,
        ):
            for line in answer.iter_lines():
                if self.over.is_set():
                    return
                if line.startswith("data: "):
                    self.hear(json.loads(line.removeprefix("data: ")))

    def hear(self, event: dict[str, Any]) -> None:
        if event.get("op") == "image.social":
            self.heard[event["run"]].append((event["progress"], event["state"], event["made"]))

    def steps(self) -> list[int]:
        """Of each run: how many different values its progress had on its way."""
        return [len({progress for progress, *_ in said}) for said in self.heard.values()]


def many(count: int, formats: int) -> None:
    ids = FORMATS[:formats]
    print(f"{count} photos of {SIDES[0] * SIDES[1] / 1e6:g} megapixels in {len(ids)} formats, through a studio:")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), GESSO_PROCESSES="2") as studio:
        assert studio.process is not None
        root = studio.process.pid
        images = [studio.upload(data, f"Photo {number}.jpg")["id"] for number, data in enumerate(photos(count))]
        rest = resident(root)
        watch = Watch(studio)
        threading.Thread(target=watch.listen, daemon=True).start()
        begun = time.perf_counter()
        runs = []
        for start in range(0, count, AT_ONCE):
            orders = [
                {"op": "image.social", "input": {"image": image, "formats": ids, "crop": "smart", "small": "enlarge"}}
                for image in images[start : start + AT_ONCE]
            ]
            answer = studio.ask("POST", "/api/runs/many", json={"orders": orders})
            assert answer.is_success, answer.text
            runs += [each["id"] for each in answer.json()["items"]]
        peaks, made, ended = [0.0] * 4, 0, 0
        while ended < count:
            quarter = min(3, 4 * ended // count)
            peaks[quarter] = max(peaks[quarter], resident(root))
            states = [said[-1] for said in [*watch.heard.values()]]
            ended = sum(state in FINAL for _, state, _ in states)
            made = sum(there for *_, there in states)
            time.sleep(0.5)
        seconds = time.perf_counter() - begun
        ends = [studio.api("GET", f"/api/runs/{run}") for run in runs]
        watch.over.set()
    lost = [run["error"] for run in ends if run["state"] != "succeeded"]
    assert not lost, lost[0]
    assert sum(len(run["outputs"]) for run in ends) == made == count * len(ids), "not every file is there"
    steps = watch.steps()
    print(f"  {made} files in {seconds:.0f} s, {made / seconds:.1f} a second")
    print(
        f"  memory of all processes: {rest:.0f} MB before; at most {max(peaks):.0f} MB; by quarters of the work", end=""
    )
    print(" " + ", ".join(f"{peak:.0f}" for peak in peaks))
    heard = sum(len(said) for said in watch.heard.values())
    print(f"  {heard} events of progress; each run showed {min(steps)} to {max(steps)} different values on its way")


def resident(root: int) -> float:
    """MB of a process and all below it; what several share is counted once."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            below.setdefault(parent, []).append(int(entry.name))
    total, left = 0, [root]
    while left:
        pid = left.pop()
        left += below.get(pid, [])
        try:
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total / 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--formats", type=int, default=20)
    said = parser.parse_args()
    many(said.photos, said.formats)


if __name__ == "__main__":
    main()
