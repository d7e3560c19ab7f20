"""What policy could read before a change and cannot read any more: what it had found there would just be gone."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.finding import ResourceRef

_CHART = "Chart.yaml"
_TEMPLATES = "templates"
_SAID = "an object that policy could read in {} is a template now: what it breaks is not known"
_HINT = "leave the actions out, or make a chart of it and gate what it renders: helm template . | sealwright gate -"


class Legible(NamedTuple):
    """`objects` of a file as policy reads them; `templates` are the texts of documents that it cannot read."""

    objects: frozenset[ResourceRef] = frozenset()
    templates: frozenset[str] = frozenset()

    def hides(self, before: Legible) -> bool:
        """Whether objects are gone from the file, and a document that is a template has come or changed."""
        return bool(before.objects - self.objects) and bool(self.templates - before.templates)


def nothing(_path: str) -> Legible:
    """Where nothing was read."""
    return Legible()


def hidden(path: str, before: Legible, now: Legible, is_file: Callable[[str], bool], since: str) -> Problem | None:
    """The problem where an object of a file became a template.

    What becomes a template of a chart is one for good: charts are gated rendered. `is_file` is asked about the tree
    that is gated; `since` is what people call the other.
    """
    if not now.hides(before) or _is_in_chart(path, is_file):
        return None
    return Problem(path, _SAID.format(since), hint=_HINT)


def _is_in_chart(path: str, is_file: Callable[[str], bool]) -> bool:
    folder = posixpath.dirname(path)
    while folder:
        folder, name = posixpath.split(folder)
        if name == _TEMPLATES and is_file(posixpath.join(folder, _CHART)):
            return True
    return False
