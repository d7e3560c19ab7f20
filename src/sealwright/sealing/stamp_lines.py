"""How stamps are written: one line each, sorted, with nothing in them that changes from day to day.

    scope label digest parts key [signer signature]

The label is `namespace/name` (strict), `namespace` (namespace-wide) or `*` (cluster-wide); what is neither a letter, a
digit nor one of `_.-~` in a name is percent-encoded. Order and duplicates do not matter when reading, so that two
branches are merged by keeping the lines of both. Anything else is an error: a stamp that is passed over in silence
would make an item look as if nobody had vouched for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sealwright.errors import StampError
from sealwright.patterns import Pattern
from sealwright.sealing.scope import Scope
from sealwright.sealing.stamps import Entry, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = (
    "# Which key each sealed item was sealed with, and for what, so that this can be checked without the key.",
    "# Written by `sealwright seal`; keep it in Git. After a merge conflict, keep the lines of both sides.",
)

_LINE = Pattern(
    r"(strict|namespace-wide|cluster-wide) ([!-~]+) ([0-9a-f]{64}) ([0-9a-f]{32}|-) (sha256:[0-9a-f]{64})"
    r"(?: (ed25519:[A-Za-z0-9+/]{43}=) ([A-Za-z0-9+/]{86}==))?"
)
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_USUAL = Pattern(r"[a-z0-9.-]+(?:/[a-z0-9.-]+)?")
"""The names of Kubernetes; any other label is written out and compared."""
_SCOPES = {scope.value: scope for scope in Scope}
_STRICT, _CLUSTER_WIDE = Scope.STRICT.value, Scope.CLUSTER_WIDE.value
_ANYTHING = "*"


def read_stamps(data: bytes, path: str) -> list[Entry]:
    """Every stamp of a lock file, each once, in order. Raises StampError with the line of what is no stamp."""
    entries: list[Entry] = []
    seen: set[bytes] = set()
    for number, line in enumerate(data.splitlines(), 1):
        if line in seen or not line or line.startswith(b"#"):
            continue
        entry = _entry(line)
        if entry is None:
            raise _error(line, path, number)
        seen.add(line)
        entries.append(entry)
    return entries


def write_stamps(entries: Iterable[Entry], newline: str = "\n") -> bytes:
    """The whole lock file."""
    lines = [*HEADER, *sorted({_line(entry) for entry in entries})]
    return "".join(f"{line}{newline}" for line in lines).encode("ascii")


def content(stamp: Stamp) -> str:
    """A stamp's line without a signature, which is what is signed."""
    return " ".join((stamp.scope.value, _label(stamp), stamp.digest, stamp.parts or "-", stamp.key))


def _line(entry: Entry) -> str:
    return " ".join(filter(None, (content(entry.stamp), entry.signer, entry.signature)))


def _label(stamp: Stamp) -> str:
    if stamp.scope is Scope.CLUSTER_WIDE:
        return _ANYTHING
    namespace = quote(stamp.namespace, safe="")
    return f"{namespace}/{quote(stamp.name, safe='')}" if stamp.scope is Scope.STRICT else namespace


def _entry(line: bytes) -> Entry | None:
    """What a line says; None if it is no stamp, or not in the one form that is written: that form is signed."""
    found = _LINE.fullmatch(line.decode("ascii", "replace"))
    if found is None:
        return None
    scope, label, digest, parts, key, signer, signature = found.groups()
    parts = "" if parts == "-" else parts
    namespace, slash, name = label.partition("/")
    if _USUAL.fullmatch(label) and bool(slash) is (scope == _STRICT) and scope != _CLUSTER_WIDE:
        stamp = Stamp(digest, key, _SCOPES[scope], namespace, name, parts)
    else:
        if scope == _CLUSTER_WIDE:
            namespace = name = ""
        stamp = Stamp(digest, key, _SCOPES[scope], unquote(namespace), unquote(name), parts)
        if _label(stamp) != label or not all(_needed(stamp)):
            return None
    return Entry(stamp, signer or "", signature or "")


def _needed(stamp: Stamp) -> tuple[str, ...]:
    """What a label of this scope cannot be without."""
    if stamp.scope is Scope.STRICT:
        return stamp.namespace, stamp.name
    return (stamp.namespace,) if stamp.scope is Scope.NAMESPACE_WIDE else ()


def _error(line: bytes, path: str, number: int) -> StampError:
    place = f"{path}:{number}"
    if line.startswith(tuple(mark.encode() for mark in _CONFLICT)):
        hint = (
            "keep the lines of both sides and remove the markers; "
            f"`{path} merge=union` in .gitattributes does that by itself"
        )
        return StampError("a merge conflict is not resolved", hint=hint, place=place)
    return StampError("this line is no stamp", hint="restore the file from Git, or remove the line", place=place)
