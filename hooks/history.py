"""The hook `sealwright-history`: block a push that holds a plaintext secret in any of its commits, removed or not.

Which commits are about to be pushed is told in three ways: by pre-commit and prek in variables, by git to a pre-push
hook on standard input, and by git to a pre-receive hook of the server on standard input. Commits that the other side
has already are left out.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.hooks._arguments import run_hook, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RECEIVING = "--pre-receive"
_ON_NO_REMOTE = "HEAD --not --remotes"


def main(argv: Sequence[str] | None = None) -> int:
    """Scan what is about to be pushed; returns the exit code of `sealwright scan --history`."""
    from sealwright.cli import show_error
    from sealwright.errors import SealwrightError

    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        commits, rest = _pushed(arguments)
    except SealwrightError as error:
        show_error(error)
        return int(error.exit_code)
    return run_hook("scan", rest, f"--history={commits}", "--no-progress") if commits else 0


def _pushed(arguments: list[str]) -> tuple[str, list[str]]:
    """The commits as words for --history, '' for none, and the arguments that are left for the scan."""
    receiving = _RECEIVING in arguments
    arguments = [word for word in arguments if word != _RECEIVING]
    if os.environ.get("PRE_COMMIT") and not receiving:
        return _from_manager(), arguments
    options, names = split(arguments)
    updates = _updates()
    if receiving or any(len(words) == 3 for words in updates):
        return _received(updates), arguments
    if updates or names:  # git gives the remote's name and address, and no line where there is nothing to push
        return _sent(updates, names[0] if names else ""), options
    return _ON_NO_REMOTE, options


def _updates() -> list[list[str]]:
    """What git says on standard input; nothing where a person calls."""
    if sys.stdin is None or sys.stdin.isatty():
        return []
    lines = sys.stdin.buffer.read().decode("ascii", "replace").splitlines()
    return [line.split() for line in lines if line.strip()]


def _from_manager() -> str:
    """pre-commit and prek: no `from` for a branch that the other side does not have yet."""
    old, new = (os.environ.get(f"PRE_COMMIT_{end}_REF", "") for end in ("FROM", "TO"))
    new = new or os.environ.get("PRE_COMMIT_LOCAL_BRANCH", "")
    if not new:
        return _ON_NO_REMOTE
    return _between([new], [old], os.environ.get("PRE_COMMIT_REMOTE_NAME", ""))


def _sent(updates: list[list[str]], remote: str) -> str:
    """`<local ref> <local id> <remote ref> <remote id>` for each ref; the local id is zero where one is deleted."""
    _check(updates, 4)
    return _between([words[1] for words in updates], [words[3] for words in updates], remote)


def _received(updates: list[list[str]]) -> str:
    """`<old id> <new id> <ref>` for each ref. The refs are still the old ones: what they reach was accepted before."""
    _check(updates, 3)
    new = _real(words[1] for words in updates)
    return " ".join([*new, "--not", "--all"]) if new else ""


def _check(updates: list[list[str]], words: int) -> None:
    if any(len(update) != words for update in updates):
        from sealwright.errors import UsageError

        raise UsageError("this is not what git tells a hook on standard input", hint="call it as a hook")


def _between(new: list[str], old: list[str], remote: str) -> str:
    """What `new` has, without what the other side has: what it says, and what it had when it was last fetched from."""
    new = _real(new)
    if not new:
        return ""
    known = [name for name in _real(old) if not _is_unknown(name)]
    if remote and not any(char.isspace() for char in remote):  # an address with blanks is a folder, not a remote
        known.append(f"--remotes={remote}")
    elif not remote and not known:
        known.append("--remotes")
    return " ".join([*new, "--not", *known] if known else new)


def _real(names: Iterable[str]) -> list[str]:
    """Each once, without those that stand for nothing."""
    return list(dict.fromkeys(name for name in names if name.strip("0")))


def _is_unknown(name: str) -> bool:
    """Whether it is the id of a commit that this clone does not have, as when somebody else has pushed meanwhile."""
    from sealwright.manifest.history import has_commit

    is_id = len(name) in {40, 64} and not name.strip("0123456789abcdef")
    return is_id and not has_commit(os.curdir, name)


if __name__ == "__main__":
    sys.exit(main())
