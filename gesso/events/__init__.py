"""What happened, told to the world once it is true."""

from gesso.events.outbox import Bell, Event, after, emit, newest

__all__ = ["Bell", "Event", "after", "emit", "newest"]
