"""Search of statuses, accounts and hashtags, below the doors: what is found, in which order, and by whom."""

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


class Searcher:
    """Searches as one person, or as a visitor who is not signed in."""

    def __init__(self, person=None):
        self.person = person
        self.id = AccountId(int(person.id)) if person else None

    async def statuses(self, town, query, **options):
        await town.settle()
        async with town.site.db.long_read() as reader:
            window = options.pop("window", Window())
            return [int(one) for one in await search.statuses(reader, query, self.id, window, **options)]

    async def accounts(self, town, query, limit=20, offset=0, **options):
        await town.settle()
        async with town.site.db.long_read() as reader:
            ids = await search.accounts(reader, query, self.id, limit, offset, **options)
            known = await queries.by_ids(reader, ids)
        return [known[one].username for one in ids]


VISITOR = Searcher()


async def tags(town, query, limit=10, offset=0):
    await town.settle()
    async with town.site.db.long_read() as reader:
        return await search.tags(reader, query, limit, offset)


def ids(*statuses):
    return [int(one["id"]) for one in statuses]


async def change_profile(town, person, **change):
    async with town.site.db.write() as tx:
        account = await queries.by_id(tx, AccountId(int(person.id)))
        await profile.change_profile(tx, account, ProfileChange(**change), base_url=TERMS.base_url)


# Statuses


async def test_accents_case_and_ligatures_do_not_matter(town, alice):
    status = await alice.posts("Un CAFÉ à Budapest, quelle œuvre")

    for query in ("cafe", "Café", "BUDAPEST oeuvre", "œuvre"):
        assert await VISITOR.statuses(town, query) == ids(status)


async def test_all_words_must_be_found(town, alice):
    both = await alice.posts("coffee in Budapest")
    await alice.posts("tea in Budapest")

    assert await VISITOR.statuses(town, "budapest coffee") == ids(both)


async def test_the_words_of_a_phrase_must_be_in_its_order(town, alice):
    status = await alice.posts("the night train to Vienna")

    assert await VISITOR.statuses(town, '"night train"') == ids(status)
    assert await VISITOR.statuses(town, '"train night"') == []


async def test_a_word_with_an_apostrophe_is_searched_as_a_phrase(town, alice):
    status = await alice.posts("c’est l’été")

    assert await VISITOR.statuses(town, "c'est") == ids(status)
    assert await VISITOR.statuses(town, "l'est") == []


async def test_a_status_with_an_excluded_word_is_not_found(town, alice):
    wanted = await alice.posts("coffee in Budapest")
    await alice.posts("coffee in Lyon")

    assert await VISITOR.statuses(town, "coffee -lyon") == ids(wanted)
    assert await VISITOR.statuses(town, "from:alice -lyon") == ids(wanted)


async def test_a_query_of_excluded_words_only_finds_nothing(town, alice):
    await alice.posts("coffee")

    assert await VISITOR.statuses(town, "-tea") == []


async def test_from_finds_the_statuses_of_one_author(town, alice, bob):
    status = await alice.posts("coffee")
    await bob.posts("coffee")

    assert await VISITOR.statuses(town, "coffee from:alice") == ids(status)
    assert await VISITOR.statuses(town, "coffee -from:bob") == ids(status)
    assert await Searcher(alice).statuses(town, "from:me") == ids(status)
    assert await VISITOR.statuses(town, "from:nobody coffee") == []


async def test_a_hashtag_finds_the_statuses_that_have_it(town, alice):
    tagged = await alice.posts("bonne #Fête")
    await alice.posts("bonne fête")

    assert await VISITOR.statuses(town, "#fete") == ids(tagged)
    assert await VISITOR.statuses(town, "bonne #FÊTE") == ids(tagged)


async def test_a_japanese_word_is_found_inside_a_sentence_without_spaces(town, alice):
    status = await alice.posts("明日東京に行きます")

    assert await VISITOR.statuses(town, "東京") == ids(status)
    assert await VISITOR.statuses(town, "京東") == []


async def test_a_status_is_found_by_the_words_of_its_spoiler_text(town, alice):
    status = await alice.posts("it was the dog", spoiler_text="End of the film")

    assert await VISITOR.statuses(town, "film dog") == ids(status)


async def test_statuses_come_newest_first_and_in_pages(town, alice):
    posted = [await alice.posts(f"coffee {number}") for number in range(5)][::-1]

    assert await VISITOR.statuses(town, "coffee", window=Window(limit=2)) == ids(*posted[:2])
    assert await VISITOR.statuses(town, "coffee", window=Window(limit=2, max_id=int(posted[1]["id"]))) == ids(*posted[2:4])
    assert await VISITOR.statuses(town, "coffee", window=Window(limit=2, min_id=int(posted[4]["id"]))) == ids(*posted[2:4])
    assert await VISITOR.statuses(town, "coffee", window=Window(limit=2), offset=4) == ids(posted[4])


async def test_a_search_may_be_limited_to_one_account(town, alice, bob):
    await alice.posts("coffee")
    status = await bob.posts("coffee")

    assert await VISITOR.statuses(town, "coffee", account_id=AccountId(int(bob.id))) == ids(status)


async def test_a_private_status_is_found_by_its_author_only(town, alice, bob):
    status = await alice.posts("coffee for friends", visibility="private")
    await bob.follows(alice)

    assert await Searcher(alice).statuses(town, "coffee") == ids(status)
    assert await Searcher(bob).statuses(town, "coffee") == []
    assert await VISITOR.statuses(town, "coffee") == []


async def test_a_status_that_is_not_public_is_found_by_who_is_mentioned_or_favourited_it(town, alice, bob, carol):
    unlisted = await alice.posts("coffee, quietly", visibility="unlisted")
    named = await alice.posts("@bob coffee?", visibility="private")
    await carol.favourites(unlisted)

    assert await Searcher(bob).statuses(town, "coffee") == ids(named)
    assert await Searcher(carol).statuses(town, "coffee") == ids(unlisted)


async def test_a_direct_status_is_never_found(town, alice, bob):
    await alice.posts("@bob coffee?", visibility="direct")

    assert await Searcher(alice).statuses(town, "coffee") == []
    assert await Searcher(bob).statuses(town, "coffee") == []


async def test_an_edited_status_is_found_by_its_new_words_only(town, alice):
    status = await alice.posts("coffee #Budapest")
    async with town.site.db.write() as tx:
        author = await queries.by_id(tx, AccountId(int(alice.id)))
        await edit.edit(tx, author, StatusId(int(status["id"])), edit.Revision("tea #Vienna"), TERMS)

    assert await VISITOR.statuses(town, "coffee") == []
    assert await VISITOR.statuses(town, "tea") == ids(status)
    assert (await tags(town, "bud"), await tags(town, "vie")) == ([], [("Vienna", 1)])


async def test_a_deleted_status_is_not_found(town, alice):
    status = await alice.posts("coffee #Budapest")
    await town.settle()
    async with town.site.db.write() as tx:
        await delete.delete(tx, await queries.by_id(tx, AccountId(int(alice.id))), StatusId(int(status["id"])))

    assert await VISITOR.statuses(town, "coffee") == []
    assert await tags(town, "budapest") == []


@pytest.mark.parametrize("query", HOSTILE)
async def test_no_query_is_an_error(town, alice, query):
    await alice.posts("a coffee")

    for wanted in (query, f"coffee {query}", f"from:alice {query}"):
        await Searcher(alice).statuses(town, wanted)
        await Searcher(alice).accounts(town, wanted)
        await tags(town, wanted)


# Accounts


async def test_an_account_is_found_by_a_prefix_of_its_handle_or_of_a_word_of_its_name(town, alice):
    await change_profile(town, alice, display_name="Été Dupont")

    for query in ("al", "ALICE", "@alice", "ete", "dup", "dupont al"):
        assert await VISITOR.accounts(town, query) == ["alice"]
    assert await VISITOR.accounts(town, "lice") == []


async def test_an_account_is_found_by_a_part_of_its_handle(town):
    await town.person("jean_paul")

    assert await VISITOR.accounts(town, "paul") == await VISITOR.accounts(town, "jean_p") == ["jean_paul"]


async def test_an_account_is_found_by_words_of_its_location_and_bio(town, alice):
    await change_profile(town, alice, location="Budapest", note="Libraire à Pest")

    assert await VISITOR.accounts(town, "budapest libraire") == ["alice"]


async def test_accounts_come_exact_handle_first_then_followed_ones_then_by_followers(town, alice, bob, carol):
    stranger, friend, famous, exact = [await town.person(name) for name in ("coff_stranger", "coff_friend", "coff_famous", "coff")]
    assert stranger
    assert exact
    await bob.follows(famous)
    await carol.follows(famous)
    await alice.follows(friend)

    assert await Searcher(alice).accounts(town, "coff") == ["coff", "coff_friend", "coff_famous", "coff_stranger"]
    assert await Searcher(alice).accounts(town, "coff", 2, 1) == ["coff_friend", "coff_famous"]
    assert await Searcher(alice).accounts(town, "coff", following=True) == ["coff_friend"]


async def test_an_undiscoverable_account_is_found_by_its_handle_and_by_its_followers(town, alice, bob, carol):
    await change_profile(town, alice, display_name="Hidden", is_discoverable=False)
    await bob.follows(alice)

    assert await Searcher(carol).accounts(town, "hidden") == []
    assert await Searcher(carol).accounts(town, "alice") == ["alice"]
    assert await Searcher(bob).accounts(town, "hidden") == ["alice"]


# Hashtags


async def test_hashtags_are_found_by_prefix_the_exact_one_first_then_the_most_used(town, alice, bob):
    for text in ("#Budapest", "#budapest again", "#Buda", "#café"):
        await alice.posts(text)

    assert await tags(town, "bud") == [("Budapest", 2), ("Buda", 1)]
    assert await tags(town, "#BUDA") == [("Buda", 1), ("Budapest", 2)]
    assert await tags(town, "cafe") == [("café", 1)]
    assert await tags(town, "bud", 1, 1) == [("Buda", 1)]


async def test_hashtags_of_statuses_that_are_not_public_are_not_counted(town, alice):
    for visibility in ("unlisted", "private", "direct"):
        await alice.posts("@alice #secret", visibility=visibility)

    assert await tags(town, "secret") == []


# Words


@pytest.mark.parametrize(
    ("text", "query"),
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
async def test_a_word_is_found_whatever_script_or_invisible_character_is_beside_it(town, alice, text, query):
    status = await alice.posts(text)

    assert await VISITOR.statuses(town, query) == ids(status)


async def test_an_outdated_index_is_built_again(town, alice, bob, monkeypatch):
    monkeypatch.setattr(reindex, "AT_ONCE", 2)
    posted = [await alice.posts(f"メニュー3種 #tag{number}") for number in range(5)]
    direct = await alice.posts("@bob メニュー3種", visibility="direct")
    await town.settle()
    async with town.site.db.write() as tx:
        for table in (searched_statuses, searched_accounts):
            words = matching.stored(tx.dialect, sa.literal(matching.document(tx.dialect, ["spoiled"])))
            await tx.run(sa.update(table).values(words=words))
    assert await VISITOR.statuses(town, "種") == []

    async with town.site.db.write() as tx:
        await tx.emit(StatusesIndexOutdated(), AccountsIndexOutdated())

    assert await VISITOR.statuses(town, "種") == ids(*posted[::-1])
    assert int(direct["id"]) not in await Searcher(alice).statuses(town, "種")
    assert await VISITOR.accounts(town, "bob") == ["bob"]
    assert await tags(town, "tag3") == [("tag3", 1)]
