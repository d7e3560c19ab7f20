"""A small bar of how secrets are held. The figures stand beside it; its label is for who does not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.inventory.model import Held
from sealwright.report.html.markup import Html, tag
from sealwright.report.html.words import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping


def bar(counts: Mapping[Held, int], whole: int, about: str = "") -> Html:
    """`whole` is what the full width stands for: the same for bars that are compared."""
    total = sum(counts.values())
    parts, start = [], 0.0
    for held in Held:
        share = 100 * counts.get(held, 0) / max(whole, 1)
        if share:
            parts.append(tag("rect", x=f"{start:.2f}%", width=f"{share:.2f}%", height="100%", class_=f"h-{held.value}"))
        start += share
    label = ", ".join(f"{HELD[held].lower()} {counts[held]:,}" for held in Held if counts.get(held))
    words = f"{about}: {label}" if about else label
    return tag("svg", *parts, class_="bar", role="img", aria_label=words or f"{about}: {total}")
