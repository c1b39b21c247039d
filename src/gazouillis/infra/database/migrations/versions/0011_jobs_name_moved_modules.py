"""Rename two moved modules in queued jobs: a job names its reaction by the module of the function."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOVED = {"gazouillis.web.letters.": "gazouillis.web.emails.", "gazouillis.search.renew.": "gazouillis.search.reindex."}

_jobs = sa.table("jobs", sa.column("reaction", sa.String))


def upgrade() -> None:
    for old, new in MOVED.items():
        is_old = _jobs.c.reaction.startswith(old, autoescape=True)
        op.execute(sa.update(_jobs).where(is_old).values(reaction=sa.func.replace(_jobs.c.reaction, old, new)))
