"""A diff that can be shown: every value in it, converted or not, is masked."""

from __future__ import annotations

import base64
import difflib
from typing import TYPE_CHECKING

from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.detect.scanner import scan_source
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import generators, scalars
from sealwright.manifest.nodes import Mapping, Scalar, entries, resolve
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.plaintext import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.manifest.source import Source
    from sealwright.plaintext import Plaintext

_SHORTEST = 6
"""Characters of a value that is looked for wherever it may stand; shorter ones are ordinary words too often."""


def masked_diff(path: str, before: bytes | None, after: bytes | None, values: Iterable[Plaintext]) -> str:
    """A unified diff of a file's contents, in which no value can be read: '' where nothing shows.

    Masked are whatever a scan reports of any confidence, all that Secrets hold, and the `values` where else they stand.
    """
    needles = _needles(values)
    if after is None and before is not None:
        return f"--- a/{path}\n+++ /dev/null\n(removed: {before.count(10)} lines that held values)\n"
    old = _masked(path, before, needles) if before is not None else []
    new = _masked(path, after, needles) if after is not None else []
    names = (f"a/{path}" if before is not None else "/dev/null", f"b/{path}" if after is not None else "/dev/null")
    return "".join(_whole(line) for line in difflib.unified_diff(old, new, *names, n=2))


def _whole(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _masked(path: str, data: bytes, needles: list[str]) -> list[str]:
    source = decode(path, data)
    text = source.text
    for start, end in sorted(_spans(source), reverse=True):
        text = f"{text[:start]}{MASK}{text[end:]}"
    for needle in needles:
        text = text.replace(needle, MASK)
    return text.replace("\r\n", "\n").splitlines(keepends=True)


def _spans(source: Source) -> Iterator[tuple[int, int]]:
    """(start, end) of what is to be masked, none inside another."""
    found = {(scalar.start, scalar.end) for scalar in _held(source)}
    for finding in scan_source(source, gated=False).findings:
        found.add((source.offset(finding.location.start), source.offset(finding.location.end)))
    last = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end


def _held(source: Source) -> Iterator[Scalar]:
    for document in read_documents(source):
        for resource in resources(document):
            for generator in generators(resource):
                yield from (literal for literal in scalars(generator.node) if "=" in literal.value)
            if resource.ref.kind != "Secret":
                continue
            for field, _, holder in entries(resource.node):
                target = resolve(holder)
                if field in {DATA, STRING_DATA} and isinstance(target, Mapping):
                    yield from (value for _, value in target.entries if isinstance(value, Scalar))


def _needles(values: Iterable[Plaintext]) -> list[str]:
    """The texts in which values may stand elsewhere, the longest first."""
    found: set[str] = set()
    for value in values:
        data = value.reveal()
        encoded = base64.b64encode(data).decode("ascii")
        lines = data.decode("utf-8", "replace").splitlines()
        found.update(text for text in (encoded, *lines, *(line.strip() for line in lines)) if len(text) >= _SHORTEST)
    return sorted(found, key=len, reverse=True)
