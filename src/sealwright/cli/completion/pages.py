"""What can be typed where: the parser of the command line as plain data that a script can be made of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.conversion.options import WORKLISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = ("FILE", "[KEY=]FILE", "CERT", "CLUSTER=FILE", "PATH", "DIRECTORY", "PACK")
"""Placeholders at which the name of a file can stand."""


class Value(NamedTuple):
    """What stands behind an option, or at a place of its own: one of `words`, or a file. `open_ended`: `FORMAT=`."""

    words: tuple[str, ...] = ()
    files: bool = False
    open_ended: bool = False


class Option(NamedTuple):
    """`names` with their hyphens; `value` is None for a switch."""

    names: tuple[str, ...]
    help: str
    value: Value | None


class Page(NamedTuple):
    """A command, or a verb of one. `below` are (word, help); `place` is what may stand there without a hyphen."""

    words: tuple[str, ...]
    options: tuple[Option, ...]
    below: tuple[tuple[str, str], ...]
    place: Value | None

    @property
    def name(self) -> str:
        """All words, as they are typed."""
        return " ".join(self.words)


def pages() -> list[Page]:
    """Every page, parents first."""
    from sealwright.cli.options import whole_parser

    return list(_pages(whole_parser()))


def _pages(parser: argparse.ArgumentParser) -> Iterator[Page]:
    words = tuple(parser.prog.split())
    below: list[tuple[str, str]] = []
    parsers: list[argparse.ArgumentParser] = []
    options, place = [], None
    formats = _formats(parser)
    for action in parser._actions:  # noqa: SLF001 - argparse has no public name for it
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            below = [(choice.dest, choice.help or "") for choice in action._choices_actions]  # noqa: SLF001
            parsers = list(action.choices.values())
        elif action.option_strings:
            value = None if action.nargs == 0 else _value(action, words, formats)
            options.append(Option(tuple(action.option_strings), action.help or "", value))
        elif place is None:
            place = _value(action, words, formats)
    yield Page(words, tuple(options), tuple(below), place)
    for one in parsers:
        yield from _pages(one)


def _value(action: argparse.Action, words: tuple[str, ...], formats: tuple[str, ...]) -> Value:
    metavar = str(action.metavar or "")
    if action.choices is not None:
        return Value(tuple(map(str, action.choices)))
    if metavar == "FORMAT=FILE":
        known = WORKLISTS if action.dest == "worklist" else formats
        return Value(tuple(f"{name}=" for name in known), open_ended=True)
    if metavar == "PACK" or action.dest == "pack":
        return Value(_packs(), files=True)
    if metavar == "ID" and words[1] == "policy":
        return Value(_rules(scanned=words[2] == "show"))
    return Value(files=metavar in _FILES)


def _formats(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    """What the page's `--format` takes: `--output` takes the same."""
    action = next((one for one in parser._actions if one.dest == "format"), None)  # noqa: SLF001
    return tuple(map(str, action.choices or ())) if action else ()


def _packs() -> tuple[str, ...]:
    from sealwright.policy.packs.load import shipped_packs

    return tuple(shipped_packs())


def _rules(*, scanned: bool) -> tuple[str, ...]:
    from sealwright.policy.packs.load import load_catalogue
    from sealwright.report.rules import rule_pages

    return (*(rule_pages() if scanned else ()), *sorted(load_catalogue().ids()))
