"""A studio of its own for browser tests: `gesso serve` as people start it, and programs that speak to it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx2
from playwright.sync_api import StorageStateCookie

from tests import warm

PATIENCE_S = 120
"""A busy machine paints slowly; whoever waits this long in vain waits for something that will not come."""
PASSWORD = "a ground of chalk and glue"
FINAL = {"succeeded", "failed", "cancelled", "unknown"}


@dataclass
class Studio:
    """`gesso serve` with a data folder of its own. It may be killed and started again, on the same port."""

    data: Path
    log: Path
    told: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    link: str = ""
    """Signs in once: printed by the last start."""
    token: str = ""
    owner: str = ""
    process: warm.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GESSO_")}
        return {**kept, "GESSO_PROCESSES": "1", "GESSO_LOG": "warning", **self.told, "GESSO_DATA": str(self.data)}

    def start(self) -> None:
        with self.log.open("a") as errors:
            self.process = warm.start("gesso", "serve", "--port", str(self.port), env=self.environment, stderr=errors)
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()
        assert "/sign-in?code=" in self.link, self.log.read_text()
        self.port = int(self.link.partition("/sign-in")[0].rpartition(":")[2])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def settle(self) -> None:
        """Uses the printed link: the owner gets a password, and scripts a token."""
        with httpx2.Client(base_url=self.url, headers={"Origin": self.url}, timeout=PATIENCE_S) as visitor:
            assert visitor.get(self.link).headers["location"] == "/"
            self.token = visitor.post("/api/tokens", json={"name": "tests"}).json()["token"]
        assert self.api("PUT", "/api/me/password", {"password": PASSWORD}) is None
        self.owner = self.api("GET", "/api/me")["name"]

    def cookie(self) -> StorageStateCookie:
        """A new visit of the owner, as a browser keeps it."""
        with httpx2.Client(base_url=self.url, timeout=PATIENCE_S) as visitor:
            answer = visitor.post("/api/session", json={"name": self.owner, "password": PASSWORD})
            assert answer.status_code == 204, answer.text
            ((name, value),) = visitor.cookies.items()
        return {
            "name": name,
            "value": value,
            "domain": "127.0.0.1",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }

    # --- What a script does here ----------------------------------------------------------------------------

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return httpx2.request(method, self.url + path, headers=headers, timeout=PATIENCE_S, **more)

    def api(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers, read as JSON; AssertionError when it says no."""
        answer = self.ask(method, path, **({} if body is None else {"json": body}))
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def run(self, given: Mapping[str, object], op: str = "image.generate", offer: str | None = None) -> dict[str, Any]:
        """A finished run."""
        order = {"op": op, "offer": offer, "input": given}
        answer = self.ask("POST", "/api/runs", json=order, headers={"Prefer": "wait=30"})
        assert answer.is_success, answer.text
        return self.over(answer.json()["id"])

    def paint(self, prompt: str, seed: int = 1, side: int = 256, **given: object) -> dict[str, Any]:
        """A small picture, always the same for the same words and seed: the asset."""
        run = self.run({"prompt": prompt, "seed": seed, "width": side, "height": side, "quality": "draft", **given})
        assert run["state"] == "succeeded", run
        return cast(dict[str, Any], run["outputs"][0])

    def upload(self, data: bytes, name: str) -> dict[str, Any]:
        answer = self.ask("POST", "/api/assets", files={"file": (name, data)})
        assert answer.status_code == 201, answer.text
        return cast(dict[str, Any], answer.json())

    def runs(self) -> list[dict[str, Any]]:
        """The newest first."""
        return cast(list[dict[str, Any]], self.api("GET", "/api/runs?limit=100")["items"])

    def over(self, run: str) -> dict[str, Any]:
        """The run, once nothing more will happen with it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            now = cast(dict[str, Any], self.api("GET", f"/api/runs/{run}"))
            if now["state"] in FINAL:
                return now
            time.sleep(0.05)
        raise AssertionError(f"Still not over: {json.dumps(now)}")


def becomes(reads: Callable[[], object], wanted: object) -> None:
    """A page shows a change before the studio has written it down: so whoever looks behind the page waits a little."""
    end = time.monotonic() + PATIENCE_S
    while (found := reads()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    assert found == wanted


@contextmanager
def opened(folder: Path, **told: str) -> Iterator[Studio]:
    """A studio that answers, with its owner's password set."""
    folder.mkdir(parents=True, exist_ok=True)
    studio = Studio(folder / "data", folder / "serve.log", told)
    try:
        studio.start()
        studio.settle()
        yield studio
    finally:
        studio.stop()
