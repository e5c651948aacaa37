"""Content credentials at the command line: what a file says, and what signs."""

from pathlib import Path

from tests.cli.conftest import Shell
from tests.conftest import photo
from tests.imaging.authority import Authority, pem


def test_a_file_is_signed_and_told_apart_from_a_changed_one(here: Shell, tmp_path: Path) -> None:
    plain, signed = tmp_path / "photo.png", tmp_path / "photo.webp"
    plain.write_bytes(photo(200, 150))
    authority = Authority()
    leaf, key = authority.leaf()
    (tmp_path / "chain.pem").write_text(pem(leaf) + pem(authority.root))
    (tmp_path / "key.pem").write_text(pem(key))
    own = here.ok("credentials", "own", str(tmp_path / "chain.pem"), str(tmp_path / "key.pem"))
    assert "certificate\tyour own\nname\tAnn Lee" in own
    assert "PRIVATE" not in own
    here.ok("run", "image.convert", f"image={plain}", "format=webp", "creator=Ann Lee", "-o", str(signed))
    said = here.ok("credentials", "verify", str(signed))
    assert "credentials\tsigned by you, unchanged" in said
    assert "creator\tAnn Lee" in said
    here.ok("credentials", "use")
    assert "Nothing was signed yet" in here("credentials", "show").stderr, "by a certificate of the studio"
    torn = bytearray(signed.read_bytes())
    torn[-60] ^= 1
    signed.write_bytes(torn)
    changed = here("credentials", "verify", str(signed))
    assert (changed.returncode, "changed since it was signed" in changed.stdout) == (1, True)
