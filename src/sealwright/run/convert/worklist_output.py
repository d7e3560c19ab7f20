"""A worklist as text, as JSON and as Markdown. No value is in any of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.run.convert.markdown import code, plain, shown
from sealwright.run.convert.worklist import PLACE, SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import Problem
    from sealwright.run.convert.worklist import Item, Kept, Worklist

COMPROMISED = (
    "Whoever has ever read this repository has these values. Converting does not change that, and neither does "
    "rewriting the history: change each one where it is issued, put the new one into its store, and revoke the old one."
)
_MOST = 6
"""Names of branches, tags and people that are shown; JSON has all."""


def render_text(worklist: Worklist) -> str:
    """For a terminal and for mail."""
    committed, others = _parted(worklist)
    lines = []
    if committed:
        lines += [f"{_count(len(committed))} to rotate", "", *_wrapped(COMPROMISED), ""]
    for item in committed:
        lines += [shown(f"{_name(item)}  {item.key}"), *(f"  {head:<7}  {text}" for head, text in _facts(item)), ""]
    if others:
        where = "no commit that could be read" if worklist.problems else "no commit: not compromised by this repository"
        lines.append(f"{_count(len(others))} in {where}")
        lines += [shown(f"  {_name(item)}  {item.key}") for item in others]
    lines += [shown(f"not looked at: {problem.message}; {problem.hint}") for problem in worklist.problems]
    return "\n".join(lines).rstrip("\n") + "\n" if lines else ""


def render_markdown(worklist: Worklist) -> str:
    """A list to tick off, for an issue."""
    committed, others = _parted(worklist)
    lines = ["# Secrets to rotate", ""]
    lines += [COMPROMISED, ""] if committed else ["No value was found in any commit.", ""]
    for item in committed:
        lines.append(f"- [ ] {code(_name(item))} {code(item.key)}")
        lines += [f"  - {head}: {text}" for head, text in _marked_facts(item)]
    if others:
        where = "In no commit that could be read:" if worklist.problems else "In no commit:"
        lines += ["", where, ""]
        lines += [f"- {code(_name(item))} {code(item.key)}" for item in others]
    if worklist.problems:
        lines += ["", "Not looked at:", ""]
        lines += [f"- {plain(problem.message)}; {plain(problem.hint)}" for problem in worklist.problems]
    return "\n".join(lines).rstrip("\n") + "\n"


def render_json(worklist: Worklist) -> str:
    """For programs, with nothing left out; version 1."""
    content = {
        "version": 1,
        "note": COMPROMISED,
        "items": [_object(item) for item in worklist.items],
        "errors": [_error(problem) for problem in worklist.problems],
    }
    return f"{json.dumps(content, indent=2)}\n"


def _parted(worklist: Worklist) -> tuple[list[Item], list[Item]]:
    return [item for item in worklist.items if item.since], [item for item in worklist.items if not item.since]


def _count(count: int) -> str:
    return f"{count:,} value" if count == 1 else f"{count:,} values"


def _name(item: Item) -> str:
    return "/".join(filter(None, (item.ref.namespace, item.ref.name)))


def _facts(item: Item) -> Iterator[tuple[str, str]]:
    for head, words, names in _rows(item):
        yield head, shown(", ".join([*words, *_few(names)]))


def _marked_facts(item: Item) -> Iterator[tuple[str, str]]:
    for head, words, names in _rows(item):
        yield head, ", ".join([*map(plain, words), *map(code, _few(names))])


def _rows(item: Item) -> Iterator[tuple[str, list[str], list[str]]]:
    """(what it is, words of ours, names that others chose)."""
    now = [part for part in (item.store, item.remote, item.property) if part]
    if now:
        yield "now", [], [" ".join(now)]
    times = "1 commit" if item.commits == 1 else f"{item.commits:,} commits"
    how = ["looked for by its key"] if item.found == PLACE else []
    yield "since", [" ".join(filter(None, (item.since[:SHORT], item.since_day))), f"touched by {times}", *how], []
    yield "in", [], list(item.paths)
    kept = [*item.branches, *_tagged(item.tags), *item.others]
    if tips := [one.name for one in kept if one.at_tip]:
        yield "still", [], tips
    if older := [one.name for one in kept if not one.at_tip]:
        yield "history", [], older
    if item.people:
        yield "by", [], [f"{person.name} <{person.email}>" for person in item.people]


def _tagged(tags: Sequence[Kept]) -> Iterator[Kept]:
    return (tag._replace(name=f"tag {tag.name}") for tag in tags)


def _few(names: Sequence[str]) -> list[str]:
    return [*names[:_MOST], *([f"and {len(names) - _MOST:,} more"] if len(names) > _MOST else [])]


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, 78)


def _object(item: Item) -> dict[str, object]:
    return {
        "kind": item.ref.kind,
        "namespace": item.ref.namespace,
        "name": item.ref.name,
        "key": item.key,
        "path": _valid(item.path),
        "now": {"store": item.store, "remote": item.remote, "property": item.property},
        "since": {"commit": item.since, "day": item.since_day} if item.since else None,
        "commits": item.commits,
        "people": [{"name": _valid(person.name), "email": _valid(person.email)} for person in item.people],
        "branches": [_kept(one) for one in item.branches],
        "tags": [_kept(one) for one in item.tags],
        "others": [_kept(one) for one in item.others],
        "paths": [_valid(path) for path in item.paths],
        "found": item.found,
    }


def _kept(one: Kept) -> dict[str, object]:
    return {"name": _valid(one.name), "at_tip": one.at_tip}


def _error(problem: Problem) -> dict[str, object]:
    return {"path": problem.path, "message": problem.message, "hint": problem.hint}


def _valid(text: str) -> str:
    """Bytes of a name that are not UTF-8 as U+FFFD: half a surrogate is no text to most programs."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
