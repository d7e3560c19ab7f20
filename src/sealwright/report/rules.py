"""Pages about rules, for SARIF and for `sealwright policy show`: the detectors' docstrings are the only source."""

from __future__ import annotations

from typing import NamedTuple

from sealwright.detect.registry import DETECTORS
from sealwright.gate import allowance


class RulePage(NamedTuple):
    """`title` is one sentence; `text` is the whole page in plain text."""

    rule: str
    title: str
    text: str


def rule_pages() -> dict[str, RulePage]:
    """Every rule that a scan can report, by name."""
    pages = {detector.RULE: _page(detector.RULE, getattr(detector, "__doc__", None) or "") for detector in DETECTORS}
    note = (allowance.__doc__ or "").strip()
    pages[allowance.UNUSED_RULE] = RulePage(
        allowance.UNUSED_RULE, "An inline allowance allows nothing.", f"An inline allowance allows nothing.\n\n{note}"
    )
    pages[allowance.REASONLESS_RULE] = RulePage(
        allowance.REASONLESS_RULE, "An inline allowance gives no reason.", f"An allowance gives no reason.\n\n{note}"
    )
    return pages


def _page(rule: str, docstring: str) -> RulePage:
    text = docstring.strip()
    return RulePage(rule, text.split("\n", 1)[0], text)
