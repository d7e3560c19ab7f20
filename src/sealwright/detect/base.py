"""What a detector is: a module with a rule name, the words it needs, and a function from a view to hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Confidence, ResourceRef, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.source import Source


class Hit(NamedTuple):
    """A finding before it has a place on a screen: the span is in the view's source; the message names no value."""

    span: Span
    message: str
    resource: ResourceRef = ResourceRef()
    field: str = ""
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.CERTAIN


class View(NamedTuple):
    """One file as detectors see it. `documents` is empty for files that are not manifests by their name or content."""

    source: Source
    documents: Sequence[Document]
    budget: Budget
    """What a detector may spend on what aliases and compression make of the file."""
    shared: dict[str, Any]
    """What one detector works out and others need as well; empty in the beginning, one for all detectors of a file."""
    purpose: str = ""
    """What another file of the repository says this one is for: `env`, `secret`; see `manifest.purposes`."""
    hidden: bool = True
    """Words may stand in its manifests that a search does not see: no search says that something is not there."""


if TYPE_CHECKING:  # nobody asks for it at run time, and to build a protocol takes a millisecond

    class Detector(Protocol):
        """A module of this package. Its docstring is the page that `sealwright policy show RULE` prints.

        The page holds `Bad:` and `Good:`, each followed by an indented example: a file in which the rule finds
        something, and one in which no rule does.
        """

        @property
        def RULE(self) -> str:  # noqa: N802 - a constant of the module
            """The public name, as in findings and inline allowances."""
            ...

        def find(self, view: View) -> Iterator[Hit]:
            """Every hit in the view, in no particular order. Raises TooMuch where the view's budget is spent."""
            ...
