import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import chosen, read, value_of


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.signs_in("bob")
    return browser


@pytest.fixture
async def question(bob):
    return await bob.posts("who is in Lyon?")


async def test_a_published_status_is_shown_at_home(alices_browser, running_site):
    response = await alices_browser.sends("/statuses", status="hello")
    await running_site.run_until_idle()

    assert (response.status_code, leads_to(response)) == (303, "/")
    assert read(await alices_browser.reads("/")) == ["hello"]


async def test_fields_that_a_form_leaves_out_follow_its_authors_preferences(alices_browser, alice):
    preferred = {"default_visibility": "unlisted", "default_sensitive": "1", "default_language": "de"}
    await alices_browser.sends("/settings/account", part="preferences", **preferred)
    await alices_browser.sends("/statuses", status="guten Tag")

    [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")

    assert (status["visibility"], status["sensitive"], status["language"]) == ("unlisted", True, "de")


async def test_a_status_that_is_too_long_is_refused_and_keeps_its_text(alices_browser):
    alices_browser.client.headers["referer"] = "http://localhost:8000/"

    page = await alices_browser.sends("/statuses", status="é" * 143, visibility="unlisted", spoiler_text="")

    assert page.status_code == 422
    assert value_of(page, "status") == "é" * 143
    assert chosen(page, "visibility") == "unlisted"
    assert "Too long by 3 characters" in text(page)
    assert ">−3</output>" in text(page)
    assert read(await alices_browser.reads("/local")) == []


async def test_a_content_warning_counts_as_characters(alices_browser):
    page = await alices_browser.sends("/statuses", status="a" * 100, spoiler_text="b" * 50)

    assert page.status_code == 422
    assert value_of(page, "spoiler_text") == "b" * 50
    assert ">−10</output>" in text(page)


async def test_a_blank_status_is_refused(alices_browser):
    assert "Say something first" in text(await alices_browser.sends("/statuses", status="  \n "))


async def test_a_form_sent_twice_publishes_once(alices_browser, running_site):
    key = value_of(await alices_browser.reads("/"), "idempotency_key")

    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)
    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)

    assert read(await alices_browser.reads("/local")) == ["hello"]


async def test_the_source_of_a_status_is_what_was_typed(alices_browser, alice):
    written = "Twitts à Budapest 🙂 œ’ <b>annif</b> ;)\r\n& m****"

    await alices_browser.sends("/statuses", status=written)

    [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert (await alice.get(f"/api/v1/statuses/{status['id']}/source"))["text"] == written.replace("\r\n", "\n")


async def test_a_reply_starts_with_the_mentions_of_those_it_answers(alices_browser, alice, bob, carol, question):
    reply = await carol.replies(question, "@bob @alice is")

    page = await alices_browser.reads(f"/compose?reply_to={reply['id']}")

    assert value_of(page, "status") == "@carol @bob "


async def test_a_reply_is_shown_in_its_conversation(alices_browser, question):
    response = await alices_browser.sends("/statuses", status="@bob I am", in_reply_to_id=question["id"])

    assert leads_to(response).startswith(f"/@bob/{question['id']}#s")
    assert read(await alices_browser.reads(f"/@bob/{question['id']}")) == ["who is in Lyon?", "@bob I am"]


async def test_a_reply_that_is_too_long_keeps_its_text_and_its_conversation(alices_browser, question):
    page = await alices_browser.sends("/statuses", status="@bob " + "a" * 141, in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert read(page) == ["who is in Lyon?"]
    assert value_of(page, "status") == "@bob " + "a" * 141
    assert value_of(page, "in_reply_to_id") == question["id"]


async def test_a_reply_to_a_deleted_status_keeps_its_text(alices_browser, bob, question):
    await bob.deletes(question)

    page = await alices_browser.sends("/statuses", status="@bob too late", in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert value_of(page, "status") == "@bob too late"


async def test_a_reply_is_not_more_visible_than_its_parent(alices_browser, alice, bob):
    await alice.follows(bob)
    status = await bob.posts("for friends", visibility="private")

    assert chosen(await alices_browser.reads(f"/compose?reply_to={status['id']}"), "visibility") == "private"


async def test_a_direct_status_is_shown_in_its_conversation_after_publishing(alices_browser, bob):
    answer = await alices_browser.sends("/statuses", status="@bob between us", visibility="direct")

    assert leads_to(answer).startswith("/messages/")
    assert "between us" in text(await alices_browser.reads(leads_to(answer)))


async def test_an_unknown_visibility_is_refused(alices_browser):
    assert (await alices_browser.sends("/statuses", status="hush", visibility="family")).status_code == 422
    assert read(await alices_browser.reads("/local")) == []


async def test_an_edit_starts_from_the_source_text(alices_browser, alice):
    status = await alice.posts("first @bob words")

    page = await alices_browser.reads(f"/compose?edit={status['id']}")
    response = await alices_browser.sends(f"/statuses/{status['id']}/edit", status="better words")

    assert value_of(page, "status") == "first @bob words"
    assert read(await alices_browser.reads(leads_to(response))) == ["better words"]


async def test_an_edit_that_is_too_long_keeps_its_text(alices_browser, alice):
    status = await alice.posts("first words")

    page = await alices_browser.sends(f"/statuses/{status['id']}/edit", status="a" * 150)

    assert (page.status_code, value_of(page, "status")) == (422, "a" * 150)
    assert f'action="/statuses/{status["id"]}/edit"' in page.text


async def test_nobody_edits_or_deletes_for_another(bobs_browser, alice):
    status = await alice.posts("mine")

    assert (await bobs_browser.reads(f"/compose?edit={status['id']}")).status_code == 403
    assert (await bobs_browser.sends(f"/statuses/{status['id']}/edit", status="yours")).status_code == 403
    assert (await bobs_browser.sends(f"/statuses/{status['id']}/delete")).status_code == 403
    assert read(await bobs_browser.reads("/@alice")) == ["mine"]


async def test_a_deleted_status_is_gone(alices_browser, alice):
    status = await alice.posts("forget it")
    alices_browser.client.headers["referer"] = "http://localhost:8000/@alice"

    response = await alices_browser.sends(f"/statuses/{status['id']}/delete", confirmed="yes")

    assert leads_to(response) == "/@alice"
    page = await alices_browser.reads("/@alice")
    assert read(page) == []
    assert "Your post is deleted" in text(page)


@pytest.mark.parametrize(("action", "undone"), [("favourite", "unfavourite"), ("reblog", "unreblog"), ("bookmark", "unbookmark")])
async def test_favourite_reblog_and_bookmark_work_without_a_script(alices_browser, question, action, undone):
    status_path, page_path = f"/statuses/{question['id']}", f"/@bob/{question['id']}"
    alices_browser.client.headers["referer"] = "http://localhost:8000/local"

    response = await alices_browser.sends(f"{status_path}/{action}")

    assert leads_to(response) == f"/local#s{question['id']}"
    assert f'formaction="{status_path}/{undone}"' in (await alices_browser.reads(page_path)).text
    await alices_browser.sends(f"{status_path}/{undone}")
    assert f'formaction="{status_path}/{action}"' in (await alices_browser.reads(page_path)).text


async def test_a_script_is_answered_with_the_status_alone(alices_browser, question):
    alices_browser.client.headers["X-Fragment"] = "true"

    partial = await alices_browser.sends(f"/statuses/{question['id']}/favourite")

    assert read(partial) == ["who is in Lyon?"]
    assert 'aria-pressed="true"' in partial.text
    assert "<html" not in partial.text


async def test_a_second_favourite_does_not_count(alices_browser, alice, question):
    await alices_browser.sends(f"/statuses/{question['id']}/favourite")
    await alices_browser.sends(f"/statuses/{question['id']}/favourite")

    assert (await alice.get(f"/api/v1/statuses/{question['id']}"))["favourites_count"] == 1


async def test_a_direct_status_cannot_be_reblogged(alices_browser, bob):
    direct = await bob.posts("@alice between us", visibility="direct")

    assert (await alices_browser.sends(f"/statuses/{direct['id']}/reblog")).status_code == 403


@pytest.mark.parametrize("identifier", ["0", "-1", "abc", "9" * 30, "9223372036854775807", "%00"])
@pytest.mark.parametrize("action", ["favourite", "edit", "delete", "dance"])
async def test_an_unknown_status_or_action_is_not_found(alices_browser, identifier, action):
    assert (await alices_browser.sends(f"/statuses/{identifier}/{action}", status="hello")).status_code == 404


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
async def test_an_invalid_form_is_refused(alices_browser, fields):
    assert (await alices_browser.sends("/statuses", **fields)).status_code == 422


@pytest.mark.parametrize("fields", [{"language": "x" * 500}, {"language": "'"}, {"idempotency_key": "k" * 5000}])
async def test_an_invalid_language_or_idempotency_key_does_not_stop_a_status(alices_browser, fields):
    assert (await alices_browser.sends("/statuses", status="hello", **fields)).status_code == 303


async def test_a_visitor_is_asked_to_sign_in(visitor, question):
    assert 'action="/sign-in"' in (await visitor.sends("/statuses", status="hello")).text
    assert leads_to(await visitor.sends(f"/statuses/{question['id']}/favourite")).startswith("/sign-in")


async def test_a_forged_form_is_refused(alices_browser):
    assert (await alices_browser.client.post("/statuses", data={"status": "hello"})).status_code == 403
    assert (await alices_browser.client.post("/statuses", data={"status": "hello", "_csrf_token": "é" * 200})).status_code == 403
    assert (await alices_browser.client.post("/statuses", files={"_csrf_token": ("key", b"x")})).status_code == 403


async def test_an_invalid_csrf_token_is_replaced(running_site, visitor):
    visitor.client.cookies.set("csrf", "0" * 128, domain="localhost.local")

    page = await visitor.reads("/sign-in")

    assert value_of(page, "_csrf_token") != "0" * 128


async def test_the_page_knows_which_handles_of_a_reply_are_not_counted(alices_browser, bob, carol, question):
    reply = await carol.replies(question, "@bob me")

    page = await alices_browser.reads(f"/compose?reply_to={reply['id']}")

    assert 'data-addressees="bob carol"' in page.text
    assert "data-addressees" not in (await alices_browser.reads("/compose")).text


async def test_a_refused_reply_names_the_other_handles_that_are_not_counted(alices_browser, carol, question):
    page = await alices_browser.sends("/statuses", status="@bob @carol @nobody " + "x" * 133, in_reply_to_id=question["id"])

    assert page.status_code == 422
    assert 'data-addressees="bob carol"' in page.text
    assert ">−1</output>" in text(page)


@pytest.mark.parametrize(("language", "sentence"), [("en", "Name whom this is for"), ("fr", "Dites à qui ce message s’adresse")])
async def test_a_direct_status_without_mention_is_refused_and_keeps_its_text(running_site, alice, bob, language, sentence):
    browser = Browser(running_site, language)
    await browser.was_signed_in("alice")

    page = await browser.sends("/statuses", status="hello @nobody", visibility="direct")

    assert page.status_code == 422
    assert sentence in text(page)
    assert value_of(page, "status") == "hello @nobody"


@pytest.mark.parametrize("form", [{"status": "bye"}, {"status": "bye", "spoiler_text": ""}, {"status": "bye", "spoiler_text": "film"}])
async def test_an_edit_on_the_page_leaves_it_sensitive(alices_browser, alice, form):
    status = await alice.posts("hello", sensitive=True)

    await alices_browser.sends(f"/statuses/{status['id']}/edit", **form)

    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["sensitive"]


async def test_a_warning_put_in_front_by_an_edit_makes_it_sensitive(alices_browser, alice):
    status = await alice.posts("hello")

    await alices_browser.sends(f"/statuses/{status['id']}/edit", status="hello", spoiler_text="film")

    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["sensitive"]


async def test_an_app_that_removes_a_content_warning_removes_sensitive_too(alice):
    status = await alice.posts("hello", spoiler_text="film")

    assert not (await alice.edits(status, "hello", spoiler_text=""))["sensitive"]
