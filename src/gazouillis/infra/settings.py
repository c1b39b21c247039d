"""The settings of the operator, from a file, environment variables and flags; later sources win. Built once by `app.py` or `cli.py`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.server_name import check_domain

FILE_NAME = "gazouillis.toml"
PREFIX = "GAZOUILLIS_"
LEAST_PAGES_PER_ADDRESS = 60
"""With fewer pages in five minutes nobody could read."""

AT_LEAST_ONE = (
    "image_megabytes",
    "image_megapixels",
    "kept_megapixels",
    "video_megabytes",
    "video_megapixels",
    "video_seconds",
    "audio_seconds",
    "media_url_seconds",
    "media_unattached_hours",
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, its type, its default and one line of meaning. The handbook says more."""

    data: Path = Path("data")
    """Folder of the database, secrets, uploaded files and unsent mail."""
    domain: str = ""
    """Name under which the world reaches this server; empty: the address it listens on, without https."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on."""
    database: str = ""
    """URL of the database; empty: `sqlite:///` in the data folder."""
    registrations: Literal["", "open", "approval", "closed"] = ""
    """Who may join; empty: what the owner chose in the browser."""
    max_characters: int = 0
    """Length limit of a status, 140 to 5000; 0: what the administrator chose in the browser."""
    rate_limits: Literal["on", "off"] = "on"
    """Whether clients that send too many requests are refused for a while."""
    streams_per_address: int = 100
    """How many streams and open pages one address may hold at once; 0: unlimited."""
    pages_per_address: int = 3000
    """How many pages those who are not signed in may read in five minutes from one address."""
    mail: str = ""
    """`smtp://user:password@host:587` or `smtps://…`; empty: e-mails are written to the data folder."""
    mail_from: str = ""
    """Sender of e-mails; empty: `gazouillis@domain`."""
    homes: int = 100_000
    """How many home timelines one process keeps in memory, 6.4 kB each once read."""
    media_store: str = ""
    """URL of an S3-compatible store for photos, videos and sound; empty: the folder `attachments` in the data folder."""
    image_megabytes: int = 16
    """How large the file of a photo or animation may be."""
    image_megapixels: int = 64
    """How many million pixels a photo may have; 64 take 800 MB of memory for a second."""
    kept_megapixels: int = 13
    """A photo with more million pixels is scaled down to so many."""
    video_megabytes: int = 99
    """How large the file of a video or sound may be."""
    video_megapixels: int = 9
    """How many million pixels one frame of a video may have; 4K has 8.3."""
    video_seconds: int = 300
    """How long a video may last."""
    audio_seconds: int = 3600
    """How long a sound may last."""
    media_url_seconds: int = 900
    """How long the address of a photo works that an app was given, when the post is not for everybody."""
    media_unattached_hours: int = 24
    """How long an uploaded file waits for its post before it is deleted."""
    metrics_token: str = ""
    """Bearer token that `/metrics` requires; empty: `/metrics` is closed."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Which log messages the server writes to its console."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'gazouillis.db'}"

    @property
    def authority(self) -> str:
        """Domain, with the port when the server is reached directly."""
        if self.domain:
            return self.domain
        host = "localhost" if self.host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else self.host
        return f"{host}:{self.port}"

    @property
    def is_secure(self) -> bool:
        """A server with a domain is reached by https, behind its proxy."""
        return bool(self.domain)

    @property
    def base_url(self) -> str:
        return f"{'https' if self.is_secure else 'http'}://{self.authority}"


class Origin(msgspec.Struct, frozen=True):
    """Where the value of a setting comes from: `default`, the file's path, the variable's name, or `flag`."""

    name: str
    value: Any
    source: str


def read(
    flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None, file: Path | None = None
) -> tuple[Settings, list[Origin]]:
    """The effective settings and where each comes from. `flags` whose value is None are not given."""
    environment = os.environ if environment is None else environment
    given = {name: (value, "flag") for name, value in (flags or {}).items() if value is not None}
    from_environment = {
        name: (environment[PREFIX + name.upper()], PREFIX + name.upper()) for name in _names() if PREFIX + name.upper() in environment
    }
    data = Path((given | {}).get("data", from_environment.get("data", ("data", "")))[0])
    from_file = _read_file(file or data / FILE_NAME)
    chosen = from_file | from_environment | given
    settings = _convert({name: value for name, (value, _source) in chosen.items()}, chosen)
    origins = [Origin(name, getattr(settings, name), chosen.get(name, ("", "default"))[1]) for name in _names()]
    return settings, origins


def _names() -> tuple[str, ...]:
    return Settings.__struct_fields__


def _read_file(path: Path) -> dict[str, tuple[Any, str]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(_("{file} is not valid TOML: {fault}", file=str(path), fault=str(fault))) from fault
    for name in content:
        if name not in _names():
            raise Invalid(_("{file} has an unknown setting: {name}", file=str(path), name=name), field=name)
    return {name: (value, str(path)) for name, value in content.items()}


def _convert(values: dict[str, Any], chosen: Mapping[str, tuple[Any, str]]) -> Settings:
    types = get_type_hints(Settings)
    converted: dict[str, Any] = {}
    for name, value in values.items():
        try:
            converted[name] = Path(value) if name == "data" else msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as fault:
            raise Invalid(
                _("{name}, given by {source}: {fault}", name=name, source=chosen[name][1], fault=str(fault)), field=name
            ) from fault
    if domain := converted.get("domain"):
        check_domain(domain)
    settings = Settings(**converted)
    if settings.max_characters and not 140 <= settings.max_characters <= 5000:
        raise Invalid(_("max_characters must be between 140 and 5000"), field="max_characters")
    if settings.pages_per_address < LEAST_PAGES_PER_ADDRESS:
        raise Invalid(_("pages_per_address must be at least {least}", least=LEAST_PAGES_PER_ADDRESS), field="pages_per_address")
    for name in AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            raise Invalid(_("{name} must be at least {least}", name=name, least=1), field=name)
    return settings
