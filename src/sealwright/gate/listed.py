"""A baseline of detect-secrets: the SHA-1 of each accepted value, by file. It is read and compared, never written.

Source: Yelp/detect-secrets 1.5, `core/baseline.py` and `core/potential_secret.py`.
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Status
from sealwright.gate.offsets import Offsets
from sealwright.gate.value import forms
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import Finding
    from sealwright.manifest.source import Source

REASON = "in the baseline of detect-secrets"

_SHA1 = Pattern(r"[0-9a-f]{40}\Z")


class Listed(NamedTuple):
    """SHA-1s in hexadecimal, by path from the root with `/`."""

    hashes: Mapping[str, frozenset[str]]

    def __repr__(self) -> str:
        return f"Listed({len(self.hashes)} files)"  # a guess could be checked against the hashes


def is_listed(content: Any) -> bool:
    """Whether parsed JSON looks like such a baseline."""
    return isinstance(content, dict) and isinstance(content.get("results"), dict)


def read_listed(content: dict[str, Any]) -> Listed | None:
    """The hashes of a parsed baseline; None where it is malformed."""
    hashes: dict[str, frozenset[str]] = {}
    for path, entries in content["results"].items():
        if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
            return None
        name = _path(path)
        hashes[name] = hashes.get(name, frozenset()) | {entry["hashed_secret"] for entry in entries}
    return Listed(hashes)


def with_listed(source: Source, findings: list[Finding], listed: Listed) -> list[Finding]:
    """The findings, those known whose value has one of the hashes that are listed for the file."""
    wanted = listed.hashes.get(source.path)
    if not wanted:
        return findings
    offsets = Offsets(source)
    return [
        finding._replace(status=Status.KNOWN, reason=REASON)
        if finding.status is Status.NEW and _hashes(offsets.text(finding.location)) & wanted
        else finding
        for finding in findings
    ]


def _hashes(text: str) -> frozenset[str]:
    from hashlib import sha1

    return frozenset(sha1(form, usedforsecurity=False).hexdigest() for form in forms(text))


def _is_entry(entry: Any) -> bool:
    hashed = entry.get("hashed_secret") if isinstance(entry, dict) else None
    return isinstance(hashed, str) and _SHA1.match(hashed) is not None


def _path(written: str) -> str:
    """With `/`, also where the baseline was written on Windows."""
    return normpath(written if "/" in written else written.replace("\\", "/"))
