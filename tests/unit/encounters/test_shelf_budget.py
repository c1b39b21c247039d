"""The budget of the shelf: nobody gets a second reader before everybody had one, whatever people ask, and in whatever order they read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gazouillis.encounters.shelf.models import Candidate, Competence, Kind, ReasonKind
from gazouillis.encounters.shelf.rules import pick, reasons
from tests.support import parts

STATUSES = st.lists(st.integers(0, 4), min_size=1, max_size=12)
"""The author of each status, in the order in which they were published."""
READERS = st.lists(st.tuples(st.integers(10, 16), st.integers(1, 3), st.sets(st.integers(0, 11))), min_size=1, max_size=14)
"""Who reads, how many posts their page shows, and which posts are not for them."""


def naive(authors, shown, reader, limit, refused):
    """Fills the page one by one: the author who was shown least, of those not on it yet; of theirs, that seen, else the oldest."""
    page = []
    while len(page) < limit:
        best = None
        for status, author in enumerate(authors):
            if status in refused or author in [authors[one] for one in page]:
                continue
            exposures = sum(1 for _reader, one in shown if authors[one] == author)
            mine = [one for one, other in enumerate(authors) if other == author and one not in refused]
            seen = [one for one in mine if (reader, one) in shown]
            chosen = (seen or mine)[0]
            if best is None or (exposures, chosen) < best:
                best = (exposures, chosen)
        if best is None:
            break
        page.append(best[1])
    return page


@settings(max_examples=parts.examples(60, 1500))
@given(authors=STATUSES, reads=READERS)
def test_the_page_of_each_reader_is_that_of_a_naive_model(authors, reads):
    shown = set()
    for reader, limit, refused in reads:
        totals = {author: sum(1 for _reader, one in shown if authors[one] == author) for author in authors}
        candidates = [
            Candidate(status, author, Kind.QUESTION, totals[author], (reader, status) in shown)
            for status, author in enumerate(authors)
            if status not in refused
        ]
        page = [one.status_id for one in pick(candidates, limit)]
        assert page == naive(authors, shown, reader, limit, refused)
        shown |= {(reader, one) for one in page}


@settings(max_examples=parts.examples(60, 1500))
@given(authors=STATUSES, readers=st.integers(1, 30))
def test_authors_whom_everybody_may_answer_never_differ_by_more_than_one_reader(authors, readers):
    totals = dict.fromkeys(authors, 0)
    for _reader in range(readers):
        candidates = [Candidate(status, author, Kind.QUESTION, totals[author]) for status, author in enumerate(authors)]
        for one in pick(candidates, 1):
            totals[one.account_id] += 1
        assert max(totals.values()) - min(totals.values()) <= 1


def kinds(knows, language, places=(), query=None):
    return [one.kind for one in reasons(knows, language, places, query)]


def test_the_reasons_go_from_the_most_telling_to_the_least():
    knows = Competence(frozenset({1}), frozenset({"fr"}))

    assert kinds(knows, "fr-CA", (2, 1), "soupe") == [ReasonKind.TOWN, ReasonKind.TRACK, ReasonKind.LANGUAGE]
    assert kinds(knows, "hu", (1,)) == [ReasonKind.TOWN]
    assert kinds(knows, "") == [ReasonKind.WILLING]
    assert kinds(Competence(), "hu") == [ReasonKind.WILLING]
    assert kinds(knows, "hu", (2,)) == []
