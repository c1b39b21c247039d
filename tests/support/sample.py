"""Sample data for page templates: accounts and statuses as view models, always the same, without a server."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape

import msgspec

from gazouillis.accounts.models import Account, ProfileField
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId, first_id_at
from gazouillis.statuses.models import CachedStatus, MentionedAccount, ReplyPolicy, Status, StatusView, ViewerFlags, Visibility

NOW = datetime(2010, 5, 12, 18, 30, tzinfo=UTC)


def person(number: int, username: str, name: str, note: str = "", **changes: object) -> Account:
    account = Account(
        id=AccountId(first_id_at(NOW - timedelta(days=400)) + number),
        username=username,
        domain="",
        display_name=name,
        note=note,
        note_html=html(note),
        location="",
        language="fr",
        fields=[],
        avatar="",
        header="",
        is_bot=False,
        is_locked=False,
        is_discoverable=True,
        hides_collections=False,
        uri="",
        url="",
        created_at=NOW - timedelta(days=400 - number),
        suspended_at=None,
        statuses_count=number * 37,
        followers_count=number * 19,
        following_count=number * 11,
        last_status_at=NOW,
    )
    return msgspec.structs.replace(account, **changes)


def html(text: str) -> str:
    linked = re.sub(r"@(\w+)", r'<span class="h-card"><a href="/@\1" class="u-url mention">@<span>\1</span></a></span>', escape(text))
    linked = re.sub(r"(?<![\w&])#(\w+)", r'<a href="/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', linked)
    linked = re.sub(r"https://(\S+)", r'<a href="https://\1" rel="nofollow"><span class="invisible">https://</span>\1</a>', linked)
    return "".join(f"<p>{part}</p>" for part in linked.split("\n") if part)


SITE_FIELDS = [
    ProfileField("Blog", "https://le-carnet-de-laurent.example", html("https://le-carnet-de-laurent.example"), NOW),
    ProfileField("Instrument", "Clarinette, mal", "Clarinette, mal"),
]
LAURENT = person(
    1,
    "Laurent_B",
    "Laurent B.",
    "Je voyage, je note, je rencontre. Parfois un café suffit. #voyage",
    location="Nancy",
    fields=SITE_FIELDS,
    followers_count=1240,
    following_count=180,
    statuses_count=12_345,
)
MARIE = person(
    2, "Marievh", "Marie-Victoire 🌻", "Libraire à Pest depuis neuf ans. Café crème, poésie hongroise.", location="Budapest", language="fr"
)
SCHISTROU = person(3, "schistrou", "Schistrou", "Géologue du dimanche. #FF le reste du temps.")
NICOLAS = person(4, "nicolas760", "Nicolas", "Parti de Lyon, resté pour les bains.", location="Budapest")
LAPRISS = person(5, "LaPriss_", "La Priss", "", is_locked=True)
LONG = person(
    6,
    "anticonstitutionnellement_2010",
    "Maximilienne-Apolline de Saint-Barthélemy-des-Grands-Chemins",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
)
YUSUF = person(7, "yusuf", "يوسف", "طالب في بودابست", language="ar", location="Budapest")
EMMA = person(8, "emma", "Emma Clarke", "Just moved here. Looking for a choir, and for good bread.", language="en", location="Nancy")
METEO = person(9, "meteo_nancy", "Météo Nancy", "Le temps qu’il fait, toutes les trois heures.", is_bot=True)
PEOPLE = (LAURENT, MARIE, SCHISTROU, NICOLAS, LAPRISS, LONG, YUSUF, EMMA, METEO)


EMPTY = Status(
    id=StatusId(0),
    account_id=AccountId(0),
    text="",
    content="",
    spoiler_text="",
    visibility=Visibility.PUBLIC,
    circle_id=None,
    language="fr",
    is_sensitive=False,
    is_local=True,
    in_reply_to_id=None,
    in_reply_to_account_id=None,
    conversation_id=StatusId(1),
    reblog_of_id=None,
    repeats_id=None,
    uri="",
    url="",
    app_id=None,
    created_at=NOW,
    edited_at=None,
    deleted_at=None,
    replies_count=0,
    reblogs_count=0,
    favourites_count=0,
    reply_policy=ReplyPolicy.EVERYONE,
    slow_minutes=0,
    is_frozen=False,
    moderated_slow_minutes=0,
    is_closed_by_moderators=False,
    withheld_by=None,
    withheld_top=None,
    is_awaiting=False,
)


def status(author: Account, minutes_ago: float, text: str, **changes: object) -> StatusView:
    """A status with its mentions. `changes` are fields of `Status` or of `StatusView`."""
    moment = NOW - timedelta(minutes=minutes_ago)
    view_fields = {name: changes.pop(name) for name in ("flags", "reblog", "rebloggers") if name in changes}
    app_name = str(changes.pop("app_name", ""))
    row = msgspec.structs.replace(
        EMPTY,
        id=StatusId(first_id_at(moment) + author.id % 1000),
        account_id=author.id,
        text=text,
        content=html(text),
        language=author.language,
        created_at=moment,
    )
    mentioned = {one.username: one for one in PEOPLE}
    names = [mentioned[name] for name in re.findall(r"@(\w+)", text) if name in mentioned]
    mentions = tuple(MentionedAccount(one.id, one.username, one.domain, one.url) for one in names)
    view = StatusView(CachedStatus(msgspec.structs.replace(row, **changes), mentions, app_name=app_name), author)
    return msgspec.structs.replace(view, **view_fields)


def reply(author: Account, parent: StatusView, minutes_ago: float, text: str, **changes: object) -> StatusView:
    return status(author, minutes_ago, text, in_reply_to_id=parent.id, in_reply_to_account_id=parent.account.id, **changes)


def relation(account: Account, **changes: bool | str) -> Relation:
    """Of Laurent to this account."""
    return msgspec.structs.replace(Relation(LAURENT.id, account.id), **changes)


ARRIVAL = status(
    LAURENT,
    190,
    "À Budapest pour deux jours ! Quelqu’un pour me montrer la ville, ou juste un café ? #Budapest 🙂",
    replies_count=40,
    reblogs_count=12,
    favourites_count=7,
    app_name="Tusky",
)
COFFEE = reply(
    NICOLAS, ARRIVAL, 186, "@Laurent_B Café New York, 17 h ? Je finis le travail à côté. ☕", favourites_count=3, replies_count=2
)
YES = reply(LAURENT, COFFEE, 180, "@nicolas760 avec plaisir, j’aurai un parapluie rouge !", favourites_count=2)
BATHS = reply(
    MARIE, ARRIVAL, 170, "@Laurent_B demain matin les bains Széchenyi, puis ma librairie rue Bródy. Je t’attends à 11 h.", replies_count=1
)
GONE = reply(SCHISTROU, BATHS, 168, "", deleted_at=NOW)
ORPHAN = reply(LONG, GONE, 160, "@Marievh malheureusement non, mais la prochaine fois c’est promis")
ARABIC = reply(YUSUF, ARRIVAL, 150, "أهلا بك في بودابست! أنصحك بزيارة تلة غيليرت عند الغروب.", favourites_count=4)
GREETINGS = [
    reply(PEOPLE[1 + number % 7], (ARRIVAL, COFFEE, BATHS)[number % 3], 140 - number, f"@Laurent_B et le n° {number} te salue bien !")
    for number in range(33)
]
REPLIES = [COFFEE, YES, BATHS, GONE, ORPHAN, ARABIC, reply(MARIE, YES, 120, "@Laurent_B le rouge te va sûrement très bien"), *GREETINGS]

FRIDAY = status(
    SCHISTROU,
    42,
    "#FF @Marievh @nicolas760 @LaPriss_ parce qu’ils répondent toujours, et avec le sourire",
    reblogs_count=5,
    favourites_count=9,
)
HOME = [
    status(
        EMMA,
        0.3,
        "Found it! The bakery behind the station sells proper rye bread. Thank you @Marievh 🥖",
        flags=ViewerFlags(favourited=True),
        favourites_count=1,
    ),
    status(
        NICOLAS, 4, "@Laurent_B alors, ce parapluie rouge ?", in_reply_to_id=YES.id, in_reply_to_account_id=LAURENT.id, app_name="Tusky"
    ),
    status(
        NICOLAS,
        12,
        "",
        reblog=status(
            MARIE,
            25,
            "Lecture ce soir à la librairie, 19 h 30, entrée libre. Poèmes d’Attila József en deux langues.\nIl restera du strudel.",
            reblogs_count=6,
        ),
        rebloggers=(NICOLAS, SCHISTROU, EMMA, LONG, YUSUF),
    ),
    FRIDAY,
    status(
        LAPRISS,
        55,
        "Je ne dirai à personne d’autre que j’ai pleuré au cinéma.",
        visibility=Visibility.PRIVATE,
        spoiler_text="Fin du film de ce soir",
    ),
    status(METEO, 61, "Nancy, 18 h : 14 °C, averses. Vent de sud-ouest 25 km/h. https://meteo.example/nancy/2010-05-12"),
    status(LONG, 75, "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2),
    status(YUSUF, 90, "مساء الخير يا أصدقاء، المطر جميل اليوم على ضفاف الدانوب 🌧️", flags=ViewerFlags(bookmarked=True), favourites_count=12),
    status(
        MARIE, 130, "On écrit « annif », ce n’est en rien enfantin ;)", edited_at=NOW, flags=ViewerFlags(reblogged=True), reblogs_count=1
    ),
    ARRIVAL,
    status(SCHISTROU, 60 * 26, "Je suis dans le train, j’arrive dans 20 minutes"),
    status(LAURENT, 60 * 24 * 12, "Demain Budapest. Valise : 3 kg. Carnets : 2.", visibility=Visibility.UNLISTED, favourites_count=21_400),
]
