"""Which commit of a repository is judged or converted, and with which it is compared: the first task for each.

The second is a command in a checkout of that commit (`units`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.config import FILE_NAME
from sealwright.errors import SealwrightError, UsageError
from sealwright.finding import Problem
from sealwright.fleet.scope import account_key
from sealwright.fleet.standing import settled
from sealwright.fleet.units import SECONDS
from sealwright.manifest.git_process import object_id, output
from sealwright.manifest.history import held
from sealwright.manifest.merge_base import find_branch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.model import Member

_REMOTE = "origin/"


class Limits(NamedTuple):
    """What fails a gate where the command line says so ('': as each repository's configuration does, or as usual).

    `config` is a configuration that stands in for that of every repository: an absolute path, on the workers as well.
    """

    severity: str = ""
    confidence: str = ""
    proof: bool = False
    config: str = ""


class Asked(NamedTuple):
    """What is asked of each repository; travels with every task.

    `command` are the words for sealwright in each checkout, `base` what to compare with. `question` is a digest of all
    that makes up the answer but for the commits, '' where no answer may be kept. `dated`: the answer depends on the
    `day` (YYYY-MM-DD) and on the history of files, in any repository; it does in those that have a configuration.
    """

    engine: str
    command: tuple[str, ...]
    mirrors: str = ""
    base: str = ""
    question: str = ""
    day: str = ""
    dated: bool = False
    seconds: int = SECONDS
    limits: Limits = Limits()


class Head(NamedTuple):
    """The ids of a repository's head ('': no commit yet) and base. `whole`: its history is needed, too.

    `key` is that of its account, b'' where none may be kept. `later`: the host wants to be asked after so many seconds.
    """

    commit: str = ""
    base: str = ""
    whole: bool = False
    key: bytes = b""
    problem: Problem | None = None
    later: float = 0.0


def arrive(members: Sequence[Member], asked: Asked) -> list[Head]:
    """Bring the repositories' objects, and find their heads. What goes wrong is told of the one where it did."""
    settled(asked.engine)
    return [_arrived(member, asked) for member in members]


def root_of(member: Member, head: Head, asked: Asked) -> str:
    """A folder to start git in that has the head, on whichever worker this is. Raises SealwrightError."""
    from sealwright.fleet.mirrors import Depth, located

    depth = Depth.HISTORY if head.whole else Depth.HEAD
    return located(member, asked.mirrors, depth, pinned=[oid for oid in (head.commit, head.base) if oid])


def _arrived(member: Member, asked: Asked) -> Head:
    from sealwright.fleet.mirrors import Deferred

    try:
        return _head(member, asked)
    except Deferred as deferred:
        return Head(later=deferred.seconds)
    except SealwrightError as error:
        return Head(problem=Problem(".", error.message, hint=error.hint))


def _head(member: Member, asked: Asked) -> Head:
    from sealwright.fleet.mirrors import Depth, located

    whole = bool(asked.base) or asked.dated
    root = located(member, asked.mirrors, Depth.HISTORY if whole else Depth.HEAD)
    commit = object_id(root, "HEAD^{commit}")
    if not commit:
        if output(root, "rev-list", "--all", "--max-count=1"):
            raise SealwrightError("HEAD names no commit, though there are some", hint="git symbolic-ref HEAD BRANCH")
        return Head()
    configured = bool(dict(held(root, commit, [FILE_NAME.encode()])))
    whole = whole or configured  # its own configuration may have rules about the history
    base = _base(root, asked.base, commit) if asked.base else ""
    if not asked.question:
        return Head(commit, base, whole)
    day = asked.day if configured or asked.dated else ""
    return Head(commit, base, whole, account_key(asked.question, (commit, f"base {base}", f"day {day}")))


def _base(root: str, name: str, commit: str) -> str:
    """Where the head left the branch of that name. A mirror has `main` where a clone has `origin/main`."""
    try:
        return find_branch(root, name, commit).base
    except UsageError:
        if not name.startswith(_REMOTE):
            raise
        return find_branch(root, name.removeprefix(_REMOTE), commit).base
