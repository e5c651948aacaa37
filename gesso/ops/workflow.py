"""What a person brings: a graph of their own, with a form of its own."""

import secrets
from typing import ClassVar, Self

from gesso.ops.operation import Operation


class OwnWorkflow(Operation):
    """Carries out a graph of your own, with the fields that were chosen for it."""

    op = "image.workflow"
    rank = 90
    title = "Own workflow"
    capability = "create"
    brought = True
    example = {}
    seeds: ClassVar[tuple[str, ...]] = ()
    """The fields that are left to chance where nobody fills them in."""
    results: ClassVar[int] = 1

    def settled(self) -> Self:
        left = {name: secrets.randbelow(2**32) for name in self.seeds if getattr(self, name) is None}
        return self.model_copy(update=left) if left else self

    def outputs(self) -> int:
        return self.results

    def words(self) -> str:
        return str(getattr(self, "prompt", ""))
