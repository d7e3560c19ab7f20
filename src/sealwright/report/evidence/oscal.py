"""OSCAL assessment results: for each framework, which controls were looked at, and what stands against them.

One observation for each finding, one OSCAL finding for each control that a rule could say something about, one risk
for each thing that was accepted. A control is satisfied as far as rules can see; docs/evidence.md says how far that is.

Source: NIST OSCAL 1.2.1, assessment results model.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sealwright import __version__
from sealwright.inventory.controls import controls
from sealwright.report.entries import Entries
from sealwright.report.evidence.oscal_findings import judged
from sealwright.report.evidence.oscal_ids import markup, prop
from sealwright.report.evidence.oscal_result import part, result
from sealwright.report.evidence.subject import PLAN, record_of, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Control
    from sealwright.report.base import Reported, Style, Summary
    from sealwright.report.evidence.oscal_findings import Judged
    from sealwright.report.evidence.oscal_ids import Identifiers
    from sealwright.report.evidence.oscal_result import Part

VERSION = "1.2.1"
_SIZE = 8_500_000
"""Bytes of observations in one file: tools that read OSCAL keep all of it in memory, several times over."""
_LEVELS = 3
"""Down to here everything has lines of its own; what is below (an observation, a finding) is one line."""


class OscalReporter:
    """Collects, and writes one document at the end."""

    def __init__(self, style: Style) -> None:
        self._record = record_of(style)
        self._entries = Entries(style)

    def write(self, reported: Reported) -> str:
        """Keep it for the end."""
        self._entries.take(reported)
        return ""

    def finish(self, summary: Summary) -> str:
        """The document, a line for each observation and each control, with a newline at its end."""
        record = self._record
        entries, quiet = self._entries.worst_first(), silent(record, items=self._entries.items)
        every = controls((entry.finding for entry in entries), record.controls, quiet)
        run = judged(record, entries, max(len(self._entries.problems), summary.problems), summary.notes)
        parts = [part(run, name, list(group)) for name, group in groupby(every, key=_framework)] or [part(run, "", [])]
        parts = [one for one in parts if one.assessed] or parts
        ids, plan = run.ids, run.ids.of_all("plan", __version__)
        document = {
            "uuid": ids.of_run("document"),
            "metadata": self._metadata(),
            "import-ap": {
                "href": f"#{plan}",
                "remarks": "The plan is how the program judges a tree: see the resource.",
            },
            "results": _results(run, parts),
            "back-matter": {"resources": [_plan(plan), *self._packs(ids)]},
        }
        return _text({"assessment-results": document}, _LEVELS) + "\n"

    def _metadata(self) -> dict[str, Any]:
        record = self._record
        what = record.commit if record.is_of_commit else "files"
        return {
            "title": markup(f"What sealwright found in {record.repository}"),
            "last-modified": record.started,
            "version": what[:12],
            "oscal-version": VERSION,
            "remarks": "Made by a program; nobody has assessed more than its rules can see.",
        }

    def _packs(self, ids: Identifiers) -> list[dict[str, Any]]:
        return [
            {
                "uuid": ids.of_run("pack", pack.name),
                "title": markup(f"Policy pack {pack.name} {pack.version}"),
                "description": markup(f"The rules that were asked: {', '.join(pack.rules)}"),
                "props": [prop("version", pack.version), prop("sha256", pack.digest)],
            }
            for pack in self._record.packs
        ]


def _results(run: Judged, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """In the order of the parts; those with little to say leave their room to the others."""
    made: dict[str, dict[str, Any]] = {}
    left = _SIZE
    for one in sorted(parts, key=lambda part: len(part.entries)):
        made[one.name] = result(run, one, left // (len(parts) - len(made)))
        left -= len(json.dumps([made[one.name].get("observations"), made[one.name].get("findings")]))
    return [made[one.name] for one in parts]


def _framework(control: Control) -> str:
    return control.framework


def _plan(uuid: str) -> dict[str, Any]:
    said = (
        "Every file of a tree is read, its objects are judged by rules, and each rule serves controls. "
        "The packs below say which rules; the address says what they prove and what they do not."
    )
    links = [{"href": PLAN, "media-type": "text/markdown"}]
    return {"uuid": uuid, "title": "How sealwright judges a tree", "description": said, "rlinks": links}


def _text(value: Any, levels: int, indent: str = "") -> str:
    """JSON whose first levels have a line for each entry."""
    deeper = f"{indent} "
    if isinstance(value, list) and value:
        lines = [deeper + _text(item, levels, deeper) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    if not isinstance(value, dict) or not levels:
        return json.dumps(value)
    lines = [f"{deeper}{json.dumps(key)}: {_text(item, levels - 1, deeper)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
