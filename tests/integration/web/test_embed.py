"""A status in a frame on other sites: what the frame shows and to whom, the HTML to copy, oEmbed, and the road back."""

import re
from html import unescape
from itertools import product
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from gazouillis.accounts.suspend import suspend
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo

OEMBED = "/api/oembed"
LIMITS = "/api/gazouillis/v1/limits"
GONE = "This post is no longer here."
HOSTILE = "</textarea><script>alert(1)</script>\" onload='x' \u202eevil &lt;"


def frame(status):
    return f"/@{status['account']['username']}/{status['id']}/embed"


def snippet(status):
    return f"/statuses/{status['id']}/embed"


async def oembed(visitor, url, **parameters):
    return await visitor.client.get(OEMBED, params={"url": url} | parameters)


async def roads(author, status):
    told = await author.get(f"/api/gazouillis/v1/statuses/{status['id']}/reach")
    return {one["road"]: one["count"] for one in told["roads"]}


def links(html):
    return [unescape(one) for one in re.findall(r'<a[^>]* href="([^"]+)"', html)]


def copied(page):
    """What is in the text area."""
    return unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1])


@pytest.fixture
async def hostile(alice):
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "ש<i>'\"</textarea>&"})
    return await alice.posts(f"{HOSTILE} https://example.org")


async def test_any_site_frames_the_embed_page_and_no_other(visitor, alices_browser, alice, hostile):
    for browser in (visitor, alices_browser):
        page = await browser.reads(frame(hostile))
        policy = page.headers["content-security-policy"]

        assert page.status_code == 200
        assert "frame-ancestors *" in policy
        assert "x-frame-options" not in page.headers
        assert all(f"{one} 'none'" in policy for one in ("default-src", "script-src", "connect-src", "form-action", "base-uri"))
        assert "unsafe" not in policy
        assert page.headers["x-robots-tag"] == "noindex"
    for path in (f"/@alice/{hostile['id']}", snippet(hostile), f"/@alice/{hostile['id']}/edits", "/", "/@alice/1", f"{OEMBED}?url=x"):
        headers = (await visitor.reads(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY", path


async def test_nothing_can_be_done_in_the_frame(visitor, alices_browser, alice, hostile):
    await alices_browser.reads("/about")
    alices_browser.client.cookies.set("flash", "forged")
    pages = [await browser.client.get(frame(hostile)) for browser in (visitor, alices_browser)]

    assert pages[0].text == pages[1].text
    for page in pages:
        assert "set-cookie" not in page.headers
        assert not re.search(r"<(script|form|button|input|textarea|style)\b|_csrf_token|<\w[^>]* (on\w+|style)=", page.text)
        assert '<base target="_blank">' in page.text
        ours = [one for one in re.findall(r"<a [^>]*>", page.text) if 'href="/' in one]
        assert len(ours) == 5
        assert all('target="_blank" rel="noopener"' in one for one in ours)
    assert HOSTILE not in pages[0].text
    assert "&lt;/textarea&gt;&lt;script&gt;" in pages[0].text


async def test_the_frame_shows_who_says_what_and_leads_back_by_the_road_of_a_blog(visitor, alice):
    attached = await alice.uploads(photo(), description="A teal wall")
    status = await alice.posts("look", media_ids=[attached["id"]])

    page = await visitor.reads(frame(status))

    assert '<div class="body" dir="auto"' in page.text
    assert f'src="/media/{attached["id"]}/' in page.text
    assert 'alt="A teal wall"' in page.text
    assert {f"/@alice/{status['id']}?via=blog", f"/@alice?via=status:{status['id']},blog"} <= set(links(page.text))
    assert f"/compose?reply_to={status['id']}&via=blog" in links(page.text)


async def test_what_is_behind_a_warning_stays_closed_in_the_frame(visitor, alice):
    status = await alice.posts("the butler did it", spoiler_text="a film")
    covered = await alice.posts("look", media_ids=[(await alice.uploads(photo()))["id"]], sensitive=True)

    assert re.search(
        r"<details class=\"content-warning\"><summary>.*a film.*butler.*</details>", (await visitor.reads(frame(status))).text, re.S
    )
    assert re.search(r"<details class=\"content-warning\">.*/media/.*</details>", (await visitor.reads(frame(covered))).text, re.S)


async def test_a_poll_is_read_in_the_frame_and_answered_outside(visitor, alices_browser, alice):
    status = await alice.posts("Que boire à Pest", poll={"options": ["un café", "un thé"], "expires_in": 3600})

    for browser in (visitor, alices_browser):
        page = await browser.reads(frame(status))
        assert "un café" in page.text
        assert "un thé" in page.text
        assert not re.search(r"<(form|button|input)\b", page.text)


async def test_the_frame_follows_edits_and_the_deletion(visitor, alice, bob):
    status = await alice.posts("bonjour Pest")
    for _ in range(2):
        assert "bonjour Pest" in (await visitor.reads(frame(status))).text
    await alice.edits(status, "bonjour Buda")
    for _ in range(2):
        page = await visitor.reads(frame(status))
        assert "bonjour Buda" in page.text
        assert "bonjour Pest" not in page.text
    answered = await alice.posts("et celui-ci")
    await bob.replies(answered, "oui")
    for one in (status, answered):
        await alice.deletes(one)
        page = await visitor.reads(frame(one))
        assert page.status_code == 410
        assert GONE in page.text
        assert "frame-ancestors *" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers
        assert (await oembed(visitor, one["url"])).status_code == 404


async def test_what_a_visitor_may_not_see_is_in_no_frame(running_site, visitor, alices_browser, alice, bob):
    shown = await alice.uploads(photo())
    circle = await alice.has_circle(bob)
    hidden = [
        await alice.posts("secret", visibility="private", media_ids=[shown["id"]]),
        await alice.posts("@bob secret", visibility="direct"),
        await alice.posts("secret", visibility="mutuals"),
        await alice.posts("secret", visibility="circle", circle_id=circle),
    ]
    narrowed = await alice.posts("secret", media_ids=[(await alice.uploads(photo()))["id"]])
    question = await bob.posts("who?")
    withheld = await alice.replies(question, "@bob secret")
    assert (await visitor.reads(frame(narrowed))).status_code == (await visitor.reads(frame(withheld))).status_code == 200
    await alice.narrows(narrowed, "private")
    await bob.post(f"/api/v1/statuses/{withheld['id']}/hide_reply")

    for one in (*hidden, narrowed, withheld):
        for browser in (visitor, alices_browser):
            page = await browser.reads(frame(one))
            assert page.status_code == 404
            assert GONE in page.text
            assert "secret" not in page.text
            assert "/media/" not in page.text
            assert one is withheld or (await browser.reads(snippet(one))).status_code == 404
        assert (await alice.client.get(OEMBED, params={"url": one["url"]})).status_code == 404
        can_copy = f'href="{snippet(one)}"' in text(await alices_browser.reads(f"/@alice/{one['id']}"))
        assert can_copy is (one is withheld)  # whose author is not told
    said = await alice.posts("bonjour", visibility="unlisted")
    assert (await visitor.reads(frame(said))).status_code == 200
    async with running_site.site.db.write() as tx:
        await suspend(tx, alice.account_id)
    assert (await visitor.reads(frame(said))).status_code == (await oembed(visitor, said["url"])).status_code == 404


async def test_an_address_of_nothing_says_so_in_the_frame(visitor, alice):
    for path in ("/@nobody/1/embed", "/@alice/1/embed", "/@alice/x/embed", "/alice/1/embed", f"/@alice/{'9' * 30}/embed"):
        page = await visitor.reads(path)

        assert page.status_code == 404
        assert GONE in page.text
        assert "frame-ancestors *" in page.headers["content-security-policy"]


async def test_a_reblog_leads_to_the_original(visitor, alice, bob):
    status = await alice.posts("bonjour")
    reblog = await bob.reblogs(status)

    answer = await visitor.reads(f"/@bob/{reblog['id']}/embed")

    assert leads_to(answer) == frame(status)
    assert "x-frame-options" not in answer.headers
    assert f'/@alice/{status["id"]}/embed"' in (await oembed(visitor, f"http://localhost:8000/@bob/{reblog['id']}")).json()["html"]
    assert f"/@alice/{status['id']}/embed" in copied(await visitor.reads(snippet(reblog)))


async def test_an_author_who_refuses_is_in_no_frame_from_the_next_reading_on(running_site, visitor, alices_browser, alice, bob):
    status = await alice.posts("bonjour")
    thread = f"/@alice/{status['id']}"
    for _ in range(2):
        assert "bonjour" in (await visitor.reads(frame(status))).text
    assert "application/json+oembed" in (await visitor.reads(thread)).text
    assert "Embed in a blog" in (await visitor.reads(thread)).text
    await alice.client.patch(LIMITS, json={"allows_embedding": False})

    page = await visitor.reads(frame(status))
    assert page.status_code == 403
    assert "alice shows their posts on their own page only." in page.text
    assert f"{thread}?via=blog" in links(page.text)
    assert "bonjour" not in page.text
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert (await oembed(visitor, status["url"])).status_code == 404
    for none in ("application/json+oembed", "Embed in a blog"):
        assert none not in (await visitor.reads(thread)).text
    assert "shows their posts on their own page only" in text(await visitor.reads(snippet(status)))
    assert "<textarea" not in (await visitor.reads(snippet(status))).text
    assert 'href="/settings/limits#allows_embedding"' in text(await alices_browser.reads(snippet(status)))

    form = await alices_browser.reads("/settings/limits")
    assert re.search(r'name="allows_embedding" value="1"[^>]*>', form.text)[0].count("checked") == 0
    assert leads_to(await alices_browser.sends("/settings/limits", allows_embedding="1", links_others="1")) == "/settings/limits"
    assert "bonjour" in (await visitor.reads(frame(status))).text
    assert (await alice.get(LIMITS))["allows_embedding"] is True


async def test_every_address_of_a_status_that_we_give_out_has_its_oembed(visitor, alice, bob):
    first = await alice.posts("bonjour")
    status = await bob.replies(first, "salut")
    page = await visitor.reads(f"/@bob/{status['id']}")
    discovered = unescape(re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)">', page.text)[1])

    answer = (await visitor.client.get(discovered)).json()

    assert answer["type"] == "rich"
    assert answer["author_url"].endswith("/@bob")
    assert answer["provider_name"] == "Testville"
    base = status["url"].removesuffix(f"/@bob/{status['id']}")
    forms = [status["uri"], f"{status['url']}/embed", f"{status['url']}/edits", f"{status['url']}?via=blog#s{status['id']}"]
    forms += [f"{base}/@alice/{first['id']}#s{status['id']}", status["url"].partition("://")[2], f"{base}/@alice/{status['id']}"]
    for one in forms:
        assert (await oembed(visitor, one)).json() == answer, one


async def test_a_frame_is_never_larger_than_the_other_site_has_room_for(visitor, alice):
    status = await alice.posts("bonjour", media_ids=[(await alice.uploads(photo(size=(1200, 900))))["id"]])
    for given, width in ({}, 400), ({"maxwidth": 300}, 300), ({"maxwidth": 1}, 1), ({"maxwidth": 10**6}, 600), ({"maxwidth": ""}, 400):
        answer = (await oembed(visitor, status["url"], **given)).json()
        assert answer["width"] == width
        assert f'width="{width}"' in answer["html"]
    low = (await oembed(visitor, status["url"], maxheight=90)).json()
    assert low["height"] == 90
    assert 'height="90"' in low["html"]


async def test_a_size_that_is_none_is_refused(visitor, alice):
    status = await alice.posts("bonjour")
    for name, value in product(("maxwidth", "maxheight"), ("0", "-1", "wide", "1.5", "9" * 40, "1\0")):
        answer = await oembed(visitor, status["url"], **{name: value})

        assert answer.status_code == 422, value
        assert answer.json()["field"] == name


async def test_an_address_of_no_status_is_not_found(visitor, alice):
    paths = ("@alice", "@alice/1", "tags/Pest", "", "users/1", "@alice/x", "@alice/" + "9" * 30, "media/1/small.webp")
    for path in paths:
        for url in (f"http://localhost:8000/{path}", f"http://elsewhere.example/{path}", path or "x", f"http://[{path}"):
            assert (await oembed(visitor, url)).status_code == 404, url
    assert (await visitor.client.get(OEMBED)).status_code == 422
    assert (await visitor.client.get(f"{OEMBED}?url[]=a&url[]=b")).status_code == 422


async def test_what_one_copies_is_html_without_script_and_without_the_words_of_the_post(visitor, alice, hostile):
    page = await visitor.reads(snippet(hostile))
    html = copied(page)
    answer = (await oembed(visitor, hostile["url"], maxwidth=550)).json()

    assert html == answer["html"]
    assert page.text.count("</textarea>") == 1
    assert f'data-copy="{html}"' not in page.text
    assert re.fullmatch(r"<blockquote [^<]*><iframe [^<]*></iframe><p>[^<]*<a [^<]*>.*</p></blockquote>", html)
    assert set(re.findall(r"<(\w+)", html)) == {"blockquote", "iframe", "p", "a", "bdi"}
    assert "alert" not in html
    assert "ש&lt;i&gt;" in html
    assert answer["author_name"] == "ש<i>'\"</textarea>&"
    for one in links(html):
        assert parse_qs(urlsplit(one).query)["via"] in (["blog"], [f"status:{hostile['id']},blog"])
        assert (await visitor.client.get(one)).status_code == 200
    source = unescape(re.search(r'<iframe src="([^"]+)"', html)[1])
    assert (await visitor.client.get(source)).status_code == 200


async def test_the_page_to_copy_from_shows_the_frame_and_says_it_in_french(french_visitor, alices_browser, alice):
    status = await alice.posts("bonjour")

    page = await french_visitor.reads(snippet(status))

    assert "Intégrer dans un blog" in page.text
    assert f'<iframe class="preview" src="{frame(status)}?lang=fr"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "Répondre" in (await alices_browser.reads(f"{frame(status)}?lang=fr")).text
    assert f'href="{snippet(status)}"' in (await alices_browser.reads(f"/@alice/{status['id']}")).text


async def test_whoever_signs_in_from_a_frame_keeps_the_road_of_the_blog(running_site, visitor, alice, bob):
    status = await alice.posts("Que voir à Budapest ?")
    back, author = (one for one in links((await visitor.reads(frame(status))).text)[:2][::-1])

    page = await visitor.reads(back)
    door = re.search(r'href="(/sign-in\?next=[^"]+)"', page.text)[1]
    assert (await visitor.reads(unescape(door))).text.count(quote(back, safe="/")) > 0
    entered = await visitor.sends("/sign-in", login="bob", password="correct horse battery", next=back)
    assert leads_to(entered) == back
    await visitor.sends(f"/statuses/{status['id']}/favourite", via=_via_of(await visitor.reads(back), "favourite"))
    profile = await visitor.reads(author)
    await visitor.sends(f"/accounts/{alice.id}/follow", via=_via_of(profile, "follow"))

    assert await roads(alice, status) == {"blog": 2}


async def test_whoever_signs_up_to_answer_from_a_frame_keeps_the_road_of_the_blog(running_site, visitor, alice):
    status = await alice.posts("Que voir à Budapest ?")
    answering = next(one for one in links((await visitor.reads(frame(status))).text) if one.startswith("/compose"))

    door = leads_to(await visitor.reads(answering))
    joining = re.search(r'<p class="lead">[^<]*<a href="(/sign-up\?next=[^"]+)"', (await visitor.reads(door)).text)[1]
    form = await visitor.reads(unescape(joining))
    to = unescape(re.search(r'name="next" value="([^"]*)"', form.text)[1])
    who = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas"}
    composing = await visitor.reads(leads_to(await visitor.sends("/sign-up", **who, next=to)))
    assert '<input type="hidden" name="via" value="blog">' in composing.text
    await visitor.sends("/statuses", status="@alice les bains", in_reply_to_id=status["id"], via="blog")

    assert await roads(alice, status) == {"blog": 1}


async def test_a_visitors_links_to_follow_and_to_sign_in_keep_the_road(running_site, alice):
    status = await alice.posts("bonjour")
    road = f"/@alice?via=status:{status['id']},blog"
    page = text(await Browser(running_site).reads(road))

    assert page.count(f"/sign-in?next={quote(road, safe='/')}") >= 2
    assert f"/sign-up?next={quote(road, safe='/')}" in page
    assert "next=" not in text(await Browser(running_site).reads("/about"))


def _via_of(page, action):
    """The road that the button of this action names."""
    found = re.search(rf'<button[^>]*/{action}"[^>]*>', page.text)[0]
    return unescape(re.search(r'name="via" value="([^"]*)"', found)[1])
