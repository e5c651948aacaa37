"""The command line: the client, with fields drawn from the schemas, and what only the machine may do."""

from gesso.cli.root import main

__all__ = ["main"]
