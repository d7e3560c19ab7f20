"""What another repository has: asked for by `git ls-remote`, and fetched by `git fetch`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import NetworkError, SealwrightError
from sealwright.fleet.mirrors.deferred import Deferred
from sealwright.fleet.mirrors.failures import failure
from sealwright.fleet.mirrors.retry_after import pause
from sealwright.manifest.git_process import fetching, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.mirrors.folders import Place

NAME = "sealwright"
"""Of the remote in a mirror. Not `origin`: a user's configuration may say something about that."""
DETACHED = "refs/sealwright/HEAD"
"""Where a HEAD is kept that is on no branch."""
_LIST = ("ls-remote", "--symref", "--upload-pack=git-upload-pack")
_PARTIAL = ("-c", f"remote.{NAME}.promisor=true", "-c", f"remote.{NAME}.partialclonefilter=blob:none")
_ASK_SECONDS = 300.0
_FETCH_SECONDS = 4 * 3600.0
_TRANSPORTS = "https:ssh:git:file"
_BRANCHES = "refs/heads/"
_USUAL = ("main", "master")


class Refs(NamedTuple):
    """Names and ids; `head` is the name of the default branch, DETACHED, or '' where there is nothing."""

    head: str
    ids: dict[str, str]


def made(place: Place, form: str = "sha1") -> None:
    """An empty bare repository there that knows where it is a mirror of. `form` is that of its ids."""
    output(place.root, "init", "--quiet", "--bare", "--template=", f"--object-format={form}", place.repository)
    output(place.root, "config", f"remote.{NAME}.url", place.location)


def asked(place: Place, prefixes: Sequence[str], branch: str) -> Refs:
    """HEAD and the names that begin so, as they are now. `branch` is the default one if the other side does not say."""
    out, _ = _talk(place, _ASK_SECONDS, *_LIST, NAME)
    if not out and place.location.startswith("http"):
        _check_answer(place)
    target = ""
    ids: dict[str, str] = {}
    for line in out.splitlines():
        first, _, last = line.partition(b"\t")
        name = os.fsdecode(last)
        if first.startswith(b"ref: ") and name == "HEAD":
            target = os.fsdecode(first[5:])
        elif name == "HEAD" or (name.startswith(tuple(prefixes)) and not name.endswith("^{}")):
            ids[name] = first.decode("ascii", "replace")
    head = ids.pop("HEAD", "")
    chosen = _default(target, head, ids, branch, place)
    if chosen == DETACHED:
        ids[DETACHED] = head
    return Refs(chosen, ids)


def fetch(
    place: Place, options: Sequence[str], wanted: Sequence[str], request: bytes = b"", *, partial: bool = False
) -> None:
    """Have git fetch what is wanted: names, or ids. Raises SealwrightError, or Deferred.

    `partial`: without the contents of files, but for those asked for by their ids. That is said to git here, and not in
    the mirror's configuration: to whoever reads it, what is missing is to be missing, and nothing to be fetched.
    """
    fixed = ("--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
    more = ("--update-head-ok", "--update-shallow", "--upload-pack=git-upload-pack")
    before = _PARTIAL if partial else ()
    _talk(place, _FETCH_SECONDS, *before, "fetch", *fixed, *more, *options, NAME, *wanted, request=request)


def _talk(place: Place, seconds: float, *args: str, request: bytes = b"", traced: bool = False) -> tuple[bytes, bytes]:
    transports = f"{_TRANSPORTS}:http" if place.location.startswith("http:") else _TRANSPORTS
    try:
        result = fetching(place.root, *args, seconds=seconds, transports=transports, request=request, traced=traced)
    except NetworkError as error:
        raise NetworkError(error.message, hint=error.hint, place=place.name) from None
    if result.returncode:
        failed = failure(result.stderr.decode("utf-8", "replace"), place.name)
        if isinstance(failed, Deferred):
            failed.seconds = pause(place.root, NAME)
        raise failed
    return result.stdout, result.stderr


def _check_answer(place: Place) -> None:
    """An empty repository says so in git's protocol. Git takes any page, as of a login, for one as well."""
    _, words = _talk(place, _ASK_SECONDS, *_LIST, NAME, traced=True)
    if b"ls-remote<" not in words:
        hint = "the host answers with a page, for a login perhaps: check the URL, and git's credential helper"
        raise NetworkError("what answers is no git server", hint=hint, place=place.name)


def _default(target: str, head: str, ids: dict[str, str], branch: str, place: Place) -> str:
    """The name of the default branch: what HEAD says, or else what is likely."""
    if target in ids and target.startswith(_BRANCHES):
        return target
    branches = [name for name in ids if name.startswith(_BRANCHES)]
    likely = [f"{_BRANCHES}{name}" for name in (branch, *_USUAL)]
    if head:  # an old server does not say which branch it is
        same = [name for name in branches if ids[name] == head]
        return next((name for name in [*likely, *same] if name in same), DETACHED)
    found = [name for name in likely if name in ids]
    if found or len(branches) <= 1:
        return (found or branches or [""])[0]
    hint = "mend HEAD there, or look at all branches: --branches"
    raise SealwrightError("HEAD names a branch that does not exist", hint=hint, place=place.name)
