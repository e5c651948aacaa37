"""Templates and styles at the command line: found, filled, handed on."""

import json
from pathlib import Path

from gesso.imaging import picture
from tests.cli.conftest import Shell


def test_a_template_is_found_recommended_and_filled(here: Shell, tmp_path: Path) -> None:
    assert here.ok("templates", "search", "instgram", "story").splitlines()[0].startswith("instagram_story\t")
    told = here.ok("templates", "recommend", "product launch on instagram, vertical").splitlines()
    assert told[0] == "instagram_story_ad\tInstagram Story Ad\t1080x1920\tProduct launches, Instagram, portrait"
    made = tmp_path / "signature.png"
    asked = ("create", "--template", "email-signature", "--fill", "subject=a lake", "--style", "ink_wash", "-o", made)
    assert here.ok(*map(str, asked)) == str(made)
    facts = picture.inspect(made.read_bytes())
    assert (facts.width, facts.height) == (600, 200)
    recipe = json.loads(here.ok("assets", "ls", "--json"))[0]
    assert recipe["title"] == "a quiet strip of a lake in sage and sand"
    dry = here("create", "--template", "email_signature", "--dry-run")
    assert "Style: applied natively." in dry.stderr
    wrong = here("create", "--template", "email_signature", "--fill", "sky=red")
    assert (wrong.returncode, "subject=..., colours=..." in wrong.stderr) == (2, True)


def test_formats_are_found_added_and_handed_on(here: Shell, tmp_path: Path) -> None:
    found = here.ok("formats", "ls", "mastodon", "header").splitlines()[0].split("\t")
    assert found[:5] == ["mastodon.header", "Header", "1500x500", "jpeg png gif webp", "16,777 kB"]
    assert found[5].endswith("(stale)")
    id = here.ok("formats", "add", "Lobby", "3000x1000", "--types", "png", "--max-kb", "900")
    file = tmp_path / "formats.json"
    here.ok("formats", "export", str(file))
    (told,) = json.loads(file.read_text())["items"]
    assert (told["width"], told["types"], told["max_bytes"]) == (3000, ["png"], 900_000)
    here.ok("formats", "rm", id)
    assert here.ok("formats", "import", str(file)).endswith("\tLobby")


def test_what_is_ones_own_is_handed_on_and_taken_in(here: Shell, tmp_path: Path) -> None:
    assert here.ok("styles", "ls", "aquarell") == "watercolour\tWatercolour\tPaintings\tsketchbook"
    item = {"title": "Card", "prompt": "a {thing:boat}", "width": 300, "height": 200}
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps({"gesso": "templates", "format": 1, "items": [item]}))
    id, title = here.ok("templates", "import", str(file)).split("\t")
    assert title == "Card"
    assert here.ok("templates", "ls").splitlines()[0].startswith(f"{id}\t")
    here.ok("templates", "export", str(out))
    assert json.loads(out.read_text())["items"][0].items() >= item.items()
