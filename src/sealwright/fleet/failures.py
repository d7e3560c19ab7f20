"""The account of a repository that could not be looked at, or not to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ExitCode
from sealwright.finding import Problem
from sealwright.fleet.model import Account
from sealwright.report.json_v1 import error_entry

if TYPE_CHECKING:
    from sealwright.errors import SealwrightError
    from sealwright.fleet.model import Member

_HINT = "scan it by itself to see more; a machine with more memory may help"


def failed(
    member: Member, problem: Problem | None, tips: tuple[str, ...] = (), code: int = ExitCode.INCOMPLETE
) -> Account:
    """An account of nothing but the problem."""
    errors = (error_entry(problem),) if problem is not None else ()
    return Account(member, tips, errors=errors, code=int(code))


def stopped(member: Member, error: SealwrightError, tips: tuple[str, ...] = ()) -> Account:
    """The account where an error ended it."""
    return failed(member, Problem(".", error.message, hint=error.hint), tips)


def lost(member: Member) -> Account:
    """The account where no worker came back."""
    return failed(member, Problem(".", "working on it failed, or stopped its worker: not checked", hint=_HINT))
