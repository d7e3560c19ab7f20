"""One source through all detectors: hits become findings with a place, each value once; flaws become problems."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import View
from sealwright.detect.budget import Budget, TooMuch
from sealwright.detect.registry import DETECTORS
from sealwright.detect.relevance import document_may_matter
from sealwright.finding import Finding, Problem
from sealwright.manifest.compose import LIBYAML
from sealwright.manifest.documents import Document, Form, read_documents
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Detector, Hit
    from sealwright.finding import Span
    from sealwright.manifest.source import Source

_MANIFEST_NAMES = (".yaml", ".yml", ".json")
_TEMPLATE_NAMES = (".tmpl", ".tpl", ".gotmpl", ".j2", ".jinja", ".jinja2", ".template", ".example", ".sample", ".dist")
_TOO_MUCH = "its aliases or compressed values expand to more than can be looked at; not all of it was checked"
_KIND = Pattern(r"""(?:^|[\s{,"'])(?:kind|apiVersion)["']?[ \t]*:""", re.MULTILINE)


class Scan(NamedTuple):
    """What one source holds. `documents` counts those that a parser looked at."""

    findings: list[Finding]
    problems: list[Problem]
    documents: int


def scan_source(source: Source, *, libyaml: bool = LIBYAML) -> Scan:
    """Run every detector over one decoded file. Never raises for what the file holds."""
    name = _base_name(source.path)
    named = name.endswith(_MANIFEST_NAMES)
    if "\0" in source.text and not named:
        return Scan([], [], 0)  # an image or a program that happens to hold one of the words
    documents: list[Document] = []
    if named or "." not in name.lstrip(".") or _KIND.search(source.text):
        documents = list(read_documents(source, relevant=document_may_matter, libyaml=libyaml))
    problems = []
    if source.flaw and named:
        problems.append(Problem(source.path, source.flaw, hint="convert it to UTF-8, or skip it"))
    problems.extend(_flaws(documents, source, named=named and not os.path.splitext(name)[0].endswith(_TEMPLATE_NAMES)))
    hits, complete = _hits(source, documents)
    if not complete:
        problems.append(Problem(source.path, _TOO_MUCH, hint="take the Secrets out of the aliases or the archive"))
    parsed = sum(1 for document in documents if document.form is not Form.SKIPPED)
    return Scan(_findings(hits, source), problems, parsed)


def _base_name(path: str) -> str:
    """The last part of the path, without the endings that mark a template or a sample of something."""
    name = path.rsplit("/", 1)[-1].lower()
    while name.endswith(_TEMPLATE_NAMES):
        name = os.path.splitext(name)[0]
    return name


def _flaws(documents: list[Document], source: Source, *, named: bool) -> Iterator[Problem]:
    """A broken document is a problem where it claims to be a manifest: by the file's ending, or by what it says."""
    for document in documents:
        if not document.flaw or not named:
            continue
        text = source.text[document.start : document.end]
        if source.path.lower().endswith(".json") and not _KIND.search(text):
            continue  # comments in a configuration file that calls itself JSON
        line, column = source.position(document.flaw_at)
        yield Problem(source.path, f"this document does not parse: {document.flaw}", line, column, _hint(documents))


def _hint(documents: list[Document]) -> str:
    good = sum(1 for document in documents if not document.flaw)
    checked = f"the other {good} documents of the file were checked; " if good > 1 else ""
    checked = "the other document of the file was checked; " if good == 1 else checked
    return f"{checked}this one was searched line by line. Mend it, or skip the file with --skip-files"


def _hits(source: Source, documents: list[Document]) -> tuple[list[tuple[int, str, Hit]], bool]:
    """(rank, rule, hit) of every detector, and whether all came to their end.

    What lies inside a value that an earlier rule reports is not a second finding.
    """
    found: list[tuple[int, str, Hit]] = []
    complete = True
    for rank, detector in enumerate(DETECTORS):
        hits, finished = _collected(detector, View(source, documents, Budget(len(source.text))))
        complete = complete and finished
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
