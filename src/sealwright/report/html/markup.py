"""HTML made of elements. What is not an element already is text and is escaped: no name from a repository is markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.report.wording import printable

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

_VOID = frozenset({"input", "link", "meta"})
# What a page does not show, or what turns the direction of what follows; `printable` knows the rest of them.
_SHORT = 18
_HIDDEN = Pattern("[\xad\u061c\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


class Html(str):
    """Text that is markup already.

    Made of what is escaped by `tag`, `joined`, `text` and `path` alone, and of what the program itself brings by
    `_BREAK` and `_raw` of document.py; an empty one stands for nothing.
    """

    __slots__ = ()


def tag(name: str, /, *content: str, **attributes: str | bool | None) -> Html:
    """One element. Names of attributes have `_` for `-`, and one at the end where the name is a word of Python.

    An attribute that is True has no value; one that is False or None is left out.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(content)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """The parts one after the other, each escaped unless it is markup."""
    return Html(text(between).join(map(text, parts)))


def text(content: str) -> Html:
    """Text as it is read, with every character visible; markup stays as it is."""
    return content if isinstance(content, Html) else Html(escape(visible(content)))


def visible(content: str) -> str:
    """The text with an escape for every character that cannot be seen, or that turns the direction of writing."""
    if content.isascii() and content.isprintable():  # as nearly all is
        return content
    return _HIDDEN.sub(_named, printable(content))


def code(content: str) -> Html:
    """A name or a command."""
    return tag("code", content)


def path(content: str) -> Html:
    """A path, which may be broken behind each `/` before it is broken anywhere else."""
    return tag("code", Html(text(content).replace("/", "/<wbr>")))


def prose(content: str) -> Html:
    """A sentence in which names stand between backquotes."""
    parts = content.split("`")
    if len(parts) % 2 == 0:
        return text(content)
    return joined(code(part) if at % 2 else part for at, part in enumerate(parts))


def unbroken(content: str) -> Html:
    """What reads best on one line, unless it is longer than a line has room for."""
    return text(content) if len(visible(content)) > _SHORT else tag("span", content, class_="unbroken")


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'


def _named(match: re.Match[str]) -> str:
    point = ord(match.group())
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
