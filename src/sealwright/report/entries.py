"""What reports list: findings, and items that do not open as findings; the worst first, for who cuts the rest off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Confidence, Finding, Outcome, Problem, Severity, Status
from sealwright.report.wording import since_when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.finding import Verdict
    from sealwright.report.base import Reported, Style

VERIFY_RULE = "sealed-secret-does-not-open"
PROOF_RULE = "sealed-secret-is-not-proved"
TITLES = {
    VERIFY_RULE: "A SealedSecret does not open for its cluster.",
    PROOF_RULE: "Nothing proves that a SealedSecret opens for its cluster.",
}
_STATUS = list(Status)
_CONFIDENCE = list(Confidence)


class Entry(NamedTuple):
    """One line of a report: `text` says what is wrong with what. `fails`: it alone makes the run fail."""

    finding: Finding
    fails: bool
    text: str


class Kept(NamedTuple):
    """What there is room for, as text, and how many more there are."""

    texts: list[str]
    left_out: int


class Entries:
    """The entries of one run; `problems` are what could not be checked, `items`: there were verdicts, good or bad."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._policy = {rule.id for rule in style.rules}
        self._all: list[Entry] = []
        self._seen: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.items = False

    def take(self, result: Reported) -> None:
        """One result; a verdict that is no failure is no entry, unless the run asks for proof."""
        if isinstance(result, Problem):
            self.problems.append(result)
            return
        self.items = self.items or not isinstance(result, Finding)
        finding = result if isinstance(result, Finding) else failure(result, proof=self._style.proof)
        if finding is not None:
            if not isinstance(result, Finding):
                finding = self._numbered(finding)
            self._all.append(Entry(finding, self._style.fails(result), self._text(finding)))

    def worst_first(self, *, settled: bool = True) -> list[Entry]:
        """What fails the run, then what is new, known, waived (without the last two unless `settled`).

        Each by severity, sureness and place.
        """
        wanted = self._all if settled else [entry for entry in self._all if entry.finding.status is Status.NEW]
        return sorted(wanted, key=_weight)

    def _text(self, finding: Finding) -> str:
        """The message; of a rule of policy, it does not say what it is about."""
        about = f"{finding.resource}: " if finding.rule in self._policy and finding.resource.kind else ""
        since = f" ({since_when(finding.history)})" if finding.history is not None else ""
        return f"{about}{finding.message}{since}"

    def _numbered(self, finding: Finding) -> Finding:
        """With a fingerprint of its own: an object that is in a file twice has the same items twice."""
        place = finding.fingerprint
        self._seen[place] = self._seen.get(place, -1) + 1
        return finding._replace(occurrence=self._seen[place])


def kept(entries: Iterable[Entry], show: Callable[[Entry], str], *, most: int, size: int) -> Kept:
    """The first ones as text: at most `most` of them, and no more than `size` bytes of UTF-8 together."""
    texts: list[str] = []
    left_out = 0
    for entry in entries:
        text = show(entry) if not left_out and len(texts) < most else ""
        size -= len(text.encode("utf-8", "backslashreplace"))
        if text and size >= 0:
            texts.append(text)
        else:
            left_out += 1
    return Kept(texts, left_out)


def _weight(entry: Entry) -> tuple[bool, int, int, int, tuple[str, int, int]]:
    finding = entry.finding
    status, sureness = _STATUS.index(finding.status), _CONFIDENCE.index(finding.confidence)
    return not entry.fails, status, -finding.severity, sureness, (finding.location.path, *finding.location.start)


def failure(verdict: Verdict, *, proof: bool = False) -> Finding | None:
    """A verdict as a finding; None for one that is no failure. `proof`: what nothing proves is one."""
    if verdict.outcome.is_failure:
        rule, severity = VERIFY_RULE, Severity.HIGH
    elif proof and verdict.outcome is Outcome.UNKNOWN:
        rule, severity = PROOF_RULE, Severity.MEDIUM
    else:
        return None
    message = f"{verdict.resource} item `{verdict.item}` {verdict.outcome.value}: {verdict.reason}"
    found = Finding(rule, severity, Confidence.CERTAIN, verdict.location, message, verdict.resource, verdict.item)
    return found if verdict.status is Status.NEW else found._replace(status=verdict.status, reason="unchanged")
