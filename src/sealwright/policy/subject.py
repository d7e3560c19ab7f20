"""What rules look at: one Kubernetes object, or one piece of infrastructure code that was put into the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from sealwright.finding import Location, ResourceRef

DocumentPath: TypeAlias = "tuple[str | int, ...]"
"""Keys and list positions from the object's root: ("spec", "containers", 0, "image")."""


class Subject(NamedTuple):
    """`value` is JSON-like (dict, list, str, int, float, bool, None), as Kubernetes would read the manifest.

    `where` gives the place of the value at a path, or, where that is not there, of the nearest thing above it (its key
    for a mapping or a list, so that a place is one line). `namespace_known`: the manifest says it, or was rendered.
    `family` is `kubernetes`, `terraform`, `cloudformation`, `helm-values`, ...; `directory` is the file's folder.
    """

    path: str
    ref: ResourceRef
    value: dict[str, Any]
    where: Callable[[DocumentPath], Location]
    family: str = "kubernetes"


class Blame(NamedTuple):
    """What one rule has against one subject: the paths that made it fail (one at least; () is the object itself).

    `detail` is added to the rule's message; it holds names, never a value. `error`: the rule could not be evaluated.
    """

    subject: Subject
    paths: tuple[DocumentPath, ...]
    detail: str = ""
    error: str = ""
