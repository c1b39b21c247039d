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

    async def statuses(self, running_site, query, **options):
        await running_site.run_until_idle()
        async with running_site.site.db.long_read() as reader:
            window = options.pop("window", Window())
            return [int(one) for one in await search.statuses(reader, query, self.id, window, **options)]

    async def accounts(self, running_site, query, limit=20, offset=0, **options):
        await running_site.run_until_idle()
        async with running_site.site.db.long_read() as reader:
            ids = await search.accounts(reader, query, self.id, limit, offset, **options)
            known = await queries.by_ids(reader, ids)
        return [known[one].username for one in ids]


VISITOR = Searcher()


async def tags(running_site, query, limit=10, offset=0):
    await running_site.run_until_idle()
    async with running_site.site.db.long_read() as reader:
        return await search.tags(reader, query, limit, offset)


def ids(*statuses):
    return [int(one["id"]) for one in statuses]


async def change_profile(running_site, person, **change):
    async with running_site.site.db.write() as tx:
        account = await queries.by_id(tx, AccountId(int(person.id)))
        await profile.change_profile(tx, account, ProfileChange(**change), base_url=TERMS.base_url)


# Statuses


async def test_accents_case_and_ligatures_do_not_matter(running_site, alice):
    status = await alice.posts("Un CAFÉ à Budapest, quelle œuvre")

    for query in ("cafe", "Café", "BUDAPEST oeuvre", "œuvre"):
        assert await VISITOR.statuses(running_site, query) == ids(status)


async def test_all_words_must_be_found(running_site, alice):
    both = await alice.posts("coffee in Budapest")
    await alice.posts("tea in Budapest")

    assert await VISITOR.statuses(running_site, "budapest coffee") == ids(both)


async def test_the_words_of_a_phrase_must_be_in_its_order(running_site, alice):
    status = await alice.posts("the night train to Vienna")

    assert await VISITOR.statuses(running_site, '"night train"') == ids(status)
    assert await VISITOR.statuses(running_site, '"train night"') == []


async def test_a_word_with_an_apostrophe_is_searched_as_a_phrase(running_site, alice):
    status = await alice.posts("c’est l’été")

    assert await VISITOR.statuses(running_site, "c'est") == ids(status)
    assert await VISITOR.statuses(running_site, "l'est") == []


async def test_a_status_with_an_excluded_word_is_not_found(running_site, alice):
    wanted = await alice.posts("coffee in Budapest")
    await alice.posts("coffee in Lyon")

    assert await VISITOR.statuses(running_site, "coffee -lyon") == ids(wanted)
    assert await VISITOR.statuses(running_site, "from:alice -lyon") == ids(wanted)


async def test_a_query_of_excluded_words_only_finds_nothing(running_site, alice):
    await alice.posts("coffee")

    assert await VISITOR.statuses(running_site, "-tea") == []


async def test_from_finds_the_statuses_of_one_author(running_site, alice, bob):
    status = await alice.posts("coffee")
    await bob.posts("coffee")

    assert await VISITOR.statuses(running_site, "coffee from:alice") == ids(status)
    assert await VISITOR.statuses(running_site, "coffee -from:bob") == ids(status)
    assert await Searcher(alice).statuses(running_site, "from:me") == ids(status)
    assert await VISITOR.statuses(running_site, "from:nobody coffee") == []


async def test_a_hashtag_finds_the_statuses_that_have_it(running_site, alice):
    tagged = await alice.posts("bonne #Fête")
    await alice.posts("bonne fête")

    assert await VISITOR.statuses(running_site, "#fete") == ids(tagged)
    assert await VISITOR.statuses(running_site, "bonne #FÊTE") == ids(tagged)


async def test_a_japanese_word_is_found_inside_a_sentence_without_spaces(running_site, alice):
    status = await alice.posts("明日東京に行きます")

    assert await VISITOR.statuses(running_site, "東京") == ids(status)
    assert await VISITOR.statuses(running_site, "京東") == []


async def test_a_status_is_found_by_the_words_of_its_spoiler_text(running_site, alice):
    status = await alice.posts("it was the dog", spoiler_text="End of the film")

    assert await VISITOR.statuses(running_site, "film dog") == ids(status)


async def test_statuses_come_newest_first_and_in_pages(running_site, alice):
    posted = [await alice.posts(f"coffee {number}") for number in range(5)][::-1]

    assert await VISITOR.statuses(running_site, "coffee", window=Window(limit=2)) == ids(*posted[:2])
    assert await VISITOR.statuses(running_site, "coffee", window=Window(limit=2, max_id=int(posted[1]["id"]))) == ids(*posted[2:4])
    assert await VISITOR.statuses(running_site, "coffee", window=Window(limit=2, min_id=int(posted[4]["id"]))) == ids(*posted[2:4])
    assert await VISITOR.statuses(running_site, "coffee", window=Window(limit=2), offset=4) == ids(posted[4])


async def test_a_search_may_be_limited_to_one_account(running_site, alice, bob):
    await alice.posts("coffee")
    status = await bob.posts("coffee")

    assert await VISITOR.statuses(running_site, "coffee", account_id=AccountId(int(bob.id))) == ids(status)


async def test_a_private_status_is_found_by_its_author_only(running_site, alice, bob):
    status = await alice.posts("coffee for friends", visibility="private")
    await bob.follows(alice)

    assert await Searcher(alice).statuses(running_site, "coffee") == ids(status)
    assert await Searcher(bob).statuses(running_site, "coffee") == []
    assert await VISITOR.statuses(running_site, "coffee") == []


async def test_a_status_that_is_not_public_is_found_by_who_is_mentioned_or_favourited_it(running_site, alice, bob, carol):
    unlisted = await alice.posts("coffee, quietly", visibility="unlisted")
    named = await alice.posts("@bob coffee?", visibility="private")
    await carol.favourites(unlisted)

    assert await Searcher(bob).statuses(running_site, "coffee") == ids(named)
    assert await Searcher(carol).statuses(running_site, "coffee") == ids(unlisted)


async def test_a_direct_status_is_never_found(running_site, alice, bob):
    await alice.posts("@bob coffee?", visibility="direct")

    assert await Searcher(alice).statuses(running_site, "coffee") == []
    assert await Searcher(bob).statuses(running_site, "coffee") == []


async def test_an_edited_status_is_found_by_its_new_words_only(running_site, alice):
    status = await alice.posts("coffee #Budapest")
    async with running_site.site.db.write() as tx:
        author = await queries.by_id(tx, AccountId(int(alice.id)))
        await edit.edit(tx, author, StatusId(int(status["id"])), edit.Revision("tea #Vienna"), TERMS)

    assert await VISITOR.statuses(running_site, "coffee") == []
    assert await VISITOR.statuses(running_site, "tea") == ids(status)
    assert (await tags(running_site, "bud"), await tags(running_site, "vie")) == ([], [("Vienna", 1)])


async def test_a_deleted_status_is_not_found(running_site, alice):
    status = await alice.posts("coffee #Budapest")
    await running_site.run_until_idle()
    async with running_site.site.db.write() as tx:
        await delete.delete(tx, await queries.by_id(tx, AccountId(int(alice.id))), StatusId(int(status["id"])))

    assert await VISITOR.statuses(running_site, "coffee") == []
    assert await tags(running_site, "budapest") == []


@pytest.mark.parametrize("query", HOSTILE)
async def test_no_query_is_an_error(running_site, alice, query):
    await alice.posts("a coffee")

    for wanted in (query, f"coffee {query}", f"from:alice {query}"):
        await Searcher(alice).statuses(running_site, wanted)
        await Searcher(alice).accounts(running_site, wanted)
        await tags(running_site, wanted)


# Accounts


async def test_an_account_is_found_by_a_prefix_of_its_handle_or_of_a_word_of_its_name(running_site, alice):
    await change_profile(running_site, alice, display_name="Été Dupont")

    for query in ("al", "ALICE", "@alice", "ete", "dup", "dupont al"):
        assert await VISITOR.accounts(running_site, query) == ["alice"]
    assert await VISITOR.accounts(running_site, "lice") == []


async def test_an_account_is_found_by_a_part_of_its_handle(running_site):
    await running_site.person("jean_paul")

    assert await VISITOR.accounts(running_site, "paul") == await VISITOR.accounts(running_site, "jean_p") == ["jean_paul"]


async def test_an_account_is_found_by_words_of_its_location_and_bio(running_site, alice):
    await change_profile(running_site, alice, location="Budapest", note="Libraire à Pest")

    assert await VISITOR.accounts(running_site, "budapest libraire") == ["alice"]


async def test_accounts_come_exact_handle_first_then_followed_ones_then_by_followers(running_site, alice, bob, carol):
    stranger, friend, famous, exact = [await running_site.person(name) for name in ("coff_stranger", "coff_friend", "coff_famous", "coff")]
    assert stranger
    assert exact
    await bob.follows(famous)
    await carol.follows(famous)
    await alice.follows(friend)

    assert await Searcher(alice).accounts(running_site, "coff") == ["coff", "coff_friend", "coff_famous", "coff_stranger"]
    assert await Searcher(alice).accounts(running_site, "coff", 2, 1) == ["coff_friend", "coff_famous"]
    assert await Searcher(alice).accounts(running_site, "coff", following=True) == ["coff_friend"]


async def test_an_undiscoverable_account_is_found_by_its_handle_and_by_its_followers(running_site, alice, bob, carol):
    await change_profile(running_site, alice, display_name="Hidden", is_discoverable=False)
    await bob.follows(alice)

    assert await Searcher(carol).accounts(running_site, "hidden") == []
    assert await Searcher(carol).accounts(running_site, "alice") == ["alice"]
    assert await Searcher(bob).accounts(running_site, "hidden") == ["alice"]


# Hashtags


async def test_hashtags_are_found_by_prefix_the_exact_one_first_then_the_most_used(running_site, alice, bob):
    for text in ("#Budapest", "#budapest again", "#Buda", "#café"):
        await alice.posts(text)

    assert await tags(running_site, "bud") == [("Budapest", 2), ("Buda", 1)]
    assert await tags(running_site, "#BUDA") == [("Buda", 1), ("Budapest", 2)]
    assert await tags(running_site, "cafe") == [("café", 1)]
    assert await tags(running_site, "bud", 1, 1) == [("Buda", 1)]


async def test_hashtags_of_statuses_that_are_not_public_are_not_counted(running_site, alice):
    for visibility in ("unlisted", "private", "direct"):
        await alice.posts("@alice #secret", visibility=visibility)

    assert await tags(running_site, "secret") == []


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
async def test_a_word_is_found_whatever_script_or_invisible_character_is_beside_it(running_site, alice, text, query):
    status = await alice.posts(text)

    assert await VISITOR.statuses(running_site, query) == ids(status)


async def test_an_outdated_index_is_built_again(running_site, alice, bob, monkeypatch):
    monkeypatch.setattr(reindex, "AT_ONCE", 2)
    posted = [await alice.posts(f"メニュー3種 #tag{number}") for number in range(5)]
    direct = await alice.posts("@bob メニュー3種", visibility="direct")
    await running_site.run_until_idle()
    async with running_site.site.db.write() as tx:
        for table in (searched_statuses, searched_accounts):
            words = matching.stored(tx.dialect, sa.literal(matching.document(tx.dialect, ["spoiled"])))
            await tx.run(sa.update(table).values(words=words))
    assert await VISITOR.statuses(running_site, "種") == []

    async with running_site.site.db.write() as tx:
        await tx.emit(StatusesIndexOutdated(), AccountsIndexOutdated())

    assert await VISITOR.statuses(running_site, "種") == ids(*posted[::-1])
    assert int(direct["id"]) not in await Searcher(alice).statuses(running_site, "種")
    assert await VISITOR.accounts(running_site, "bob") == ["bob"]
    assert await tags(running_site, "tag3") == [("tag3", 1)]
