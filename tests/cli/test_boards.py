"""Boards at the command line: made, filled, opened by a link, closed again."""

import json
from pathlib import Path

from tests.cli.conftest import Shell
from tests.conftest import photo


def test_a_board_is_made_linked_and_closed(here: Shell, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(photo())
    one, two = here.ok("assets", "add", str(file)).strip(), here.ok("assets", "add", str(file)).strip()
    board = here.ok("boards", "create", "For Anna", one, "--words", "Three ideas").strip()
    assert here.ok("boards", "add", "For Anna", one, two).strip() == two
    url = here.ok("boards", "link", board, "--name", "Anna", "--role", "commenter", "--password", "chalk").strip()
    assert url.startswith("http://127.0.0.1:8420/s/board_")
    assert here.ok("boards", "ls").split("\t")[1:] == ["For Anna", "2", "1", "editor"]
    (told,) = json.loads(here.ok("boards", "links", board, "--json"))
    assert (told["name"], told["role"], told["has_password"], told["by"]) == ("Anna", "commenter", True, "owner")
    assert url.rpartition("/")[2] not in json.dumps(told)
    here.ok("boards", "revoke", board, "Anna")
    assert "no link “Anna”" in here("boards", "revoke", board, "Anna").stderr
    here.ok("boards", "rm", "For Anna")
    assert here.ok("boards", "ls") == ""
    here.ok("boards", "rm", board, "--restore")
    assert here.ok("boards", "ls").startswith(board)
