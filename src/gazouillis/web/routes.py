"""The table of page routes: every module of `pages`, and the handlers of all of them."""

from __future__ import annotations

from types import ModuleType

from gazouillis.web.pages import (
    about,
    address,
    authorize,
    compose,
    favourites_and_bookmarks,
    files,
    home,
    live,
    local,
    mentions,
    notifications,
    password,
    profile,
    relations,
    search,
    settings_account,
    settings_people,
    settings_profile,
    settings_sessions,
    settings_site,
    setup,
    sign_in,
    sign_up,
    source,
    statuses,
    tag,
    thread,
)

MODULES: tuple[ModuleType, ...] = (
    about,
    address,
    authorize,
    compose,
    files,
    home,
    live,
    local,
    favourites_and_bookmarks,
    mentions,
    notifications,
    password,
    profile,
    relations,
    search,
    settings_account,
    settings_people,
    settings_profile,
    settings_sessions,
    settings_site,
    setup,
    sign_in,
    sign_up,
    source,
    statuses,
    tag,
    thread,
)

handlers = [route for module in MODULES for route in module.routes]
