"""JUnit XML: what fails the run is a failure, what could not be checked an error, what is accepted skipped.

Rules that found nothing are test cases that pass, since some servers refuse a report without any. Names do not change
when lines move, and no two are the same: GitLab ignores the second of two. No more than 10,000 test cases and 30 MB,
the worst first: GitLab gives up on reports of 30 MB or with 250,000 objects, CodeCatalyst takes 20,000.
Sources: Jenkins' junit-10.xsd, beside it `file` and `line`, which GitLab reads; docs.gitlab.com, "Unit test reports".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from sealwright.finding import STDIN_NAME, Finding, Outcome, Problem, Status
from sealwright.patterns import Pattern
from sealwright.report.entries import VERIFY_RULE, Entries
from sealwright.report.wording import place, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.finding import Location, ResourceRef, Verdict
    from sealwright.policy.packs.model import Rule
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.entries import Entry

MOST_CASES = 10_000
_SIZE = 28_000_000
"""Bytes for all cases together; indents, and a last case for what is left out, need less than the rest of 30 MB."""
_LONGEST = 1000
_LONGEST_NAME = 980
"""Room for a number: names have to differ in what is kept of them."""
_FORBIDDEN = Pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any spelling; `printable` leaves two of them."""
_KINDS = ("failure", "error", "skipped")


class _Case(NamedTuple):
    """A test case. `kind` is one of _KINDS, '' for one that passes; `type` is the severity; `finding` is advised on."""

    rule: str
    name: str
    path: str = ""
    line: int = 0
    kind: str = ""
    message: str = ""
    type: str = ""
    finding: Finding | None = None


class JunitReporter:
    """Collects, and writes one document with one test suite at the end."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._policy = {rule.id: rule for rule in style.rules}
        self._entries = Entries(style)
        self._others: list[_Case] = []
        self._errors: list[_Case] = []

    def write(self, result: Reported) -> str:
        """Keep it for the end."""
        if isinstance(result, Problem):
            where = f"{place(result.path)}: {result.message}"
            self._errors.append(_Case("not-checked", where, result.path, result.line, "error", result.message, "error"))
        elif isinstance(result, Finding) or result.outcome.is_failure or self._style.fails(result):
            self._entries.take(result)
        else:
            self._others.append(_verdict(result))
        return ""

    def finish(self, summary: Summary) -> str:
        """The document, indented, with a newline at its end."""
        cases = [*self._errors, *map(_entry, self._entries.worst_first()), *self._others, *self._passed(summary)]
        cases = cases or [_Case(VERIFY_RULE, "there is no SealedSecret")]
        elements = self._fitting(cases)
        if len(elements) < len(cases):
            more = _more(cases[len(elements) :], summary)
            cases = [*cases[: len(elements)], more]
            elements.append(_element(more, self._policy))
        name = f"sealwright {summary.command}"
        counts = _counts(cases, summary)
        # Jenkins' schema has no `skipped` here.
        root = ET.Element("testsuites", {"name": name} | {key: counts[key] for key in counts if key != "skipped"})
        ET.SubElement(root, "testsuite", {"name": name} | counts).extend(elements)
        ET.indent(root)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'

    def _fitting(self, cases: list[_Case]) -> list[ET.Element]:
        """The first ones, each with a name of its own: all of them, or as many as leave room for one that says so."""
        elements: list[ET.Element] = []
        used: dict[tuple[str, str], int] = {}
        size = 0
        for case in cases if len(cases) <= MOST_CASES else cases[: MOST_CASES - 1]:
            name = _text(case.name)[:_LONGEST_NAME]
            again = used[case.rule, name] = used.get((case.rule, name), 0) + 1
            element = _element(case._replace(name=name if again == 1 else f"{name} ({again})"), self._policy)
            size += len(ET.tostring(element, encoding="utf-8"))
            if size > _SIZE:
                break
            elements.append(element)
        return elements

    def _passed(self, summary: Summary) -> Iterator[_Case]:
        """The rules that found nothing."""
        if summary.verifying:
            return
        from sealwright.detect.registry import detectors

        found = {entry.finding.rule for entry in self._entries.worst_first()}
        titles = {detector.RULE: "finds nothing" for _, detector in detectors()}
        titles |= {rule.id: rule.title for rule in self._style.rules}
        yield from (_Case(rule, title) for rule, title in titles.items() if rule not in found)


def _entry(entry: Entry) -> _Case:
    finding = entry.finding
    name = _name(finding.location, finding.resource, finding.field)
    severity = finding.severity.label
    case = _Case(
        finding.rule, name, finding.location.path, finding.location.start.line, "failure", entry.text, severity
    )
    if entry.fails:
        return case._replace(finding=finding)
    why = f"{finding.status.value}: {finding.reason}"
    if finding.status is Status.NEW:
        why = f"{severity}, {finding.confidence.value}: does not fail this run: {entry.text}"
    return case._replace(kind="skipped", message=why, type="")


def _verdict(verdict: Verdict) -> _Case:
    """An item that is no failure. What nothing is known of is not said to pass."""
    name = _name(verdict.location, verdict.resource, verdict.item)
    case = _Case(VERIFY_RULE, name, verdict.location.path, verdict.location.start.line)
    if verdict.outcome is Outcome.UNKNOWN:
        return case._replace(kind="skipped", message=f"{verdict.outcome.value}: {verdict.reason}")
    return case


def _name(location: Location, resource: ResourceRef, field: str) -> str:
    about = f"{resource} " if resource.kind or resource.name else ""
    return f"{place(location.path)}: {about}{field}".rstrip(": ")


def _more(left: list[_Case], summary: Summary) -> _Case:
    """One case for all that there is no room for, as bad as the worst of them."""
    worst = next((case for kind in ("error", "failure", "skipped") for case in left if case.kind == kind), left[0])
    said = f"{len(left):,} left out, none worse than what is here: run `sealwright {summary.command}`"
    return _Case("sealwright", "more", kind=worst.kind, message=said, type=worst.type)


def _counts(cases: list[_Case], summary: Summary) -> dict[str, str]:
    numbers = {f"{kind}s" if kind != "skipped" else kind: sum(case.kind == kind for case in cases) for kind in _KINDS}
    return {"tests": str(len(cases))} | {name: str(number) for name, number in numbers.items()} | _time(summary.seconds)


def _time(seconds: float) -> dict[str, str]:
    return {"time": f"{seconds:.3f}"}


def _element(case: _Case, policy: Mapping[str, Rule]) -> ET.Element:
    attributes = {"classname": f"sealwright.{case.rule}", "name": _text(case.name)} | _time(0)
    if case.path and case.path != STDIN_NAME:
        attributes["file"] = _text(case.path)
        if case.line:
            attributes["line"] = str(case.line)
    element = ET.Element("testcase", attributes)
    if case.kind:
        said = {"message": _text(case.message)} | ({"type": case.type} if case.type else {})
        outcome = ET.SubElement(element, case.kind, said)
        if case.kind != "skipped":
            outcome.text = "\n".join(map(_text, _body(case, policy)))
    return element


def _body(case: _Case, policy: Mapping[str, Rule]) -> Iterator[str]:
    """Where, what, and what to do: what servers show when somebody asks about a failure."""
    where = place(case.path, case.line)
    yield f"{where}: {case.message}" if where else case.message
    if case.finding is not None:
        from sealwright.report.explain import advice

        yield from (f"{label}: {text}" for label, text in advice(case.finding, policy))


def _text(text: str) -> str:
    return _FORBIDDEN.sub("?", printable(text))[:_LONGEST]
