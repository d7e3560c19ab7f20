"""Pages about rules, for SARIF and for `sealwright policy show`: the detectors' docstrings are the only source."""

from __future__ import annotations

from typing import NamedTuple

from sealwright.detect.registry import detectors
from sealwright.gate import allowance, waiver


class RulePage(NamedTuple):
    """`title` is one sentence; `text` is the whole page in plain text."""

    rule: str
    title: str
    text: str


def rule_pages() -> dict[str, RulePage]:
    """Every rule that a scan can report, by name."""
    pages = {
        detector.RULE: _page(detector.RULE, getattr(detector, "__doc__", None) or "") for _, detector in detectors()
    }
    note = (allowance.__doc__ or "").strip()
    pages[allowance.UNUSED_RULE] = RulePage(
        allowance.UNUSED_RULE, "An inline allowance allows nothing.", f"An inline allowance allows nothing.\n\n{note}"
    )
    pages[allowance.REASONLESS_RULE] = RulePage(
        allowance.REASONLESS_RULE, "An inline allowance gives no reason.", f"An allowance gives no reason.\n\n{note}"
    )
    _add(pages, waiver.EXPIRED_RULE, "A waiver of the configuration has expired.", waiver.__doc__)
    _add(pages, waiver.UNUSED_RULE, "A waiver of the configuration covers nothing.", waiver.__doc__)
    return pages


def _add(pages: dict[str, RulePage], rule: str, title: str, note: str | None) -> None:
    pages[rule] = RulePage(rule, title, f"{title}\n\n{(note or '').strip()}")


def _page(rule: str, docstring: str) -> RulePage:
    text = docstring.strip()
    return RulePage(rule, text.split("\n", 1)[0], text)
