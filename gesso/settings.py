"""One typed object holds every setting; nothing else reads the environment."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gesso.kit import mail
from gesso.kit.fetch import Rule

Lane = Annotated[str, StringConstraints(pattern=r"^(remote|cpu|gpu)(:[1-9]\d{0,3})?$")]
"""A lane by its name, or with how many of its jobs at once: `cpu`, `cpu:8`."""


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "gesso"


class Settings(BaseSettings):
    """Read from `GESSO_...` in the environment. The configuration table of the README is drawn from here."""

    model_config = SettingsConfigDict(env_prefix="GESSO_", env_nested_delimiter="__", frozen=True)

    data: Path = Field(
        default_factory=_home,
        description="The folder of everything that Gesso keeps: database, pictures, models, secret.",
    )
    database_url: str = Field(
        "",
        description="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`. Empty: `gesso.db` in the data folder.",
    )
    store_url: str = Field(
        "",
        description="Where bytes rest: `file:///FOLDER`, `s3://BUCKET/PREFIX`, `az://...`, `gs://...`, `memory://`. "
        "Empty: `store` in the data folder.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on. Loopback unless you say otherwise.")
    port: int = Field(8420, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    public_url: str = Field("", description="The address people use, behind a proxy: `https://studio.example`.")
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs links. Empty: made at the first start and kept in the data folder. "
        "Several servers share one.",
    )
    worker: bool = Field(True, description="Whether `gesso serve` also works on runs, besides answering.")
    lanes: Annotated[tuple[Lane, ...], NoDecode] = Field(
        ("remote", "cpu"),
        min_length=1,
        description="Which lanes a worker takes runs from: `remote`, `cpu`, `gpu`; and, where you say it, how many of "
        "each at once: `remote:64,cpu:8`. Else 32, four for each pixel process (at least 16), 1.",
    )
    processes: int = Field(0, ge=0, le=256, description="Processes for pixel work. 0: one per core.")
    memory_mb: int = Field(6144, ge=512, description="Ceiling of address space of one pixel process, in MiB.")
    work_seconds: int = Field(600, ge=1, description="The longest that one piece of pixel work may take.")
    max_upload_mb: int = Field(200, ge=1, description="The largest file that may be uploaded, in MiB.")
    max_import_mb: int = Field(4096, ge=1, description="The largest archive that may be uploaded, in MiB.")
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses that are not public, and that files may be fetched from and webhooks sent to "
        "nevertheless: `10.0.0.5`, `10.0.0.0/8`, `127.0.0.1:9000`. A port that is named is the only one. What such a "
        "server answers to a webhook is not kept.",
    )
    push_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses of push services that are not public, likewise. Any member can have them asked, so none "
        "unless you run such a service.",
    )
    fetch_seconds: float = Field(120, gt=0, description="The longest that a file may take to be fetched.")
    watch: Annotated[tuple[Path, ...], NoDecode] = Field(
        (),
        description="Folders of this server, by their whole paths, in which admins may have new pictures and sheets "
        "looked for (with several teams, the owner of the first): `/srv/drop,/mnt/photos`. None unless you say so, and "
        "never the data folder.",
    )
    max_pixels: int = Field(
        100_000_000, ge=1, description="The largest picture that is taken in: width x height x pages."
    )
    lease_seconds: float = Field(
        30, gt=0, description="A worker that is silent for this long is dead; its runs go to others."
    )
    trial_days: int = Field(
        7,
        ge=0,
        description="Days after which trials (parts that were made to be looked at) are erased, unless somebody kept "
        "them. 0: never.",
    )
    trash_days: int = Field(
        30,
        ge=0,
        le=3650,
        description="Days after which what is in the trash is erased, unless a team settles otherwise. 0: never by "
        "itself.",
    )
    team_quota_mb: int = Field(0, ge=0, description="The most that a team may keep, in MB. 0: no limit.")
    person_quota_mb: int = Field(
        0, ge=0, description="The most that one person of a team may keep, in MB. 0: no limit."
    )
    stray_hours: int = Field(
        72, ge=1, description="Hours for which bytes that nobody needs rest before `gesso storage clean` removes them."
    )
    verify_days: int = Field(
        30, ge=0, description="Days within which all bytes are read again and held against their checksums. 0: never."
    )
    providers: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="What each provider is told, as JSON or nested names: `GESSO_PROVIDERS__NAME__KEY`.",
    )
    stock: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Keys for photographs of others: `GESSO_STOCK__UNSPLASH__KEY`, `GESSO_STOCK__PEXELS__KEY`.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Who carries the mails: `smtp://NAME:PASSWORD@HOST:587`, `smtps://...`. STARTTLS is used where "
        "it is offered, and demanded with a password; `?starttls=off`, `?ca=FILE`. Empty: no mail is sent.",
    )
    smtp_from: str = Field(
        "", description="Whom mails are from: `Gesso <studio@example.com>`. Needed where there is `GESSO_SMTP_URL`."
    )
    log: str = Field("info", pattern="^(debug|info|warning|error)$", description="How much is logged.")

    @field_validator("lanes", "fetch_allow", "push_allow", "watch", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("lanes")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [lane.partition(":")[0] for lane in value]
        if len(set(names)) < len(names):
            raise ValueError("a lane is named twice")
        return value

    @field_validator("fetch_allow", "push_allow")
    @classmethod
    def _rules(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for rule in value:
            Rule.read(rule)
        return value

    @model_validator(mode="after")
    def _mails(self) -> Self:
        """Both are looked at here, so that a studio whose mails would never leave does not start."""
        if self.smtp_url.get_secret_value():
            mail.Smtp.read(self.smtp_url.get_secret_value())
            mail.sender(self.smtp_from)
            if not self.public_url and not _loopback(self.host):
                raise ValueError(
                    "mails have links in them (GESSO_SMTP_URL), so say under which address people reach the studio: "
                    "GESSO_PUBLIC_URL"
                )
        return self

    @field_validator("watch")
    @classmethod
    def _whole(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        for folder in value:
            if not folder.is_absolute():
                raise ValueError(f"“{folder}” is no whole path: it begins with /")
        return value

    @model_validator(mode="after")
    def _apart(self) -> Self:
        """What Gesso keeps is for nobody to have taken in as pictures: its database, its secret, other teams' bytes."""
        data = self.data.resolve()
        for folder in self.watch:
            found = folder.resolve()
            if found.is_relative_to(data) or data.is_relative_to(found):
                raise ValueError(f"GESSO_WATCH: “{folder}” holds the data folder ({data}), or lies in it")
        return self

    @property
    def database(self) -> str:
        """The database's URL with the driver that we use."""
        url = self.database_url or f"sqlite:///{self.data.absolute()}/gesso.db"
        for plain, driver in (
            ("postgresql://", "postgresql+psycopg://"),
            ("sqlite+aiosqlite://", "sqlite://"),
        ):
            if url.startswith(plain):
                url = driver + url.removeprefix(plain)
        return url

    @property
    def outside(self) -> str:
        """Where people reach the page, without a slash at its end: what links in mails begin with."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def store(self) -> str:
        return self.store_url or f"file://{self.data.absolute()}/store"

    @property
    def models(self) -> Path:
        """The folder for model files that the user brings."""
        return self.data / "models"

    @property
    def scratch(self) -> Path:
        """The folder for half-arrived files."""
        return self.data / "tmp"


class ClientSettings(BaseSettings):
    """Which studio the command line speaks to. Read from `GESSO_SERVER` and `GESSO_TOKEN`."""

    model_config = SettingsConfigDict(env_prefix="GESSO_", frozen=True)

    server: str = Field(
        "",
        description="The studio that commands speak to: `https://studio.example`. Empty: this machine's own.",
    )
    token: SecretStr = Field(SecretStr(""), description="An API token of that studio.")
