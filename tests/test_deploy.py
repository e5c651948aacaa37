"""What stands in deploy/ fits the studio: its variables, its commands, its files. (Docker itself is not run here.)"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from gesso.app import create_app
from gesso.cli.root import app
from gesso.settings import ClientSettings, Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSED = ("compose.yaml", "compose.solo.yaml")
FILES = (*COMPOSED, "Dockerfile", ".env.example")
SAID = {"POSTGRES_PASSWORD": "secret", "GESSO_SECRET": "s" * 64}


def composed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text())
    return found


def ours(name: str) -> dict[str, dict[str, Any]]:
    """The services that run the studio's own image."""
    return {who: told for who, told in composed(name)["services"].items() if told["image"] == "gesso"}


def filled(value: str) -> str:
    """As Compose fills `${NAME}`, `${NAME:-default}` and `${NAME:?why}` in."""

    def put(match: re.Match[str]) -> str:
        return SAID.get(match[1]) or (match[3] if match[2] == ":-" else "")

    return re.sub(r"\$\{(\w+)(:-|:\?)?([^}]*)\}", put, value)


@pytest.mark.parametrize("name", FILES)
def test_every_variable_that_is_named_is_a_setting(name: str) -> None:
    known = {f"GESSO_{field.upper()}" for field in {**Settings.model_fields, **ClientSettings.model_fields}}
    named = set(re.findall(r"GESSO_[A-Z_]+", (DEPLOY / name).read_text()))
    nested = {each for each in named if each.startswith(("GESSO_PROVIDERS__", "GESSO_STOCK__"))}
    assert named, name
    assert named - nested <= known


def test_providers_that_are_named_are_there() -> None:
    named = set(re.findall(r"GESSO_PROVIDERS__([A-Z]+)__", (DEPLOY / ".env.example").read_text()))
    there = {path.stem.upper() for path in (ROOT / "gesso" / "providers").iterdir()}
    assert named <= there


@pytest.mark.parametrize("name", COMPOSED)
def test_every_service_runs_a_real_command_with_settings_that_hold(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = ours(name)
    assert services
    for who, told in services.items():
        program, command = told["command"]
        assert program == "gesso"
        assert command in app, who
        with monkeypatch.context() as patch:
            for variable, value in told["environment"].items():
                patch.setenv(variable, filled(value))
            settings = Settings(data=tmp_path)
        assert settings.database.startswith("postgresql+psycopg://" if name == "compose.yaml" else "sqlite:")
        assert settings.worker is (who != "web")


def test_the_many_share_what_they_must_and_no_data_folder() -> None:
    """Each names its half-arrived files by its process, and process 1 is in every container."""
    services = ours("compose.yaml")
    assert services.keys() == {"web", "worker", "gpu"}
    shared = ("GESSO_DATABASE_URL", "GESSO_STORE_URL", "GESSO_SECRET")
    for name in shared:
        assert len({told["environment"][name] for told in services.values()}) == 1
    for told in services.values():
        places = [volume.partition(":")[2] for volume in told["volumes"]]
        assert "/data" not in places
        assert "/store" in places
        assert told["env_file"] == ".env"
        assert told["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["gpu"]["profiles"] == ["gpu"]
    assert composed("compose.yaml")["services"]["s3"]["profiles"] == ["s3"]
    for name in COMPOSED:
        found = composed(name)
        named = {v.partition(":")[0] for each in found["services"].values() for v in each["volumes"]}
        assert named == set(found["volumes"])


@pytest.mark.parametrize("name", COMPOSED)
def test_nothing_is_reached_from_outside_unless_somebody_says_so(name: str) -> None:
    ports = [port for told in composed(name)["services"].values() for port in told.get("ports", ())]
    assert ports == ["127.0.0.1:8420:8420"]


def test_the_image_is_made_of_what_is_there_and_asks_a_route_that_is(tmp_path: Path) -> None:
    recipe = (DEPLOY / "Dockerfile").read_text()
    let_in = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", recipe, re.MULTILINE) for word in line.split()[:-1]]
    assert set(copied) == let_in
    for name in copied:
        assert (ROOT / name).exists(), name
    assert "\nUSER gesso\n" in recipe
    routes = create_app(Settings(data=tmp_path)).openapi()["paths"]
    asked = re.findall(r"127\.0\.0\.1:8420(/[\w/]+)", recipe + (DEPLOY / "compose.yaml").read_text())
    assert asked
    assert set(asked) <= set(routes)
    command = re.findall(r"^CMD (.+)$", recipe, re.MULTILINE)
    assert command == ['["gesso", "serve"]']


def test_what_must_be_said_is_asked_for_in_the_example() -> None:
    text = "".join((DEPLOY / name).read_text() for name in COMPOSED)
    required = set(re.findall(r"\$\{(\w+):\?", text))
    example = (DEPLOY / ".env.example").read_text()
    assert required == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
