"""The figures of a run, counted while accounts pass by: what is kept does not grow with the number of findings."""

from __future__ import annotations

import heapq
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.thresholds import Thresholds

WEIGHT = {"critical": 40, "high": 10, "medium": 3, "low": 1, "info": 0}
"""By which repositories are ranked: one critical finding counts as much as four high ones."""
AGES = (
    (7, "less than a week"),
    (30, "a week to a month"),
    (90, "one to three months"),
    (365, "three months to a year"),
    (730, "one to two years"),
)
"""Days, and what is said of a value that has been there for less than that."""
OLDER = "more than two years"
UNKNOWN_AGE = "unknown"


class Standing(NamedTuple):
    """How a repository stands: `counts` are its failing findings by severity, `past` those that no tip has any more.

    `since` is the first day of the oldest of them ('' where nobody knows); `worst` are some of the worst, as in JSON.
    """

    name: str
    weight: int
    counts: Mapping[str, int]
    past: int
    since: str
    errors: int
    worst: tuple[Mapping[str, Any], ...] = ()

    @property
    def failing(self) -> int:
        """How many findings fail."""
        return sum(self.counts.values())


class Group(NamedTuple):
    """Failing findings that have a rule or an owner in common, and in how many repositories they are."""

    findings: int = 0
    repositories: int = 0


class Tally:
    """Takes the accounts in the order of the list. `findings` counts what is new by severity, failing or not.

    `most` repositories are kept by name, the worst, each with `examples` of its findings, and so many `errors`;
    `started` is when the run was, in seconds since 1970: ages are counted to that day.
    """

    def __init__(
        self, thresholds: Thresholds, *, started: int = 0, most: int = 10, examples: int = 0, errors: int = 100
    ) -> None:
        self.thresholds = thresholds
        self.done = self.clean = self.failing_repositories = self.with_errors = 0
        self.files = self.documents = self.contents = self.fresh = 0
        self.failing = self.past = self.unowned = self.error_count = 0
        self.findings: Counter[str] = Counter()
        self.failing_by_severity: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter({status.value: 0 for status in Status})
        self.rules: dict[str, Group] = {}
        self.owners: dict[str, Group] = {}
        self.ages: Counter[str] = Counter()
        self.errors: list[tuple[str, Mapping[str, Any]]] = []
        self._today = datetime.fromtimestamp(started, timezone.utc).date()
        self._most = most
        self._examples = examples
        self._most_errors = errors
        self._worst: list[tuple[int, int, int, Standing]] = []

    def add(self, position: int, account: Account) -> None:
        """The next account."""
        self.done += 1
        self.files += account.files
        self.documents += account.documents
        self.contents += account.contents
        self.fresh += account.fresh
        failing = self._count(account)
        self.failing += len(failing)
        self.failing_repositories += bool(failing)
        self.with_errors += bool(account.errors)
        self.clean += not failing and not account.errors
        self.error_count += len(account.errors)
        room = self._most_errors - len(self.errors)
        self.errors.extend((account.member.name, error) for error in account.errors[:room])
        if failing:
            self._rank(position, account, failing)

    def worst(self) -> list[Standing]:
        """Repositories with something that fails, the worst first."""
        return [standing for *_, standing in sorted(self._worst, reverse=True)]

    def _count(self, account: Account) -> list[Mapping[str, Any]]:
        """Everything that is counted by finding; those that fail."""
        failing: list[Mapping[str, Any]] = []
        rules: set[str] = set()
        owners: set[str] = set()
        for finding in account.findings:
            self.statuses[finding["status"]] += 1
            if finding["status"] == Status.NEW.value:
                self.findings[finding["severity"]] += 1
            if not self.thresholds.fails(finding):
                continue
            failing.append(finding)
            self.failing_by_severity[finding["severity"]] += 1
            history = finding.get("history") or {}
            self.past += not history.get("at_tip", True)
            self.ages[self._age(history.get("first_day", ""))] += 1
            self.unowned += not finding.get("owners")
            _grow(self.rules, finding["rule"], rules)
            for owner in dict.fromkeys(finding.get("owners") or ()):
                _grow(self.owners, owner, owners)
        return failing

    def _age(self, first_day: str) -> str:
        try:
            days = (self._today - datetime.strptime(first_day, "%Y-%m-%d").date()).days  # noqa: DTZ007 - only a day
        except ValueError:
            return UNKNOWN_AGE
        return next((words for limit, words in AGES if days < limit), OLDER)

    def _rank(self, position: int, account: Account, failing: list[Mapping[str, Any]]) -> None:
        counts = Counter(finding["severity"] for finding in failing)
        weight = sum(WEIGHT[severity] * count for severity, count in counts.items())
        place = (weight, len(failing), -position)
        if len(self._worst) >= self._most and (not self._worst or self._worst[0][:3] > place):
            return
        histories = [finding["history"] for finding in failing if finding.get("history")]
        since = min(filter(None, (history.get("first_day", "") for history in histories)), default="")
        past = sum(not history["at_tip"] for history in histories)
        worst = heapq.nsmallest(self._examples, failing, key=_urgency)
        standing = Standing(account.member.name, weight, counts, past, since, len(account.errors), tuple(worst))
        heapq.heappush(self._worst, (*place, standing))
        if len(self._worst) > self._most:
            heapq.heappop(self._worst)


def _grow(groups: dict[str, Group], name: str, seen: set[str]) -> None:
    """One finding more of a name; `seen` are the names of this repository."""
    findings, repositories = groups.get(name, Group())
    groups[name] = Group(findings + 1, repositories + (name not in seen))
    seen.add(name)


def _urgency(finding: Mapping[str, Any]) -> tuple[int, str, int, int]:
    return -WEIGHT[finding["severity"]], finding["path"], finding["start"]["line"], finding["start"]["column"]
