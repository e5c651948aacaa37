"""`gesso compress` and `gesso convert`: files of this machine, made in no studio and kept by none."""

import json
from pathlib import Path

from PIL import Image

from gesso.imaging import credentials, packets, picture
from gesso.imaging.seal import SOURCES, Action, Seal
from tests.cli.conftest import Shell
from tests.imaging.authority import Authority
from tests.imaging.photos import photo

MADE = Action("created", "a model", "2026-11-01T00:00:00Z", "trainedAlgorithmicMedia")


def test_files_and_folders_are_made_smaller_beside_or_elsewhere_and_nothing_is_overwritten(
    bare: Shell, tmp_path: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "cup.png").write_bytes(picture.png(photo("coffee")[:300, :400]))
    (folder / "deep" / "cat.jpg").write_bytes(picture.jpeg(photo("chelsea"), quality=40))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and nothing more")
    (folder / "words.txt").write_text("no picture")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    done = bare("compress", str(folder), "-r", "--target-kb", "30", "-o", str(out), "--json")
    told = json.loads(done.stdout)
    states = {Path(row["file"]).name: row["state"] for row in told["files"]}
    # One that is small already is not made larger, and one that is broken takes no other with it.
    assert states == {"cup.png": "done", "cat.jpg": "done", "broken.png": "failed"}
    assert done.returncode == 1
    assert (out / "cup.webp").stat().st_size <= 30_000
    assert (out / "deep" / "cat.jpg").read_bytes() == before[folder / "deep" / "cat.jpg"]
    assert told["saved"] == told["before"] - told["bytes"] > 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    cup = folder / "cup.png"
    row = bare.ok("compress", str(cup), "--preset", "social", "metadata=none").split("\t")
    assert row[0] == str(folder / "cup-compressed.jpg")
    assert row[-1] == "done"
    first = (folder / "cup-compressed.jpg").read_bytes()
    assert bare.ok("compress", str(cup), "--preset", "social", "quality=30").endswith("there already")
    assert (folder / "cup-compressed.jpg").read_bytes() == first
    bare.ok("compress", str(cup), "--preset", "social", "--quality", "30", "--overwrite")
    assert len((folder / "cup-compressed.jpg").read_bytes()) < len(first)

    bare.ok("convert", str(cup), "long=100", "-o", str(tmp_path / "small.avif"))
    with Image.open(tmp_path / "small.avif") as made:
        assert (made.format, made.size) == ("AVIF", (100, 75))

    # What it declares goes on and may be told; what was signed cannot be, and that is said.
    whole = (folder / "deep" / "cat.jpg").read_bytes()
    trained = {"Iptc4xmpExt:DigitalSourceType": SOURCES + "trainedAlgorithmicMedia", "dc:creator": "Ada"}
    told = packets.laid(whole, packets.said(b"", trained)) or b""
    (tmp_path / "made.jpg").write_bytes(Seal(actions=(MADE,), signer=Authority().signer()).on(told, "image/jpeg"))
    signed = bare(
        "convert", str(tmp_path / "made.jpg"), "alt_text=A cat", "ai_words=de", "-o", str(tmp_path / "a.webp")
    )
    assert signed.returncode == 0, signed.stderr
    assert packets.read(packets.of((tmp_path / "a.webp").read_bytes())) == trained | {
        "Iptc4xmpCore:AltTextAccessibility": "A cat"
    }
    assert not credentials.signed((tmp_path / "a.webp").read_bytes())
    assert "It had content credentials; the new file has none" in signed.stderr
    assert "For your post: “Dieses Bild wurde mit KI" in signed.stderr
    refused = bare("compress", str(cup), "credentials=signed")
    assert (refused.returncode, "gesso each compress" in refused.stderr) == (2, True)

    # Two of one name are two, wherever they lie.
    (folder / "cup.jpg").write_bytes(picture.jpeg(photo("coffee")[:300, :400]))
    both = ("convert", str(cup), str(folder / "cup.jpg"), str(folder / "deep"), "--format", "webp")
    done = bare(*both, "--overwrite", "-o", str(tmp_path / "both"), "--json")
    rows = json.loads(done.stdout)["files"]
    assert [row["state"] for row in rows] == ["done"] * 3
    assert {Path(row["output"]).name for row in rows} == {"cup.webp", "cup-2.webp", "cat.webp"}
    assert len([*(tmp_path / "both").iterdir()]) == 3

    for words in (
        ("compress", str(tmp_path / "none.png")),
        ("compress", str(cup), "--preset", "none"),
        ("convert", str(cup)),
    ):
        assert bare(*words).returncode == 2
