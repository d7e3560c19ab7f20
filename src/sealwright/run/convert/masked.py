"""A diff that can be shown: every value in it, converted or not, is masked."""

from __future__ import annotations

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
from sealwright.run.convert.finder import Finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.manifest.source import Source
    from sealwright.plaintext import Plaintext


_SHORT_LINE = 40
"""Characters of a line over which a long value may be folded, at least."""


class MaskedDiff:
    """Makes diffs in which no value can be read, not even one of the `values` where it stands for another reason."""

    def __init__(self, values: Sequence[Plaintext]) -> None:
        self._values = values
        self._finder = Finder(values)

    def of(self, path: str, before: bytes | None, after: bytes | None) -> str:
        """The unified diff of a file's contents: '' where nothing shows.

        Masked are whatever a scan reports of any confidence, all that Secrets hold, and whole lines in which one of the
        values stands in whatever spelling.
        """
        if after is None and before is not None:
            return f"--- a/{path}\n+++ /dev/null\n(removed: {before.count(10)} lines that held values)\n"
        old = self._masked(path, before) if before is not None else []
        new = self._masked(path, after) if after is not None else []
        names = (f"a/{path}" if before is not None else "/dev/null", f"b/{path}" if after is not None else "/dev/null")
        return "".join(_whole(line) for line in difflib.unified_diff(old, new, *names, n=2))

    def _masked(self, path: str, data: bytes) -> list[str]:
        source = decode(path, data)
        text = source.text
        for start, end in sorted(_spans(source), reverse=True):
            text = f"{text[:start]}{MASK}{text[end:]}"
        lines = text.replace("\r\n", "\n").split("\n")
        while found := self._finder.find_in(["\n".join(lines).encode("utf-8", "surrogatepass")]):
            for one in found:  # of each value the first line; it may be folded over several
                folded = len(self._values[one.number].reveal()) * 2 // _SHORT_LINE
                for number in range(one.line - 1, min(one.line + folded, len(lines))):
                    lines[number] = _hidden(lines[number])
        return "\n".join(lines).splitlines(keepends=True)


def _hidden(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + MASK


def _whole(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


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
