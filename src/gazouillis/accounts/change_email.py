"""Changing the e-mail address of an account."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import emails, queries, rules
from gazouillis.accounts.events import EmailChanged
from gazouillis.accounts.sign_in import Proof
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.errors import Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx


async def change_email(tx: Tx, proof: Proof, email: str) -> None:
    """Changes the e-mail address of an account. It needs a proof of the password, since the address can be used to reset the password.

    The answer is the same whether or not another account has the address: it is only claimed until its owner opens the link of the
    confirmation e-mail. Raises `Unauthenticated` if the password was changed after the proof was made.
    """
    address = rules.check_email(email)
    user = await queries.user(tx, proof.account_id)
    if user is None or user.password_hash != proof.password_hash:
        raise Unauthenticated(_("The password was changed meanwhile"))
    is_confirmed = await emails.confirmed_account_id(tx, address) == user.account_id
    values = {"email": address, "email_key": rules.email_key(address) if is_confirmed else emails.claim(address, user.account_id)}
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(values))
    await tx.emit(EmailChanged(user.account_id))
