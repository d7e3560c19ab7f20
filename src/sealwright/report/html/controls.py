"""Which controls of which frameworks the rules serve, and what stands against them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sealwright.report.html.document import Section
from sealwright.report.html.markup import Html, joined, tag, unbroken
from sealwright.report.html.table import Column, table
from sealwright.report.html.words import listed
from sealwright.report.html.worklists import sign
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Control

_COLUMNS = (
    Column("Control"),
    Column("What was found"),
    Column("Rules that failed"),
    Column("Looked at by"),
)


def controls_section(controls: Sequence[Control]) -> Section:
    """A table for each framework, what fails first, and otherwise in the order in which they come."""
    ordered = sorted(controls, key=lambda one: (one.framework, not one.failing, not one.waived, one.is_idle))
    parts = []
    for framework, group in groupby(ordered, key=lambda one: one.framework):
        parts.append(_framework(framework, list(group)))
    note = "That nothing was found against a control is no proof that it is met: rules see what is in Git, no more."
    return Section("controls", "Controls", joined((tag("p", note), *parts)), f"{len(controls):,}")


def _framework(name: str, controls: Sequence[Control]) -> Html:
    idle = sum(one.is_idle for one in controls)
    clean = sum(not one.failing for one in controls) - idle
    nothing = f", {idle:,} with nothing to look at" if idle else ""
    counted = tag("span", f"{clean:,} of {len(controls):,} without a finding{nothing}", class_="counted")
    rows = table(f"Controls of {name}", _COLUMNS, map(_control, controls))
    failing = any(one.failing for one in controls)
    summary = tag("summary", tag("h3", name), " ", counted)
    return tag("details", summary, rows, open=failing and len(controls) <= 60)


def _control(one: Control) -> list[str]:
    failing, waived = sum(one.failing.values()), sum(one.waived.values())
    found: str = "nothing to look at" if one.is_idle else "nothing"
    if failing:
        found = sign("bad", plural(failing, "finding"))
    elif waived:
        found = sign("unsure", f"{waived:,} accepted")
    return [unbroken(one.control), found, listed(one.failing), listed(one.rules)]
