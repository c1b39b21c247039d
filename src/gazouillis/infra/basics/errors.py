"""What can go wrong, in words for a person.

Problem                 something the caller may be told; `.public` is safe to show
 ├─ NotFound            absent, or this viewer may not know it exists       API 404   page 404   inbox: drop
 ├─ Unauthenticated     we do not know who asks                             API 401   → sign in  inbox 401
 ├─ Forbidden           we know, and the answer is no                       API 403   page 403   inbox 403
 ├─ Invalid(field)      breaks a rule of ours                               API 422   form error inbox: drop
 ├─ Conflict            already so, or somebody was faster                  API 409   page again inbox: done
 ├─ TooMany(retry_after)                                                    API 429   page 429   inbox 429
 ├─ Unavailable(retry_after)  what we store cannot be read or written now   API 503   page 503   inbox 503
 └─ TooLarge            more than a request may hold                        API 413   page 413   inbox 413
RemoteFailed(permanent) another server did not answer well: jobs retry or stop; API 503 when a person waits
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import ceil

from gazouillis.infra.basics.messages import Message, _, counted


class Problem(Exception):
    """Raised where the rule is, translated once per door."""

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
    """`field` names what must be mended, as the caller wrote it; `code` is Mastodon's word for the fault (ERR_TAKEN, ERR_BLANK…)."""

    def __init__(self, public: Message, *, field: str = "", code: str = "ERR_INVALID") -> None:
        super().__init__(public)
        self.field = field
        self.code = code

    @property
    def faults(self) -> Sequence[Invalid]:
        """All that must be mended."""
        return (self,)


class SeveralInvalid(Invalid):
    """Speaks as the first of them to who wants to hear one sentence."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__(faults[0].public, field=faults[0].field, code=faults[0].code)
        self._faults = faults

    @property
    def faults(self) -> Sequence[Invalid]:
        return self._faults


class Faults:
    """Gathers what is Invalid, so that a form is told all of it at once."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        try:
            yield
        except Invalid as fault:
            self._found += fault.faults

    def raise_any(self) -> None:
        if self._found:
            raise SeveralInvalid(self._found)


class Conflict(Problem):
    pass


class TooMany(Problem):
    """`retry_after` is in seconds."""

    def __init__(self, public: Message = _("Too many requests"), *, retry_after: int = 60) -> None:  # noqa: B008
        super().__init__(public)
        self.retry_after = retry_after

    @classmethod
    def until(cls, moment: datetime, seconds: int) -> TooMany:
        """Says how long to wait, and until when."""
        said = counted(
            "Too many requests: please wait one minute, until {time} UTC",
            "Too many requests: please wait {count} minutes, until {time} UTC",
            ceil(seconds / 60),
            time=f"{moment:%H:%M}",
        )
        return cls(said, retry_after=seconds)


class Unavailable(Problem):
    """The store does not answer, or takes nothing more, for now. `retry_after` is in seconds; what is wrong there is for the log alone."""

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


class RemoteFailed(Exception):
    """The other server did not answer well. `permanent` says whether asking again is pointless."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
