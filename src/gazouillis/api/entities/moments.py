"""Dates and times as Mastodon formats them: ISO 8601 in UTC, with milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def moment_or_none(when: datetime | None) -> str | None:
    return None if when is None else moment(when)


def day(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).date().isoformat()


def midnight(when: datetime) -> str:
    """Midnight of that day, for dates whose hour is not to be shown."""
    return f"{when.astimezone(UTC).date().isoformat()}T00:00:00.000Z"
