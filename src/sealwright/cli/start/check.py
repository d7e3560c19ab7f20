"""One answer of `sealwright doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sealwright.errors import SealwrightError

GOOD, NOTE, BAD = "ok", "note", "problem"


class Check(NamedTuple):
    """`level` is one of GOOD, NOTE and BAD; `hint` is what to do."""

    level: str
    about: str
    message: str
    hint: str = ""


def failed(about: str, error: SealwrightError) -> Check:
    """What a person would be told who ran into the error."""
    return Check(BAD, about, f"{error.place}: {error.message}" if error.place else error.message, error.hint)
