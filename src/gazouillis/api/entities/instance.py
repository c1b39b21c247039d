"""https://docs.joinmastodon.org/entities/Instance/"""

from __future__ import annotations

from importlib.metadata import version

import msgspec

from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.profile import LONGEST_FIELD, LONGEST_NAME, LONGEST_NOTE, MOST_FIELDS
from gazouillis.accounts.usage import UsageCounts
from gazouillis.infra.settings import Settings
from gazouillis.media.formats import ACCEPTED_TYPES
from gazouillis.media.processing.models import MediaLimits
from gazouillis.media.rules import LONGEST_DESCRIPTION, MOST_ATTACHMENTS
from gazouillis.statuses.pin import MOST_PINNED
from gazouillis.statuses.polls import models as polls
from gazouillis.text.length import LINK_LENGTH

SOFTWARE_VERSION = version("gazouillis")
VERSION = f"4.3.0 (compatible; Gazouillis {SOFTWARE_VERSION})"
"""Apps derive from the version number at its beginning which endpoints exist."""

API_VERSION = 2


class Rule(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Rule/"""

    id: str
    text: str
    hint: str = ""


class Thumbnail(msgspec.Struct, frozen=True):
    url: str


class Icon(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Instance/#InstanceIcon"""

    src: str
    size: str


class Users(msgspec.Struct, frozen=True):
    active_month: int


class Usage(msgspec.Struct, frozen=True):
    users: Users


class Urls(msgspec.Struct, frozen=True):
    streaming: str
    about: str


class AccountLimits(msgspec.Struct, frozen=True):
    max_featured_tags: int = 0
    max_pinned_statuses: int = MOST_PINNED
    max_profile_fields: int = MOST_FIELDS
    profile_field_name_limit: int = LONGEST_FIELD
    profile_field_value_limit: int = LONGEST_FIELD
    max_display_name_length: int = LONGEST_NAME
    max_note_length: int = LONGEST_NOTE


class StatusLimits(msgspec.Struct, frozen=True):
    max_characters: int
    max_media_attachments: int = MOST_ATTACHMENTS
    characters_reserved_per_url: int = LINK_LENGTH


class MediaConfiguration(msgspec.Struct, frozen=True):
    """Apps refuse other types before they upload. Sizes are in bytes, matrices in pixels."""

    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_matrix_limit: int
    video_frame_rate_limit: int = 120
    supported_mime_types: tuple[str, ...] = ACCEPTED_TYPES
    description_limit: int = LONGEST_DESCRIPTION


class PollLimits(msgspec.Struct, frozen=True):
    max_options: int = polls.MOST_OPTIONS
    max_characters_per_option: int = polls.LONGEST_OPTION
    min_expiration: int = polls.SHORTEST
    max_expiration: int = polls.LONGEST


class Translation(msgspec.Struct, frozen=True):
    enabled: bool = False


class Configuration(msgspec.Struct, frozen=True):
    urls: Urls
    statuses: StatusLimits
    media_attachments: MediaConfiguration
    accounts: AccountLimits = AccountLimits()
    polls: PollLimits = PollLimits()
    translation: Translation = Translation()
    limited_federation: bool = False


class Registrations(msgspec.Struct, frozen=True):
    enabled: bool
    approval_required: bool
    reason_required: bool
    message: None = None
    url: None = None


class Contact(msgspec.Struct, frozen=True):
    email: str
    account: None = None


class ApiVersions(msgspec.Struct, frozen=True):
    mastodon: int = API_VERSION


class Instance(msgspec.Struct, frozen=True):
    domain: str
    title: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    languages: list[str]
    configuration: Configuration
    registrations: Registrations
    contact: Contact
    rules: list[Rule]
    icon: list[Icon]
    source_url: str
    """Where the source code of this server can be downloaded."""
    version: str = VERSION
    api_versions: ApiVersions = ApiVersions()


def instance(settings: Settings, options: SiteOptions, usage: UsageCounts) -> Instance:
    return Instance(
        domain=settings.authority,
        title=options.name,
        description=options.description,
        usage=Usage(Users(usage.active_people)),
        thumbnail=Thumbnail(thumbnail(settings)),
        languages=[options.language],
        configuration=Configuration(
            Urls(streaming(settings), f"{settings.base_url}/about"), StatusLimits(options.max_characters), _media(settings)
        ),
        registrations=Registrations(
            enabled=options.registrations != "closed",
            approval_required=options.registrations == "approval",
            reason_required=options.registrations == "approval",
        ),
        contact=Contact(options.contact_email),
        rules=rules(options),
        icon=[Icon(f"{settings.base_url}/icons/{size}.png", f"{size}x{size}") for size in (192, 512)],
        source_url=f"{settings.base_url}/source.tar.gz",
    )


def _media(settings: Settings) -> MediaConfiguration:
    limits = MediaLimits.of(settings)
    return MediaConfiguration(limits.image_bytes, limits.image_pixels, limits.video_bytes, limits.video_pixels)


def rules(options: SiteOptions) -> list[Rule]:
    return [Rule(str(number), text) for number, text in enumerate(options.rules, start=1)]


def thumbnail(settings: Settings) -> str:
    return f"{settings.base_url}/icons/512.png"


def streaming(settings: Settings) -> str:
    return f"{'wss' if settings.is_secure else 'ws'}://{settings.authority}"
