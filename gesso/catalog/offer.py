"""What a provider is, and all that it is given: it never sees the database, the person or the purse."""

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Generic, Literal, ParamSpec, Protocol, TypeVar, cast

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import PydanticCustomError

from gesso.catalog.limits import NO_LIMITS, Limits
from gesso.catalog.manner import IN_WORDS, OFFLINE, State, manner
from gesso.catalog.prices import grade
from gesso.imaging.seal import Seal
from gesso.kit.media import Media, Reply
from gesso.kit.money import Credits, credits
from gesso.ops import Operation, Sources
from gesso.ops.fields import LATER, AssetRef
from gesso.ops.sealed import Sealed

O = TypeVar("O", bound=Operation)
S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")
P = ParamSpec("P")
Find = Callable[[datetime], Awaitable[Sequence[T]]]
Price = Callable[[O, Sources], Credits | None]
Hand = Literal["model", "rules", "tool"]
"""What draws: a model that was trained on pictures, rules that make one without any, or a tool that only works on what
is there."""


class Context(Protocol):
    """A provider's window on the studio while it works on one run."""

    @property
    def done(self) -> int:
        """How many outputs are stored already. A handler yields output number `done` first."""

    @property
    def http(self) -> httpx2.AsyncClient: ...

    @property
    def models(self) -> Path:
        """The folder for model files that the user brings."""

    def settings(self, kind: type[S]) -> S:
        """What this provider was told, as its own settings type."""

    async def open(self, ref: AssetRef) -> Media:
        """The bytes of an asset that the request names."""

    async def made(self) -> Sequence[Mapping[str, Any]]:
        """What was said (`facts`) of each output that is stored already, for a handler that may leave some out."""

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: Find[T] | None = None) -> T:
        """Runs `call` once in the life of the run, however often it is resumed; its answer (a JSON value) is kept.

        For what costs money: if the process dies between the call and the keeping, nobody knows whether it was
        bought, so the resumed run raises Undecided here instead of buying again. A call that raises Refused,
        Retry or Invalid has bought nothing and may be made again.

        Where the provider lists what it accepted, `find` answers the question: it gives the answers that such a call
        may have had since the moment it is told, none where nothing was bought. The first that no other run has is
        taken.
        """

    async def bought(self, step: str, call: Callable[[], Awaitable[Media]]) -> Media:
        """As `once`, for an answer that is the result itself: its bytes are kept until the run is over."""

    async def forget(self, step: str) -> None:
        """Takes back what `once` kept of a step, where it surely came to nothing: it may be made anew."""

    async def progress(self, fraction: float, note: str = "") -> None:
        """How much of the whole run is done, 0..1. Raises Cancelled when the person has stopped it."""

    def cancelled(self) -> bool:
        """Whether the person has stopped it. Long handlers look now and then."""

    async def compute(
        self, call: Callable[..., T], *args: Any, span: tuple[float, float] | None = None, **kwargs: Any
    ) -> T:
        """`call(*args, **kwargs)` in a worker process; stopped there when the run is cancelled.

        With `span`, the part of the whole run that this call is, `call` must take `report`: a function to which
        it says what fraction of itself (0..1) is done.
        """

    def place(self) -> AbstractAsyncContextManager[None]:
        """Held by whoever keeps something large at hand between pieces of work. There are but as many as the worker
        processes can make use of; who comes later waits for one, and can be stopped meanwhile."""

    async def seal(self, request: Sealed) -> Seal:
        """What the file of this request is to say of where its picture comes from: in `compute`, drawn before and laid
        on after it is encoded."""

    def show(self, preview: bytes) -> None:
        """How the picture looks so far that is being made: a small one, JPEG, PNG or WebP."""

    def say(self, note: str) -> None:
        """A sentence for the person about the result, such as what would make it better."""


Handler = Callable[[O, Context], AsyncIterator[Media] | AsyncIterator[Reply]]
"""Gives each output as soon as it is there; of an operation that makes text, the one reply."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an offer makes of a request before it runs: the words it understood, what it will ignore, what becomes of
    its style, and in sentences what it makes less of than is meant."""

    understood: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    style: State = ""
    losses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer(Generic[O]):
    """Who does `request`, with which `model`. `price`, `seconds` and `read` are pure functions of the request; the
    first two also see how large what it names is, and how long. A price is None while that decides and is not known.

    `megapixels` is the largest picture that it takes here, `limits` what its provider makes and takes, to which all is
    fitted on its way there and back. `rank` orders offers of the same price: the lowest is picked
    when nobody was asked for by name. `quality` is a grade from 1 (a sketch) to 5 (the best there is), by which one is
    picked where quality is preferred; where the provider does not say, `grades.toml` does. `styles` names the presets
    that it has, or says how it is told of a style (`manner`). `hand` is what draws there.
    """

    provider: str
    model: str
    title: str
    request: type[O]
    run: Handler[O]
    price: Price[O]
    seconds: Callable[[O, Sources], float]
    read: Callable[[O], Reading]
    lane: str
    rank: int
    megapixels: float = 100
    quality: int = 3
    limits: Limits = NO_LIMITS
    styles: str = IN_WORDS
    hand: Hand = "model"

    @property
    def id(self) -> str:
        return f"{self.provider}/{self.model}"

    def reading(self, request: O) -> Reading:
        """What it makes of the request, its style and its brand included."""
        said, worn = self.read(request), manner(request, self.styles)
        if worn.brand is None or self.styles == OFFLINE:
            return replace(said, style=worn.state)
        return replace(said, style=worn.state, understood=(*said.understood, *worn.brand.told))

    def typical(self) -> Credits | None:
        """The price of its operation's example; None where it depends on more than that says."""
        told = self.request.told(dict.fromkeys(("asset", "mask", "voice", "film"), str(LATER)))
        try:
            return self.price(self.request.model_validate(told), {})
        except ValidationError:
            pass
        try:
            # What an offer wants besides seldom changes its price.
            return self.price(cast(O, self.request.model_construct(**told)), {})
        except (AttributeError, TypeError, KeyError):
            return None


def free(request: Operation, sources: Sources) -> Credits:
    return Credits(0)


def per_output(amount: float) -> Callable[[Operation, Sources], Credits]:
    """A price of `amount` credits for each asset asked for."""
    return lambda request, sources: Credits(credits(amount) * request.outputs())


def _at_once(request: Operation, sources: Sources) -> float:
    return 1.0


def _all(request: Operation) -> Reading:
    return Reading()


def _untuned(read: Callable[[O], Reading], tuned: Iterable[str]) -> Callable[[O], Reading]:
    rest = [name for name in TUNED if name not in set(tuned)]

    def whole(request: O) -> Reading:
        told = read(request)
        return replace(
            told, ignored=(*told.ignored, *(name for name in rest if getattr(request, name, None) is not None))
        )

    return whole


MACHINE: Final[Any] = {"x-machine": True}
"""`json_schema_extra` of a setting that is the machine's to tell, not a team's: where a hosted provider lives, say."""
ADDRESS: Final[Any] = {"x-address": True}
"""Of one that makes this server call an address of somebody's choice: told by the machine, or by the owner of the only
team, who is at home here."""

BROUGHT: Final[Any] = {"x-brought": True}
"""Of the one in which what people bring is kept, `workflows`: it is neither typed nor shown with the others."""


TUNED: Final = ("guidance", "steps")
"""Fields that only some models know: what an offer is not `tuned` by, it ignores, and says so."""

PRINTABLE: Final = re.compile("[ -~]*")


class NoSettings(BaseModel):
    """For a provider that needs to be told nothing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a provider's own server says of what it was told. `balance` is what is left there, in `unit`s."""

    message: str
    balance: float | None = None
    unit: str = ""


Check = Callable[[Any, httpx2.AsyncClient], Awaitable[Checked]]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a provider makes of a graph that a person brings: what is kept of it in the setting `workflows`, and all the
    `fields` that its form might have, with `likely` for those it has where nobody chooses."""

    kept: dict[str, Any]
    fields: list[dict[str, Any]]


Bring = Callable[[Any, httpx2.AsyncClient, Mapping[str, Any]], Awaitable[Brought]]


@dataclass
class Provider:
    """A named bundle of offers. `settings` is what it must be told before it can work (its key, say).

    `site` is where an account is made. With one key, a worker has `at_once` of its runs going. `heaviest` is the most
    bytes of a request there, where that is told. `check` asks its server, at no cost, whether what it was told is
    right.
    """

    name: str
    title: str
    settings: type[BaseModel] = NoSettings
    at_once: int = 8
    hand: Hand = field(default="model", kw_only=True)
    heaviest: int = 0
    listed: list[Offer[Any]] = field(default_factory=list)
    later: list[Callable[[Path], Iterable[Offer[Any]]]] = field(default_factory=list)
    by_settings: list[Callable[[Any], Iterable[Offer[Any]]]] = field(default_factory=list)
    site: str = ""
    check: Check | None = None
    unload: Check | None = None
    bring: Bring | None = None

    def offers(
        self,
        request: type[O],
        *,
        model: str,
        title: str,
        price: Price[O] = free,
        seconds: Callable[[O, Sources], float] = _at_once,
        read: Callable[[O], Reading] = _all,
        lane: str = "remote",
        rank: int = 0,
        megapixels: float = 100,
        quality: int | None = None,
        limits: Limits = NO_LIMITS,
        tuned: Iterable[str] = (),
        styles: str = IN_WORDS,
        hand: Hand | None = None,
    ) -> Callable[[Handler[O]], Handler[O]]:
        """Declares that the decorated async generator does `request` with `model` at `price`. Of the fields in `TUNED`
        it knows those in `tuned`."""

        graded = grade(self.name, model) if quality is None else quality
        known = replace(limits, heaviest=limits.heaviest or self.heaviest)

        def declare(run: Handler[O]) -> Handler[O]:
            facts = (
                price,
                seconds,
                _untuned(read, tuned),
                lane,
                rank,
                megapixels,
                graded,
                known,
                styles,
                hand or self.hand,
            )
            self.listed.append(Offer(self.name, model, title, request, run, *facts))
            return run

        return declare

    def finds(self, look: Callable[[Path], Iterable[Offer[Any]]]) -> Callable[[Path], Iterable[Offer[Any]]]:
        """Declares that the decorated function finds further offers in the folder of the user's model files."""
        self.later.append(look)
        return look

    def tells(self, look: Callable[[Any], Iterable[Offer[Any]]]) -> Callable[[Any], Iterable[Offer[Any]]]:
        """Declares that the decorated function makes further offers of the settings that the provider was told: of
        models that the person names, say. It asks nobody."""
        self.by_settings.append(look)
        return look

    def checks(self, ask: Check) -> Check:
        """Declares that the decorated function asks the provider's server whether its settings are right; it raises
        what is wrong with them."""
        self.check = ask
        return ask

    def unloads(self, ask: Check) -> Check:
        """Declares that the decorated function makes the provider's own machine give its models' memory free."""
        self.unload = ask
        return ask

    def read(self, told: Mapping[str, Any]) -> BaseModel:
        """Its settings, of what it was told: texts without the blanks and line ends around them that copying adds.

        Raises ValidationError, also for a secret with a sign that no header can carry: what fails to be sent would be
        quoted in the error, and everybody would read it.
        """
        settings = self.settings.model_validate(
            {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
        )
        for name, value in settings:
            if isinstance(value, SecretStr) and not PRINTABLE.fullmatch(value.get_secret_value()):
                fault = PydanticCustomError("secret", "has a sign that no key has; copy it anew")
                raise ValidationError.from_exception_data(self.title, [{"type": fault, "loc": (name,), "input": None}])
        return settings

    def brings(self, read: Bring) -> Bring:
        """Declares that the decorated function reads graphs that a person brings (`name`, `title`, `graph`, and the
        `fields` that were chosen); it asks the provider's server whether it can carry them out, and raises Invalid."""
        self.bring = read
        return read

    def gather(self, package: str, path: Iterable[str]) -> None:
        """Imports every module of the provider's own folder, so that each may declare its offers."""
        for module in sorted(pkgutil.iter_modules(path), key=lambda found: found.name):
            importlib.import_module(f"{package}.{module.name}")
