"""Notices at the command line: listed, marked as read."""

import json

from tests.cli.conftest import Shell


def test_notices_are_listed_and_marked_as_read(here: Shell) -> None:
    run = here("run", "image.generate", "prompt=a lake", "width=256", "height=256", "offer=nobody/nothing")
    assert run.returncode != 0
    assert here.ok("notifications", "ls", "--unread") == ""
    assert json.loads(here.ok("notifications", "ls", "--json")) == []
    assert here.ok("notifications", "read", "--all") == "0"
    nothing = here("notifications", "read")
    assert nothing.returncode != 0
    assert "--all" in nothing.stderr
    unknown = here("notifications", "read", "0190a000-0000-7000-8000-000000000000")
    assert unknown.returncode != 0
    assert "There is no such notice." in unknown.stderr
