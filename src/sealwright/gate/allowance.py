"""Inline allowances: `# sealwright: allow[rule] reason`, on the line where a value begins or on its own line above.

An allowance without a reason does not count, and one that allows nothing is reported: both would otherwise stay in
the file for ever and hide what comes later. Text that looks like an allowance inside a value is none.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Confidence, Finding, Position, Severity, Span, Status
from sealwright.gate.offsets import LINE_END, Offsets
from sealwright.gate.rule_names import is_scan_rule
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sealwright.manifest.source import Source

NEEDLE = "sealwright:"
UNUSED_RULE = "allow-unused"
REASONLESS_RULE = "allow-without-reason"
COMPLAINTS = frozenset({UNUSED_RULE, REASONLESS_RULE})
"""Rules about allowances themselves."""

_ALLOWANCE = Pattern(r"(?<![^ \t\r\n])(?:#|//)[ \t]*sealwright:[ \t]*allow\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")
_COMMENT_LINE = Pattern(r"[ \t]*(?:#|//)")
# A quote opens a string only where a token can begin; elsewhere (`it's`, `5"`) it is a letter like any other.
_STRING = Pattern(
    r"""(?<![^\s,:\[{(-])(?:"(?:[^"\\\r\n]|\\[^\r\n])*(?:"|(?=[\r\n]|\Z))|'[^'\r\n]*(?:'|(?=[\r\n]|\Z)))"""
)
_RULE_NAME = Pattern(r"[a-z]{2,24}(?:-[a-z]{2,24}){1,4}|[A-Z]{3}[0-9]{3}|comment")


class Allowance(NamedTuple):
    """One comment: the rules it names, its reason, and the line whose findings it is about."""

    rules: frozenset[str]
    reason: str
    line: int
    span: Span


def allowances(source: Source) -> Iterator[Allowance]:
    """Every allowance comment of the text."""
    if NEEDLE not in source.text:
        return
    following = _Following(source.text)
    for match in _ALLOWANCE.finditer(source.text):
        begin = source.line_start(match.start())
        if _in_string(source.text, begin, match.start()):
            continue
        line = source.position(match.start()).line
        if _COMMENT_LINE.match(source.text, begin):
            line = following.content_line(line)
        rules = frozenset(rule.strip() for rule in match.group(1).split(",") if rule.strip())
        yield Allowance(rules, match.group(2).strip(), line, Span(match.start(), match.end()))


class _Following:
    """Which line a comment is about: the next one that is no comment. Lines as `Source.position` counts them."""

    def __init__(self, text: str) -> None:
        starts = [0, *(match.end() for match in LINE_END.finditer(text))]
        self._content = [number for number, start in enumerate(starts, 1) if not _COMMENT_LINE.match(text, start)]

    def content_line(self, line: int) -> int:
        index = bisect_right(self._content, line)
        return self._content[index] if index < len(self._content) else 0


def _in_string(text: str, begin: int, offset: int) -> bool:
    """Whether the offset lies in a quoted string of its line, which begins at `begin`; JSON has no comments."""
    return any(match.end() > offset for match in _STRING.finditer(text, begin, offset + 1))


def apply_allowances(
    source: Source, findings: Sequence[Finding], answers_for: Callable[[str], bool] = is_scan_rule
) -> list[Finding]:
    """The findings, those allowed marked as waived, and one finding for each allowance that does not work.

    `answers_for`: whether the run would have found what a rule finds. Of other rules nothing is known to be unused.
    """
    result = list(findings)
    if NEEDLE not in source.text:
        return result
    values = _Values(source, findings)
    for allowance in allowances(source):
        inside = source.position(allowance.span.start)
        if values.hold(inside):
            continue
        covered = [index for index in values.beginning_on(allowance.line) if result[index].rule in allowance.rules]
        if covered and allowance.reason:
            for index in covered:
                result[index] = result[index]._replace(status=Status.WAIVED, reason=allowance.reason)
        elif covered or all(map(answers_for, allowance.rules)):
            result.append(_complaint(source, allowance, used=bool(covered)))
    return result


class _Values:
    """The findings' places, for two questions: which begin on a line, and does any hold a position?"""

    def __init__(self, source: Source, findings: Sequence[Finding]) -> None:
        self._lines: dict[int, list[int]] = {}
        places: list[tuple[Position, Position]] = []
        headers = _Headers(source)
        for index, finding in enumerate(findings):
            start, end = finding.location.start, finding.location.end
            self._lines.setdefault(start.line, []).append(index)
            places.append((headers.content(start), end))
        places.sort()
        self._starts = [start for start, _ in places]
        self._reach: list[Position] = []
        for _, end in places:
            self._reach.append(max(end, self._reach[-1]) if self._reach else end)

    def beginning_on(self, line: int) -> list[int]:
        return self._lines.get(line, [])

    def hold(self, position: Position) -> bool:
        before = bisect_right(self._starts, position)
        return before > 0 and position < self._reach[before - 1]


class _Headers:
    """Where the content of a value begins: for a block scalar below its header, which may carry a comment."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._offsets = Offsets(source)

    def content(self, start: Position) -> Position:
        offset = self._offsets.offset(start)
        return Position(start.line + 1, 1) if self._text[offset : offset + 1] in {"|", ">"} else start


def _complaint(source: Source, allowance: Allowance, *, used: bool) -> Finding:
    # Only what has the shape of a rule's name is repeated: anything may stand between the brackets.
    names = ", ".join(sorted(filter(_RULE_NAME.fullmatch, allowance.rules))) or "unknown rules"
    if used:
        rule, message = REASONLESS_RULE, f"this allowance of {names} gives no reason, so it does not count"
    else:
        rule, message = UNUSED_RULE, f"this allowance of {names} allows nothing: delete it"
    return Finding(rule, Severity.INFO, Confidence.CERTAIN, source.location(allowance.span), message)
