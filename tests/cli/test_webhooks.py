"""Webhooks at the command line: added, tried, read, replayed, rotated, removed."""

import json
from pathlib import Path

from tests.cli.conftest import Shell, serving
from tests.webhooks.conftest import Receiver, verified


def test_a_webhook_is_added_tried_read_and_removed(bare: Shell, tmp_path: Path) -> None:
    with Receiver().running() as receiver:
        tried(bare, receiver, tmp_path)


def tried(bare: Shell, receiver: Receiver, tmp_path: Path) -> None:
    told = {"GESSO_DATA": str(tmp_path / "data"), "GESSO_FETCH_ALLOW": f"127.0.0.1:{receiver.port}"}
    machine = bare.given(**told)
    with serving(machine, tmp_path / "serve.log") as server:
        here = machine.given(GESSO_SERVER=server.url, GESSO_TOKEN=machine.ok("token", "create", "tests"))
        assert "run.succeeded\tA run ended with outputs." in here.ok("webhooks", "events")
        added = here("webhooks", "add", receiver.url, "run.succeeded", "run.failed", "--name", "Mine")
        id, secret = added.stdout.strip().split("\t")
        assert "told this once" in added.stderr
        assert "not encrypted" in added.stderr
        assert here.ok("webhooks", "ls").split("\t")[1:] == ["Mine", receiver.url, "run.succeeded, run.failed", "on"]
        assert here.ok("webhooks", "test", "Mine") == "delivered"
        assert verified(receiver.seen[0], secret)["type"] == "webhook.test"
        (sent,) = json.loads(here.ok("webhooks", "log", "Mine", "--json"))
        assert here.ok("webhooks", "log", id).split("\t")[2:5] == ["webhook.test", "delivered", "1"]
        fresh = here.ok("webhooks", "rotate", "Mine")
        assert fresh.startswith("whsec_")
        assert here.ok("webhooks", "replay", "Mine", sent["id"]) == sent["message"]
        assert here("webhooks", "add", "http://10.0.0.1/").returncode == 2
        assert here.ok("webhooks", "rm", "Mine") == id
        assert here("webhooks", "test", "Mine").returncode == 4
