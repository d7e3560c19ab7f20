"""Findings, by file and by rule: the line with its value masked, why it matters, what to change, how to waive it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sealwright.finding import Status
from sealwright.report.commands import seal_command
from sealwright.report.html.document import Section
from sealwright.report.html.filters import filters
from sealwright.report.html.markup import Html, code, joined, prose, tag, text
from sealwright.report.html.rules import KnownRules
from sealwright.report.html.words import counted, left_out
from sealwright.report.wording import plural, since_when

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.finding import Excerpt, Finding
    from sealwright.policy.packs.model import Rule
    from sealwright.report.base import Style

MOST_FINDINGS = 5000
"""Findings that one page shows, the worst first: more would make it slow to open, and nobody reads them."""
_OPEN = 12
"""Findings of which all are seen at once."""
_MANY_FILES = 200
"""Files from which on a browser is told to lay out only what is seen."""
_STATUSES = list(Status)


def findings_section(findings: Sequence[Finding], rules: Sequence[Rule], style: Style) -> Section:
    """All of them behind one filter; those of a file behind its name."""
    title, count = "Findings", f"{len(findings):,}"
    if not findings:
        return Section("findings", title, tag("p", "Nothing was found."), count)
    shown = sorted(findings, key=_urgency)[:MOST_FINDINGS]
    known = KnownRules(rules, shown)
    files = _by_file(shown)
    blocks = [_file(path, group, known, style, opened=len(shown) <= _OPEN) for path, group in files]
    rest = "The others are less severe; the JSON format has all of them."
    parts = (
        tag("p", f"{_sentence(findings)}."),
        filters(shown),
        tag("div", *blocks, class_="files many" if len(files) > _MANY_FILES else "files"),
        left_out(len(shown), len(findings), "finding", rest),
    )
    return Section("findings", title, joined(parts), count)


def _sentence(findings: Sequence[Finding]) -> str:
    files = len({finding.location.path for finding in findings})
    return f"{plural(len(findings), 'finding')} in {plural(files, 'file')}: {counted(findings)}"


def _urgency(finding: Finding) -> tuple[int, int, str, int]:
    return _STATUSES.index(finding.status), -finding.severity, finding.location.path, finding.location.start.line


def _by_file(shown: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Files in the order of their worst finding."""
    files: dict[str, list[Finding]] = {}
    for finding in shown:
        files.setdefault(finding.location.path, []).append(finding)
    return list(files.items())


def _file(path: str, group: Sequence[Finding], known: KnownRules, style: Style, *, opened: bool) -> Html:
    rules = sorted(group, key=lambda finding: (_urgency(finding)[:2], finding.rule, finding.location.start))
    blocks = [_rule(list(same), known, style) for _, same in groupby(rules, key=lambda finding: finding.rule)]
    summary = tag("summary", tag("h3", code(path)), " ", tag("span", counted(group), class_="counted"))
    return tag("details", summary, *blocks, class_="file", open=opened)


def _rule(same: Sequence[Finding], known: KnownRules, style: Style) -> Html:
    first = same[0]
    title = known.title(first.rule)
    heading = tag("h4", code(first.rule), " ", tag("span", prose(title)) if title else "")
    advice = [(label, prose(words)) for label, words in known.advice(first)]
    live = [finding for finding in same if finding.status is Status.NEW]
    if live and (seal := seal_command(first.location.path, live, style)):
        advice.insert(len(advice) - 1, ("seal", code(seal)))  # how to waive comes last
    rows = [tag("div", tag("dt", label), tag("dd", words)) for label, words in advice]
    return tag(
        "div",
        heading,
        tag("ul", *(_finding(finding) for finding in same), class_="places"),
        tag("dl", *rows, class_="advice") if rows else "",
        class_="rule",
    )


def _finding(finding: Finding) -> Html:
    start = finding.location.start
    name = finding.severity.label if finding.status is Status.NEW else finding.status.value
    look = f"severity {name if finding.status is Status.NEW else 'accepted'}"
    parts = [
        tag("span", name, class_=look),
        " ",
        tag("span", f"{start.line}:{start.column}", class_="at"),
        " ",
        tag("span", *_said(finding), class_="message"),
    ]
    if finding.excerpt is not None:
        parts.append(_line(finding.excerpt))
    return tag("li", *parts, data_severity=finding.severity.label, data_status=finding.status.value)


def _said(finding: Finding) -> Iterable[str]:
    about = str(finding.resource)
    if finding.resource.kind and finding.resource.name not in finding.message:
        yield f"{about}: "
    yield prose(finding.message)
    if finding.status is not Status.NEW and finding.reason:
        yield tag("span", f" {finding.status.value}: {finding.reason}", class_="aside")
    if finding.history is not None:
        yield tag("span", f" {since_when(finding.history)}", class_="aside")
    if finding.replacement is not None:
        yield tag("span", " sealwright gate --fix can mend it", class_="aside")


def _line(excerpt: Excerpt) -> Html:
    """The line with a mark on what the finding is about; what could be a secret in it is masked already."""
    line, start, end = excerpt.text.expandtabs(1), excerpt.start, excerpt.start + excerpt.width
    marked = (text(line[:start]), tag("mark", line[start:end]), text(line[end:]))
    return tag("pre", tag("code", *marked))
