"""Where each page of the route table is visited, by whom, and in which states.

`tests/unit/web/test_every_page_is_visited.py` fails when a page is missing.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.e2e.lived_in import NEWCOMER, OWNER, READER

VISITOR = ""


class Visit(NamedTuple):
    """`path` may name what `LivedIn.paths` knows: `{invitation}`. `heading` is part of the page's heading, where only that tells the state.

    With `answers`, the button with this selector is pressed on a page without our scripts: what is looked at is the answer.
    """

    who: str
    path: str
    heading: str = ""
    answers: str = ""


READ_BY_ALL = (VISITOR, READER)


def by(who: tuple[str, ...], *paths: str) -> list[Visit]:
    return [Visit(one, path) for path in paths for one in who]


VISITS: dict[str, list[Visit]] = {
    "/": [*by((VISITOR, READER, NEWCOMER, OWNER), "/"), *by((VISITOR, READER), "/nowhere/at/all"), Visit(READER, "/settings/site")],
    "/about": by(READ_BY_ALL, "/about"),
    "/address/{token:str}": [*by((VISITOR,), "{address}"), Visit(VISITOR, "/address/wrong")],
    "/bookmarks": by((READER, NEWCOMER), "/bookmarks"),
    "/compose": by((READER,), "/compose", "/compose?reply_to={post id}", "/compose?edit={own post id}"),
    "/directory": by(READ_BY_ALL, "/directory", "/directory?order=new"),
    "/favourites": by((READER, NEWCOMER), "/favourites"),
    "/follow-requests": by((READER, NEWCOMER), "/follow-requests"),
    "/invite": by((READER, NEWCOMER, OWNER), "/invite"),
    "/invite/{token:str}": [
        Visit(VISITOR, "{invitation}", "vous invite"),
        Visit(VISITOR, "{used up}", "Cette invitation"),
        Visit(VISITOR, "{taken back}", "Cette invitation"),
        Visit(READER, "{invitation}", "Vous êtes déjà"),
        Visit(NEWCOMER, "{invitation}", "Vous êtes déjà"),
        Visit(VISITOR, "/invite/wrong"),
    ],
    "/lists": by((READER, NEWCOMER), "/lists"),
    "/lists/{list_id:str}": by((READER,), "{list}"),
    "/lists/{list_id:str}/edit": by((READER,), "{list}/edit"),
    "/local": by(READ_BY_ALL, "/local"),
    "/me": by((READER, NEWCOMER, OWNER), "/me"),
    "/me/seen-as/{kind:str}": by((READER, NEWCOMER), "/me/seen-as/stranger", "/me/seen-as/town"),
    "/meetings": by((READER, NEWCOMER), "/meetings"),
    "/meetings/coffee": by((READER,), "/meetings/coffee?with=nico_pest&place=3054643"),
    "/meetings/new": [
        *by((READER,), "/meetings/new?place=3054643"),
        Visit(READER, "/meetings/new", answers="form[action='/meetings/new'] button.button"),
    ],
    "/meetings/past": by((READER, NEWCOMER), "/meetings/past"),
    "/meetings/{meeting_id:str}": [*by(READ_BY_ALL, "{meeting}"), *by((READER,), "{coffee}", "/meetings/1")],
    "/meetings/{meeting_id:str}/edit": by((READER,), "{meeting}/edit"),
    "/mentions": by((READER, NEWCOMER), "/mentions"),
    "/messages": by((READER, NEWCOMER), "/messages", "/messages?q=train", "/messages?q=xyzzy"),
    "/messages/new": by((READER,), "/messages/new", "/messages/new?to=emma_c"),
    "/messages/requests": by((READER, NEWCOMER), "/messages/requests"),
    "/messages/{conversation_id:str}": by((READER,), "{conversation}", "{conversation}?reply_to={message id}", "{request}"),
    "/messages/{conversation_id:str}/extract": by((READER,), "{conversation}/extract"),
    "/notifications": by((READER, NEWCOMER, OWNER), "/notifications"),
    "/oauth/authorize": [Visit(READER, "{authorize}", "Phanpy"), Visit(READER, "{authorize}", "Code", answers="[value=allow]")],
    "/offline": by((VISITOR,), "/offline"),
    "/password": by((VISITOR,), "/password", "/password?sent=1"),
    "/password/{token:str}": [Visit(VISITOR, "{password}"), Visit(VISITOR, "{first password}"), Visit(VISITOR, "/password/wrong")],
    "/places": by(READ_BY_ALL, "/places", "/places?q=saint-denis", "/places?q=xyzzy"),
    "/places/{place_id:str}": [
        *by((VISITOR, READER, NEWCOMER), "/places/3054643"),
        *by((READER,), "/places/3054643?language=fr", "/places/3017382", "/places/2990969", "/places/1"),
        Visit(READER, "/places/3054643", answers="form[action$='/stay'] button.button"),
    ],
    "/places/{place_id:str}/said": by((VISITOR, READER), "/places/3054643/said", "/places/2990969/said"),
    "/places/home": by((READER, NEWCOMER), "/places/home"),
    "/report": by((READER,), "/report?account={account}", "/report?status={post id}"),
    "/report/thanks": by((READER, NEWCOMER), "/report/thanks?account={account}"),
    "/scheduled": by((READER, NEWCOMER), "/scheduled", "/compose?later=1"),
    "/search": by(READ_BY_ALL, "/search", "/search?q=budapest", "/search?q=a&type=accounts", "/search?q=xyzzy"),
    "/settings/account": by((READER, NEWCOMER), "/settings/account"),
    "/settings/blocks": by((READER, NEWCOMER), "/settings/blocks"),
    "/settings/cards": by((READER, NEWCOMER), "/settings/cards"),
    "/settings/cards/{card_id:str}": by((READER,), "{card}"),
    "/settings/circles": by((READER, NEWCOMER), "/settings/circles"),
    "/settings/circles/{circle_id:str}": by((READER,), "{circle}"),
    "/settings/delete": by((READER, OWNER), "/settings/delete"),
    "/settings/domains": by((READER, NEWCOMER), "/settings/domains"),
    "/settings/export": by((READER,), "/settings/export"),
    "/settings/filters": by((READER, NEWCOMER), "/settings/filters"),
    "/settings/filters/{filter_id:str}": by((READER,), "{filter}"),
    "/settings/held-replies": by((READER, NEWCOMER), "/settings/held-replies"),
    "/settings/hidden-replies": by((READER, NEWCOMER), "/settings/hidden-replies"),
    "/settings/limits": by((READER, NEWCOMER), "/settings/limits"),
    "/settings/moderation-log": by((OWNER,), "/settings/moderation-log"),
    "/settings/mutes": by((READER, NEWCOMER), "/settings/mutes"),
    "/settings/limited": by((READER, NEWCOMER), "/settings/limited"),
    "/settings/own-reports": by((READER, NEWCOMER), "/settings/own-reports"),
    "/settings/profile": by((READER, NEWCOMER), "/settings/profile"),
    "/settings/protected-people": by((READER, NEWCOMER), "/settings/protected-people"),
    "/settings/reports": by((OWNER,), "/settings/reports", "/settings/reports?state=resolved"),
    "/settings/sessions": by((READER, NEWCOMER), "/settings/sessions"),
    "/settings/site": by((OWNER,), "/settings/site"),
    "/settings/site/people": by((OWNER,), "/settings/site/people"),
    "/settings/site/sign-ups": by((OWNER,), "/settings/site/sign-ups"),
    "/settings/site/sign-ups/{account_id:str}/reject": by((OWNER,), "{reject}"),
    "/sign-in": [*by((VISITOR,), "/sign-in"), Visit(READER, "/sign-in?again=1")],
    "/sign-up": by((VISITOR,), "/sign-up"),
    "/sign-up/waiting": by((VISITOR,), "{waiting}", "{let_in}", "{turned_away}", "/sign-up/waiting"),
    "/start": by((READER, NEWCOMER), "/start", "/start?step=people", "/start?step=hello", "/start?step=then"),
    "/statuses/{status_id:str}/audience": by((READER,), "/statuses/{own post id}/audience"),
    "/statuses/{status_id:str}/embed": by((VISITOR, READER), "/statuses/{own post id}/embed"),
    "/statuses/{status_id:str}/filter": by((READER,), "/statuses/{post id}/filter"),
    "/statuses/{status_id:str}/moderate": by((OWNER,), "/statuses/{post id}/moderate"),
    "/stays": by((READER, NEWCOMER), "/stays"),
    "/stays/{stay_id:str}": by((READER,), "{stay}"),
    "/statuses/{status_id:str}/reach": by((READER,), "/statuses/{own post id}/reach"),
    "/statuses/{status_id:str}/thanks": by((READER,), "/statuses/{own post id}/thanks"),
    "/suggestions": by((READER, NEWCOMER), "/suggestions"),
    "/tags/{tag:str}": by(READ_BY_ALL, "/tags/Budapest", "/tags/nobody"),
    "/tracks": by((READER, NEWCOMER), "/tracks"),
    "/tracks/digest": by((READER, NEWCOMER), "/tracks/digest"),
    "/tracks/{track_id:str}": by((READER,), "{track}"),
    "/shelf": by((READER, NEWCOMER), "/shelf"),
    "/settings/site/answers": by((OWNER,), "/settings/site/answers"),
    "/recommendations": by((READER, NEWCOMER), "/recommendations"),
    "/recommendations/{status_id:str}": by((READER,), "{recommendation}"),
    "/{handle:str}/lists": by((READER,), "/@tom_w/lists", "/@emma_c/lists"),
    "/{handle:str}": [*by(READ_BY_ALL, "/@Marievh", "/@nobody"), *by((READER,), f"/@{READER}", "/@zsofi", "/@emma_c", f"/@{NEWCOMER}")],
    "/{handle:str}/followers": by(READ_BY_ALL, f"/@{READER}/followers", "/@nouvelle/followers"),
    "/{handle:str}/following": by(READ_BY_ALL, f"/@{READER}/following", "/@nouvelle/following"),
    "/{handle:str}/how-i-know": by(
        (READER,), "/@Marievh/how-i-know", "/@schistrou/how-i-know", "/@zsofi/how-i-know", f"/@{NEWCOMER}/how-i-know"
    ),
    "/{handle:str}/media": by(READ_BY_ALL, "/@Marievh/media"),
    "/{handle:str}/note": by((READER,), "/@Marievh/note", "/@nobody/note"),
    "/{handle:str}/with_replies": by(READ_BY_ALL, "/@Marievh/with_replies"),
    "/{handle:str}/{status_id:str}": by((VISITOR, READER, NEWCOMER), "{own post}", "{post}"),
    "/{handle:str}/{status_id:str}/edits": by(READ_BY_ALL, "{own post}/edits"),
    "/{handle:str}/{status_id:str}/embed": by(READ_BY_ALL, "{own post}/embed", "{post}/embed", "/@nobody/1/embed"),
    "/{handle:str}/{status_id:str}/favourites": by(READ_BY_ALL, "{own post}/favourites"),
    "/{handle:str}/{status_id:str}/reblogs": by(READ_BY_ALL, "{own post}/reblogs"),
    "/{handle:str}/{status_id:str}/thanked": by(READ_BY_ALL, "{thanks}/thanked"),
}
ON_A_NEW_SERVER = {"/welcome/{token:str}"}
"""Visited by `test_the_pages_of_a_new_server_are_accessible`."""
NO_PAGES = {
    **dict.fromkeys(("/compose/later", "/compose/readers", "/compose/stay"), "leads to the composer"),
    "/avatars/{name:str}": "pictures",
    "/compose/complete": "answers a script",
    "/compose/files": "answers a script",
    "/compose/files/{attachment_id:str}/preview": "a picture",
    "/compose/sent": "answers a script",
    "/favicon.ico": "a picture",
    "/feeds/meetings/{secret:str}": "a calendar",
    "/feeds/tracks/{secret:str}/{track_id:str}": "for feed readers",
    "/first-steps": "answers a script, or leads to the home page",
    "/headers/{name:str}": "pictures",
    "/icons/{name:str}": "pictures",
    "/invite/{token:str}/qr.svg": "a picture",
    "/live/home": "a stream",
    "/live/list/{list_id:str}": "a stream",
    "/live/local": "a stream",
    "/live/messages": "a stream",
    "/live/notifications": "a stream",
    "/live/thread/{status_id:str}": "a stream",
    "/live/track/{track_id:str}": "a stream",
    "/manifest.webmanifest": "for browsers",
    "/media/{attachment_id:str}/{name:str}": "files of posts",
    "/media/{key:str}": "pictures",
    "/robots.txt": "for robots",
    "/settings": "leads to /settings/profile",
    "/source.tar.gz": "a file",
    "/static/{path:path}": "files",
    "/statuses/{status_id:str}": "answers a script, or leads to the post",
    "/sw.js": "a script",
    "/unsent": "leads to the form that was kept; `test_composing` opens it",
    "/uploads/{name:str}": "uploads of the script",
    "/{handle:str}/card": "answers a script, or leads to the profile; `test_frame` opens the card",
}
REFUSED_OR_ASKED = [
    Visit(VISITOR, "/sign-in", answers="main form.form button.button"),
    Visit(VISITOR, "/sign-up", answers="main form.form button.button"),
    Visit(VISITOR, "{invitation}", answers="main form.form button.button"),
    Visit(VISITOR, "/password", answers="main form.form button.button"),
    Visit(VISITOR, "{password}", answers="main form.form button.button"),
    Visit(READER, "/compose", answers="form.composer .tools .button"),
    Visit(READER, "/messages/new", answers="form.composer .tools .button"),
    Visit(READER, "{conversation}", answers="#conversation-menu .danger:last-child"),
    Visit(READER, "/settings/delete", answers="main form.form button.danger, main form.form button.button"),
    Visit(READER, "{own post}", answers="[formaction$='/delete']"),
    Visit(READER, "/@Marievh", answers=".menu [formaction$='/block']"),
    Visit(READER, "/follow-requests", answers="[formaction$='/reject']"),
    Visit(READER, "/settings/sessions", answers="[name=app]"),
    Visit(READER, "/invite", answers="[formaction$='/revoke'], form[action$='/revoke'] button"),
    Visit(OWNER, "/settings/site/people", answers="main form.form button.button"),
]
