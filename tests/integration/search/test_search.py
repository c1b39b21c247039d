from __future__ import annotations

import pytest
import sqlalchemy as sa

from gazouillis.accounts import profile, queries
from gazouillis.accounts.profile import ProfileChange
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Window
from gazouillis.search import matching, reindex
from gazouillis.search import queries as search
from gazouillis.search.events import AccountsIndexOutdated, StatusesIndexOutdated
from gazouillis.search.tables import searched_accounts, searched_statuses
from gazouillis.statuses import delete, edit
from gazouillis.statuses.models import Terms

TERMS = Terms("http://localhost:8000", 140)
HOSTILE = [
    *('"', '"" ""', "' or 1=1 --", "a AND", "NEAR(a b)", "* ^ { } : +", "a* OR b", "-", "--", "-a", "from:", "from:@", "#", "##", "#-"),
    *("\0", "a\0b", "\ud800", "🙂", "%", "_", "\\", "':*", "a:b", "&|!()<->", "x" * 5000, " ".join("abcdefghijklmnopqrstuvwxyz"), "\u202e"),
]


class Asking:
    """What one person finds."""

    def __init__(self, person=None):
        self.person = person
        self.id = AccountId(int(person.id)) if person else None

    async def texts(self, town, query, **options):
        await town.settle()
        async with town.site.db.long_read() as reader:
            window = options.pop("window", Window())
            return [int(one) for one in await search.statuses(reader, query, self.id, window, **options)]

    async def people(self, town, query, limit=20, offset=0, **options):
        await town.settle()
        async with town.site.db.long_read() as reader:
            ids = await search.accounts(reader, query, self.id, limit, offset, **options)
            known = await queries.by_ids(reader, ids)
        return [known[one].username for one in ids]


ANYBODY = Asking()


async def tags(town, query, limit=10, offset=0):
    await town.settle()
    async with town.site.db.long_read() as reader:
        return await search.tags(reader, query, limit, offset)


def ids(*said):
    return [int(one["id"]) for one in said]


async def change_profile(town, person, **change):
    async with town.site.db.write() as tx:
        account = await queries.by_id(tx, AccountId(int(person.id)))
        await profile.change_profile(tx, account, ProfileChange(**change), base_url=TERMS.base_url)


# Texts


async def test_accents_case_and_ligatures_do_not_matter(town, alice):
    said = await alice.posts("Un CAFÉ à Budapest, quelle œuvre")

    for query in ("cafe", "Café", "BUDAPEST oeuvre", "œuvre"):
        assert await ANYBODY.texts(town, query) == ids(said)


async def test_all_words_are_wanted(town, alice):
    both = await alice.posts("coffee in Budapest")
    await alice.posts("tea in Budapest")

    assert await ANYBODY.texts(town, "budapest coffee") == ids(both)


async def test_a_phrase_keeps_its_order(town, alice):
    said = await alice.posts("the night train to Vienna")

    assert await ANYBODY.texts(town, '"night train"') == ids(said)
    assert await ANYBODY.texts(town, '"train night"') == []


async def test_a_word_with_an_apostrophe_is_a_phrase(town, alice):
    said = await alice.posts("c’est l’été")

    assert await ANYBODY.texts(town, "c'est") == ids(said)
    assert await ANYBODY.texts(town, "l'est") == []


async def test_what_is_unwanted_stays_out(town, alice):
    kept = await alice.posts("coffee in Budapest")
    await alice.posts("coffee in Lyon")

    assert await ANYBODY.texts(town, "coffee -lyon") == ids(kept)
    assert await ANYBODY.texts(town, "from:alice -lyon") == ids(kept)


async def test_only_unwanted_words_find_nothing(town, alice):
    await alice.posts("coffee")

    assert await ANYBODY.texts(town, "-tea") == []


async def test_by_sender(town, alice, bob):
    said = await alice.posts("coffee")
    await bob.posts("coffee")

    assert await ANYBODY.texts(town, "coffee from:alice") == ids(said)
    assert await ANYBODY.texts(town, "coffee -from:bob") == ids(said)
    assert await Asking(alice).texts(town, "from:me") == ids(said)
    assert await ANYBODY.texts(town, "from:nobody coffee") == []


async def test_by_tag(town, alice):
    tagged = await alice.posts("bonne #Fête")
    await alice.posts("bonne fête")

    assert await ANYBODY.texts(town, "#fete") == ids(tagged)
    assert await ANYBODY.texts(town, "bonne #FÊTE") == ids(tagged)


async def test_chinese_and_japanese_are_found_inside_a_sentence(town, alice):
    said = await alice.posts("明日東京に行きます")

    assert await ANYBODY.texts(town, "東京") == ids(said)
    assert await ANYBODY.texts(town, "京東") == []


async def test_the_words_of_a_warning_are_found(town, alice):
    said = await alice.posts("it was the dog", spoiler_text="End of the film")

    assert await ANYBODY.texts(town, "film dog") == ids(said)


async def test_newest_first_in_pages(town, alice):
    said = [await alice.posts(f"coffee {number}") for number in range(5)][::-1]

    assert await ANYBODY.texts(town, "coffee", window=Window(limit=2)) == ids(*said[:2])
    assert await ANYBODY.texts(town, "coffee", window=Window(limit=2, max_id=int(said[1]["id"]))) == ids(*said[2:4])
    assert await ANYBODY.texts(town, "coffee", window=Window(limit=2, min_id=int(said[4]["id"]))) == ids(*said[2:4])
    assert await ANYBODY.texts(town, "coffee", window=Window(limit=2), offset=4) == ids(said[4])


async def test_of_one_account(town, alice, bob):
    await alice.posts("coffee")
    said = await bob.posts("coffee")

    assert await ANYBODY.texts(town, "coffee", account_id=AccountId(int(bob.id))) == ids(said)


async def test_what_is_not_public_is_found_by_its_author_only(town, alice, bob):
    said = await alice.posts("coffee for friends", visibility="private")
    await bob.follows(alice)

    assert await Asking(alice).texts(town, "coffee") == ids(said)
    assert await Asking(bob).texts(town, "coffee") == []
    assert await ANYBODY.texts(town, "coffee") == []


async def test_whoever_is_named_or_kept_it_finds_it_again(town, alice, bob, carol):
    unlisted = await alice.posts("coffee, quietly", visibility="unlisted")
    named = await alice.posts("@bob coffee?", visibility="private")
    await carol.favourites(unlisted)

    assert await Asking(bob).texts(town, "coffee") == ids(named)
    assert await Asking(carol).texts(town, "coffee") == ids(unlisted)


async def test_letters_are_never_searched(town, alice, bob):
    await alice.posts("@bob coffee?", visibility="direct")

    assert await Asking(alice).texts(town, "coffee") == []
    assert await Asking(bob).texts(town, "coffee") == []


async def test_an_edit_changes_what_is_found(town, alice):
    said = await alice.posts("coffee #Budapest")
    async with town.site.db.write() as tx:
        author = await queries.by_id(tx, AccountId(int(alice.id)))
        await edit.edit(tx, author, StatusId(int(said["id"])), edit.Revision("tea #Vienna"), TERMS)

    assert await ANYBODY.texts(town, "coffee") == []
    assert await ANYBODY.texts(town, "tea") == ids(said)
    assert (await tags(town, "bud"), await tags(town, "vie")) == ([], [("Vienna", 1)])


async def test_what_was_taken_back_is_not_found(town, alice):
    said = await alice.posts("coffee #Budapest")
    await town.settle()
    async with town.site.db.write() as tx:
        await delete.delete(tx, await queries.by_id(tx, AccountId(int(alice.id))), StatusId(int(said["id"])))

    assert await ANYBODY.texts(town, "coffee") == []
    assert await tags(town, "budapest") == []


@pytest.mark.parametrize("query", HOSTILE)
async def test_nothing_typed_is_an_error(town, alice, query):
    await alice.posts("a coffee")

    for wanted in (query, f"coffee {query}", f"from:alice {query}"):
        await Asking(alice).texts(town, wanted)
        await Asking(alice).people(town, wanted)
        await tags(town, wanted)


# People


async def test_by_the_beginning_of_a_handle_or_of_a_word_of_the_name(town, alice):
    await change_profile(town, alice, display_name="Été Dupont")

    for query in ("al", "ALICE", "@alice", "ete", "dup", "dupont al"):
        assert await ANYBODY.people(town, query) == ["alice"]
    assert await ANYBODY.people(town, "lice") == []


async def test_by_a_part_of_a_handle(town):
    await town.person("jean_paul")

    assert await ANYBODY.people(town, "paul") == await ANYBODY.people(town, "jean_p") == ["jean_paul"]


async def test_by_words_of_place_and_bio(town, alice):
    await change_profile(town, alice, location="Budapest", note="Libraire à Pest")

    assert await ANYBODY.people(town, "budapest libraire") == ["alice"]


async def test_the_exact_handle_first_then_those_followed_then_the_most_followed(town, alice, bob, carol):
    stranger, friend, famous, exact = [await town.person(name) for name in ("coff_stranger", "coff_friend", "coff_famous", "coff")]
    assert stranger
    assert exact
    await bob.follows(famous)
    await carol.follows(famous)
    await alice.follows(friend)

    assert await Asking(alice).people(town, "coff") == ["coff", "coff_friend", "coff_famous", "coff_stranger"]
    assert await Asking(alice).people(town, "coff", 2, 1) == ["coff_friend", "coff_famous"]
    assert await Asking(alice).people(town, "coff", following=True) == ["coff_friend"]


async def test_who_prefers_not_to_be_found_is_found_by_those_who_know(town, alice, bob, carol):
    await change_profile(town, alice, display_name="Hidden", is_discoverable=False)
    await bob.follows(alice)

    assert await Asking(carol).people(town, "hidden") == []
    assert await Asking(carol).people(town, "alice") == ["alice"]
    assert await Asking(bob).people(town, "hidden") == ["alice"]


# Tags


async def test_tags_by_their_beginning_the_most_used_first(town, alice, bob):
    for text in ("#Budapest", "#budapest again", "#Buda", "#café"):
        await alice.posts(text)

    assert await tags(town, "bud") == [("Budapest", 2), ("Buda", 1)]
    assert await tags(town, "#BUDA") == [("Buda", 1), ("Budapest", 2)]
    assert await tags(town, "cafe") == [("café", 1)]
    assert await tags(town, "bud", 1, 1) == [("Buda", 1)]


async def test_what_is_not_said_to_everybody_does_not_count(town, alice):
    for visibility in ("unlisted", "private", "direct"):
        await alice.posts("@alice #secret", visibility=visibility)

    assert await tags(town, "secret") == []


# What is cut into words


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("メニュー3種", "3種"),
        ("メニュー3種", "メニュー"),
        ("メニュー3種", "種"),
        ("コーヒーcafe", "cafe"),
        ("コーヒーcafe", "コーヒー"),
        ("한국어twitter", "twitter"),
        ("ภาษาไทยง่าย", "ไทย"),
        ("ឃ្លាខ្មែរ", "ខ្មែរ"),
        ("gazou\u00adillis", "gazouillis"),
        ("gazouillis", "gazou\u00adillis"),
        ("gazou\u200billis \u2060là", "gazouillis là"),
        ("می\u200cخواهم", "میخواهم"),
        ("#می\u200cخواهم", "#می\u200cخواهم"),
        ("#מ״כ", "#מ״כ"),
        ("#བོད་སྐད་", "#བོད་སྐད"),
    ],
)
async def test_a_word_is_found_whatever_stands_beside_it(town, alice, said, query):
    found = await alice.posts(said)

    assert await ANYBODY.texts(town, query) == ids(found)


async def test_what_was_indexed_otherwise_is_indexed_anew(town, alice, bob, monkeypatch):
    monkeypatch.setattr(reindex, "AT_ONCE", 2)
    said = [await alice.posts(f"メニュー3種 #tag{number}") for number in range(5)]
    letter = await alice.posts("@bob メニュー3種", visibility="direct")
    await town.settle()
    async with town.site.db.write() as tx:
        for table in (searched_statuses, searched_accounts):
            words = matching.kept(tx.dialect, sa.literal(matching.document(tx.dialect, ["spoiled"])))
            await tx.run(sa.update(table).values(words=words))
    assert await ANYBODY.texts(town, "種") == []

    async with town.site.db.write() as tx:
        await tx.emit(StatusesIndexOutdated(), AccountsIndexOutdated())

    assert await ANYBODY.texts(town, "種") == ids(*said[::-1])
    assert int(letter["id"]) not in await Asking(alice).texts(town, "種")
    assert await ANYBODY.people(town, "bob") == ["bob"]
    assert await tags(town, "tag3") == [("tag3", 1)]
