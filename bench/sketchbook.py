"""How long the Sketchbook takes, on one core: its scenes and its styles at 1024 x 1024, and one at 4096 x 4096.

The peer of each is the picture's own PNG encoding in the same run, so the ratio holds on any machine.
"""

import time
from statistics import median

from gesso.imaging import picture, sketchbook

PROMPT = "a lighthouse on a headland at dusk"


def timed(prompt: str, side: int, style: str | None = None) -> tuple[float, float]:
    begun = time.perf_counter()
    pixels = sketchbook.paint(prompt, side, side, 7, style=style)
    painted = time.perf_counter()
    picture.png(pixels)
    return painted - begun, time.perf_counter() - painted


def main() -> None:
    picture.calm()
    sketchbook.paint(PROMPT, 64, 64, 0)
    print(f"{'scene':<24}{'seconds':>9}{'x PNG':>8}")
    times = []
    for scene in sketchbook.SCENES:
        painted, encoded = timed(scene, 1024)
        times.append(painted)
        print(f"{scene:<24}{painted:>9.2f}{painted / encoded:>8.1f}")
    print(f"{'median':<24}{median(times):>9.2f}")
    print(f"\n{'style':<24}{'seconds':>9}{'x PNG':>8}")
    for style in sketchbook.STYLES:
        painted, encoded = timed(PROMPT, 1024, style)
        print(f"{style:<24}{painted:>9.2f}{painted / encoded:>8.1f}")
    painted, encoded = timed(PROMPT, 4096)
    print(f"\n{'4096 x 4096':<24}{painted:>9.2f}{painted / encoded:>8.1f}")
