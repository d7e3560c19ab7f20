"""What is known of the rules that findings name: their titles, why they matter, what to change, how to waive them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.report.explain import advice
from sealwright.report.rules import policy_page, rule_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.finding import Finding
    from sealwright.policy.packs.model import Rule


class KnownRules:
    """The rules of a run; where it names none, those that come with the program."""

    def __init__(self, rules: Sequence[Rule], findings: Iterable[Finding]) -> None:
        self._pages = rule_pages()
        self._rules = {rule.id: rule for rule in rules}
        missing = {finding.rule for finding in findings} - self._pages.keys() - self._rules.keys()
        if missing:
            from sealwright.policy.packs.catalogue import shipped

            catalogue = shipped()
            self._rules |= {name: catalogue.rule(name) for name in missing & catalogue.ids()}

    def title(self, rule: str) -> str:
        """One sentence, without a full stop; '' for a rule that nobody knows."""
        if rule in self._rules:
            return policy_page(self._rules[rule]).title.rstrip(".")
        return self._pages[rule].title.rstrip(".") if rule in self._pages else ""

    def advice(self, finding: Finding) -> list[tuple[str, str]]:
        """Why, which controls, what to change, how to waive: the same for all findings of a rule in a file."""
        title = self.title(finding.rule)
        rows = advice(finding, self._rules)
        return [(label, text) for label, text in rows if text.rstrip(".") != title]
