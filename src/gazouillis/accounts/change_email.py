from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import queries, rules
from gazouillis.accounts.events import EmailChanged
from gazouillis.accounts.sign_in import Proof
from gazouillis.accounts.tables import users
from gazouillis.infra.database import Tx
from gazouillis.infra.errors import Invalid, Unauthenticated
from gazouillis.infra.messages import _


async def change_email(tx: Tx, proof: Proof, email: str) -> None:
    """Where letters go from now on; for who knows the password, since whoever reads the letters can choose another."""
    address = rules.check_email(email)
    user = await queries.user(tx, proof.account_id)
    if user is None or user.password_hash != proof.password_hash:
        raise Unauthenticated(_("The password was changed meanwhile"))
    namesake = await queries.user_by_email(tx, address)
    if namesake is not None and namesake.account_id != user.account_id:
        raise Invalid(_("There is already an account with this e-mail address"), field="email", code="ERR_TAKEN")
    values = {"email": address, "email_key": rules.email_key(address)}
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(values))
    await tx.emit(EmailChanged(user.account_id))
