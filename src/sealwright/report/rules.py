"""Pages about rules, for SARIF and for `sealwright policy show`: the detectors' docstrings are the only source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.registry import detectors
from sealwright.gate import allowance, waiver

if TYPE_CHECKING:
    from sealwright.policy.packs.model import Rule


_OWN_PACKS = "docs/policy.md#a-pack-of-your-own"


class RulePage(NamedTuple):
    """`title` is one sentence; `text` is the whole page in plain text.

    `where` is the page's place in the repository of this program, `docs/rules.md#secret-data`. `controls` are tags such
    as `pci-dss-4.0.1/8.3.2`, for rules of policy.
    """

    rule: str
    title: str
    text: str
    where: str
    controls: tuple[str, ...] = ()


def policy_page(rule: Rule) -> RulePage:
    """The page about a rule of a pack."""
    controls = tuple(f"{framework}/{control}" for framework, ids in rule.controls.items() for control in ids)
    parts = (f"{rule.title}.", rule.why, f"Fix: {rule.remediation}", f"Controls: {named_controls(rule)}")
    text = "\n\n".join(parts if controls else parts[:-1])
    return RulePage(rule.id, rule.title, text, shipped_place(rule) or _OWN_PACKS, controls)


def shipped_place(rule: Rule) -> str:
    """`docs/policies/material.md#git001-secret-in-git`; '' for a rule of a repository's own pack."""
    from sealwright.policy.packs.catalogue import shipped

    home = shipped().homes.get(rule.id, "")
    return f"docs/policies/{home}.md#{heading(rule).lower().replace(' ', '-')}" if home else ""


def heading(rule: Rule) -> str:
    """What stands above a rule's page, of which a website makes the anchor."""
    return f"{rule.id} {rule.slug}"


def named_controls(rule: Rule) -> str:
    """`pci-dss-4.0.1 8.3.2, 8.6.2; nist-800-53r5 IA-5(7)`."""
    return "; ".join(f"{framework} {', '.join(ids)}" for framework, ids in rule.controls.items() if ids)


def rule_pages() -> dict[str, RulePage]:
    """Every rule that a scan can report, by name."""
    pages = {
        detector.RULE: _page(detector.RULE, getattr(detector, "__doc__", None) or "") for _, detector in detectors()
    }
    _add(pages, allowance.UNUSED_RULE, "An inline allowance allows nothing.", allowance.__doc__)
    _add(pages, allowance.REASONLESS_RULE, "An inline allowance gives no reason.", allowance.__doc__)
    _add(pages, waiver.EXPIRED_RULE, "A waiver of the configuration has expired.", waiver.__doc__)
    _add(pages, waiver.UNUSED_RULE, "A waiver of the configuration covers nothing.", waiver.__doc__)
    _add(pages, waiver.REFUSED_RULE, "A waiver lasts too long, or too few have agreed to it.", waiver.__doc__)
    return pages


def _add(pages: dict[str, RulePage], rule: str, title: str, note: str | None) -> None:
    pages[rule] = RulePage(rule, title, f"{title}\n\n{(note or '').strip()}", _place(rule))


def _page(rule: str, docstring: str) -> RulePage:
    text = docstring.strip()
    return RulePage(rule, text.split("\n", 1)[0], text, _place(rule))


def _place(rule: str) -> str:
    return f"docs/rules.md#{rule}"
