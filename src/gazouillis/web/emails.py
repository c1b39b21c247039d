"""E-mails about accounts, in the language of their recipient. They are sent by reactions to events, never inside a write transaction."""

from __future__ import annotations

import logging
from typing import Any

from gazouillis.accounts import applicants, emails, options, password, queries, roles
from gazouillis.accounts.events import (
    AccountApproved,
    AccountDeleted,
    AccountDeletionRequested,
    AccountRegistered,
    AccountRejected,
    ApplicantsAnnounced,
    EmailChanged,
    PasswordResetRequested,
)
from gazouillis.accounts.make_account import NO_PASSWORD
from gazouillis.accounts.models import Account, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.site import Site
from gazouillis.moderation import queries as reports
from gazouillis.moderation.events import AccountReported
from gazouillis.web import i18n
from gazouillis.web.templating import Templates

log = logging.getLogger(__name__)

MOST_APPLICANTS_TOLD = 10
"""How many applicants an e-mail names, the newest; it counts the others."""
LONGEST_QUOTE = 200
"""Characters of what an applicant wrote that are quoted in an e-mail."""


async def on_password_reset_requested(site: Site, event: PasswordResetRequested) -> None:
    if recipient := await _recipient(site, event.account_id):
        user, account, chosen = recipient
        url = f"{site.settings.base_url}/password/{password.reset_token(site.secrets, user)}"
        await _send(site, user, chosen, "mail/password.txt", name=account.name, acct=account.acct, url=url)


async def on_account_registered(site: Site, event: AccountRegistered) -> None:
    """Says that the account waits for approval, or how to confirm the address. Nothing is sent when both are settled already."""
    async with site.db.read() as reader:
        user = await queries.user(reader, event.account_id)
        is_proven = user is not None and await emails.confirmed_account_id(reader, user.email) == user.account_id
    if user and user.password_hash == NO_PASSWORD:
        await _invite_to_choose_password(site, user)
        return
    if not (event.is_approved and is_proven):
        await _welcome(site, event.account_id)


async def on_email_changed(site: Site, event: EmailChanged) -> None:
    if recipient := await _recipient(site, event.account_id):
        user, account, chosen = recipient
        address = await _address(site, user)
        if any(address.values()):
            await _send(site, user, chosen, "mail/address.txt", name=account.name, acct=account.acct, **address)


async def on_account_approved(site: Site, event: AccountApproved) -> None:
    await _welcome(site, event.account_id)


async def on_account_deletion_requested(site: Site, event: AccountDeletionRequested) -> None:
    """Says until when the deletion can be undone. Nothing is sent when it was undone already."""
    recipient = await _recipient(site, event.account_id)
    if recipient and (deletes_at := recipient[0].deletes_at):
        user, account, chosen = recipient
        url = f"{site.settings.base_url}/sign-in"
        await _send(site, user, chosen, "mail/deletion.txt", name=account.name, acct=account.acct, day=deletes_at, url=url)


async def on_account_deleted(site: Site, event: AccountDeleted) -> None:
    async with site.db.read() as reader:
        chosen = await options.read(reader)
    await _send_to(site, event.email, event.language, chosen, "mail/deleted.txt", acct=event.acct, url=f"{site.settings.base_url}/")


async def on_account_reported(site: Site, event: AccountReported) -> None:
    """Tells the moderators, at most once an hour: only of the first report in each hour of the clock. The letter quotes nobody."""
    async with site.db.read() as reader:
        try:
            report = await reports.by_id(reader, event.report_id)
        except NotFound:
            return
        if not await reports.is_first_since(reader, report.id, report.created_at.replace(minute=0, second=0, microsecond=0)):
            return
        count, moderators = await reports.open_count(reader), await roles.moderator_ids(reader)
        reported = await queries.by_id(reader, event.account_id)
    url = f"{site.settings.base_url}/settings/reports"
    for one in moderators:
        if reported and (recipient := await _recipient(site, one)):
            user, account, chosen = recipient
            await _send(site, user, chosen, "mail/report.txt", name=account.name, acct=reported.acct, count=count, url=url)


async def on_account_rejected(site: Site, event: AccountRejected) -> None:
    async with site.db.read() as reader:
        account, chosen = await queries.by_id(reader, event.account_id), await options.read(reader)
    if account is not None:
        values = {"name": account.name, "acct": account.acct, "reason": event.reason, "url": f"{site.settings.base_url}/about"}
        await _send_to(site, event.email, event.language, chosen, "mail/rejected.txt", **values)


async def on_applicants_announced(site: Site, event: ApplicantsAnnounced) -> None:
    """Tells one moderator of all who wait now. Nothing is sent when others have answered them meanwhile."""
    async with site.db.read() as reader:
        waiting = await roles.applicants(reader)
    recipient = await _recipient(site, event.account_id)
    if recipient and waiting:
        user, account, chosen = recipient
        shown, url = waiting[-MOST_APPLICANTS_TOLD:], f"{site.settings.base_url}/settings/site/sign-ups"
        values = {"applicants": shown, "count": len(waiting), "others": len(waiting) - len(shown), "url": url}
        await _send(site, user, chosen, "mail/applicants.txt", name=account.name, longest=LONGEST_QUOTE, **values)


async def _invite_to_choose_password(site: Site, user: User) -> None:
    if recipient := await _recipient(site, user.account_id):
        user, account, chosen = recipient
        url = f"{site.settings.base_url}/password/{password.first_token(site.secrets, user, is_mailed=True)}"
        await _send(site, user, chosen, "mail/account_made.txt", name=account.name, acct=account.acct, url=url)


async def _welcome(site: Site, account_id: AccountId) -> None:
    if recipient := await _recipient(site, account_id):
        user, account, chosen = recipient
        waiting = user.approved_at is None
        path = f"/sign-up/waiting?who={applicants.token(site.secrets, account_id)}" if waiting else "/sign-in"
        url = f"{site.settings.base_url}{path}"
        await _send(
            site,
            user,
            chosen,
            "mail/welcome.txt",
            name=account.name,
            acct=account.acct,
            url=url,
            waiting=waiting,
            **await _address(site, user),
        )


async def _address(site: Site, user: User) -> dict[str, str]:
    """The part of the e-mail about the address it is sent to: how to confirm it, or which other account holds it."""
    async with site.db.read() as reader:
        holder_id = await emails.confirmed_account_id(reader, user.email)
        holder = await queries.by_id(reader, holder_id) if holder_id and holder_id != user.account_id else None
    url = "" if holder_id else f"{site.settings.base_url}/address/{emails.token(site.secrets, user)}"
    return {"holder": holder.acct if holder else "", "confirm_url": url}


async def _recipient(site: Site, account_id: AccountId) -> tuple[User, Account, SiteOptions] | None:
    """None: the account was deleted before its e-mail was sent."""
    async with site.db.read() as reader:
        user, account = await queries.user(reader, account_id), await queries.by_id(reader, account_id)
        return (user, account, await options.read(reader)) if user and account else None


async def _send(site: Site, user: User, chosen: SiteOptions, template: str, **context: Any) -> None:
    await _send_to(site, user.email, user.language, chosen, template, **context)


async def _send_to(site: Site, address: str, language: str, chosen: SiteOptions, template: str, **context: Any) -> None:
    """Sends nothing to those who have no address: an administrator made their account."""
    if not address:
        return
    language = i18n.choose_language(language, "", chosen.language)
    subject, text = site.the(Templates).render_email(template, language, site_name=chosen.name, **context)
    await site.mailer.send(address, subject, text)
    log.info("sent the e-mail %s by %s", template.removesuffix(".txt"), site.mailer.destination)
