"""Where a Secret cannot be sealed, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import SealingError

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource


def problem(resource: Resource, node: Node, message: str, hint: str) -> SealingError:
    """The error for `node`, with path, line and column. `message` must not hold any of the Secret's values."""
    source = resource.document.source
    line, column = source.position(node.start)
    return SealingError(f"{resource.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
