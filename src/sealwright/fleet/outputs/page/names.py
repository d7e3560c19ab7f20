"""Names and bars as the page shows them. Names come from anywhere: none may fill the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Severity
from sealwright.report.html.markup import Html, path, tag, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = tuple(severity.label for severity in sorted(Severity, reverse=True))
_LONGEST = 160


def short(text: str, most: int = _LONGEST) -> str:
    """The beginning of a text, every character of it visible, and `…` where there is more."""
    shown = visible(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def name(text: str) -> Html:
    """A repository, a path or an owner."""
    return path(short(text))


def counted(counts: Mapping[str, int]) -> str:
    """`2 critical, 3 high`."""
    return ", ".join(f"{counts[label]:,} {label}" for label in LABELS if counts.get(label))


def severity_bar(counts: Mapping[str, int], whole: int, about: str) -> Html:
    """A bar of findings by severity; `whole` is what the full width stands for."""
    parts, start = [], 0.0
    for label in LABELS:
        share = 100 * counts.get(label, 0) / max(whole, 1)
        if share:
            parts.append(tag("rect", x=f"{start:.2f}%", width=f"{share:.2f}%", height="100%", class_=f"s-{label}"))
        start += share
    return tag("svg", *parts, class_="bar", role="img", aria_label=f"{about}: {counted(counts) or 'none'}")


def plain_bar(number: int, most: int, about: str) -> Html:
    """A bar for one number among others of which `most` is the largest."""
    width = f"{100 * number / max(most, 1):.2f}%"
    part = tag("rect", x="0", width=width, height="100%", class_="s-medium")
    return tag("svg", part, class_="bar", role="img", aria_label=f"{about}: {number:,}")
