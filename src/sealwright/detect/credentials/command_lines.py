"""Command lines in the trees of documents: scripts in strings, and lists of words (`args: ["--password", "..."]`)."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sealwright.detect.credentials.assignments import Assignment, assignments
from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.shell import shell_credentials, word_credentials
from sealwright.detect.credentials.shell_words import Word
from sealwright.detect.credentials.values import judge, looks_random
from sealwright.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.detect.credentials.pairs import Pair
    from sealwright.manifest.nodes import Scalar
    from sealwright.manifest.source import Source

_SCRIPTS = ("-c", "-ec", "-ce", "-lc", "-exc", "-xc", "-xec", "-euc", "-eux", "-euxc", "/c", "-Command", "-cx", "-ecx")


def command_credentials(pairs: Sequence[Pair], source: Source) -> Iterator[tuple[Pair, Assignment]]:
    """Every credential in clear in the values of pairs that are command lines, or words of one; in order."""
    for group in _lists(pairs):
        for pair in group:
            yield from ((pair, found) for found in _in_scalar(pair, source))
        if group[0].trail.position >= 0:
            yield from _in_words(group, source)


def _lists(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs, items of one list together."""
    groups: list[list[Pair]] = []
    for pair in pairs:
        last = groups[-1][0].trail if groups else None
        together = last is not None and pair.trail.position >= 0 and last.position >= 0
        if together and last is not None and pair.trail.parent is last.parent:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _in_scalar(pair: Pair, source: Source) -> Iterator[Assignment]:
    scalar = pair.scalar
    sure = judge(pair.name, scalar.value) if "\n" not in scalar.value.strip() else None
    if sure is not None:
        yield Assignment(pair.name, Span(scalar.start, scalar.end), sure)
    elif any(char.isspace() for char in scalar.value.strip()):
        yield from script_credentials(scalar, source)


def script_credentials(scalar: Scalar, source: Source) -> Iterator[Assignment]:
    """What the commands in a string show; where quotes escape characters the whole string is the place.

    What the program reads as its configuration counts where it looks made by a machine.
    """
    begin, end = scalar.start, scalar.end
    text = source.text
    whole = "\\" in text[begin:end] if scalar.style == '"' else "''" in text[begin:end] and scalar.style == "'"
    if whole:
        text, begin, end = scalar.value, 0, len(scalar.value)
    elif scalar.style in {"|", ">"}:
        begin = max(text.find("\n", begin, end), begin)
    elif scalar.style:
        begin, end = begin + 1, end - 1
    found = list(shell_credentials(text, begin, end))
    for assignment in assignments(text[begin:end]):
        span = Span(begin + assignment.span.start, begin + assignment.span.end)
        if text[span.start - 1 : span.start] != "=" and looks_random(text[span.start : span.end]):
            found.append(assignment._replace(span=span))
    seen: list[Span] = []
    for assignment in sorted(found, key=lambda each: each.span):
        if not seen or assignment.span.start >= seen[-1].end:
            seen.append(assignment.span)
            place = Span(scalar.start, scalar.end) if whole else assignment.span
            yield assignment._replace(span=place)


def _in_words(group: Sequence[Pair], source: Source) -> Iterator[tuple[Pair, Assignment]]:
    words = []
    previous = ""
    for pair in group:
        if not _is_script(pair.scalar.value, previous):
            words.append(_word(pair.scalar, source))
        previous = pair.scalar.value
    ordered = sorted(group, key=lambda pair: pair.scalar.start)
    starts = [pair.scalar.start for pair in ordered]
    for assignment in word_credentials(words):
        yield ordered[bisect_right(starts, assignment.span.start) - 1], assignment


def _is_script(value: str, previous: str) -> bool:
    if "\n" in value.strip() or previous in _SCRIPTS:
        return True
    spaced = any(char.isspace() for char in value.strip())
    return spaced and not value.startswith("-") and promise_of(previous.lstrip("-")) is Promise.NOTHING


def _word(scalar: Scalar, source: Source) -> Word:
    """The scalar's value as a word; with a place for each of its characters where it is written as it is."""
    raw = source.text[scalar.start : scalar.end]
    begin = scalar.start + (1 if scalar.style in {'"', "'"} else 0)
    exact = source.text[begin : begin + len(scalar.value)] == scalar.value and raw[:1] not in {"|", ">"}
    return Word(scalar.value, begin if exact else scalar.start, scalar.end, exact)
