"""The errors that a caller may be told, each with a sentence for people.

Problem                 something the caller may be told; `.public` is safe to show
 ├─ NotFound            absent, or this viewer may not know it exists       API 404   page 404   inbox: drop
 ├─ Unauthenticated     the caller is unknown                               API 401   → sign in  inbox 401
 ├─ Forbidden           the caller is known, and may not do it              API 403   page 403   inbox 403
 ├─ Invalid(field)      breaks a rule of ours                               API 422   form error inbox: drop
 ├─ Conflict            already so, or another was faster                   API 409   page again inbox: done
 ├─ TooMany(retry_after)                                                    API 429   page 429   inbox 429
 ├─ Unavailable(retry_after)  the storage cannot be read or written now     API 503   page 503   inbox 503
 └─ TooLarge            more than a request may hold                        API 413   page 413   inbox 413
RemoteFailed(permanent) another server did not answer well: jobs retry or stop; API 503 when a person waits
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import ceil

from gazouillis.infra.basics.messages import Message, _, counted

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


class Problem(Exception):
    """Raised where the rule is; each door translates it into its own kind of response."""

    def __init__(self, public: Message) -> None:
        super().__init__(str(public))
        self.public = public


class NotFound(Problem):
    def __init__(self, public: Message = _("Record not found")) -> None:  # noqa: B008 (a frozen constant)
        super().__init__(public)


class Unauthenticated(Problem):
    def __init__(self, public: Message = _("Please sign in first")) -> None:  # noqa: B008
        super().__init__(public)


class Forbidden(Problem):
    def __init__(self, public: Message = _("This is not allowed")) -> None:  # noqa: B008
        super().__init__(public)


class Invalid(Problem):
    """`field` is the name of the wrong field, as the caller wrote it; `code` is Mastodon's name of the fault (ERR_TAKEN, ERR_BLANK…)."""

    def __init__(self, public: Message, *, field: str = "", code: str = "ERR_INVALID") -> None:
        super().__init__(public)
        self.field = field
        self.code = code

    @property
    def faults(self) -> Sequence[Invalid]:
        """All faults of the request."""
        return (self,)


class SeveralInvalid(Invalid):
    """Several faults. Whoever shows only one sentence shows that of the first."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__(faults[0].public, field=faults[0].field, code=faults[0].code)
        self._faults = faults

    @property
    def faults(self) -> Sequence[Invalid]:
        return self._faults


class Faults:
    """Collects `Invalid` errors, so that a form shows all of them at once."""

    def __init__(self) -> None:
        self._faults: list[Invalid] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """An `Invalid` raised inside is collected instead of raised."""
        try:
            yield
        except Invalid as fault:
            self._faults += fault.faults

    def raise_any(self) -> None:
        if self._faults:
            raise SeveralInvalid(self._faults)


class Conflict(Problem):
    pass


class TooMany(Problem):
    """`retry_after` is in seconds."""

    def __init__(self, public: Message = _("Too many requests"), *, retry_after: int = 60) -> None:  # noqa: B008
        super().__init__(public)
        self.retry_after = retry_after

    @classmethod
    def until(cls, moment: datetime, seconds: int) -> TooMany:
        """With a sentence that tells how long to wait, and until when."""
        sentence = counted(
            "Too many requests: please wait one minute, until {time} UTC",
            "Too many requests: please wait {count} minutes, until {time} UTC",
            ceil(seconds / 60),
            time=f"{moment:%H:%M}",
        )
        return cls(sentence, retry_after=seconds)


class Unavailable(Problem):
    """The storage does not answer, or accepts no writes, for now. `retry_after` is in seconds. The cause is written to the log only."""

    def __init__(
        self,
        public: Message = _("The server cannot do this right now; please try again in a moment"),  # noqa: B008
        *,
        retry_after: int = 2,
    ) -> None:
        super().__init__(public)
        self.retry_after = retry_after


class TooLarge(Problem):
    def __init__(self, public: Message = _("The request is too large")) -> None:  # noqa: B008
        super().__init__(public)

    @classmethod
    def by(cls, size: int, most: int) -> TooLarge:
        """With a sentence that tells both sizes, given in bytes."""
        if most >= MEGABYTE:
            return cls(_("This has {size} MB: at most {most} MB are accepted", size=ceil(size / MEGABYTE), most=most // MEGABYTE))
        if size >= MEGABYTE:
            return cls(_("This has {size} MB: at most {most} kB are accepted", size=ceil(size / MEGABYTE), most=most // KILOBYTE))
        return cls(_("This has {size} kB: at most {most} kB are accepted", size=ceil(size / KILOBYTE), most=most // KILOBYTE))


def too_long(length: int, most: int, field: str) -> Invalid:
    """A text of `length` characters where at most `most` are allowed."""
    return Invalid(_("At most {most} characters: this has {length}", most=most, length=length), field=field, code="ERR_TOO_LONG")


class RemoteFailed(Exception):
    """The other server did not answer well. `permanent` says whether a retry is pointless."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
