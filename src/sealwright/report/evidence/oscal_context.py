"""What frames a result of OSCAL: the tree and the program, the facts of the run, the controls that were reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright import __version__
from sealwright.report.evidence.oscal_ids import control_id, framework, markup, prop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Control
    from sealwright.report.evidence.oscal_ids import Identifiers
    from sealwright.report.record import Record


def selection(name: str, assessed: Sequence[Control], others: Sequence[Control]) -> dict[str, Any]:
    """Controls of which no rule had anything to be about were not reviewed, whatever the packs say."""
    if not assessed:
        return {"description": "The run serves no control; a selection has to be there.", "include-all": {}}
    said = "Controls whose rules had something to be about in this tree."
    if others:
        said += " Excluded: those whose rules had not."
    selection: dict[str, Any] = {"description": said}
    if framework(name).catalog:
        selection["links"] = [{"href": framework(name).catalog, "rel": "reference"}]
    for key, group in (("include-controls", assessed), ("exclude-controls", others)):
        if group:
            selection[key] = [{"control-id": control_id(name, one.control)} for one in group]
    return selection


def facts(record: Record) -> list[dict[str, str]]:
    """What the run was, as properties."""
    found = [("command", record.command or "-"), ("commit", record.commit), ("tree", record.tree)]
    found += [("base", record.base), ("severity-threshold", record.threshold)]
    found += [("confidence-threshold", record.confidence)]
    found += [
        ("uncommitted-changes", "yes" if record.dirty else ""),
        ("part-of-the-tree", "yes" if record.partial else ""),
    ]
    return [prop(name, value) for name, value in found if value]


def definitions(record: Record, ids: Identifiers, name: str) -> dict[str, Any]:
    """The tree, and the program that looked at it."""
    running = {"status": {"state": "operational"}}
    tree = {
        "uuid": ids.of_all("tree", name, record.repository),
        "type": "software",
        "title": markup(record.repository),
        "description": "The files of the repository that were looked at.",
        **running,
    }
    tool = {
        "uuid": ids.of_all("tool", name, __version__),
        "type": "software",
        "title": "sealwright",
        "description": "Judges files by rules; it changes nothing and asks nobody.",
        "props": [{"name": "version", "value": __version__}],
        **running,
    }
    platform = {
        "uuid": ids.of_all("platform", name, __version__),
        "title": "sealwright",
        "uses-components": [{"component-uuid": tool["uuid"]}],
    }
    return {
        "components": [tree],
        "assessment-assets": {"components": [tool], "assessment-platforms": [platform]},
    }
