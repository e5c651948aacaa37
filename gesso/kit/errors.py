"""Every error a caller may see: one tree. A subclass states its HTTP status and its stable code.

The message is for a person: what happened, and what to do next. `facts` are for a program.
"""

from typing import Any, ClassVar


class GessoError(Exception):
    """An error with a cause that a person can read and act on."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts


class Invalid(GessoError):
    """The input does not fit what was asked for. `facts["fields"]` names the fields, where known."""

    status, code, title = 422, "invalid", "The input does not fit"


class BadMedia(Invalid):
    """A file is not what it says, is damaged, or is of a kind that cannot be read."""

    code, title = "bad_media", "The file cannot be read"


class OffLimits(Invalid):
    """An address that this studio asks for nobody: it is not of the public internet, or not of the web."""

    code, title = "off_limits", "This address is off limits"


class Unreached(GessoError):
    """What was asked for elsewhere did not come, or not as a file."""

    status, code, title = 502, "unreached", "The address did not answer with a file"


class TooLarge(GessoError):
    """More bytes or pixels than the limits allow."""

    status, code, title = 413, "too_large", "Too large"


class NoRoom(TooLarge):
    """More bytes than the team, or its person, may keep."""

    code, title = "no_room", "No room left"


class SignedOut(GessoError):
    status, code, title = 401, "signed_out", "Sign in first"


class TooOften(GessoError):
    """Asked too often in too short a time. `facts["retry_after"]` says in how many seconds it may be asked again."""

    status, code, title = 429, "too_often", "Too often"


class InsufficientCredits(GessoError):
    status, code, title = 402, "insufficient_credits", "Not enough credits"


class Denied(GessoError):
    status, code, title = 403, "denied", "Not allowed"


class NotFound(GessoError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(GessoError):
    status, code, title = 409, "conflict", "In conflict with what is there"


class Refused(GessoError):
    """A provider said no before it accepted the work: nothing was bought, another offer may be tried."""

    status, code, title = 502, "refused", "The provider refused"


class Failed(GessoError):
    """A run could not be carried out, and trying it again would not help."""

    status, code, title = 500, "failed", "The work failed"


class Retry(GessoError):
    """The same work may succeed later: the pipeline tries again by itself."""

    status, code, title = 503, "retry", "Not possible just now"


class Undecided(GessoError):
    """Nobody can tell whether a paid call was accepted. The money stays reserved; a person is asked."""

    status, code, title = 500, "undecided", "The outcome is unknown"


class Cancelled(GessoError):
    """The person who asked for it has stopped it."""

    status, code, title = 409, "cancelled", "Cancelled"


class Exhausted(GessoError):
    """The work needed more time or memory than one piece of work may take."""

    status, code, title = 500, "exhausted", "It took too much time or memory"


class Unavailable(GessoError):
    """A part of the studio is not ready."""

    status, code, title = 503, "unavailable", "Not ready"
