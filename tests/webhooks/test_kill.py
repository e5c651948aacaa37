"""kill -9 between what a receiver has heard and what is written down of it."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.web.studio import becomes, opened
from tests.webhooks.conftest import Receiver, verified


def test_what_a_killed_studio_had_sent_comes_again_with_the_same_id(tmp_path: Path) -> None:
    with Receiver().running() as receiver, opened(tmp_path, GESSO_FETCH_ALLOW=f"127.0.0.1:{receiver.port}") as studio:
        hook = studio.api("POST", "/api/webhooks", {"url": receiver.url, "events": ["run.succeeded"]})
        receiver.plan = ["hold"]
        studio.paint("a lake")
        becomes(lambda: len(receiver.seen), 1)
        studio.stop(signal.SIGKILL)
        receiver.free()
        # Nobody here waits for a minute: its lease is over now.
        with closing(sqlite3.connect(studio.data / "gesso.db")) as database, database:
            database.execute("UPDATE webhook_delivery SET leased_until = begun_at")
        studio.start()
        becomes(lambda: len(receiver.seen), 2)
        one, two = receiver.seen
        assert one.headers["webhook-id"] == two.headers["webhook-id"]
        assert one.body == two.body
        verified(two, hook["secret"])
        path = f"/api/webhooks/{hook['id']}/deliveries"
        becomes(lambda: [each["state"] for each in studio.api("GET", path)["items"]], ["delivered"])
