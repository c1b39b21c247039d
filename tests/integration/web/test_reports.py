"""Reports through the API and the pages, and what the moderators see of them."""

import re
from urllib.parse import urlsplit

import pytest

from gazouillis.accounts import queries, roles
from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails
from tests.support.media import photo

REPORTS = "/api/v1/reports"


@pytest.fixture
async def momo(running_site):
    """A moderator."""
    return await running_site.person("momo", role=Role.MODERATOR)


@pytest.fixture
async def momos_browser(running_site, momo):
    return await signed_in(running_site, "momo")


@pytest.fixture
async def bobs_browser(running_site, bob):
    return await signed_in(running_site, "bob")


async def signed_in(running_site, name):
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return browser


async def test_a_post_is_reported_on_its_page_and_reaches_the_moderators(running_site, alice, bobs_browser, momo, momos_browser):
    post = await alice.posts("buy my pills", visibility="unlisted")

    form = text(await bobs_browser.reads(f"/report?status={post['id']}"))
    response = await bobs_browser.sends("/report", status=post["id"], category="spam", comment="again & again")
    thanks = text(await bobs_browser.reads(leads_to(response)))
    shown = text(await momos_browser.reads("/settings/reports"))

    assert "buy my pills" in form
    assert "Thank you" in thanks
    assert f'formaction="/accounts/{alice.id}/block"' in thanks
    assert all(words in shown for words in ("@alice", "@bob", "buy my pills", "again & again", f'href="/@alice/{post["id"]}"'))
    assert await momo.notified_of() == ["admin.report by bob"]
    assert 'class="count"' in shown
    assert "reported @alice" in text(await momos_browser.reads("/notifications"))


async def test_a_report_is_resolved_and_reopened(running_site, alice, bob, momos_browser):
    report = await bob.post(REPORTS, account_id=alice.id)

    await momos_browser.sends(f"/settings/reports/{report['id']}/resolve")
    assert "Nobody has reported anything." in text(await momos_browser.reads("/settings/reports"))
    assert "closed by @momo" in text(await momos_browser.reads("/settings/reports?state=resolved"))

    await momos_browser.sends(f"/settings/reports/{report['id']}/reopen")
    assert f"/settings/reports/{report['id']}/resolve" in (await momos_browser.reads("/settings/reports")).text


async def test_only_moderators_read_and_close_reports(running_site, alice, bob, bobs_browser):
    report = await alice.post(REPORTS, account_id=bob.id, comment="he shouts")

    refused = await bobs_browser.reads("/settings/reports")

    assert refused.status_code == 403
    assert "he shouts" not in refused.text
    assert (await bobs_browser.sends(f"/settings/reports/{report['id']}/resolve")).status_code == 403
    assert "/settings/reports" not in (await bobs_browser.reads("/about")).text
    assert leads_to(await Browser(running_site).reads("/settings/reports")).startswith("/sign-in")


async def test_an_app_reports_with_everything_that_mastodon_takes(running_site, alice, bob, momo):
    post = await alice.posts("buy my pills")

    report = await bob.post(
        REPORTS, account_id=alice.id, status_ids=[post["id"]], comment=" spam ", category="spam", forward=True, collection_ids=["1"]
    )

    assert (report["category"], report["comment"], report["status_ids"], report["action_taken"]) == ("spam", "spam", [post["id"]], False)
    assert report["target_account"]["acct"] == "alice"
    [emails] = await momo.notifications()
    assert (emails["type"], emails["report"]["id"], emails["report"]["target_account"]["id"]) == ("admin.report", report["id"], alice.id)
    grouped = await momo.get("/api/v2/notifications")
    assert grouped["notification_groups"][0]["report"]["id"] == report["id"]


async def test_broken_rules_are_kept_in_their_words(running_site, alice, bob, momos_browser, set_site_options):
    await set_site_options(rules=["Be kind.", "No ads."])

    report = await bob.post(REPORTS, account_id=alice.id, rule_ids=["2"], category="spam")
    await set_site_options(rules=["Be quiet."])

    assert (report["category"], report["rule_ids"]) == ("violation", ["2"])
    assert "No ads." in text(await momos_browser.reads("/settings/reports"))
    refused = await bob.client.post(REPORTS, json={"account_id": alice.id, "rule_ids": ["7"]})
    assert refused.status_code == 422


async def test_the_rules_of_the_page_are_kept_too(running_site, alice, bobs_browser, momos_browser, set_site_options):
    await set_site_options(rules=["Be kind.", "No ads."])

    await bobs_browser.sends("/report", account=alice.id, category="violation", rule_2="1")

    shown = text(await momos_browser.reads("/settings/reports"))
    assert "No ads." in shown
    assert "Be kind." not in shown


@pytest.mark.parametrize(
    ("field", "value"), [("comment", "a" * 1001), ("category", "boring"), ("category", "")], ids=["comment", "category", "none"]
)
async def test_a_bad_field_is_refused_beside_it_and_nothing_typed_is_lost(running_site, alice, bobs_browser, field, value):
    fields = {"account": alice.id, "category": "other", "comment": "he shouts", field: value}

    response = await bobs_browser.sends("/report", **fields)

    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert fields["comment"] in text(response)


async def test_who_may_not_see_a_post_cannot_report_it(alice, bob, mallory, bobs_browser):
    secret = await alice.posts("@mallory between us", visibility="direct")

    assert (await bobs_browser.reads(f"/report?status={secret['id']}")).status_code == 404
    assert (await bobs_browser.sends("/report", status=secret["id"], category="spam")).status_code == 404
    for status_id, of in ((secret["id"], alice), ((await mallory.posts("hello"))["id"], alice), ("1", alice)):
        refused = await bob.client.post(REPORTS, json={"account_id": of.id, "status_ids": [status_id]})
        assert refused.status_code == 404


async def test_moderators_read_a_reported_post_whatever_its_visibility(alice, bob, momos_browser):
    secret = await alice.posts("@bob I know where you live", visibility="direct", poll={"options": ["in Lyon", "in Brest"]})
    await bob.post(REPORTS, account_id=alice.id, status_ids=[secret["id"]])

    shown = text(await momos_browser.reads("/settings/reports"))

    assert "I know where you live" in shown
    assert '<span dir="auto">in Brest</span>' in shown
    assert f'href="/@alice/{secret["id"]}"' not in shown
    assert (await momos_browser.reads(f"/@alice/{secret['id']}")).status_code == 404


async def test_only_moderators_see_the_photos_of_a_reported_post(running_site, alice, bob, momo, mallory, momos_browser):
    ids = [(await alice.uploads(photo(one), description=f"A {one} wall"))["id"] for one in ("red", "blue")]
    shown, unreported = [await alice.posts("@bob look", visibility="direct", media_ids=[one]) for one in ids]
    address = urlsplit(shown["media_attachments"][0]["url"]).path
    assert (await momos_browser.client.get(address)).status_code == 404

    report = await bob.post(REPORTS, account_id=alice.id, status_ids=[shown["id"]])
    page = await momos_browser.reads("/settings/reports")

    assert "A red wall" in page.text
    assert '<details class="content-warning">' in page.text
    for one in set(re.findall(r'(?:src|href)="(/media/[^"]+)"', page.text)):
        fetched = await momos_browser.client.get(one)
        assert (fetched.status_code, fetched.headers["cache-control"]) == (200, "private, no-store")
        for other in (running_site.client(), momo.client, (await signed_in(running_site, "mallory")).client):
            assert (await other.get(one)).status_code == 404
    assert (await momos_browser.client.get(urlsplit(unreported["media_attachments"][0]["url"]).path)).status_code == 404
    await momos_browser.sends(f"/settings/reports/{report['id']}/resolve")
    assert (await momos_browser.client.get(address)).status_code == 200
    await alice.deletes(shown)
    assert (await momos_browser.client.get(address)).status_code == 404


async def test_of_a_deleted_post_the_report_keeps_no_words(alice, bob, momos_browser):
    post = await alice.posts("buy my pills")
    await bob.post(REPORTS, account_id=alice.id, status_ids=[post["id"]])

    await alice.deletes(post)
    shown = text(await momos_browser.reads("/settings/reports"))

    assert "pills" not in shown
    assert "This post was deleted by its author." in shown


async def test_nobody_reports_themselves_or_nobody(alice, bob):
    for account_id, status_code in ((bob.id, 422), ("1", 404), ("x", 422)):
        assert (await bob.client.post(REPORTS, json={"account_id": account_id})).status_code == status_code


async def test_a_report_sent_twice_is_one_until_it_is_closed(alice, bob, momos_browser):
    first, second = [await bob.post(REPORTS, account_id=alice.id, comment="he shouts") for _ in range(2)]
    await momos_browser.sends(f"/settings/reports/{first['id']}/resolve")
    third = await bob.post(REPORTS, account_id=alice.id, comment="he shouts")

    assert first["id"] == second["id"]
    assert third["id"] != first["id"]


async def test_a_person_who_was_blocked_can_be_reported(alice, bob, momo):
    await alice.blocks(bob)
    await bob.post(REPORTS, account_id=alice.id)

    assert await momo.notified_of() == ["admin.report by bob"]


async def test_one_reporter_is_one_notification_about_the_last_report(alice, bob, carol, momo):
    for reported in (alice, carol):
        last = await bob.post(REPORTS, account_id=reported.id)

    [emails] = await momo.notifications()
    assert emails["report"]["id"] == last["id"]


async def test_who_no_longer_moderates_loses_the_notifications(running_site, alice, bob, momo):
    await bob.post(REPORTS, account_id=alice.id)
    assert await momo.notified_of() == ["admin.report by bob"]

    async with running_site.site.db.write() as tx:
        assert await queries.user(tx, momo.account_id)
        await roles.set_role(tx, None, momo.account_id, Role.MEMBER)

    assert await momo.notified_of() == []


async def test_moderators_get_an_e_mail_at_most_once_an_hour(running_site, alice, bob, carol, momo):
    await bob.post(REPORTS, account_id=alice.id, comment="he shouts")
    await carol.post(REPORTS, account_id=alice.id)
    await running_site.run_until_idle()
    assert len(_emails(running_site)) == 1

    running_site.clock.advance(hours=1)
    await alice.post(REPORTS, account_id=bob.id)
    await running_site.run_until_idle()

    emails = _emails(running_site)
    assert len(emails) == 2
    assert "@alice" in emails[0]
    assert "he shouts" not in emails[0]
    assert "3 reports wait for you" in emails[1]


def _emails(running_site):
    """The e-mails to the moderator."""
    return [
        one.get_content() for one in sent_emails(running_site.site.settings.data) if "momo@" in one["to"] and "report" in one["subject"]
    ]


# What the reporter hears


@pytest.mark.parametrize(("act", "outcome", "words"), [("acted", "acted", "Acted on:"), ("resolve", "no_action", "No action:")])
async def test_the_reporter_hears_what_became_of_a_report(
    running_site, alice, bob, carol, momos_browser, bobs_browser, act, outcome, words
):
    mine = await bob.post(REPORTS, account_id=alice.id, comment="he shouts")
    await carol.post(REPORTS, account_id=alice.id, comment="by carol")
    assert "Waiting:" in text(await bobs_browser.reads("/settings/own-reports"))

    await momos_browser.sends(f"/settings/reports/{mine['id']}/{act}")
    await running_site.run_until_idle()

    page = text(await bobs_browser.reads("/settings/own-reports"))
    assert words in page
    assert "he shouts" in page
    assert not any(secret in page for secret in ("momo", "by carol", "Waiting:"))
    assert "/settings/own-reports" in text(await bobs_browser.reads("/notifications"))
    assert await bob.notified_of() == []  # apps do not know this kind
    assert [one["type"] for one in await bob.notifications(**{"types[]": "report_resolved"})] == ["report_resolved"]
    [shown] = await bob.get(REPORTS)
    assert (shown["id"], shown["action_taken"], shown["outcome"]) == (mine["id"], True, outcome)
    assert [one["comment"] for one in await carol.get(REPORTS)] == ["by carol"]
    assert (await alice.get(REPORTS), await alice.notified_of()) == ([], [])
    assert words.lower()[:-1] in text(await momos_browser.reads("/settings/reports?state=resolved"))


async def test_an_opened_report_waits_again(bob, alice, momos_browser, bobs_browser):
    mine = await bob.post(REPORTS, account_id=alice.id)
    await momos_browser.sends(f"/settings/reports/{mine['id']}/acted")

    await momos_browser.sends(f"/settings/reports/{mine['id']}/reopen")

    assert "Waiting:" in text(await bobs_browser.reads("/settings/own-reports"))
    assert "outcome" not in (await bob.get(REPORTS))[0]
