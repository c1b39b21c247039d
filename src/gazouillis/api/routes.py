"""The route table of the API: every module with handlers."""

from __future__ import annotations

from gazouillis.api import metrics, nodeinfo, oauth, streaming
from gazouillis.api.v1 import (
    accounts,
    apps,
    credentials,
    instance,
    interactions,
    markers,
    not_supported_yet,
    notifications,
    preferences,
    relationships,
    sign_up,
    statuses,
    tags,
    timelines,
)
from gazouillis.api.v2 import instance as instance_v2
from gazouillis.api.v2 import notifications as notifications_v2
from gazouillis.api.v2 import search

MODULES = (
    *(oauth, apps, sign_up, nodeinfo),
    *(instance, instance_v2),
    *(accounts, credentials, relationships),
    *(statuses, interactions, timelines, tags),
    *(notifications, notifications_v2, markers, preferences),
    *(search, not_supported_yet, streaming, metrics),
)

handlers = [route for module in MODULES for route in module.routes]
