"""`gazouillis seed village`: a small sample server, to look around in and to develop with.

It runs the story of `village.toml` (fifteen people, their posts and where they are) through the same commands as the web and the API, on
a clock set back in time, so that notifications, counts and threads are real and have plausible dates.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from itertools import combinations, groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

import msgspec

from gazouillis.accounts import options, profile, queries, register
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.profile import ProfileChange
from gazouillis.accounts.register import Registration
from gazouillis.encounters.coffees.propose import propose
from gazouillis.encounters.reach import act
from gazouillis.encounters.reach.act import By
from gazouillis.encounters.reach.models import Via
from gazouillis.encounters.reach.rules import parse
from gazouillis.encounters.shelf import offer
from gazouillis.graph.follow import follow
from gazouillis.graph.follow_several import follow_several
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import AttachmentId, StatusId
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.media import uploads
from gazouillis.media.models import Description
from gazouillis.media.upload import Received, accept
from gazouillis.places.announce import announce
from gazouillis.places.checks import area, checked_place
from gazouillis.places.meetings.answer import answer
from gazouillis.places.meetings.models import Answer, CoffeeDraft, MeetingDraft
from gazouillis.places.meetings.plan import plan
from gazouillis.places.models import Audience, ResidenceDraft, StayDraft
from gazouillis.places.reside import reside, speak
from gazouillis.search.tracks.add import add
from gazouillis.search.tracks.loaded import load_words
from gazouillis.search.tracks.queries import is_hit_of
from gazouillis.seeds.drawings import DRAWINGS
from gazouillis.seeds.story import Acted, Arrival, Line, Met, Person, Photo, Stayed, Story, Thanked
from gazouillis.statuses.delete import delete
from gazouillis.statuses.edit import Revision, edit
from gazouillis.statuses.models import Draft, Terms, Visibility
from gazouillis.statuses.queries import own
from gazouillis.statuses.thanks.models import ThanksDraft
from gazouillis.statuses.thanks.participants import participants
from gazouillis.statuses.thanks.thank import thank
from gazouillis.worker import Worker

PASSWORD = "village"
OWNER = "admin"
PLACE = SiteOptions(
    name="Le Village",
    description="Quinze personnes, deux jours à Budapest, et une question posée à personne.",
    language="fr",
    registrations="open",
    rules=["On se parle comme à table.", "Une chaise de plus, toujours."],
    is_set_up=True,
)
TIME_ZONE = ZoneInfo("Europe/Budapest")
JOINED = timedelta(days=40)
SLOT = 300
"""Seconds. The worker runs once after all steps within such a slot."""
REACTIONS_TAKE = timedelta(minutes=45)
"""By then all favourites, reblogs and edits of the last status are over."""

_Step = tuple[datetime, Callable[[Tx], Awaitable[object]]]


class StoryClock:
    """A clock that stands still until the story sets it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def story() -> Story:
    return msgspec.convert(tomllib.loads(files("gazouillis.seeds").joinpath("village.toml").read_text(encoding="utf-8")), Story)


async def seed(site: Site, clock: StoryClock) -> bool:
    """Returns whether it was seeded: False, and nothing changes, if the village is there already. `clock` must be the clock of the site.

    Raises `Conflict` on a server that other people use.
    """
    village = story()
    async with site.db.read() as reader:
        if len(await queries.by_handles(reader, [village.people[0].name, village.people[-1].name], "")) == 2:
            return False
        if await options.read(reader) != SiteOptions():
            raise Conflict(Message("People live here already: seed the village in a folder of its own, with --data"))
    await _Village(site, clock, village).play()
    return True


class _Village:
    def __init__(self, site: Site, clock: StoryClock, story: Story) -> None:
        self._site, self._clock, self._story = site, clock, story
        self._today = clock.now
        self._worker = Worker(site)
        self._people: dict[str, Account] = {}
        self._status_ids: dict[str, StatusId] = {}
        self._attachment_ids: dict[Photo, AttachmentId] = {}
        self._terms = Terms(site.settings.base_url, PLACE.max_characters)

    async def play(self) -> None:
        self._password_hash = await hash_password(PASSWORD)
        await self._do(self._today - JOINED, self._register)
        await self._do(self._today - JOINED + timedelta(days=1), self._follow)
        await load_words()
        await self._do(self._today - JOINED + timedelta(days=1), self._track)
        await self._upload_photos()
        for _slot, steps in groupby(sorted(self._steps(), key=itemgetter(0)), key=lambda one: one[0].timestamp() // SLOT):
            for moment, step in steps:
                await self._do(moment, step)
            await self._run_reactions()
        self._clock.now = self._today

    async def _do(self, moment: datetime, step: Callable[[Tx], Awaitable[object]]) -> None:
        self._clock.now = moment
        async with self._site.db.write() as tx:
            await step(tx)

    async def _run_reactions(self) -> None:
        """Runs the worker until all reactions are done, so that notifications have the time of the story."""
        while await self._worker.catch_up():
            pass

    async def _register(self, tx: Tx) -> None:
        await options.change(tx, PLACE)
        owner = Registration(OWNER, f"{OWNER}@village.invalid", self._password_hash, "fr", "La mairie")
        await register.register(tx, owner, options=PLACE, role=Role.OWNER, is_by_operator=True)
        for one in self._story.people:
            if not one.joins:
                await self._join(one, tx)

    async def _join(self, one: Person, tx: Tx) -> None:
        joining = Registration(one.name, f"{one.name.lower()}@village.invalid", self._password_hash, one.language, one.display_name)
        account = await register.register(tx, joining, options=PLACE, is_by_operator=True)
        given = {name: getattr(one, name) for name in ("note", "location", "language", "fields", "is_bot", "links_others")}
        change = ProfileChange(**given)
        self._people[one.name] = await profile.change_profile(tx, account, change, base_url=self._terms.base_url)
        if one.lives_in:
            await reside(tx, account, ResidenceDraft(one.lives_in, Audience.EVERYONE.value, hears=True))
        if one.speaks:
            await speak(tx, account, one.speaks.split())
        if not one.joins:  # They are not new here, although the story has few of their posts.
            await offer.change_wishes(tx, account, shelves_first_posts=False)

    async def _follow(self, tx: Tx) -> None:
        for circle in self._story.graph.circles:
            for one, other in combinations(circle.split(), 2):
                await follow(tx, self._people[one], self._people[other])
                await follow(tx, self._people[other], self._people[one])
        for pair in self._story.graph.follows:
            follower, followed = pair.split()
            await follow(tx, self._people[follower], self._people[followed])

    async def _track(self, tx: Tx) -> None:
        for one in self._story.tracks:
            await self._add_track(tx, one.by, one.query)

    async def _add_track(self, tx: Tx, by: str, query: str) -> None:
        language = next(each.language for each in self._story.people if each.name == by)
        await add(tx, self._people[by], query, language=language, authority=self._site.settings.authority)

    async def _arrive(self, one: Arrival, tx: Tx) -> None:
        await self._add_track(tx, one.by, one.track)
        await follow_several(tx, self._people[one.by], [self._people[name].id for name in one.follows.split()])

    async def _stay(self, one: Stayed, tx: Tx) -> None:
        first = self._clock.now.astimezone(TIME_ZONE).date() + timedelta(days=one.in_days)
        last = first + timedelta(days=one.days - 1)
        await announce(tx, self._people[one.by], StayDraft(one.place, first, last, Audience.EVERYONE.value))

    async def _meet(self, one: Met, tx: Tx) -> None:
        organizer, day = self._people[one.by], self._clock.now.astimezone(TIME_ZONE).date() + timedelta(days=one.days)
        starts = datetime.combine(day, time.fromisoformat(one.time))
        if one.coffee_with:
            guest = self._people[one.coffee_with]
            coffee = await propose(tx, organizer, guest.id, CoffeeDraft(one.place, starts, one.about, one.spot))
            if not one.waits:
                await answer(tx, guest, coffee.id, Answer.YES.value)
            return
        draft = MeetingDraft(one.title, one.place, starts, Audience.EVERYONE.value, one.about, one.spot, seats=one.seats)
        meeting = await plan(tx, organizer, draft)
        for names, word in ((one.coming, Answer.YES), (one.maybe, Answer.MAYBE)):
            for name in names.split():
                await answer(tx, self._people[name], meeting.id, word.value)

    async def _thank(self, one: Thanked, tx: Tx) -> None:
        author, about = self._people[one.by], await own(tx, self._status_ids[one.about], self._people[one.by].id)
        people = [each.account.id for each in (await participants(tx, author, about)).people]
        lines = {self._people[name].id: line for name, line in one.lines.items()}
        await thank(tx, author, about.id, ThanksDraft(one.text, tuple(people), lines, language=author.language), self._terms)

    async def _upload_photos(self) -> None:
        for line in self._story.statuses:
            for photo in line.photos:
                self._attachment_ids[photo] = await self._upload(photo, self._people[line.by])

    async def _upload(self, photo: Photo, owner: Account) -> AttachmentId:
        with uploads.workspace(self._site.settings) as folder:
            file = folder / f"{photo.drawing}.jpg"
            await asyncio.to_thread(lambda: DRAWINGS[photo.drawing]().save(file, quality=85))
            return (await accept(self._site, owner, Received(file), Description(photo.description, photo.focus))).id

    def _steps(self) -> Iterator[_Step]:
        last_day = self._last_day()
        for person in self._story.people:
            if person.joins:
                yield _moment(person.joins, last_day), partial(self._join, person)
        for arrival in self._story.arrivals:
            yield _moment(arrival.at, last_day), partial(self._arrive, arrival)
        for stay in self._story.stays:
            yield _moment(stay.at, last_day), partial(self._stay, stay)
        for meeting in self._story.meetings:
            yield _moment(meeting.at, last_day), partial(self._meet, meeting)
        for thanks in self._story.thanks:
            yield _moment(thanks.at, last_day), partial(self._thank, thanks)
        for acted in self._story.acts:
            yield _moment(acted.at, last_day), partial(self._act, acted)
        for place, line in enumerate(self._story.statuses):
            posted_at = _moment(line.at, last_day)
            key = line.key or f"line {place}"
            yield posted_at, partial(self._publish, key, line)
            yield from self._reactions(posted_at, key, line)

    def _reactions(self, posted_at: datetime, key: str, line: Line) -> Iterator[_Step]:
        for place, name in enumerate(line.favourited_by):
            yield posted_at + timedelta(minutes=1 + 3 * place), partial(self._favourite, key, name)
        for place, name in enumerate(line.reblogged_by):
            yield posted_at + timedelta(minutes=2 + 5 * place), partial(self._reblog, key, name)
        for place, text in enumerate(line.edits, 1):
            yield posted_at + timedelta(minutes=4 * place), partial(self._edit, key, line, text)
        if line.is_deleted:
            yield posted_at + timedelta(minutes=30), partial(self._delete, key, line)

    async def _publish(self, key: str, line: Line, tx: Tx) -> None:
        draft = Draft(
            text=line.text,
            visibility=Visibility[line.visibility.upper()],
            in_reply_to_id=self._status_ids[line.to] if line.to else None,
            spoiler_text=line.spoiler,
            language=self._people[line.by].language,
            attachment_ids=tuple(self._attachment_ids[one] for one in line.photos),
            area=area(checked_place(line.place)) if line.place else None,
        )
        author = self._people[line.by]
        self._status_ids[key] = (await act.publish(tx, author, draft, self._terms, _came(line.via))).status.id
        if line.is_offered:
            await offer.offer(tx, author, self._status_ids[key])

    async def _favourite(self, key: str, name: str, tx: Tx) -> None:
        await act.favourite(tx, self._people[name], self._status_ids[key], _came())

    async def _reblog(self, key: str, name: str, tx: Tx) -> None:
        await act.reblog(tx, self._people[name], self._status_ids[key], _came())

    async def _act(self, one: Acted, tx: Tx) -> None:
        person, status_id = self._people[one.by], self._status_ids[one.about]
        if one.act == "favourite":
            await act.favourite(tx, person, status_id, _came(one.via))
        elif one.act == "reblog":
            await act.reblog(tx, person, status_id, _came(one.via))
        else:
            author = next(each.by for each in self._story.statuses if each.key == one.about)
            await act.follow(tx, person, self._people[author], By(Via(_came(one.via).via.road, None, status_id), is_hit_of))

    async def _edit(self, key: str, line: Line, text: str, tx: Tx) -> None:
        await edit(tx, self._people[line.by], self._status_ids[key], Revision(text, line.spoiler), self._terms)

    async def _delete(self, key: str, line: Line, tx: Tx) -> None:
        await delete(tx, self._people[line.by], self._status_ids[key])

    def _last_day(self) -> datetime:
        """Midnight of the last day of the story: today, or yesterday when its last line would still be to come."""
        midnight = datetime.combine(self._today.astimezone(TIME_ZONE).date(), time(), TIME_ZONE)
        last = max(_moment(line.at, midnight) for line in self._story.statuses)
        return midnight if last + REACTIONS_TAKE <= self._today else midnight - timedelta(days=1)


def _came(via: str = "") -> By:
    return By(parse(via), is_hit_of)


def _moment(at: str, last_day: datetime) -> datetime:
    """`-3d 18:02`: three days before the last day, in Budapest time; `FF 09:00`: on the Friday before the story begins."""
    day, clock = at.split()
    hours, minutes = map(int, clock.split(":"))
    if day == "FF":
        before = last_day - timedelta(days=5)
        days = 5 + (before.weekday() - 4) % 7
    else:
        days = -int(day.removesuffix("d"))
    return (last_day - timedelta(days=days)).replace(hour=hours, minute=minutes).astimezone(UTC)
