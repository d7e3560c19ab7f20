"""Regular expressions of RE2: the engines agree, or the pattern is refused with a reason."""

from __future__ import annotations

from itertools import islice

from sealwright.regex import Expression
from sealwright.regex.automaton import Automaton
from sealwright.regex.nodes import PatternError
from sealwright.regex.syntax import parse

PATTERNS = (
    r"^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z]{1,63}$",
    r"(?i)pass(word|wd)?\s*[:=]\s*(\S+)",
    r"\b(?P<name>\d{1,3})(?:\.\d+){3}\b|\p{Greek}+|\PN",
    r"(a*)*b|(a|a?)+c|[[:alpha:]]*[^[:digit:]\n]",
    r"\Aab{2,5}?(?s:.)\z|\x41\x{10FFFF}\Q.*\E\101",
)
SEEDS = tuple(
    pattern.encode() + b"\0" + text for pattern in PATTERNS for text in (b"a/b.c", b"password = x\n", b"aaaaab")
)
WORDS = tuple(
    word.encode()
    for word in (
        *(
            "(",
            ")",
            "(?:",
            "(?i)",
            "(?P<n>",
            "[",
            "]",
            "[^",
            "-",
            "{2}",
            "{0,1000}",
            "{3,}",
            "*",
            "+",
            "?",
            "*?",
            "|",
            "^",
        ),
        *(
            "$",
            ".",
            "\\",
            "\\d",
            "\\W",
            "\\pL",
            "\\p{Lu}",
            "\\b",
            "\\B",
            "\\A",
            "\\z",
            "\\x{1F600}",
            "\\Q",
            "[[:word:]]",
        ),
        *("é", "\u212a", "\u017f", "\U0001f600", "\n", "\x00", "a", "K", "s", "0"),
    )
)


def run(data: bytes) -> None:
    pattern, _, text = data.partition(b"\0")
    subject = text.decode("utf-8", "replace")[:300]
    try:
        expression = Expression(pattern.decode("utf-8", "replace"))
    except PatternError as error:
        assert str(error)
        return
    spans = list(islice(expression.spans(subject), 50))
    assert all(0 <= start <= end <= len(subject) for start, end in spans)
    assert expression.test(subject) is bool(spans)
    if len(pattern) <= 200:
        node = parse(pattern.decode("utf-8", "replace"))
        own = Automaton(node, backwards=False, floating=True, longest=False)
        assert (own.forwards(subject, 0, shortest=True) >= 0) is bool(spans)
