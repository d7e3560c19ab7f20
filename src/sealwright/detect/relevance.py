"""Which documents of a candidate file are worth parsing.

The word Secret stands in the description of half the custom resources there are; a document matters only where it is a
scalar by itself, as `kind: Secret` has it, or where a word may be hidden. Like the byte test this errs towards yes.
Small documents are always parsed, so that a broken one is noticed.
"""

from __future__ import annotations

from sealwright.detect.prefilter import ENCODED_NEEDLES, may_hide_words
from sealwright.patterns import Pattern

SMALL = 16 * 1024
"""Characters up to which a document is parsed in any case."""

# What may follow a scalar: its quote, an escape in the string around it, or the end of a plain one.
_WORD = Pattern(r"""Secret(?:List)?(?=["'\\]|[ \t]*(?:[\r\n\x85\u2028\u2029#,\]}]|\Z))""")
_BEFORE = frozenset("\r\n\x85\u2028\u2029:,[{-?")
_LONGEST_PROPERTY = 300


def document_may_matter(text: str) -> bool:
    """Whether a detector that reads documents may find anything in this one."""
    return (
        len(text) <= SMALL
        or "sops" in text
        or any(needle in text for needle in ENCODED_NEEDLES)
        or may_hide_words(text)
        or any(_begins_scalar(text, match.start()) for match in _WORD.finditer(text))
    )


def _begins_scalar(text: str, offset: int) -> bool:
    """Whether what stands before the offset lets a scalar begin there: a quote, an indicator, a line's beginning."""
    start = offset
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start == 0 or text[start - 1] in _BEFORE or (start == offset and text[start - 1] in "\"'"):
        return True
    if "\\" in text[max(start - 2, 0) : start]:  # an escape: space or a line's beginning inside a quoted string
        return True
    # Behind an anchor or a tag.
    word = max(text.rfind(space, max(start - _LONGEST_PROPERTY, 0), start) for space in " \t\r\n") + 1
    return text[word] in "&!" or start - word >= _LONGEST_PROPERTY - 1
