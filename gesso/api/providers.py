"""Who offers what here, what each still has to be told, and the telling of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from gesso import accounts, runs, vault
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.catalog import Catalog, Check, Provider, plain
from gesso.catalog.prices import Book, book
from gesso.kit.errors import GessoError, Invalid, NotFound

router = APIRouter(prefix="/providers", tags=["providers"], max_body_size=BODY_BYTES)


class FrameOut(BaseModel):
    """Pictures: sides and areas in pixels, `ratio` the longest long to short side, 0 for any."""

    model_config = ConfigDict(from_attributes=True)

    least: int
    most: int
    area: int
    smallest: int
    ratio: float


class LimitsOut(BaseModel):
    """What a model makes and is sent by itself; whatever is asked for is fitted to it, and cut to size here. `shapes`
    are the only ones it makes, `heaviest` the most bytes of a request there, 0 where that is not told."""

    model_config = ConfigDict(from_attributes=True)

    made: FrameOut | None
    shapes: list[str]
    sent: FrameOut | None
    heaviest: int


class OfferedOut(BaseModel):
    """`price` is that of one result of its example, in thousandths of a credit; None where it depends on more."""

    op: str
    id: str
    title: str
    model: str
    lane: str
    price: int | None
    megapixels: float
    limits: LimitsOut


class PricesOut(BaseModel):
    """When and where the prices were read."""

    day: date
    source: str


class TroubleOut(BaseModel):
    """It failed the last times; until `until` no run asks it."""

    said: str
    until: datetime | None


class FieldOut(BaseModel):
    """An input of a node, as a form asks for it: `kind` is prompt, text, image, mask, seed, size, whole, number, switch
    or choice. `likely` is whether it is asked for where nobody chooses."""

    model_config = ConfigDict(extra="ignore")

    name: str
    title: str
    node: str
    input: str
    kind: str
    default: str | bool | int | float | None = None
    least: float | None = None
    most: float | None = None
    choices: list[str] = []
    likely: bool = True


class WorkflowOut(BaseModel):
    """A graph that somebody brought, and the fields of its form. `may` are all that it might have."""

    name: str
    title: str
    fields: list[FieldOut]
    may: list[FieldOut]


class WorkflowIn(BaseModel):
    """`graph` as the provider's own page exports it, JSON or its text. Without `fields`, the likely ones are asked for;
    without `keep` it is only read."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str = Field("", max_length=80)
    graph: dict[str, Any] | str
    fields: list[dict[str, Any]] | None = Field(None, max_length=40)
    keep: bool = True


class ProviderOut(BaseModel):
    """`missing` says what a provider must still be told before it can offer anything; `form` is the JSON Schema of what
    it can be told here, and `told` what it was told, of secrets the end alone. `source` says by whom: the team, or the
    machine's settings. `frees`: its machine can be told to give its memory free. `workflows` are the graphs that were
    brought; None where it takes none. `lost`: what the team told can no longer be opened, and must be told again."""

    name: str
    title: str
    site: str
    ready: bool
    enabled: bool
    missing: str | None
    source: Literal["team", "machine"] | None
    lost: bool
    told: dict[str, Any]
    form: dict[str, Any]
    checkable: bool
    frees: bool
    workflows: list[WorkflowOut] | None
    trouble: TroubleOut | None
    prices: PricesOut | None
    would_offer: list[str]
    offers: list[OfferedOut]


class Telling(BaseModel):
    """A field that is left out stays as it was told before; null forgets it. Without `told`, only `enabled` changes."""

    model_config = ConfigDict(extra="forbid")

    told: dict[str, Any] | None = None
    enabled: bool = True


class CheckedOut(BaseModel):
    ok: bool
    message: str
    balance: float | None = None
    unit: str = ""


@router.get("")
async def listed(desk: AtDesk) -> list[ProviderOut]:
    """Every provider that this studio knows, also those that cannot offer anything yet."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        catalog = await desk.studio.runs.catalog(work)
        said = await vault.shown(work, desk.studio.secret)
        home = await accounts.alone(work.session, desk.actor)
        ill = await runs.troubled(work)
    return [
        _out(catalog, provider, said.get(provider.name), desk, home, ill.get(provider.name))
        for provider in catalog.providers
    ]


@router.put("/{name}")
async def tell(name: str, telling: Telling, desk: AtDesk) -> ProviderOut:
    """Tells a provider what it must be told (its key, say), from the next run on. For admins."""
    desk.actor.require("providers.manage")
    provider = _found(desk, name)
    async with desk.work() as work:
        before = (await vault.shown(work, desk.studio.secret)).get(name)
        home = await accounts.alone(work.session, desk.actor)
        told = before.told if before else None
        if telling.told is not None:
            told = _merged(provider, desk, told or {}, telling.told, home)
        await vault.tell(work, desk.studio.secret, name, told, enabled=telling.enabled)
        if telling.told is not None:
            # Another key, another chance.
            await runs.forgiven(work, name)
        catalog = await desk.studio.runs.catalog(work)
        said = await vault.shown(work, desk.studio.secret)
    return _out(catalog, provider, said.get(name), desk, home)


@router.delete("/{name}", status_code=204)
async def forget(name: str, desk: AtDesk) -> None:
    """Forgets what the team told a provider. For admins."""
    _found(desk, name)
    async with desk.work() as work:
        await vault.clear(work, name)


@router.post("/{name}/check")
async def check(name: str, desk: AtDesk, telling: Telling | None = None) -> CheckedOut:
    """Asks the provider's own server, at no cost, whether what it was told is right; with `told`, before it is kept."""
    desk.actor.require("providers.manage")
    provider = _found(desk, name)
    if provider.check is None:
        return CheckedOut(ok=True, message="It needs nothing.")
    async with desk.read() as work:
        before = (await vault.shown(work, desk.studio.secret)).get(name)
        home = await accounts.alone(work.session, desk.actor)
    told = dict((before.told if before else None) or {})
    if telling is not None and telling.told is not None:
        told = _merged(provider, desk, told, telling.told, home)
    return await _answered(desk, provider.check, _settings(desk, provider, told))


@router.post("/{name}/free")
async def free(name: str, desk: AtDesk) -> CheckedOut:
    """Makes a server of one's own give the memory of its models free, for what else runs there. For admins."""
    desk.actor.require("providers.manage")
    provider = _found(desk, name)
    if provider.unload is None:
        raise Invalid(f"{provider.title} holds nothing that could be given free.")
    return await _answered(desk, provider.unload, await _known(desk, provider))


@router.post("/{name}/workflows")
async def bring(name: str, given: WorkflowIn, desk: AtDesk) -> WorkflowOut:
    """Reads a graph of one's own, and keeps it as an operation with a form; one of the same name is replaced. The
    provider's server is asked whether it can carry it out. For admins."""
    desk.actor.require("providers.manage")
    provider = _found(desk, name)
    if provider.bring is None:
        raise Invalid(f"{provider.title} takes no workflows.")
    settings = await _known(desk, provider)
    # Nothing is held open while its server is asked.
    found = await provider.bring(settings, desk.studio.runs.http, given.model_dump(exclude={"keep"}))
    if given.keep:
        await _keep(desk, provider, given.name, found.kept)
    return WorkflowOut.model_validate({**found.kept, "may": found.fields})


@router.delete("/{name}/workflows/{workflow}", status_code=204)
async def send_off(name: str, workflow: Annotated[str, Path(max_length=40)], desk: AtDesk) -> None:
    """Forgets a graph that was brought. For admins."""
    desk.actor.require("providers.manage")
    await _keep(desk, _found(desk, name), workflow, None)


async def _keep(desk: Desk, provider: Provider, name: str, kept: dict[str, Any] | None) -> None:
    """In the place of what had this name."""
    async with desk.work() as work:
        before = (await vault.shown(work, desk.studio.secret)).get(provider.name)
        told = dict((before.told if before else None) or {})
        others = [each for each in told.get("workflows", ()) if each["name"] != name]
        if kept is None and len(others) == len(told.get("workflows", ())):
            raise NotFound(f"There is no workflow “{name}”.")
        told["workflows"] = [*others, kept] if kept is not None else others
        _settings(desk, provider, told)
        await vault.tell(work, desk.studio.secret, provider.name, told, enabled=before.enabled if before else True)


def _found(desk: Desk, name: str) -> Provider:
    for provider in desk.studio.runs.shelf.providers:
        if provider.name == name:
            return provider
    raise NotFound(f"There is no provider “{name}”.")


def _merged(provider: Provider, desk: Desk, before: Any, given: dict[str, Any], home: bool) -> dict[str, Any]:
    """What the team tells in all, checked as a whole together with what the machine says."""
    own = _own(provider, home)
    if strange := [name for name in given if name not in own]:
        raise Invalid(
            f"{strange[0]}: {provider.title} is not told this here.",
            fields=[{"field": strange[0], "message": "is not told here", "kind": "extra_forbidden"}],
        )
    merged = {name: value for name, value in {**before, **given}.items() if value is not None and value != ""}
    _settings(desk, provider, merged)
    return merged


async def _answered(desk: Desk, ask: Check, settings: BaseModel) -> CheckedOut:
    """What the provider's own server says to `ask`."""
    try:
        found = await ask(settings, desk.studio.runs.http)
    except GessoError as error:
        return CheckedOut(ok=False, message=str(error))
    return CheckedOut(ok=True, message=found.message, balance=found.balance, unit=found.unit)


async def _known(desk: Desk, provider: Provider) -> BaseModel:
    """What the provider was told, by the machine and by the team."""
    async with desk.read() as work:
        before = (await vault.shown(work, desk.studio.secret)).get(provider.name)
    return _settings(desk, provider, (before.told if before else None) or {})


def _settings(desk: Desk, provider: Provider, told: Mapping[str, Any]) -> BaseModel:
    """What the machine says, and over it what the team `told`. Raises Invalid, with `fields`."""
    try:
        return provider.read({**desk.studio.runs.shelf.told.get(provider.name, {}), **told})
    except ValidationError as error:
        fields = [
            {"field": ".".join(map(str, fault["loc"])), "message": plain(fault["msg"]), "kind": fault["type"]}
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Invalid(f"{fields[0]['field']}: {fields[0]['message']}.", fields=fields) from None


def _own(provider: Provider, home: bool) -> set[str]:
    """The fields that the team may tell. Where a hosted provider lives is the machine's to say: a team's key, and
    whatever the studio's network reaches, would otherwise be anybody's."""
    held = {"x-machine", "x-brought"} if home else {"x-machine", "x-brought", "x-address"}
    return {
        name
        for name, field in provider.settings.model_fields.items()
        if not (isinstance(field.json_schema_extra, dict) and held & field.json_schema_extra.keys())
    }


def _form(provider: Provider, home: bool) -> dict[str, Any]:
    schema = provider.settings.model_json_schema()
    own = _own(provider, home)
    schema["properties"] = {name: told for name, told in schema.get("properties", {}).items() if name in own}
    return schema


def _out(
    catalog: Catalog,
    provider: Provider,
    said: vault.Shown | None,
    desk: Desk,
    home: bool,
    ill: runs.Health | None = None,
) -> ProviderOut:
    settings = catalog.settings.get(provider.name)
    by_team = said is not None and said.told is not None
    by_machine = bool(desk.studio.runs.shelf.told.get(provider.name))
    prices = _book(provider)
    every = sorted(catalog.listed(provider), key=lambda offer: (offer.request.capability, offer.request.op, offer.rank))
    enabled = provider.name not in catalog.off
    return ProviderOut(
        name=provider.name,
        title=provider.title,
        site=provider.site,
        ready=settings is not None and enabled,
        enabled=enabled,
        missing=catalog.missing.get(provider.name),
        source="team" if by_team else "machine" if by_machine else None,
        lost=said is not None and said.lost,
        told=_masked(settings, _own(provider, home)),
        form=_form(provider, home),
        checkable=provider.check is not None,
        frees=provider.unload is not None,
        workflows=_brought(provider, settings),
        trouble=TroubleOut(said=ill.said, until=ill.until) if ill is not None else None,
        prices=PricesOut(day=prices.day, source=prices.source) if prices else None,
        would_offer=sorted({offer.request.title for offer in every}),
        offers=[
            OfferedOut(
                op=offer.request.op,
                id=offer.id,
                title=offer.title,
                model=offer.model,
                lane=offer.lane,
                price=offer.typical(),
                megapixels=offer.megapixels,
                limits=LimitsOut.model_validate(offer.limits),
            )
            for offer in every
        ],
    )


def _brought(provider: Provider, settings: BaseModel | None) -> list[WorkflowOut] | None:
    if provider.bring is None:
        return None
    return [WorkflowOut.model_validate({**each.model_dump(), "may": []}) for each in getattr(settings, "workflows", ())]


def _book(provider: Provider) -> Book | None:
    try:
        return book(provider.name)
    except KeyError:
        return None


def _masked(settings: BaseModel | None, own: set[str]) -> dict[str, Any]:
    """What was told, secrets as their last four characters, and only where they are long enough to spare them."""
    shown: dict[str, Any] = {}
    for name, value in settings or ():
        if name not in own:
            continue
        if isinstance(value, SecretStr):
            clear = value.get_secret_value()
            if clear:
                shown[name] = f"…{clear[-4:]}" if len(clear) >= 16 else "…"
        else:
            shown[name] = value
    return shown
