"""What the commits of a range added or changed, and what its tips hold. Read only, as everything that asks git.

A merge is compared with all of its parents at once: what it took over from one of them was added by another commit, in
the range or outside of it on purpose; what differs from all of them is the merge's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.git_process import output, refuse, run, start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

_BEGINNINGS = ("--all", "--branches", "--tags")
_OPTIONS = (*_BEGINNINGS, "--not", "--remotes")
_UNKNOWN = (b"fatal: bad ", b"fatal: ambiguous ", b"fatal: invalid ", b"fatal: not a valid ", b"fatal: log for ")
_MOST_TEXT = 1_000_000
_DIFF = ("diff-tree", "--stdin", "-r", "-c", "--root", "--always", "--raw", "-z", "--no-renames", "--no-abbrev")
_CHUNK = 65536
_LONGEST_COMMAND = 20_000
"""Characters; Windows takes 32,767."""


class Range(NamedTuple):
    """Commits to look at: `words` as `git rev-list` takes them, and the `tips` that they begin from, none for none."""

    root: str
    words: tuple[str, ...]
    tips: tuple[str, ...]


class Commit(NamedTuple):
    """A commit of the range; the changes that follow it are its own. `time` is in seconds since 1970."""

    oid: str
    time: int
    parents: tuple[str, ...]


class Change(NamedTuple):
    """What a commit did to one path: the content's id for each parent and now, '' for what is no regular file."""

    path: bytes
    before: tuple[str, ...]
    after: str


def resolve(root: str, text: str) -> Range:
    """The range that a person wrote. Raises UsageError for words that are options, or that name no commits."""
    words = _words(text)
    result = run(root, "rev-list", "--max-count=1", *words, "--")
    if result.returncode:
        if any(line.startswith(_UNKNOWN) for line in result.stderr.lower().splitlines()):
            raise _unknown()
        refuse("rev-list", result.stderr)
    return Range(root, words, _tips(root, words))


def _words(text: str) -> tuple[str, ...]:
    """Several words, as in `HEAD --not --remotes`; in `HEAD@{1 day ago}` and `:/subject` blanks belong to the name."""
    words = (text,) if text.startswith(":") else tuple(_split(text))
    if not words or (words[0].startswith("-") and words[0] not in _BEGINNINGS):
        hint = "give what `git rev-list` takes: main..HEAD, HEAD, a tag; of options only --all, --branches or --tags"
        raise UsageError("--history needs a range of commits", hint=hint)
    if len(text) > _MOST_TEXT:
        raise UsageError("--history names more commits than a command can take", hint="push in several parts")
    for word in words:
        if word.startswith("-") and word not in _OPTIONS and not word.startswith("--remotes="):
            raise UsageError("--history takes no such option", hint=f"of options only {', '.join(_OPTIONS)}")
    if words.count("--not") > 1:
        raise UsageError("--history takes one --not", hint="for example: HEAD --not main")
    return words


def _split(text: str) -> Iterator[str]:
    """At blanks that are not between braces."""
    word, depth = "", 0
    for char in f"{text} ":
        depth += (char == "{") - (char == "}")
        if char.isspace() and (depth <= 0):
            yield from filter(None, [word])
            word, depth = "", 0
        else:
            word += char
    yield from filter(None, [word.strip()])


def _unknown() -> UsageError:
    hint = "check it with `git rev-list`; in CI the other branch may have to be fetched first (fetch-depth: 0)"
    return UsageError("--history names commits that this repository does not have", hint=hint)


def _tips(root: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The commits that the words name for their own sake, without those after `^` and `--not`."""
    wanted = words[: words.index("--not")] if "--not" in words else words
    refs = [word for word in wanted if word.startswith("-")]
    named = [word for word in wanted if not word.startswith("-")]
    tips = _lines(output(root, "rev-list", "--no-walk", *refs)) if refs and _has_any(root, refs) else []
    for piece in _pieces(named):
        ids = [line for line in _lines(output(root, "rev-parse", "--revs-only", *piece, "--")) if line[0] != "^"]
        if not ids:
            continue
        peeled = run(root, "rev-parse", *(f"{oid}^{{commit}}" for oid in ids))
        if peeled.returncode:  # a blob, a tree, or an id without an object
            raise _unknown()
        tips += _lines(peeled.stdout)
    if named and not tips:
        raise UsageError(
            "--history names no commit to look at, only such as are left out", hint="for example: ^main HEAD"
        )
    return tuple(dict.fromkeys(tips))


def _has_any(root: str, refs: list[str]) -> bool:
    return bool(output(root, "rev-list", "--max-count=1", *refs))


def changes(commits: Range) -> Iterator[Commit | Change]:
    """Every commit, parents first, and its changes. Raises SealwrightError at the end if git could not go on."""
    import subprocess

    if not commits.tips:
        return
    listing = ("rev-list", "--date-order", "--reverse", *commits.words, "--")
    with (
        start(commits.root, *listing, stdin=subprocess.DEVNULL) as lister,
        start(commits.root, *_DIFF, "--format=tformat:%H %ct %P", stdin=_stdout(lister)) as differ,
    ):
        _stdout(lister).close()  # so that git notices when nobody reads any more
        yield from _parsed(_fields(_stdout(differ)))
    if lister.returncode or differ.returncode:
        hint = "run git fsck; in a partial clone, fetch what it left out: git fetch --refetch --no-filter"
        raise SealwrightError("git could not read all of the commits: not everything was checked", hint=hint)


def _parsed(fields: Iterator[bytes]) -> Iterator[Commit | Change]:
    for field in fields:
        text = field.lstrip(b"\n").decode("ascii", "replace")  # git writes line ends before some of them
        if text.startswith(":"):
            change = _change(text, next(fields, b""))
            if change is not None:
                yield change
        elif text:
            oid, time, *parents = text.split(" ")
            yield Commit(oid, int(time) if time.isdigit() else 0, tuple(filter(None, parents)))


def _change(meta: str, path: bytes) -> Change | None:
    """`:MODE MODE ID ID STATUS`, with one mode and one id more for each further parent of a merge."""
    parents = len(meta) - len(meta.lstrip(":"))
    words = meta[parents:].split(" ")
    ids = [words[parents + 1 + at] if words[at].startswith("100") else "" for at in range(parents + 1)]
    return Change(path, tuple(ids[:-1]), ids[-1]) if any(ids) else None


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields


def held(root: str, tip: str, paths: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """(path, content's id) for each of the paths that is a regular file in the commit."""
    import os

    for piece in _pieces([os.fsdecode(path) for path in paths]):
        yield from _files(output(root, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", tip, "--", *piece))


def everything(root: str, tip: str) -> Iterator[tuple[bytes, str]]:
    """(path, content's id) for each regular file of the commit."""
    return _files(output(root, "ls-tree", "-r", "-z", "--full-tree", tip))


def with_links(root: str, tip: str) -> Iterator[tuple[bytes, str, bool]]:
    """(path, content's id, whether it is a symbolic link) for each regular file and each link of the commit."""
    for mode, oid, path in _entries(output(root, "ls-tree", "-r", "-z", "--full-tree", tip)):
        if mode.startswith(("100", "120")):
            yield path, oid, mode.startswith("120")


def _files(listing: bytes) -> Iterator[tuple[bytes, str]]:
    return ((path, oid) for mode, oid, path in _entries(listing) if mode.startswith("100"))


def _entries(listing: bytes) -> Iterator[tuple[str, str, bytes]]:
    for entry in filter(None, listing.split(b"\0")):
        meta, _, path = entry.partition(b"\t")
        mode, _, oid = meta.decode("ascii").split(" ")
        yield mode, oid, path


def has_path(root: str, tip: str, path: str) -> bool:
    """Whether the commit has a file or a folder there."""
    if path == ".":
        return True
    return bool(run(root, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", tip, "--", path).stdout)


def cut_off(root: str) -> frozenset[str]:
    """The commits whose parents a shallow clone has left out."""
    try:
        with open(_shallow(root), encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except FileNotFoundError:
        return frozenset()


def _shallow(root: str) -> str:
    """Where the list of them is, if there are any. Git is asked only where it is not in plain sight."""
    import os

    inner = os.path.join(root, ".git")
    if not any(os.environ.get(name) for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_SHALLOW_FILE")):
        for folder in (inner, root):
            if os.path.isfile(os.path.join(folder, "HEAD")) and os.path.isdir(os.path.join(folder, "objects")):
                return os.path.join(folder, "shallow")
    return os.path.join(root, os.fsdecode(output(root, "rev-parse", "--git-path", "shallow").rstrip(b"\r\n")))


def has_commit(root: str, name: str) -> bool:
    """Whether the repository has the commit of that id."""
    return run(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").returncode == 0


def _pieces(words: Sequence[str]) -> Iterator[list[str]]:
    """The words in lists that fit into a command."""
    piece: list[str] = []
    length = 0
    for word in words:
        if piece and length + len(word) > _LONGEST_COMMAND:
            yield piece
            piece, length = [], 0
        piece.append(word)
        length += len(word) + 1
    if piece:
        yield piece


def _lines(out: bytes) -> list[str]:
    return out.decode("ascii", "replace").split()


def _stdout(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise SealwrightError("git could not be started")
    return process.stdout
