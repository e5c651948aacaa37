"""Where the log goes: stderr, as lines for a person at a terminal, as JSON for a program."""

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from structlog.typing import Processor

QUIET = {
    # It logs whole URLs, and those of providers may hold keys.
    "httpx2": logging.WARNING,
    "alembic": logging.WARNING,
    # It names the database with all that its URL holds.
    "dbos": logging.WARNING,
    "uvicorn.error": logging.WARNING,
}


def listen(level: str) -> None:
    """What is logged at `level` (debug, info, warning, error) or above is heard from now on, whoever logs."""
    import structlog

    least = getattr(logging, level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Tracebacks without local variables: those hold tokens, passwords and the key that signs links.
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    render: list[Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if sys.stderr.isatty()
        else [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(handlers=[handler], level=least, force=True)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, least))
