"""The route table of the API: every module with handlers."""

from __future__ import annotations

from gazouillis.api import metrics, nodeinfo, oauth, oembed, streaming
from gazouillis.api.gazouillis import openapi
from gazouillis.api.gazouillis.v1 import (
    around,
    awaited_visits,
    encounters,
    limits,
    meetings,
    paths,
    places,
    reach,
    recommendations,
    residence,
    shelf,
    stays,
    thanks,
    tracks,
)
from gazouillis.api.v1 import (
    accounts,
    apps,
    circles,
    contact_cards,
    conversations,
    credentials,
    directory,
    domain_blocks,
    endorsements,
    extracts,
    filters,
    instance,
    interactions,
    lists,
    markers,
    media,
    moderation,
    not_supported_yet,
    notification_requests,
    notifications,
    polls,
    preferences,
    relationships,
    reports,
    scheduled_statuses,
    sign_up,
    statuses,
    suggestions,
    tags,
    timelines,
)
from gazouillis.api.v2 import filters as filters_v2
from gazouillis.api.v2 import instance as instance_v2
from gazouillis.api.v2 import media as media_v2
from gazouillis.api.v2 import notifications as notifications_v2
from gazouillis.api.v2 import search

MODULES = (
    *(oauth, oembed, apps, sign_up, nodeinfo),
    *(instance, instance_v2),
    *(accounts, credentials, relationships, endorsements, domain_blocks, circles, contact_cards),
    *(reports, moderation, directory, suggestions),
    *(statuses, scheduled_statuses, polls, media, media_v2, interactions, timelines, lists, tags, conversations, extracts),
    *(filters, filters_v2),
    *(notifications, notifications_v2, notification_requests, markers, preferences),
    *(
        openapi,
        around,
        awaited_visits,
        encounters,
        limits,
        meetings,
        paths,
        places,
        reach,
        residence,
        stays,
        thanks,
        tracks,
        recommendations,
        shelf,
    ),
    *(search, not_supported_yet, streaming, metrics),
)

handlers = [route for module in MODULES for route in module.routes]
