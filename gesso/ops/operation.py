"""An Operation says WHAT is wanted. Who can do it, and for how much, is an Offer's to say."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from gesso.ops.fields import AssetRef

Capability = Literal["create", "edit", "upscale", "control", "transform", "export"]

OPERATIONS: dict[str, type["Operation"]] = {}


class Operation(BaseModel):
    """A typed, frozen request. A subclass that names `op` is a new verb; one that does not narrows or widens its
    parent for one offer.

    From the class alone are drawn: the form, the CLI command, the OpenAPI entry, the page of the reference.
    `example` is an input that must work; where it names `"asset"`, an asset of the reader's is meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    op: ClassVar[str]
    title: ClassVar[str]
    capability: ClassVar[Capability]
    makes: ClassVar[str] = "image"
    example: ClassVar[Mapping[str, Any]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "op" in cls.__dict__:
            if cls.op in OPERATIONS:
                raise TypeError(f"Two operations are named {cls.op!r}.")
            OPERATIONS[cls.op] = cls

    def outputs(self) -> int:
        """How many assets this request asks for: what most prices are a multiple of."""
        return 1

    def settled(self) -> "Operation":
        """The same request with every choice made that is left to chance, so that it can be run again."""
        return self

    def words(self) -> str:
        """The words by which the result is found again."""
        return ""

    def assets(self) -> Iterator[AssetRef]:
        """Every asset the request names, wherever it is named."""
        return _refs(dict(self))


def _refs(value: Any) -> Iterator[AssetRef]:
    match value:
        case AssetRef():
            yield value
        case BaseModel():
            yield from _refs(dict(value))
        case Mapping():
            for item in value.values():
                yield from _refs(item)
        case list() | tuple():
            for item in value:
                yield from _refs(item)
