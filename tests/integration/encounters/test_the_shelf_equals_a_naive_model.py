"""Random stories of questions, answers, blocks and readers: what each person is shown is what a naive model says."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.random_stories import fresh_site, stories

SHELF = "/api/gazouillis/v1/shelf"
NAMES = ("ada", "ben", "cleo", "dan")
ACTS = ("ask", "answer", "unanswer", "edit", "withdraw", "offer", "dismiss", "block", "mute", "limit", "refuse", "read", "read")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 5)), min_size=6, max_size=22
)


class NaiveShelf:
    """Everything that was done, and the rule as one would say it."""

    def __init__(self):
        self.posts, self.hidden, self.dismissed, self.shown, self.unwilling = [], set(), set(), set(), set()

    def page(self, reader, limit):
        open_posts = [one for one in self.posts if self._is_for(one, reader)]
        page = {}
        for one in sorted(open_posts, key=lambda one: ((reader, one["id"]) not in self.shown, int(one["id"]))):
            page.setdefault(one["author"], one)
        return sorted(page.values(), key=lambda one: (self._exposures(one["author"]), int(one["id"])))[:limit]

    def _is_for(self, one, reader):
        is_open = one["is_question"] and not one["is_withdrawn"] and not self._is_answered(one)
        is_hidden = (reader, one["author"]) in self.hidden or (reader, one["id"]) in self.dismissed
        return is_open and reader != one["author"] and not is_hidden and reader not in self.unwilling

    def _is_answered(self, one):
        return any({("blocks", by, one["author"]), ("blocks", one["author"], by)}.isdisjoint(self.hidden) for by in one["by"])

    def _exposures(self, author):
        mine = {one["id"] for one in self.posts if one["author"] == author}
        return sum(1 for _reader, one in self.shown if one in mine)


@stories(few=3, many=40)
@given(steps=STEPS)
async def test_what_is_shown_is_what_a_naive_model_says(database_kind, steps):
    async with fresh_site(database_kind) as running_site:
        people = {name: await running_site.person(name) for name in NAMES}
        for person in people.values():
            await person.client.patch(f"{SHELF}/settings", json={"shelves_first_posts": False})
        model = NaiveShelf()
        for number, (act, who, whom, index) in enumerate(steps):
            await _act(people, model, act, who, whom, index, number)
        for name in NAMES:
            await _reads(people, model, name, 20)


async def _reads(people, model, name, limit):
    shown = await people[name].get(SHELF, limit=limit)
    assert [one["id"] for one in shown] == [one["id"] for one in model.page(name, limit)]
    model.shown |= {(name, one["id"]) for one in shown}


async def _act(people, model, act, who, whom, index, number):
    me, other = people[who], people[whom]
    mine = [one for one in model.posts if one["author"] == who]
    theirs = [one for one in model.posts if one["author"] == whom]
    match act:
        case "ask":
            status = await me.posts(f"Question {number}?")
            await me.post(SHELF, status_id=status["id"])
            model.posts.append({"id": status["id"], "author": who, "is_question": True, "is_withdrawn": False, "by": {}, "status": status})
        case "answer" if theirs and who != whom:
            one = theirs[index % len(theirs)]
            if (who, whom) not in model.hidden and who not in one["by"]:
                one["by"][who] = await me.replies(one["status"], f"@{whom} answer {number}")
        case "unanswer" if theirs:
            one = theirs[index % len(theirs)]
            if who in one["by"]:
                await me.deletes(one["by"].pop(who))
        case "edit" if mine:
            one = mine[index % len(mine)]
            one["is_question"] = bool(index % 2)
            await me.edits(one["status"], f"Edited {number}{'?' if one['is_question'] else '.'}")
        case "withdraw" if mine:
            one = mine[index % len(mine)]
            assert (await me.client.delete(f"{SHELF}/{one['id']}")).status_code == 200
            one["is_withdrawn"] = True
        case "offer" if mine and mine[index % len(mine)]["is_question"]:
            await me.post(SHELF, status_id=mine[index % len(mine)]["id"])
            mine[index % len(mine)]["is_withdrawn"] = False
        case "dismiss" if theirs and who != whom:
            one = theirs[index % len(theirs)]
            await me.post(f"{SHELF}/{one['id']}/dismiss")
            model.dismissed.add((who, one["id"]))
            model.shown.add((who, one["id"]))
        case "block" | "mute" | "limit" if who != whom:
            await me.post(f"/api/v1/accounts/{other.id}/{act}")
            model.hidden.add((who, whom))
            if act == "block":
                model.hidden |= {(whom, who), ("blocks", who, whom)}
        case "refuse":
            is_asked = bool(index % 2)
            await me.client.patch(f"{SHELF}/settings", json={"shows_questions": is_asked})
            model.unwilling = model.unwilling - {who} if is_asked else model.unwilling | {who}
        case "read":
            await _reads(people, model, who, 1 + index % 3)
