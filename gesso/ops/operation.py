"""An Operation says WHAT is wanted. Who can do it, and for how much, is an Offer's to say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel

from gesso.ops.fields import AssetRef, Form

Capability = Literal["create", "edit", "upscale", "control", "transform", "export", "words"]

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of an asset that a request names, before anything is opened. `seconds` is 0 for a still, `seen` is
    what the intake saw of a picture."""

    kind: str
    width: int
    height: int
    seconds: float = 0.0
    seen: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


Sources = Mapping[UUID, Source]
"""By their ids; one that is still to come is not among them."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to each picture that was made, whoever made it: its middle is `cut` to a size, its file says how
    many `dots` an inch it has, and where it is `judged` it is told how true it is to the source."""

    cut: Size | None = None
    dots: float | None = None
    judged: bool = False


OPERATIONS: dict[str, type["Operation"]] = {}


class Operation(Form):
    """A typed, frozen request. A subclass that names `op` is a new verb; one that does not narrows or widens its
    parent for one offer.

    From the class alone are drawn: the form, the CLI command, the OpenAPI entry, the page of the reference.
    What `makes` text answers on the run itself, and keeps no asset.
    They stand in the order of their `rank`, then of their title; with the first of its capability a page opens.
    `example` is an input that must work; `"asset"`, `"mask"`, `"voice"` and `"film"` in it are assets of the reader's.
    `sized_by` names the fields that decide how large the result is, as far as the source does not. A `masked` operation
    changes nothing of its `image` outside of its `mask` (where one is given) and `feather` pixels around it: the
    pipeline sees to that, whoever carried it out. Where a request has a `region`, that part of its `image` is all that
    is opened, and what comes of it is a trial, which no list shows. A `brought` one is offered by nobody until a person
    brings what it takes. A `quick` one can be looked at while its settings change: on a small copy of its picture, or
    on all of it where only the `whole` can tell, as of a file how large it is. `deed` is what C2PA calls what it does
    to its picture; one that `adds` nothing has only pixels that were there, whoever carries it out.
    """

    op: ClassVar[str]
    title: ClassVar[str]
    capability: ClassVar[Capability]
    makes: ClassVar[str] = "image"
    rank: ClassVar[int] = 50
    example: ClassVar[Mapping[str, Any]]
    sized_by: ClassVar[tuple[str, ...]] = ()
    masked: ClassVar[bool] = False
    brought: ClassVar[bool] = False
    quick: ClassVar[bool] = False
    whole: ClassVar[bool] = False
    deed: ClassVar[str] = "edited"
    adds: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "op" in cls.__dict__:
            if cls.op in OPERATIONS:
                raise TypeError(f"Two operations are named {cls.op!r}.")
            OPERATIONS[cls.op] = cls

    @classmethod
    def told(cls, assets: Mapping[str, str]) -> dict[str, Any]:
        """The example, with an id in the place of each asset that it speaks of."""

        def meant(value: Any) -> Any:
            if isinstance(value, list):
                return [meant(one) for one in value]
            return assets.get(value, value) if isinstance(value, str) else value

        return {name: meant(value) for name, value in cls.example.items()}

    def outputs(self) -> int:
        """How many assets this request asks for: what most prices are a multiple of."""
        return 1

    def size(self, source: Size | None) -> Size | None:
        """The size of each result, where `source` is the size of the picture in the field `image`.

        None where it cannot be known before: for an operation that does not say, or without a source.
        """
        return None

    def check(self, sources: Sources) -> None:
        """Raises `Invalid`, with its fields, where what is asked for and what is named do not go together."""

    def chosen(self, sources: Sources) -> tuple[Self, tuple[str, ...]]:
        """The same request with every choice made that was left to the studio and depends on what is named, and the
        sentences that say why. Twice is once."""
        return self, ()

    def finish(self) -> Finish | None:
        """What is left to do when a result is there."""
        return None

    def settled(self) -> "Operation":
        """The same request with every choice made that is left to chance, so that it can be run again."""
        return self

    def words(self) -> str:
        """The words by which the result is found again."""
        return ""

    def assets(self) -> Iterator[AssetRef]:
        """Every asset the request names, wherever it is named."""
        return _refs(dict(self))

    def parents(self, facts: Mapping[str, Any]) -> Iterable[AssetRef]:
        """Those that the output with these facts was made from."""
        return self.assets()


def megapixels(request: Operation, sources: Sources, field: str = "image") -> float:
    """How large the picture is that the request names in `field`; 1.0 where that is not known yet."""
    source = sources.get(getattr(request, field, None) or UUID(int=0))
    return source.megapixels if source else 1.0


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
