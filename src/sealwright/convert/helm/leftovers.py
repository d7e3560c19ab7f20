"""Credentials that stay behind in the values of charts: where each stands, why, and what could be set instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.helm.charts import chart_named
from sealwright.convert.helm.rewire import left

if TYPE_CHECKING:
    from collections.abc import Collection

    from sealwright.convert.helm.local import LocalChart
    from sealwright.convert.helm.rewire import Left
    from sealwright.convert.helm.sites import Site

_ELSEWHERE = "see whether the chart takes it from a Secret (`existingSecret` or the like), and name one there"


class LeftInChart(NamedTuple):
    """A value that seems to be a credential. `field` is the way to it, `reason` why it stays, `hint` what to do.

    `line` counts from 1. The value itself is nowhere in it.
    """

    path: str
    line: int
    field: str
    reason: str
    hint: str


def left_at(site: Site, local: LocalChart | None = None, gone: Collection[str] | None = None) -> list[LeftInChart]:
    """Those of one site; `local` and `gone` are as for `rewire.left`."""
    path = site.resource.document.source.path
    found = left(site, local, gone)
    return [LeftInChart(path, _line(site, one), one.field, one.reason, _hint(site, one)) for one in found]


def _line(site: Site, item: Left) -> int:
    if site.text is not None:
        return site.first_line + site.text.position(item.node.start).line - 1
    return site.resource.document.source.position(item.node.start).line


def _hint(site: Site, item: Left) -> str:
    inside = item.field.split(".")[len(site.way) :]
    chart = chart_named(site.chart)
    if chart is not None:
        field = next((one for one in chart.fields if inside == [*chart.holder, one.name]), None)
        if field is not None:
            existing = ".".join((*chart.holder, *chart.existing))
            return f"put it into a Secret as `{field.key}`, and set `{existing}` to the Secret's name"
    if site.resource.ref.kind == "HelmRelease":
        return f"put it into a Secret, and name that under `valuesFrom` with `targetPath: {'.'.join(inside)}`"
    return _ELSEWHERE
