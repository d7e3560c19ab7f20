"""The scalars of a view with the objects that hold them, for rules that look at text first and ask later."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.trail import Trail, walk_trails
from sealwright.manifest.nodes import Scalar
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.finding import ResourceRef, Span

_SHARED = "whereabouts"


class Held(NamedTuple):
    """A scalar and the object and field that it belongs to."""

    scalar: Scalar
    owner: ResourceRef
    trail: Trail | None


def scalars(view: View) -> Iterator[Held]:
    """Every scalar that an object of the view holds as a value, in the order of the objects."""
    for document in view.documents:
        for resource in resources(document):
            for trail, node in walk_trails(resource.node):
                view.budget.visit()
                if isinstance(node, Scalar):
                    yield Held(node, resource.ref, trail)


def holder_of(view: View, span: Span) -> Held | None:
    """The scalar that the span lies in; None for comments, keys and files that are no manifests."""
    if _SHARED not in view.shared:
        found = sorted(scalars(view), key=lambda held: held.scalar.start)
        view.shared[_SHARED] = ([held.scalar.start for held in found], found)
    starts, found = view.shared[_SHARED]
    index = bisect_right(starts, span.start) - 1
    held: Held | None = found[index] if index >= 0 else None
    return held if held is not None and span.end <= held.scalar.end else None
