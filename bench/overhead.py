"""What the studio adds to an operation that costs next to nothing: from the POST to the stored picture.

A real server in a process of its own, on SQLite, spoken to over HTTP. The operation doubles a picture of 64 x 64; its
peer, in the same run, is that same function called directly.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from statistics import median, quantiles

import httpx2
from PIL import Image

from gesso.providers.local.upscale import Plain, enlarge

ALONE, TOGETHER, AT_ONCE = 60, 300, 16


def small() -> bytes:
    out = BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(out, "PNG")
    return out.getvalue()


async def measure(address: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Prefer": "wait=30"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        asset = (await client.post("/api/assets", files={"file": ("a.png", small())})).json()["id"]
        # By the quickest offer: what is measured is the house around it.
        order = {"op": "image.upscale", "offer": "local/lanczos", "input": {"image": asset, "factor": 2}}

        async def one() -> float:
            begun = time.perf_counter()
            run = (await client.post("/api/runs", json=order)).json()
            assert run["state"] == "succeeded", run
            return time.perf_counter() - begun

        for _ in range(5):
            await one()
        alone = [await one() for _ in range(ALONE)]
        gate = asyncio.Semaphore(AT_ONCE)

        async def queued() -> float:
            async with gate:
                return await one()

        begun = time.perf_counter()
        together = await asyncio.gather(*(queued() for _ in range(TOGETHER)))
        rate = TOGETHER / (time.perf_counter() - begun)

    data, request = small(), Plain(image="asset", factor=2)
    direct = []
    for _ in range(50):
        begun = time.perf_counter()
        enlarge(request, data, lambda fraction: None)
        direct.append(time.perf_counter() - begun)
    print(f"direct call            p50 {median(direct) * 1000:7.1f} ms")
    print(
        f"one at a time          p50 {median(alone) * 1000:7.1f} ms   p95 {quantiles(alone, n=20)[-1] * 1000:7.1f} ms"
    )
    print(f"{AT_ONCE} at a time          p50 {median(together) * 1000:7.1f} ms   {rate:5.1f} runs/s")
    print(f"ratio to the direct call, one at a time: {median(alone) / median(direct):.0f}x (goal: p50 <= 150 ms)")
    print(f"sustained: {rate:.1f} runs/s (goal: >= 20)")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = os.environ | {"GESSO_DATA": folder, "GESSO_LOG": "error"}
        gesso = [sys.executable, "-m", "gesso"]
        server = subprocess.Popen([*gesso, "serve", "--port", "0"], env=told, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            link = next(word for line in server.stdout for word in line.split() if "/sign-in" in word)
            token = subprocess.run(
                [*gesso, "token", "create", "bench"], env=told, capture_output=True, text=True, check=True
            ).stdout.strip()
            asyncio.run(measure(link.partition("/sign-in")[0], token))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
