"""A key is told to its provider and to nobody else: looked for in all that a studio says and keeps, whatever happens.

Here every provider gossips: each sentence of its answers quotes the key, as some do in their errors.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import pytest

from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.dev.fakes.shelf import SHELF
from tests.web.studio import Studio, opened

WORDS: Final = {"prompt": "a lighthouse", "width": 512, "height": 512, "seed": 7}
REFUSALS: Final = {
    "stability": ("core", "403"),
    "wavespeed": ("flux-dev", "failed"),
    "google": ("gemini-3.1-flash-image", "no image"),
    "openai": ("gpt-image-2", "moderated"),
    "azure": ("flux-2-pro", "moderated"),
    "compatible": ("sd-turbo", "moderated"),
    "replicate": ("flux-schnell", "failed"),
    "fal": ("flux-schnell", "failed"),
    "huggingface": ("lights/fast@together", "422"),
}
"""A model of each that wants a key, and the way in which its fake refuses."""


def good(name: str) -> str:
    return f"{name}:right-0123456789abcdef-of-the-team"


def wrong(name: str) -> str:
    return f"{name}:wrong-fedcba9876543210-of-the-team"


def shapes(secret: str) -> Iterator[bytes]:
    """How it may look where somebody wrote it down."""
    yield from (secret.encode(), quote(secret, safe="").encode(), secret.encode().hex().encode())
    for shift in range(3):
        # What comes before moves the letters; the first and the last are mixed with the neighbours.
        yield b64encode(b" " * shift + secret.encode())[4:-4]


def gossiping(answer: Callable[[Asked, str], Answered], secrets: Sequence[str]) -> Callable[[Asked, str], Answered]:
    """Answers in which each sentence quotes the key that came."""

    def quoting(told: Any, said: str) -> Any:
        if isinstance(told, dict):
            # What was asked for is given back as it was.
            return {name: value if name == "input" else quoting(value, said) for name, value in told.items()}
        if isinstance(told, list):
            return [quoting(value, said) for value in told]
        return f"{told} Your key is {said}." if isinstance(told, str) and " " in told else told

    def gossip(asked: Asked, way: str) -> Answered:
        answered = answer(asked, way)
        said = next((secret for secret in secrets if any(secret in value for value in asked.headers.values())), "")
        with suppress(ValueError):
            answered.body = json.dumps(quoting(json.loads(answered.body), said)).encode()
        return answered

    return gossip


@dataclass
class Ears:
    """Speaks to the studio, and hears all that it answers."""

    studio: Studio
    heard: list[bytes] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        answer = self.studio.ask(method, path, **({} if body is None else {"json": body}))
        self.heard.append(answer.content + repr(answer.headers).encode())
        return answer.json() if answer.content else None

    def tell(self, key: Callable[[str], str]) -> None:
        for name in REFUSALS:
            self("PUT", f"/api/providers/{name}", {"told": {"key": key(name)}})

    def check(self) -> dict[str, tuple[bool, str]]:
        found = {name: self("POST", f"/api/providers/{name}/check") for name in REFUSALS}
        return {name: (said["ok"], said["message"]) for name, said in found.items()}

    def order(self) -> dict[str, dict[str, Any]]:
        """A run with each, all at once."""
        runs = {}
        for name, (model, _) in REFUSALS.items():
            wanted = {"op": "image.generate", "offer": f"{name}/{model}", "input": WORDS}
            runs[name] = self("POST", "/api/runs", wanted)["id"]
        for run in runs.values():
            self.studio.over(run)
        return {name: self("GET", f"/api/runs/{run}") for name, run in runs.items()}


@pytest.fixture(scope="module")
def fakes() -> Iterator[dict[str, Fake]]:
    with ExitStack() as stack:
        found = {}
        for name in REFUSALS:
            fake = SHELF[name].make(good(name))
            fake.answer = gossiping(fake.answer, (good(name), wrong(name)))  # type: ignore[assignment, method-assign]
            found[name] = stack.enter_context(fake.running())
        yield found


@pytest.fixture(scope="module")
def ears(fakes: dict[str, Fake], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ears]:
    """A studio that is told where the providers live, and hears their keys from the team."""
    told = {name: SHELF[name].told(fake.url) for name, fake in fakes.items()}
    with opened(tmp_path_factory.mktemp("told"), GESSO_PROVIDERS=json.dumps(told), GESSO_LOG="debug") as studio:
        yield Ears(studio)


def test_a_key_with_what_copying_adds_or_no_header_carries(ears: Ears, fakes: dict[str, Fake]) -> None:
    found = ears("POST", "/api/providers/openai/check", {"told": {"key": f" {good('openai')}\n"}})
    assert (found["ok"], found["message"]) == (True, "The key works.")
    for sign in ("\u20ac", "\n", "\x00"):
        found = ears("POST", "/api/providers/openai/check", {"told": {"key": good("openai") + sign + "x"}})
        assert "copy it anew" in found["detail"], sign
    assert len(fakes["openai"].seen) == 1


def test_a_wrong_key_is_one_clear_message_and_no_storm(ears: Ears, fakes: dict[str, Fake]) -> None:
    for fake in fakes.values():
        fake.seen.clear()
    ears.tell(wrong)
    assert [name for name, (ok, said) in ears.check().items() if ok or "does not accept the key" not in said] == []
    for name, run in ears.order().items():
        assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused"), name
        assert "does not accept the key" in run["error"]["message"], name
    # At fal two questions tell a wrong key from one that may not see the money; the rest ask once each.
    assert {name: len(fake.seen) for name, fake in fakes.items()} == {name: 2 + (name == "fal") for name in fakes}


def test_a_key_is_nowhere_whatever_became_of_the_order(ears: Ears, fakes: dict[str, Fake]) -> None:
    ears.tell(good)
    assert {ok for ok, _ in ears.check().values()} == {True}
    seen: dict[str, set[str]] = {}
    for way in ("", "refused", "500", "cut after", "cut answer"):
        for name, fake in fakes.items():
            fake.plan = [REFUSALS[name][1] if way == "refused" else way]
        seen[way] = {run["state"] for run in ears.order().values()}
        ears("GET", "/api/providers")
    assert (seen[""], seen["refused"]) == ({"succeeded"}, {"failed"})
    # Where the provider lists what it accepted, it is found there.
    assert {"unknown"} <= seen["cut after"] <= {"unknown", "succeeded"}
    for path in ("/api/providers", "/api/runs", "/api/assets", "/api/operations", "/api/tokens", "/api/me"):
        ears("GET", path)
    ears("GET", "/api/providers/nobody")
    ears("PUT", "/api/providers/openai", {"told": {"key": good("openai"), "strange": 1}})
    ears("PUT", "/api/providers/openai", {"told": {"key": [good("openai")]}})

    answers = b"\n".join(ears.heard)
    kept = {path.name: path.read_bytes() for path in ears.studio.data.rglob("*") if path.is_file()}
    assert kept.keys() >= {"gesso.db", "secret.key"}
    everything = {"answers": answers, "log": ears.studio.log.read_bytes(), **kept}
    # What is written down is found by this.
    assert b"an offer refused" in everything["log"]
    assert b"a lighthouse" in kept["gesso.db"] + kept.get("gesso.db-wal", b"")
    for name in fakes:
        for secret in (good(name), wrong(name)):
            told = [place for place, data in everything.items() for shape in shapes(secret) if shape in data]
            assert told == [], (name, secret)
