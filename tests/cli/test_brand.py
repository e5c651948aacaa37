"""Brand kits at the command line: written, chosen, worn, warned of, handed on."""

import json
from pathlib import Path

from tests.cli.conftest import Shell


def test_a_kit_is_kept_chosen_worn_and_handed_on(here: Shell, tmp_path: Path) -> None:
    told = ("brand", "add", "North", "#0b2a4a=deep blue:text", "#e9dfc8", "--voice", "calm", "--avoid", "castle=lake")
    id = here.ok(*told).strip()
    wrong = here("brand", "lint", "a castle", "--prompt")
    assert "Your team has chosen no kit yet." in wrong.stderr
    here.ok("brand", "use", "North")
    assert here.ok("brand", "ls") == f"{id}\tNorth\tdefault\t#0b2a4a #e9dfc8"
    said = here.ok("brand", "lint", "a castle", "--prompt")
    assert said == "warning: The prompt says “castle”. Say “lake” instead."
    made = tmp_path / "lake.png"
    here.ok("create", "a castle", "--brand", "default", "--size", "256x256", "-o", str(made))
    assert made.exists()
    file = tmp_path / "kits.json"
    here.ok("brand", "export", str(file), "--kit", id)
    assert json.loads(file.read_text())["items"][0]["voice"] == "calm"
    here.ok("brand", "import", str(file))
    assert "no kit “South”" in here("brand", "lint", "x", "--prompt", "--kit", "South").stderr
