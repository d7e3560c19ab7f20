"""The software bill of materials of sealwright itself: what it needs, in the versions that it was tested with.

CycloneDX 1.6, from the environment that `scripts/develop.py` sets up: what is always needed is `required`, what only an
extra brings `optional`. The same commit gives the same bytes.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME = "sealwright"


def bill(version: str, epoch: int) -> dict[str, Any]:
    """The whole bill as CycloneDX has it. `epoch`: when the commit was made, in seconds since 1970."""
    extras = distribution(NAME).metadata.get_all("Provides-Extra") or []
    graph = {NAME: sorted({name for extra in ("", *extras) for name in _needed(distribution(NAME), extra)})}
    required = _closure(_needed(distribution(NAME), ""))
    _closure(graph[NAME], graph)
    components = [_component(name, name in required) for name in sorted(graph) if name != NAME]
    references = {name: _reference(name, version) for name in graph}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(sorted(references.values())))}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": _ourselves(version),
        },
        "components": components,
        "dependencies": [
            {"ref": references[name], "dependsOn": sorted(references[other] for other in graph[name])}
            for name in sorted(graph)
        ],
    }


def _needed(dist: Distribution, extra: str) -> list[str]:
    """The installed packages that one asks for on this platform; none twice, and not those that it is itself."""
    names = set()
    for text in dist.requires or ():
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        applies = wanted.marker is None or wanted.marker.evaluate({"extra": extra})
        if applies and name != canonicalize_name(dist.metadata["Name"]) and _is_there(name, optional=bool(extra)):
            names.add(name)
    return sorted(names)


def _is_there(name: str, *, optional: bool) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        if not optional:
            raise
        return False
    return True


def _closure(names: list[str], graph: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """What these packages need, and what that needs; into `graph`, where one is given."""
    graph = {} if graph is None else graph
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = _needed(distribution(name), "")
            waiting += graph[name]
    return graph


def _reference(name: str, version: str) -> str:
    """The package URL, which is also what the parts of the bill call each other by."""
    return f"pkg:pypi/{name}@{version if name == NAME else distribution(name).version}"


def _component(name: str, required: bool) -> dict[str, Any]:
    dist = distribution(name)
    url = _reference(name, "")
    found: dict[str, Any] = {"type": "library", "bom-ref": url, "name": name, "version": dist.version, "purl": url}
    found["scope"] = "required" if required else "optional"
    if "License-Expression" in dist.metadata:
        found["licenses"] = [{"expression": dist.metadata["License-Expression"]}]
    return found


def _ourselves(version: str) -> dict[str, Any]:
    url = _reference(NAME, version)
    licence = [{"license": {"id": "Apache-2.0"}}]
    return {
        "type": "application",
        "bom-ref": url,
        "name": NAME,
        "version": version,
        "purl": url,
        "licenses": licence,
    }
