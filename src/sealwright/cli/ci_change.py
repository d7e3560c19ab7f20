"""What a change began from, as the CI service tells that runs it: `--base auto` and `--history auto`.

GitHub writes the event into a file and names it in GITHUB_EVENT_PATH; Gitea and Forgejo do the same. A runner that
writes none may name the branch that a pull request goes into in GITHUB_BASE_REF. Nothing that the event says is
believed before git agrees: a commit that the clone does not have, or a checkout of something else, ends with 3 and
says what to change, since comparing a tree with itself would find nothing new.
Source: docs.github.com, "Events that trigger workflows" and "Webhook events and payloads".
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.git_process import object_id, run
from sealwright.manifest.history import cut_off

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTO = "auto"
_LARGEST = 64 * 1024 * 1024
_WHOLE = "check out all of the history: fetch-depth: 0"


class Change(NamedTuple):
    """`base` is a commit's id, '' where everything counts; `name` is what a person calls it, or why there is none."""

    base: str
    name: str


def is_ci_run(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a CI service runs this that says why."""
    return bool(environment.get("GITHUB_EVENT_NAME"))


def change_of_event(root: str, environment: Mapping[str, str] = os.environ) -> Change:
    """What the event of this CI run is compared with. `root`: of the repository.

    Raises UsageError outside of a CI service, and SealwrightError where the clone does not have what the event names.
    """
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not name:
        hint = "name a branch or a commit: --base origin/main, --history origin/main..HEAD"
        raise UsageError(f"`{AUTO}` asks the CI service, and none says what this change began from", hint=hint)
    if not path:
        return _without_payload(root, name, environment.get("GITHUB_BASE_REF", ""))
    event = _event(path)
    if name.startswith("pull_request"):
        return _pull_request(root, _part(event, "pull_request"))
    if name == "merge_group":
        group = _part(event, "merge_group")
        _check_head(root, _text(group, "head_sha"))
        return Change(_present(root, _text(group, "base_sha")), _branch(_text(group, "base_ref")))
    if name == "push":
        return _push(root, event)
    return Change("", name)


def history_of_event(root: str, environment: Mapping[str, str] = os.environ) -> str:
    """The range of commits that the event brings, as `git rev-list` takes it; all that HEAD has where it names none."""
    base = change_of_event(root, environment).base
    return f"{base}..HEAD" if base else "HEAD"


def _without_payload(root: str, name: str, into: str) -> Change:
    """A runner that names the event and writes no file: the branch that it goes `into`, or everything counts.

    Everything counts, too, where what is checked out is of that branch itself: nothing in it would be new.
    """
    tip = _id(root, f"refs/remotes/origin/{into}") if into else ""
    if tip and run(root, "merge-base", "--is-ancestor", "HEAD", tip).returncode:
        return Change(tip, into)
    if cut_off(root):
        raise _cut_off()
    return Change("", name)


def _pull_request(root: str, request: dict[str, Any]) -> Change:
    """The branch that it goes into, as the merge commit that is checked out has it; otherwise as the event does."""
    base, head = _part(request, "base"), _text(_part(request, "head"), "sha")
    merged, theirs = _id(root, "HEAD^2"), _id(root, "HEAD^1")
    if merged and merged == head and theirs:
        return Change(theirs, _text(base, "ref"))
    _check_head(root, head)
    return Change(_present(root, _text(base, "sha")), _text(base, "ref"))


def _push(root: str, event: dict[str, Any]) -> Change:
    """What the branch was before. A new branch is compared with the default one; one that was moved by force, too."""
    ref, default = _text(event, "ref"), _text(_part(event, "repository"), "default_branch")
    if not ref.startswith("refs/heads/"):
        return Change("", ref)
    _check_head(root, _text(event, "after"))
    before = _text(event, "before")
    if before.strip("0") and _id(root, before) and _is_ancestor(root, before):
        return Change(before, f"{_branch(ref)} before")
    if cut_off(root):
        raise _cut_off()
    if _branch(ref) != default and (tip := _id(root, f"refs/remotes/origin/{default}")):
        return Change(tip, default)
    return Change("", ref)


def _check_head(root: str, oid: str) -> None:
    """What is checked out must have the commit in it: under pull_request_target it is the base that is checked out."""
    if not _is_ancestor(root, _present(root, oid)):
        message = "what is checked out is not what the event is about: nothing in it would be new"
        raise SealwrightError(message, hint="check out the event's own commit, or name the base instead of `auto`")


def _is_ancestor(root: str, oid: str) -> bool:
    """Whether what is checked out was made from it: what was moved back would else be compared with itself."""
    return run(root, "merge-base", "--is-ancestor", oid, "HEAD").returncode == 0


def _present(root: str, oid: str) -> str:
    """The id of a commit that the clone has."""
    if _id(root, oid):
        return oid
    if cut_off(root):
        raise _cut_off()
    hint = "check out the event's own repository, or name the base instead of `auto`"
    raise SealwrightError("this clone does not have the commits that the event names", hint=hint)


def _cut_off() -> SealwrightError:
    return SealwrightError("this clone is shallow: it does not reach back to what the change began from", hint=_WHOLE)


def _id(root: str, name: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}|HEAD\^[12]|refs/remotes/origin/.+", name):
        return ""
    return object_id(root, f"{name}^{{commit}}")


def _event(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            event = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        raise SealwrightError("the event of this CI run cannot be read", hint="see GITHUB_EVENT_PATH") from None
    return event if isinstance(event, dict) else {}


def _part(event: dict[str, Any], key: str) -> dict[str, Any]:
    part = event.get(key)
    return part if isinstance(part, dict) else {}


def _text(event: dict[str, Any], key: str) -> str:
    text = event.get(key)
    return text if isinstance(text, str) else ""


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/")
