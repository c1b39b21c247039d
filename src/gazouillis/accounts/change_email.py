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
    """Where letters go from now on; for who knows the password, since whoever reads the letters can choose another.

    Nobody is told whether the address is known: it is theirs once they have opened the link of a letter.
    """
    address = rules.check_email(email)
    user = await queries.user(tx, proof.account_id)
    if user is None or user.password_hash != proof.password_hash:
        raise Unauthenticated(_("The password was changed meanwhile"))
    is_theirs = await emails.confirmed_account_id(tx, address) == user.account_id
    values = {"email": address, "email_key": rules.email_key(address) if is_theirs else emails.claim(address, user.account_id)}
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(values))
    await tx.emit(EmailChanged(user.account_id))
