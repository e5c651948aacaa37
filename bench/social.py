"""One photo of 12 megapixels in 20 sizes for platforms, against Pillow, sharp and libvips.

Run it: `python -m bench social`. Everybody makes the same: decode, cut the middle, scale, JPEG of quality 85, in
memory. Each runs in a process of its own, whose peak of memory is told; the time is that of its work, the best of
three. Then the whole set as a run makes it (with the search for limits, the similarity, and what a file says of
itself). Many photos through a whole studio: `bench.series`.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps

from bench.engine import large
from gesso import presets
from gesso.imaging import crop, picture, social
from gesso.imaging.social import Target, Way
from gesso.ops.social import SocialSet
from gesso.providers.local import social as local

TIMES = 3
FORMATS = [each for each in presets.FORMATS.values() if "jpeg" in each.types][:20]
SIZES = [(each.width, each.height) for each in FORMATS]
ANY = str(UUID(int=1))

SHARP = """
const sharp = require("sharp"), fs = require("fs");
const [path, sizes, once] = [process.argv[1], JSON.parse(process.argv[2]), process.argv[3] === "once"];
const best = async () => {
  const data = fs.readFileSync(path), before = process.cpuUsage(), begun = process.hrtime.bigint();
  let from = () => sharp(data);
  if (once) {
    const { data: raw, info } = await sharp(data).rotate().raw().toBuffer({ resolveWithObject: true });
    from = () => sharp(raw, { raw: info });
  }
  await Promise.all(sizes.map(([width, height]) =>
    from().rotate().resize(width, height, { fit: "cover" }).jpeg({ quality: 85 }).toBuffer()));
  const { user, system } = process.cpuUsage(before);
  return { seconds: Number(process.hrtime.bigint() - begun) / 1e9, cpu: (user + system) / 1e6 };
};
(async () => {
  let least = { seconds: Infinity };
  for (let turn = 0; turn < 3; turn++) {
    const took = await best();
    if (took.seconds < least.seconds) least = took;
  }
  const status = fs.readFileSync("/proc/self/status", "utf8");
  const peak = Number(status.split("VmHWM:")[1].trim().split(" ")[0]);
  console.log(JSON.stringify({ ...least, peak }));
})();
"""


def ours(data: bytes) -> None:
    found = picture.inspect(data)
    size = found.width, found.height
    wanted = [(Target(*each, ("jpeg",)), crop.centred(size, each)) for each in SIZES]
    source = social.opened(data, wanted)
    for target, box in wanted:
        way = Way(box, "enlarge")
        picture.jpeg(social.laid(source.near(target, way), target, way).pixels, quality=85)


def whole(data: bytes) -> None:
    said: dict[str, Any] = {
        "image": ANY,
        "formats": [each.id for each in FORMATS],
        "crop": "centre",
        "small": "enlarge",
    }
    request = SocialSet.model_validate(said)
    source, boxes = local.read(request, data, request.wanted())
    for format, box in zip(request.wanted(), boxes, strict=True):
        near = source.near(local.target(format), Way(box, "enlarge"))
        local.made(request, near, format, box, [])


def pillow(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as file:
        image = ImageOps.exif_transpose(file).convert("RGB")
    for size in SIZES:
        ImageOps.fit(image, size, Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG", quality=85)


def vips(data: bytes) -> None:
    import pyvips

    source = pyvips.Image.new_from_buffer(data, "").autorot().copy_memory()
    for width, height in SIZES:
        source.thumbnail_image(width, height=height, crop="centre").jpegsave_buffer(Q=85)


def alone(who: str, path: str) -> None:
    """In a process of its own."""
    if who in ("ours", "whole"):
        picture.calm()
    call = {"ours": ours, "whole": whole, "pillow": pillow, "vips": vips}[who]
    data = Path(path).read_bytes()
    taken = []
    for _ in range(TIMES):
        begun, before = time.perf_counter(), time.process_time()
        call(data)
        taken.append((time.perf_counter() - begun, time.process_time() - before))
    # Of this program alone: what the system counts for a process is also what its parent had.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    peak = int(status["VmHWM"].split()[0])
    seconds, cpu = min(taken)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak}))


def measured(command: list[str], **more: Any) -> tuple[float, float, float] | None:
    """Seconds, those of all processors together, and the peak of memory in MB."""
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1:] or "", file=sys.stderr)
        return None
    told = json.loads(done.stdout)
    return told["seconds"], told["cpu"], told["peak"] / 1024


def one(path: str) -> None:
    print(f"one photo of 12 megapixels, {len(SIZES)} sizes:")
    rows: dict[str, tuple[float, float, float] | None] = {}
    for who, title in (("ours", "ours"), ("pillow", "Pillow"), ("vips", "pyvips"), ("whole", "ours, the whole set")):
        rows[title] = measured([sys.executable, "-m", "bench.social", "--alone", who, "--path", path])
    with tempfile.TemporaryDirectory() as folder:
        got = subprocess.run(["npm", "install", "--silent", "--prefix", folder, "sharp"], capture_output=True)
        for title, how in (("sharp, once decoded", "once"), ("sharp, each by itself", "each")):
            rows[title] = (
                measured(["node", "-e", SHARP, path, json.dumps(SIZES), how], cwd=folder)
                if got.returncode == 0
                else None
            )
    base = rows["ours"]
    for title, row in rows.items():
        if row is None or base is None:
            print(f"  {title:22} could not be had")
            continue
        print(
            f"  {title:22} {row[0]:6.2f} s   {row[1]:6.2f} s of processors   {row[2]:5.0f} MB    ours takes "
            f"{base[0] / row[0]:.2f}, {base[1] / row[1]:.2f} and {base[2] / row[2]:.2f} of it"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone", default="")
    parser.add_argument("--path", default="")
    said = parser.parse_args()
    if said.alone:
        alone(said.alone, said.path)
        return
    data = picture.jpeg(large(), quality=92)
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(data)
        file.flush()
        one(file.name)


if __name__ == "__main__":
    main()
