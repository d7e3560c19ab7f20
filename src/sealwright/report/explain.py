"""Why something is a finding: from the rule's page, the place and the confidence; nothing here has seen the value."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME, Confidence, Status
from sealwright.gate.allowance import COMPLAINTS as ABOUT_ALLOWANCES
from sealwright.gate.waiver import COMPLAINTS as ABOUT_WAIVERS
from sealwright.patterns import Pattern
from sealwright.report.entries import TITLES as ABOUT_ITEMS
from sealwright.report.rules import named_controls, rule_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import Finding
    from sealwright.policy.packs.model import Rule
    from sealwright.report.rules import RulePage

_SURE = {
    Confidence.CERTAIN: "certain: the structure of the document says so",
    Confidence.LIKELY: "likely: by its name and its shape",
    Confidence.POSSIBLE: "possible: by its shape alone; fails only with --confidence-threshold possible",
}
_PLAIN = Pattern(r"[\w./][\w./ -]*[\w./-]\Z")
"""Paths that YAML reads without quotes."""
_ABOUT_EXCEPTIONS = ABOUT_ALLOWANCES | ABOUT_WAIVERS


def advice(finding: Finding, rules: Mapping[str, Rule]) -> list[tuple[str, str]]:
    """In few words: why it matters, which controls ask for it, what to change, how to accept it properly.

    `rules` are those of policy by their ids.
    """
    if finding.rule in _ABOUT_EXCEPTIONS or finding.rule in ABOUT_ITEMS:
        return []
    rule = rules.get(finding.rule)
    if rule is not None:
        rows = [("why", rule.why), ("control", named_controls(rule)), ("fix", rule.remediation)]
    else:
        page = _pages().get(finding.rule)
        others = [rules[other.rule] for other in finding.also if other.rule in rules]
        also = [("also", f"{other.id}: {other.title}") for other in others]
        asked = [("control", named_controls(other)) for other in others]
        rows = [("why", page.title if page else ""), *also, *asked, ("fix", _paragraph(page, "Fix:"))]
    return [(label, text) for label, text in (*rows, ("waive", _waiver(finding))) if text]


def explanation(finding: Finding) -> list[tuple[str, str]]:
    """What the rule looks for, what is here, how sure it is, what silences it, how to mend it."""
    page = _pages().get(finding.rule)
    rows = [
        ("rule", _looks_for(page)),
        ("here", _here(finding)),
        ("sure", _SURE[finding.confidence]),
        ("state", _state(finding)),
        *_silence(finding),
        ("fix", _paragraph(page, "Fix:")),
    ]
    return [(label, text) for label, text in rows if text]


@cache
def _pages() -> dict[str, RulePage]:
    return rule_pages()


def _looks_for(page: RulePage | None) -> str:
    if page is None:
        return ""
    finds = _paragraph(page, "Finds:")
    return f"{page.title} It finds {finds}" if finds else page.title


def _paragraph(page: RulePage | None, start: str) -> str:
    """The paragraph of the page that begins so, as one line."""
    for paragraph in page.text.split("\n\n") if page else ():
        if paragraph.startswith(start):
            return " ".join(paragraph.removeprefix(start).split())
    return ""


def _here(finding: Finding) -> str:
    start, end = finding.location.start, finding.location.end
    lines = f"on line {start.line}" if start.line == end.line else f"on lines {start.line} to {end.line}"
    named = finding.resource.kind or finding.resource.name
    of = f" of {finding.resource}" if named else ""
    if finding.field:
        return f"the text of `{finding.field}`{of}, {lines}"
    return f"a text {lines}{of and f', in {finding.resource}'}"


def _state(finding: Finding) -> str:
    return "" if finding.status is Status.NEW else f"{finding.status.value}: {finding.reason}"


def _silence(finding: Finding) -> list[tuple[str, str]]:
    """What would make it silent where it is meant to be there."""
    if finding.status is not Status.NEW or finding.rule in _ABOUT_EXCEPTIONS:
        return []
    path = finding.location.path
    rows = [("allow", f"a line above it: # sealwright: allow[{', '.join(_rules(finding))}] WHY")]
    if path.endswith(".json"):  # there are no comments
        rows = []
    return [
        *rows,
        ("waive", _waiver(finding)),
        ("later", "take all that is there now into a baseline: sealwright scan --update-baseline"),
    ]


def _rules(finding: Finding) -> list[str]:
    """All that would have to be silent."""
    return [other.rule for other in finding.also] or [finding.rule]


def _waiver(finding: Finding) -> str:
    import json

    from sealwright.manifest.globs import exactly

    path = finding.location.path
    path = path if path == STDIN_NAME else exactly(path)
    path = path if _PLAIN.match(path) else json.dumps(path)
    names = _rules(finding)
    rule = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    waiver = f"{{rule: {rule}, path: {path}, reason: WHY, owner: WHO, expires: YYYY-MM-DD}}"
    return f"in `waivers` of .sealwright.yaml: {waiver}"
