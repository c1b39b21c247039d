"""https://docs.joinmastodon.org/entities/V1_Instance/"""

from __future__ import annotations

from html import escape

import msgspec

from gazouillis.accounts.models import Role
from gazouillis.accounts.options import SiteOptions, may_invite
from gazouillis.accounts.usage import UsageCounts
from gazouillis.api.entities.instance import VERSION, Configuration, Rule, instance, streaming, thumbnail
from gazouillis.infra.settings import Settings


class V1Urls(msgspec.Struct, frozen=True):
    streaming_api: str


class Stats(msgspec.Struct, frozen=True):
    user_count: int
    status_count: int
    domain_count: int


class V1Instance(msgspec.Struct, frozen=True):
    uri: str
    title: str
    short_description: str
    description: str
    email: str
    urls: V1Urls
    stats: Stats
    thumbnail: str
    languages: list[str]
    registrations: bool
    approval_required: bool
    configuration: Configuration
    rules: list[Rule]
    invites_enabled: bool
    version: str = VERSION
    contact_account: None = None


def v1_instance(settings: Settings, options: SiteOptions, usage: UsageCounts) -> V1Instance:
    current = instance(settings, options, usage)
    description = escape(options.description)
    return V1Instance(
        uri=settings.authority,
        title=current.title,
        short_description=description,
        description=description,
        email=options.contact_email,
        urls=V1Urls(streaming(settings)),
        stats=Stats(usage.people, usage.statuses, usage.domains),
        thumbnail=thumbnail(settings),
        languages=current.languages,
        registrations=current.registrations.enabled,
        approval_required=current.registrations.approval_required,
        configuration=current.configuration,
        rules=current.rules,
        invites_enabled=may_invite(options, Role.MEMBER),
    )
