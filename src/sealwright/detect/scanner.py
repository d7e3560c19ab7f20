"""One source through all detectors: hits become findings with a place, each value once; flaws become problems."""

from __future__ import annotations

import os
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.detect.base import View
from sealwright.detect.budget import Budget, TooMuch
from sealwright.detect.clues import clues
from sealwright.detect.registry import detectors
from sealwright.detect.relevance import document_may_matter
from sealwright.finding import STDIN_NAME, Finding, Problem
from sealwright.manifest.documents import Document, Form, read_documents
from sealwright.manifest.endings import TEMPLATES, base_name
from sealwright.manifest.families import Family, family_of, says_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Detector, Hit
    from sealwright.finding import Span
    from sealwright.manifest.source import Source

_MANIFEST_NAMES = (".yaml", ".yml", ".json")
_TOO_MUCH = "its aliases or compressed values expand to more than can be looked at; not all of it was checked"


class Scan(NamedTuple):
    """What one source holds. `documents` counts those that a parser looked at."""

    findings: list[Finding]
    problems: list[Problem]
    documents: int


def scan_source(source: Source, *, purpose: str = "", libyaml: bool | None = None, gated: bool = True) -> Scan:
    """Run the detectors over one decoded file. Never raises for what the file holds.

    `purpose` is what another file says this one is for, '' where none does; `gated`: only those that may find
    something.
    """
    name = base_name(source.path)
    named = name.endswith(_MANIFEST_NAMES) or source.path == STDIN_NAME
    binary = "\0" in source.text and not named
    if binary and not purpose:
        return Scan([], [], 0)  # an image or a program that happens to hold one of the words
    documents = [] if binary else list(_documents(source, name, libyaml=libyaml))
    problems = []
    if source.flaw and named:
        problems.append(Problem(source.path, source.flaw, hint="convert it to UTF-8, or skip it"))
    claims = not os.path.splitext(name)[0].endswith(TEMPLATES) if named else "." not in name and says_kind(source.text)
    problems.extend(_flaws(documents, source, claims=claims))
    hits, complete = _hits(source, documents, purpose, gated=gated)
    if not complete:
        problems.append(Problem(source.path, _TOO_MUCH, hint="take the Secrets out of the aliases or the archive"))
    parsed = sum(1 for document in documents if document.form is not Form.SKIPPED)
    return Scan(_findings(hits, source), problems, parsed)


def _documents(source: Source, name: str, *, libyaml: bool | None) -> Iterator[Document]:
    """The documents of a manifest, or of the parts of another file that are manifests."""
    family = family_of(source.path, source.text)
    if family is not Family.MANIFEST:
        from sealwright.manifest.regions import regions

        return read_documents(source, regions(family, source.text), relevant=document_may_matter, libyaml=libyaml)
    if name.endswith(_MANIFEST_NAMES) or "." not in name.lstrip(".") or says_kind(source.text):
        return read_documents(source, relevant=document_may_matter, libyaml=libyaml)
    return iter(())


def _flaws(documents: list[Document], source: Source, *, claims: bool) -> Iterator[Problem]:
    """A broken document is a problem where it claims to be a manifest: by the file's ending, or by what it says."""
    for document in documents:
        if not document.flaw or not claims:
            continue
        text = source.text[document.start : document.end]
        if source.path.lower().endswith(".json") and not says_kind(text):
            continue  # comments in a configuration file that calls itself JSON
        line, column = source.position(document.flaw_at)
        yield Problem(source.path, f"this document does not parse: {document.flaw}", line, column, _hint(documents))


def _hint(documents: list[Document]) -> str:
    good = sum(1 for document in documents if not document.flaw)
    checked = f"the other {good} documents of the file were checked; " if good > 1 else ""
    checked = "the other document of the file was checked; " if good == 1 else checked
    return f"{checked}this one was searched line by line. Mend it, or skip the file with --skip-files"


def _hits(
    source: Source, documents: list[Document], purpose: str, *, gated: bool
) -> tuple[list[tuple[int, str, Hit]], bool]:
    """(rank, rule, hit) of every detector, and whether all came to their end.

    What lies inside a value that an earlier rule reports is not a second finding.
    """
    found: list[tuple[int, str, Hit]] = []
    complete = True
    shared: dict[str, Any] = {}
    family = family_of(source.path, source.text)
    seen = clues(source.text, base_name(source.path), family, purpose, documents)
    for rank, detector in detectors(seen if gated else None):
        view = View(source, documents, Budget(len(source.text)), shared, purpose, seen.hidden)
        hits, finished = _collected(detector, view)
        complete = complete and finished
        if hits and not purpose and family is Family.PROSE:
            from sealwright.detect.prose import tempered

            hits = [tempered(hit, detector.RULE, source.text) for hit in hits]
        hits = _outside(hits, [hit.span for _, _, hit in found])
        found.extend((rank, detector.RULE, hit) for hit in hits)
    return found, complete


def _collected(detector: Detector, view: View) -> tuple[list[Hit], bool]:
    """The detector's hits, each once, and whether it could go on to the end of the view."""
    hits: dict[tuple[object, ...], Hit] = {}
    try:
        for hit in detector.find(view):
            hits.setdefault((hit.span, hit.resource, hit.field), hit)
    except TooMuch:
        return list(hits.values()), False
    return list(hits.values()), True


def _findings(hits: list[tuple[int, str, Hit]], source: Source) -> list[Finding]:
    """Findings in file order."""
    hits.sort(key=lambda entry: (entry[2].span.start, entry[0], entry[2].field))
    return list(_numbered(_finding(rule, hit, source) for _, rule, hit in hits))


def _outside(hits: list[Hit], spans: list[Span]) -> list[Hit]:
    """The hits that no span covers, in n log n: for each start, how far the spans that begin before it reach."""
    ordered = sorted(spans)
    starts = [span.start for span in ordered]
    reach = list(accumulate((span.end for span in ordered), max))
    kept = []
    for hit in hits:
        before = bisect_right(starts, hit.span.start)
        if before == 0 or reach[before - 1] < hit.span.end:
            kept.append(hit)
    return kept


def _finding(rule: str, hit: Hit, source: Source) -> Finding:
    location = source.location(hit.span)
    return Finding(rule, hit.severity, hit.confidence, location, hit.message, hit.resource, hit.field)


def _numbered(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Tell apart what would have the same fingerprint: duplicate keys, two nameless Secrets, two keys in one file."""
    counts: dict[tuple[object, ...], int] = {}
    for finding in findings:
        identity = (finding.rule, finding.resource, finding.field)
        number = counts.get(identity, 0)
        counts[identity] = number + 1
        yield finding._replace(occurrence=number)
