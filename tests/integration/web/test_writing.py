import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import chosen, read, value_of


@pytest.fixture
async def bobs(town, bob):
    browser = Browser(town)
    await browser.signs_in("bob")
    return browser


@pytest.fixture
async def question(bob):
    return await bob.posts("who is in Lyon?")


async def test_what_is_said_stands_at_home(mine, town):
    answer = await mine.sends("/statuses", status="hello")
    await town.settle()

    assert (answer.status_code, leads_to(answer)) == (303, "/")
    assert read(await mine.reads("/")) == ["hello"]


async def test_what_is_too_long_is_kept_and_told(mine):
    mine.client.headers["referer"] = "http://localhost:8000/"

    page = await mine.sends("/statuses", status="é" * 143, visibility="unlisted", spoiler_text="")

    assert page.status_code == 422
    assert value_of(page, "status") == "é" * 143
    assert chosen(page, "visibility") == "unlisted"
    assert "Too long by 3 characters" in text(page)
    assert ">−3</output>" in text(page)
    assert read(await mine.reads("/local")) == []


async def test_a_warning_counts_too(mine):
    page = await mine.sends("/statuses", status="a" * 100, spoiler_text="b" * 50)

    assert page.status_code == 422
    assert value_of(page, "spoiler_text") == "b" * 50
    assert ">−10</output>" in text(page)


async def test_nothing_is_not_said(mine):
    assert "Say something first" in text(await mine.sends("/statuses", status="  \n "))


async def test_a_form_sent_twice_is_said_once(mine, town):
    key = value_of(await mine.reads("/"), "idempotency_key")

    await mine.sends("/statuses", status="hello", idempotency_key=key)
    await mine.sends("/statuses", status="hello", idempotency_key=key)

    assert read(await mine.reads("/local")) == ["hello"]


async def test_words_come_out_as_they_went_in(mine, alice):
    written = "Twitts à Budapest 🙂 œ’ <b>annif</b> ;)\r\n& m****"

    await mine.sends("/statuses", status=written)

    [said] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert (await alice.get(f"/api/v1/statuses/{said['id']}/source"))["text"] == written.replace("\r\n", "\n")


async def test_a_reply_names_those_it_answers(mine, alice, bob, carol, question):
    answer = await carol.replies(question, "@bob @alice is")

    page = await mine.reads(f"/compose?reply_to={answer['id']}")

    assert value_of(page, "status") == "@carol @bob "


async def test_a_reply_stands_under_what_it_answers(mine, question):
    answer = await mine.sends("/statuses", status="@bob I am", in_reply_to_id=question["id"])

    assert leads_to(answer).startswith(f"/@bob/{question['id']}#s")
    assert read(await mine.reads(f"/@bob/{question['id']}")) == ["who is in Lyon?", "@bob I am"]


async def test_a_reply_that_is_too_long_is_kept_in_its_conversation(mine, question):
    page = await mine.sends("/statuses", status="@bob " + "a" * 141, in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert read(page) == ["who is in Lyon?"]
    assert value_of(page, "status") == "@bob " + "a" * 141
    assert value_of(page, "in_reply_to_id") == question["id"]


async def test_words_for_somebody_who_has_gone_are_kept(mine, bob, question):
    await bob.deletes(question)

    page = await mine.sends("/statuses", status="@bob too late", in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert value_of(page, "status") == "@bob too late"


async def test_one_answers_no_louder_than_one_was_spoken_to(mine, bob):
    letter = await bob.posts("@alice between us", visibility="direct")

    assert chosen(await mine.reads(f"/compose?reply_to={letter['id']}"), "visibility") == "direct"


async def test_a_letter_is_shown_once_sent(mine, bob):
    answer = await mine.sends("/statuses", status="@bob between us", visibility="direct")

    assert read(await mine.reads(leads_to(answer))) == ["@bob between us"]


async def test_an_unknown_audience_is_refused_rather_than_widened(mine):
    assert (await mine.sends("/statuses", status="hush", visibility="family")).status_code == 422
    assert read(await mine.reads("/local")) == []


async def test_an_edit_starts_from_the_words_as_written(mine, alice):
    said = await alice.posts("first @bob words")

    page = await mine.reads(f"/compose?edit={said['id']}")
    answer = await mine.sends(f"/statuses/{said['id']}/edit", status="better words")

    assert value_of(page, "status") == "first @bob words"
    assert read(await mine.reads(leads_to(answer))) == ["better words"]


async def test_an_edit_that_is_too_long_is_kept(mine, alice):
    said = await alice.posts("first words")

    page = await mine.sends(f"/statuses/{said['id']}/edit", status="a" * 150)

    assert (page.status_code, value_of(page, "status")) == (422, "a" * 150)
    assert f'action="/statuses/{said["id"]}/edit"' in page.text


async def test_nobody_edits_or_deletes_for_another(bobs, alice):
    said = await alice.posts("mine")

    assert (await bobs.reads(f"/compose?edit={said['id']}")).status_code == 403
    assert (await bobs.sends(f"/statuses/{said['id']}/edit", status="yours")).status_code == 403
    assert (await bobs.sends(f"/statuses/{said['id']}/delete")).status_code == 403
    assert read(await bobs.reads("/@alice")) == ["mine"]


async def test_what_is_taken_back_is_gone(mine, alice):
    said = await alice.posts("forget it")
    mine.client.headers["referer"] = "http://localhost:8000/@alice"

    answer = await mine.sends(f"/statuses/{said['id']}/delete")

    assert leads_to(answer) == "/@alice"
    page = await mine.reads("/@alice")
    assert read(page) == []
    assert "Your post is deleted" in text(page)


@pytest.mark.parametrize(("gesture", "undone"), [("favourite", "unfavourite"), ("reblog", "unreblog"), ("bookmark", "unbookmark")])
async def test_a_mark_is_made_and_undone_without_a_script(mine, question, gesture, undone):
    at, there = f"/statuses/{question['id']}", f"/@bob/{question['id']}"
    mine.client.headers["referer"] = "http://localhost:8000/local"

    answer = await mine.sends(f"{at}/{gesture}")

    assert leads_to(answer) == f"/local#s{question['id']}"
    assert f'formaction="{at}/{undone}"' in (await mine.reads(there)).text
    await mine.sends(f"{at}/{undone}")
    assert f'formaction="{at}/{gesture}"' in (await mine.reads(there)).text


async def test_the_script_is_answered_with_the_status_alone(mine, question):
    mine.client.headers["HX-Request"] = "true"

    partial = await mine.sends(f"/statuses/{question['id']}/favourite")

    assert read(partial) == ["who is in Lyon?"]
    assert 'aria-pressed="true"' in partial.text
    assert "<html" not in partial.text


async def test_twice_the_same_mark_counts_once(mine, alice, question):
    await mine.sends(f"/statuses/{question['id']}/favourite")
    await mine.sends(f"/statuses/{question['id']}/favourite")

    assert (await alice.get(f"/api/v1/statuses/{question['id']}"))["favourites_count"] == 1


async def test_a_letter_is_not_repeated(mine, bob):
    letter = await bob.posts("@alice between us", visibility="direct")

    assert (await mine.sends(f"/statuses/{letter['id']}/reblog")).status_code == 403


@pytest.mark.parametrize("identifier", ["0", "-1", "abc", "9" * 30, "9223372036854775807", "%00"])
@pytest.mark.parametrize("gesture", ["favourite", "edit", "delete", "dance"])
async def test_what_does_not_exist_is_not_found(mine, identifier, gesture):
    assert (await mine.sends(f"/statuses/{identifier}/{gesture}", status="hello")).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "a\0b"},
        {"status": "hello", "in_reply_to_id": "abc"},
        {"status": "hello", "visibility": "\u0661"},
        {"status": "a" * 50_000},
        {"spoiler_text": "only a warning"},
        {},
    ],
)
async def test_a_wild_form_is_refused(mine, fields):
    assert (await mine.sends("/statuses", **fields)).status_code == 422


@pytest.mark.parametrize("fields", [{"language": "x" * 500}, {"language": "'"}, {"idempotency_key": "k" * 5000}])
async def test_what_only_accompanies_words_does_not_stop_them(mine, fields):
    assert (await mine.sends("/statuses", status="hello", **fields)).status_code == 303


async def test_a_visitor_is_asked_to_sign_in(visitor, question):
    assert leads_to(await visitor.sends("/statuses", status="hello")).startswith("/sign-in")
    assert leads_to(await visitor.sends(f"/statuses/{question['id']}/favourite")).startswith("/sign-in")


async def test_a_forged_form_is_refused(mine):
    assert (await mine.client.post("/statuses", data={"status": "hello"})).status_code == 403
    assert (await mine.client.post("/statuses", data={"status": "hello", "_csrf_token": "é" * 200})).status_code == 403
    assert (await mine.client.post("/statuses", files={"_csrf_token": ("key", b"x")})).status_code == 403


async def test_a_key_of_another_time_is_replaced(town, visitor):
    visitor.client.cookies.set("csrf", "0" * 128, domain="localhost.local")

    page = await visitor.reads("/sign-in")

    assert value_of(page, "_csrf_token") != "0" * 128


async def test_the_page_knows_which_handles_are_free_in_a_reply(mine, bob, carol, question):
    answer = await carol.replies(question, "@bob me")

    page = await mine.reads(f"/compose?reply_to={answer['id']}")

    assert 'data-addressees="bob carol"' in page.text
    assert "data-addressees" not in (await mine.reads("/compose")).text


async def test_the_server_says_which_other_handles_were_known(mine, carol, question):
    page = await mine.sends("/statuses", status="@bob @carol @nobody " + "x" * 133, in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert 'data-addressees="bob carol"' in page.text
    assert ">−1</output>" in text(page)


@pytest.mark.parametrize(("language", "sentence"), [("en", "Name whom this is for"), ("fr", "Dites à qui ce message s’adresse")])
async def test_a_letter_to_nobody_is_kept_and_refused(town, alice, bob, language, sentence):
    browser = Browser(town, language)
    await browser.was_signed_in("alice")
    letter = await alice.posts("@bob between us", visibility="direct")

    pages = [
        await browser.sends("/statuses", status="hello @nobody", visibility="direct"),
        await browser.sends(f"/statuses/{letter['id']}/edit", status="hello @nobody"),
    ]

    assert [one.status_code for one in pages] == [422, 422]
    assert all(sentence in text(one) for one in pages)
    assert [value_of(one, "status") for one in pages] == ["hello @nobody"] * 2


@pytest.mark.parametrize("form", [{"status": "bye"}, {"status": "bye", "spoiler_text": ""}, {"status": "bye", "spoiler_text": "film"}])
async def test_an_edit_on_the_page_leaves_it_sensitive(mine, alice, form):
    said = await alice.posts("hello", sensitive=True)

    await mine.sends(f"/statuses/{said['id']}/edit", **form)

    assert (await alice.get(f"/api/v1/statuses/{said['id']}"))["sensitive"]


async def test_a_warning_put_in_front_by_an_edit_makes_it_sensitive(mine, alice):
    said = await alice.posts("hello")

    await mine.sends(f"/statuses/{said['id']}/edit", status="hello", spoiler_text="film")

    assert (await alice.get(f"/api/v1/statuses/{said['id']}"))["sensitive"]


async def test_an_app_takes_a_warning_and_what_it_implied_away(alice):
    said = await alice.posts("hello", spoiler_text="film")

    assert not (await alice.edits(said, "hello", spoiler_text=""))["sensitive"]
