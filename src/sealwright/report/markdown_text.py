"""Text from manifests and packs in Markdown: nothing in it is formatting, a link, a mention, a tag or a cell's end.

Plain words stay as they are. Whatever else there is becomes code, in which neither CommonMark nor what GitHub does
after it (mentions, issues, emoji, links) finds anything. Sources: CommonMark 0.31, code spans; GFM, tables, autolinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.report.wording import printable

if TYPE_CHECKING:
    import re

LONGEST = 400
"""Characters of a text in one place."""
_WORD = Pattern(r"\(?[^\W_](?:[^\W_]|[.,/'(-](?=[^\W_]))*[),.;:]{0,3}|[),.;:]{1,3}|[-=]")
_LINKED = Pattern(r"(?i)www\.|GH-[0-9]")
"""Plain as they look, they become links."""
_SPECIAL = Pattern(r"[^A-Za-z0-9 /-]")


def inline(text: str) -> str:
    """A sentence; what stands between backticks in it is code."""
    parts = _cut(text).split("`")
    if len(parts) % 2 == 0:
        return _words(" ".join(parts))
    shown = ""
    for number, part in enumerate(parts):
        piece = code(part) if number % 2 else _words(part)
        # Backticks of two spans side by side would be one fence.
        shown += html_code(part) if shown.endswith("`") and piece.startswith("`") else piece
    return shown


def code(text: str) -> str:
    """The text letter by letter, as code."""
    text = _cut(text)
    if not text.strip() or "`" in text or "|" in text:
        return html_code(text)
    return f"`{text.strip()}`"


def html_code(text: str) -> str:
    """The same where Markdown is not read, and for what a code span cannot hold: a backtick, a pipe in a table."""
    return f"<code>{_SPECIAL.sub(_reference, _cut(text))}</code>".replace("<code></code>", "", 1)


def _cut(text: str) -> str:
    return printable(text) if len(text) <= LONGEST else f"{printable(text[:LONGEST])}..."


def _words(text: str) -> str:
    return " ".join(word if _is_plain(word) else code(word) for word in text.split(" "))


def _is_plain(word: str) -> bool:
    return not word or (_WORD.fullmatch(word) is not None and not _LINKED.search(word))


def _reference(match: re.Match[str]) -> str:
    # An address of mail becomes a link even here; what stands before the sign has to end before it.
    return f"{'</code><code>' * (match.group() == '@')}&#{ord(match.group())};"
