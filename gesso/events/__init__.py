"""What happened, told to the world once it is true."""

from gesso.events.outbox import KEPT, Bell, Event, after, emit, newest, resumable, sweep
from gesso.events.readers import begin, read

__all__ = ["KEPT", "Bell", "Event", "after", "begin", "emit", "newest", "read", "resumable", "sweep"]
