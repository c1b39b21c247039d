"""E-mails about accounts, in the language of their recipient. They are sent by reactions to events, never inside a write transaction."""

from __future__ import annotations

import logging
from typing import Any

from gazouillis.accounts import emails, options, password, queries
from gazouillis.accounts.events import AccountApproved, AccountRegistered, EmailChanged, PasswordResetRequested
from gazouillis.accounts.models import Account, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.site import Site
from gazouillis.web import i18n
from gazouillis.web.templating import Templates

log = logging.getLogger(__name__)


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


async def _welcome(site: Site, account_id: AccountId) -> None:
    if recipient := await _recipient(site, account_id):
        user, account, chosen = recipient
        waiting, url = user.approved_at is None, f"{site.settings.base_url}/"
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
    language = i18n.choose_language(user.language, "", chosen.language)
    subject, text = site.the(Templates).render_email(template, language, site_name=chosen.name, **context)
    await site.mailer.send(user.email, subject, text)
    log.info("sent the e-mail %s by %s", template.removesuffix(".txt"), site.mailer.destination)
