"""A list of repositories: plain text, one on a line, or JSON as forges export it."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Problem
from sealwright.fleet.listing.decoding import decoded, lines
from sealwright.fleet.listing.exports import More, entries
from sealwright.fleet.listing.json_values import values
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_LINE = 8192
_JSON = Pattern(r'\s*(?:\{|\[\s*(?:[\[\]{"]|$))')
_COMMENT = Pattern(r"(?:^|\s)#.*", 0)
_NO_LIST = "give text with one repository on a line, or the JSON that a forge's command or API wrote"


class Line(NamedTuple):
    """One entry. `line` counts from 1 in text; `where` says in words which one it is, in JSON."""

    word: str
    branch: str = ""
    line: int = 0
    where: str = ""


def entries_of(pieces: Iterable[bytes], name: str) -> Iterator[Line | Problem]:
    """The entries of a list that is called `name`, and what in it cannot be read."""
    text = decoded(pieces)
    try:
        begin = "".join(islice(text, 1))
        while begin.isspace():
            begin = next(text, "")
        if "\0" in begin:
            yield Problem(name, "this is no list of repositories", hint=_NO_LIST)
            return
        whole = chain([begin], text)
        yield from _exported(whole, name) if _JSON.match(begin) else _plain(whole, name)
    except UnicodeDecodeError:
        yield Problem(name, "the text is no UTF-16 from here on", hint=_NO_LIST)


def _plain(text: Iterable[str], name: str) -> Iterator[Line | Problem]:
    for number, line in enumerate(lines(text, _LONGEST_LINE), 1):
        if line is None:
            yield Problem(name, "the line is longer than any address", number, hint=_NO_LIST)
        elif word := _COMMENT.sub("", line).strip():
            yield Line(word, line=number)


def _exported(text: Iterable[str], name: str) -> Iterator[Line | Problem]:
    more = False
    count = 0
    try:
        for value in values(text):
            found = False
            for entry in entries(value):
                if isinstance(entry, More):
                    more = entry.follows
                    found = True
                    continue
                count += 1
                found = True
                if entry.word:
                    yield Line(entry.word, entry.branch, where=f"entry {count}: ")
                else:
                    hint = "export its clone URL as well: url, clone_url or http_url_to_repo"
                    yield Problem(name, f"entry {count}: the export does not say where it is", hint=hint)
            if not found:
                hint = "an export that failed holds the message of the error instead"
                yield Problem(name, f"after entry {count}: a value that is no repository", hint=hint)
    except ValueError:
        yield Problem(name, f"after entry {count}: the list is no JSON from here on, or breaks off", hint=_NO_LIST)
    if more:
        yield Problem(name, f"after entry {count}: the last page says that more follow", hint="export all pages")
