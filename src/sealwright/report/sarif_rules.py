"""The rules of a SARIF file: what each is about, how severe, what to do; and the services' words for severity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright import PAGES
from sealwright.finding import Confidence, Severity
from sealwright.report.entries import TITLES
from sealwright.report.rules import RulePage, policy_page, rule_pages

if TYPE_CHECKING:
    from sealwright.finding import Finding
    from sealwright.policy.packs.model import Rule

LONGEST = 1000
"""Characters of a text; GitLab leaves out results with more than 1,024."""
LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
NAME = {severity: severity.name for severity in Severity} | {Severity.INFO: "INFORMATIONAL"}
"""CodeCatalyst's words."""
_ABOUT_ITEMS = "docs/verifying-with-keys.md#what-is-said"
_MOST_TAGS = 9
"""Beside `security`: GitHub shows ten."""
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
_PRECISION = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}


class SarifRules:
    """The rules that results refer to by their number, each as severe as the worst of its results."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        """`rules`: those of policy."""
        self._pages = rule_pages() | {rule.id: policy_page(rule) for rule in rules}
        self._numbers: dict[str, int] = {}
        self._worst: list[Finding] = []

    def number(self, finding: Finding) -> int:
        """The index of the finding's rule; the first result of a rule makes it one of the file's."""
        number = self._numbers.setdefault(finding.rule, len(self._worst))
        if number == len(self._worst):
            self._worst.append(finding)
        elif finding.severity > self._worst[number].severity:
            self._worst[number] = finding
        return number

    def descriptors(self) -> list[dict[str, Any]]:
        """A `reportingDescriptor` for each rule, by its number."""
        return [self._descriptor(finding) for finding in self._worst]

    def _descriptor(self, finding: Finding) -> dict[str, Any]:
        rule, severity = finding.rule, finding.severity
        title = TITLES.get(rule, rule)
        page = self._pages.get(rule, RulePage(rule, title, title, _ABOUT_ITEMS))
        return {
            "id": rule,
            "name": rule,
            "shortDescription": {"text": page.title[:LONGEST]},
            "fullDescription": {"text": _advice(page.text)[:LONGEST]},
            "help": {"text": _advice(page.text), "markdown": _advice(page.text)},
            "helpUri": f"{PAGES}/{page.where}",
            "defaultConfiguration": {"level": LEVEL[severity]},
            "properties": {
                "security-severity": _SCORE[severity],
                "precision": _PRECISION[finding.confidence],
                "severity": NAME[severity],
                "tags": ["security", *(page.controls[:_MOST_TAGS] or ("external/cwe/cwe-798", "cwe-798"))],
            },
        }


def _advice(page: str) -> str:
    """The page without its examples: they hold Secrets, and a report in a repository is scanned like any file."""
    paragraphs = page.split("\n\n")
    return "\n\n".join(text for text in paragraphs if not text.startswith(("Bad:", "Good:", "    ")))
