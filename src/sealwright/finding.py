"""What the engine reports: findings, verdicts and problems. All are frozen; none has a field for a secret's value.

Positions are code points into the decoded text; lines and columns count from 1 as editors count them.
NamedTuples rather than dataclasses: a hook starts before every commit, and `dataclasses` costs it several milliseconds.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple

STDIN_NAME = "<stdin>"
"""Stands for a path where there is none: what was looked at came by standard input; no file is meant."""


class Severity(IntEnum):
    """How bad it is if true. Ordered, so that a threshold is a comparison."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word for it on the command line and in reports."""
        return self.name.lower()


class Confidence(Enum):
    """How sure we are: `certain` by structure, `likely` by name and shape, `possible` by shape alone."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Status(Enum):
    """`new` blocks; `known` is in the baseline; `waived` has a written reason."""

    NEW = "new"
    KNOWN = "known"
    WAIVED = "waived"


class Span(NamedTuple):
    """Half-open range of code points into a decoded text."""

    start: int
    end: int


class Position(NamedTuple):
    """Line and column, both from 1, in code points."""

    line: int
    column: int


class Location(NamedTuple):
    """Where something is. `path` is relative to the repository root with `/`; `end` is one past the last character."""

    path: str
    start: Position
    end: Position


class ResourceRef(NamedTuple):
    """The Kubernetes object that a finding is about; fields that the manifest does not give are empty."""

    api_version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        name = self.name or "(no name)"
        return f"{self.kind} {self.namespace}/{name}" if self.namespace else f"{self.kind} {name}"


class History(NamedTuple):
    """From when to when a range of commits has what a finding is about: commit ids and days (YYYY-MM-DD).

    `at_tip`: the newest state of the range still has it. If not, it can be read all the same.
    """

    first: str
    last: str
    at_tip: bool
    first_day: str = ""
    last_day: str = ""


class Excerpt(NamedTuple):
    """A line for people: `text` without any value that need not be shown, and a caret's `start` and `width` in it."""

    text: str
    start: int
    width: int


class Replacement(NamedTuple):
    """A mechanical fix: put `text` in place of what stands from `start` to `end` of the finding's file."""

    start: Position
    end: Position
    text: str
    description: str = ""


class Finding(NamedTuple):
    """One value in clear, or one broken rule, at one place.

    `field` is a dotted path of keys (`data.password`), never a value. `occurrence` tells apart findings that are
    otherwise the same (duplicate keys); the engine numbers them from 0 in file order.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    location: Location
    message: str
    resource: ResourceRef = ResourceRef()
    field: str = ""
    occurrence: int = 0
    status: Status = Status.NEW
    reason: str = ""
    digest: str = ""
    """Of the value, under the key of the baseline, where there is one; for comparing, in no report."""
    mark: str = ""
    """Of the value, under a key of this run alone, where two trees are compared; in no report."""
    history: History | None = None
    """Where commits were scanned rather than files."""
    excerpt: Excerpt | None = None
    """For people: at a terminal, and in the HTML report."""
    replacement: Replacement | None = None
    """What would mend it, where that is certain."""
    also: tuple[Finding, ...] = ()
    """The findings that this one tells together, where several rules find the same value: its own one comes first."""

    @property
    def fingerprint(self) -> str:
        """32 hex digits that stay the same when lines move or the value changes: place and rule, never the value."""
        from hashlib import sha256

        identity = (self.rule, self.location.path, *self.resource, self.field, str(self.occurrence))
        return sha256("\0".join(identity).encode("utf-8", "surrogateescape")).hexdigest()[:32]


class Outcome(Enum):
    """What is known about one sealed item. `fails` and `refuted` are failures; `unknown` proves nothing."""

    OPENS = "opens"
    FAILS = "fails"
    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"

    @property
    def is_failure(self) -> bool:
        """Whether the item is known not to open."""
        return self in (Outcome.FAILS, Outcome.REFUTED)


class Verdict(NamedTuple):
    """The outcome for one item of one SealedSecret, with the reason in words. `key` names the key that opened it.

    `status` is KNOWN for an item that did not open before the change that a gate judges, either.
    """

    location: Location
    resource: ResourceRef
    item: str
    outcome: Outcome
    reason: str = ""
    key: str = ""
    status: Status = Status.NEW


class Problem(NamedTuple):
    """A file, or part of one, that could not be checked. Its presence makes the exit code 3. `line` is 0 if unknown."""

    path: str
    message: str
    line: int = 0
    column: int = 0
    hint: str = ""
