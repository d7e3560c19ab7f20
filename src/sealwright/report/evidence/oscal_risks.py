"""What was accepted, as risks of OSCAL: by a waiver of the configuration, by a comment in a file, by the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import Status
from sealwright.report.evidence.oscal_ids import markup, prop
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sealwright.report.entries import Entry
    from sealwright.report.evidence.oscal_ids import Identifiers
    from sealwright.report.record import Record, WaiverRecord

_LONGEST = 1000
"""Characters of a reason."""
_MOST = 200


class Risks:
    """The risks of one result, and which of them bear on a rule."""

    def __init__(self, record: Record, ids: Identifiers, framework: str, entries: Sequence[Entry]) -> None:
        self._waivers = {(waiver.rule, waiver.reason): waiver for waiver in record.waivers}
        self._by_rule: dict[str, list[str]] = {}
        self.risks: list[dict[str, Any]] = []
        groups: dict[tuple[str, str, Status], int] = {}
        for entry in entries:
            finding = entry.finding
            if finding.status is not Status.NEW:
                key = (finding.rule, finding.reason, finding.status)
                groups[key] = groups.get(key, 0) + 1
        self.left_out = max(len(groups) - _MOST, 0)
        for (rule, reason, status), count in sorted(groups.items(), key=lambda group: group[0][:2])[:_MOST]:
            uuid = ids.of_run("risk", framework, rule, reason, status.value)
            self._by_rule.setdefault(rule, []).append(uuid)
            self.risks.append({"uuid": uuid, **self._risk(rule, reason, status, count)})

    def of(self, rules: Collection[str]) -> list[str]:
        """Identifiers of the risks that were accepted for these rules."""
        return [uuid for rule in rules for uuid in self._by_rule.get(rule, ())]

    def _risk(self, rule: str, reason: str, status: Status, count: int) -> dict[str, Any]:
        waiver = self._waivers.get((rule, reason))
        if status is Status.KNOWN:
            title, state, how = f"Known: {rule}", "open", "They were there before, and nobody has mended them."
        elif waiver is not None:
            title, state, how = f"Waived: {rule}", "deviation-approved", "A waiver of the configuration covers them."
        else:
            title, state, how = f"Allowed: {rule}", "deviation-requested", "A comment in the file allows them."
        risk: dict[str, Any] = {
            "title": markup(title),
            "description": markup(f"{plural(count, 'finding')} of {rule}. {how}"),
            "statement": markup(reason[:_LONGEST]) if reason.strip() else how,
            "props": [prop("findings", count), *(_about(waiver) if waiver is not None else ())],
            "status": state,
        }
        if waiver is not None and waiver.expires:
            risk["deadline"] = f"{waiver.expires}T23:59:59Z"
        return risk


def _about(waiver: WaiverRecord) -> list[dict[str, str]]:
    facts = [("owner", waiver.owner), ("path", waiver.path), ("ticket", waiver.ticket), ("created", waiver.created)]
    facts += [("approved-by", name) for name in waiver.approved_by]
    return [prop(name, value) for name, value in facts if value.strip()]
