"""Words for people: numbers with nouns, names that cannot disturb a terminal, commands that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re

    from sealwright.finding import History

# Control characters could move the cursor or colour what follows; the others turn the direction of writing.
_UNSAFE = Pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CANDIDATES = Pattern(r"\A[A-Za-z0-9_@%+=:,./-]+\Z")


def printable(text: str) -> str:
    """The text with an escape for every character that a terminal would act on, or cannot show."""
    return _UNSAFE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """The same, with line ends left as they are: for messages, which anybody's pack of rules may have written."""
    return "\n".join(map(printable, text.splitlines()))


def shell_word(path: str) -> str:
    """A path as one word for a POSIX shell; names with control characters or foreign bytes in bash's own quotes."""
    path = f"./{path}" if path.startswith("-") else path
    if _CANDIDATES.match(path):
        return path
    if _UNSAFE.search(path):
        return "$'" + printable(path.replace("\\", "\\\\").replace("'", "\\'")) + "'"
    return "'" + path.replace("'", "'\"'\"'") + "'"


def plural(count: int, noun: str) -> str:
    """`1 file`, `12,000 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def place(path: str, line: int = 0) -> str:
    """`apps/db.yaml:8`, `standard input, line 8`; without the line where it is 0."""
    name, between = ("standard input", ", line ") if path == STDIN_NAME else (path, ":")
    return f"{name}{between}{line}" if line else name


def pathless(message: str, path: str, line: int) -> str:
    """A message for who shows it beside a file: it says itself where it is about none."""
    return f"{place(path, line)}: {message}" if path == STDIN_NAME else message


def since_when(history: History) -> str:
    """From which commit to which, and whether it is still there."""
    first = " ".join(filter(None, (history.first[:8], history.first_day)))
    last = " ".join(filter(None, (history.last[:8], history.last_day)))
    now = "still at the tip" if history.at_tip else "no longer at the tip: it can still be read, rotate it"
    return f"first {first}, last {last}; {now}"


def wrapped(text: str, first: int, width: int) -> str:
    """The text with line breaks, for a line that has used `first` columns already; further lines start there too.

    `width` 0 means no limit. Where less than half of the line would be left, the text stays on one line.
    """
    if not width or first + len(text) <= width or first > width // 2:
        return text
    from textwrap import wrap

    lines = wrap(text, width - first, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * first}".join(lines)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte of a name that is not UTF-8
    known = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    if known:
        return known
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"
