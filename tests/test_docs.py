"""What the written pages say is so: their links lead somewhere, their commands exist, their code works."""

import contextlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from cyclopts import MissingArgumentError

from gesso import presets
from gesso.catalog import Catalog, Provider
from gesso.cli.root import app as commands
from gesso.imaging import picture, sketchbook
from gesso.kit.errors import GessoError
from gesso.settings import ClientSettings, Settings
from tests.conftest import House, photo

ROOT = Path(__file__).parent.parent
WRITTEN = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs/guide").glob("*.md")),
    *sorted((ROOT / "docs/decisions").glob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w/]+\.py)`:\n\n```python\n(.*?)```", re.DOTALL)

pages = pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())


def code(page: Path) -> Iterator[str]:
    """Every line of shell in a page, and every span of code in its prose."""
    text = page.read_text()
    for kind, block in FENCE.findall(text):
        if kind == "sh":
            yield from block.replace("\\\n", " ").splitlines()
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", FENCE.sub("", text)))


def anchors(page: Path) -> set[str]:
    """The names that headings can be linked by."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pages
def test_every_chore_that_is_named_exists(page: Path) -> None:
    listed = subprocess.run(["make", "list"], cwd=ROOT, capture_output=True, text=True, check=True)
    chores = set(re.findall(r"^make (\w+)", listed.stdout, re.MULTILINE))
    named = {chore for line in code(page) for chore in re.findall(r"^make ([a-z]+)", line)}
    assert named <= chores


@pages
def test_every_command_that_is_named_is_one_that_the_program_takes(page: Path) -> None:
    """With its flags and its values, as the program itself reads them."""
    for line in code(page):
        for said in re.findall(r"(?:^|[(;&|] *|\w=\S+ )gesso ([a-z][^)#;&|]*)", line):
            # A command may be named without what it takes.
            with contextlib.suppress(MissingArgumentError):
                commands.parse_args(shlex.split(said), exit_on_error=False, print_error=False)


def test_every_setting_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert "<!-- settings -->" in text
    assert "<!-- end of settings -->" in text
    for name in (*Settings.model_fields, *ClientSettings.model_fields):
        assert f"| `GESSO_{name.upper()}` |" in text
    assert "Undefined" not in text


def test_the_readme_counts_the_scenes_and_styles_right() -> None:
    text = (ROOT / "README.md").read_text()
    assert f" {len(sketchbook.SCENES)} kinds of scene" in text
    assert f" {len(sketchbook.STYLES)} styles" in text
    assert f" {len(presets.TEMPLATES)} templates" in text
    assert f" {len(presets.STYLES)} styles" in text


def test_every_error_stands_in_the_guide_with_its_status() -> None:
    text = (ROOT / "docs/guide/api.md").read_text()
    kinds: list[type[GessoError]] = [GessoError, *GessoError.__subclasses__()]
    kinds += [kind for parent in kinds[1:] for kind in parent.__subclasses__()]
    for kind in kinds:
        assert re.search(rf"^\| `{kind.code}` \| {kind.status} \|", text, re.MULTILINE), kind.code


def test_a_decision_says_why_and_what_follows_and_its_number_is_its_own() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for record in records:
        assert {"context", "decision", "consequences"} <= anchors(record), record.name


# --- The code of CONTRIBUTING.md, in a copy of the project -----------------------------------------------------------


SHOWN = [
    "gesso/ops/mirror.py",
    "gesso/providers/local/mirror.py",
    "tests/providers/test_mirror.py",
    "gesso/providers/atelier.py",
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with every file that CONTRIBUTING.md shows; its bytecode too, which is good as long as a file's time
    and size are what they were."""
    root = tmp_path_factory.mktemp("copy")
    shut_out = shutil.ignore_patterns(".venv", ".git", "data", ".*_cache", "node_modules", "artifacts")
    shutil.copytree(ROOT, root, ignore=shut_out, dirs_exist_ok=True)
    shown = FILE.findall((ROOT / "CONTRIBUTING.md").read_text())
    assert [name for name, _ in shown] == SHOWN
    for name, text in shown:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "photo.png").write_bytes(photo(60, 40))
    return root


def done(folder: Path, *command: str, **told: str) -> str:
    """What `python command` prints, run in the project at `folder`, with its code and these variables."""
    told = {"PYTHONPATH": f"{folder}:{folder / 'sdk/python'}", "GESSO_DATA": str(folder / "data"), **told}
    result = subprocess.run(
        [sys.executable, *command], cwd=folder, env=os.environ | told, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_code_shown_is_in_the_style_of_the_house(copy: Path) -> None:
    done(copy, "-m", "ruff", "format", "--check", *SHOWN)
    done(copy, "-m", "ruff", "check", *SHOWN)


def test_the_operation_shown_is_in_the_catalog_and_passes_its_tests(copy: Path) -> None:
    said = done(copy, "-m", "pytest", "-v", SHOWN[2], "tests/test_contract.py", "-k", "mirror")
    assert "test_an_operation_says_what_it_is[image.mirror] PASSED" in said
    assert "test_an_offer_can_be_drawn_as_a_form[image.mirror local/mirror] PASSED" in said
    assert "changes_left_and_right_and_a_level_one_above_and_below PASSED" in said


def test_the_operation_shown_stands_in_the_command_line_and_runs(copy: Path) -> None:
    """Nothing but its two files was touched."""
    assert "image.mirror" in done(copy, "-m", "gesso", "operations")
    done(copy, "-m", "gesso", "run", "image.mirror", "image=photo.png", "axis=level", "-o", "turned.png")
    before, after = (picture.load(copy / name, alpha=False) for name in ("photo.png", "turned.png"))
    assert (before[::-1] == after).all()


def test_the_operation_shown_stands_in_the_reference_and_the_openapi_document(copy: Path) -> None:
    done(copy, "docs/make.py")
    assert "## `image.mirror`: " in (copy / "docs/reference/operations.md").read_text()
    assert '"image.mirror"' in (copy / "docs/reference/openapi.json").read_text()


# --- Its provider, against a server that speaks as the service would --------------------------------------------------

KEY = "open sesame"
HARBOUR = {"op": "image.generate", "offer": "atelier/oils", "input": {"prompt": "a harbour", "count": 2, "seed": 5}}
LISTED = f"""
import json, pathlib
from gesso import catalog
offers = lambda told: sorted(catalog.load(told, pathlib.Path("models")).offers["image.generate"])
print(json.dumps([offers({{}}), offers({{"atelier": {{"key": "{KEY}"}}}})]))
"""


@dataclass
class Atelier:
    """The other side: a real server, which paints slowly and remembers what was ordered."""

    url: str = ""
    orders: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def atelier() -> Iterator[Atelier]:
    state = Atelier()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["Authorization"] != f"Bearer {KEY}":
                self.answer(401, b"no such key")
                return
            state.orders.append(body)
            self.answer(201, json.dumps({"order": len(state.orders) - 1}).encode())

        def do_GET(self) -> None:
            if self.path == "/account":
                self.answer(200, b'{"left": 7}')
                return
            number = self.path.rpartition("/")[2]
            state.asked.append(number)
            if state.asked.count(number) == 1:
                self.answer(202, b"")
            else:
                self.answer(200, photo(64, 100 + int(number)))

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the test says what it saw."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def shown(copy: Path) -> Provider:
    """The provider of the page, loaded here: unlike an operation, it leaves no mark on the others' catalog."""
    spec = importlib.util.spec_from_file_location("shown_atelier", copy / "gesso/providers/atelier.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Its annotations are looked up by this name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    provider: Provider = module.provider
    return provider


def tell(house: House, provider: Provider, told: Mapping[str, str] | None) -> None:
    runs = house.studio.runs
    settings = {} if told is None else {provider.name: told}
    runs.shelf = Catalog([*runs.shelf.providers, provider], settings, runs.models)


def test_the_provider_shown_is_found_on_the_shelf_and_offers_nothing_until_it_is_told_its_key(copy: Path) -> None:
    before, after = json.loads(done(copy, "-c", LISTED))
    assert "atelier/oils" not in before
    assert "atelier/oils" in after


def test_the_provider_shown_also_comes_from_a_package_of_its_own(copy: Path, tmp_path: Path) -> None:
    """As an installer leaves it: the module, and beside it what the package says of itself."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    entry = re.search(r'^\[project\.entry-points\."(.+)"\]\n(\w+) = "(.+)"$', text, re.MULTILINE)
    assert entry
    shutil.copy(copy / "gesso/providers/atelier.py", tmp_path / "gesso_atelier.py")
    about = tmp_path / "gesso_atelier-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gesso-atelier\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{entry[1]}]\n{entry[2]} = {entry[3]}\n")
    before, after = json.loads(done(ROOT, "-c", LISTED, PYTHONPATH=f"{ROOT}:{tmp_path}", GESSO_DATA=str(tmp_path)))
    assert "atelier/oils" not in before
    assert "atelier/oils" in after


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_studio_says_what_the_provider_shown_must_still_be_told(
    house: House, client: httpx2.AsyncClient, shown: Provider
) -> None:
    tell(house, shown, None)
    found = (await client.get("/api/image-studio/providers")).json()
    assert [(each["ready"], each["missing"]) for each in found if each["name"] == "atelier"] == [
        (False, "key: Field required")
    ]
    answer = await client.post("/api/runs", json=HARBOUR)
    assert answer.status_code == 404


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_provider_shown_tells_its_price_and_buys_each_picture_once(
    house: House, client: httpx2.AsyncClient, shown: Provider, atelier: Atelier
) -> None:
    tell(house, shown, {"key": KEY, "url": atelier.url})
    assert (await client.post("/api/runs/estimate", json=HARBOUR)).json()["price"] == 8000
    assert atelier.orders == []
    run = (await client.post("/api/runs", json=HARBOUR, headers={"Prefer": "wait=30"})).json()
    assert (run["state"], run["price"], run["spent"]) == ("succeeded", 8000, 8000), run["error"]
    assert [(made["width"], made["height"]) for made in run["outputs"]] == [(1024, 1024)] * 2
    assert [order["seed"] for order in atelier.orders] == [5, 6]


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_provider_shown_is_short_and_can_be_checked(
    house: House, client: httpx2.AsyncClient, shown: Provider, atelier: Atelier, copy: Path
) -> None:
    tell(house, shown, {"key": KEY, "url": atelier.url})
    found = (await client.post("/api/providers/atelier/check")).json()
    assert found == {"ok": True, "message": "The key works.", "balance": 7, "unit": "pictures"}
    lines = (copy / "gesso/providers/atelier.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) < 80


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_wrong_key_buys_nothing_and_gives_the_credits_back(
    house: House, client: httpx2.AsyncClient, shown: Provider, atelier: Atelier
) -> None:
    tell(house, shown, {"key": "guessed", "url": atelier.url})
    run = (await client.post("/api/runs", json=HARBOUR, headers={"Prefer": "wait=30"})).json()
    assert (run["state"], run["price"], run["spent"]) == ("failed", 8000, 0)
    assert run["error"]["code"] == "refused"
    assert atelier.orders == []
