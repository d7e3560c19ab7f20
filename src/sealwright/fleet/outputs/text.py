"""A run for people at a terminal: how much, where, which rules, whose, and what could not be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.report.colour import Paint
from sealwright.report.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look

_MOST = 10
_LONGEST = 80
_LONGEST_MESSAGE = 300
_COLOUR = {"critical": "red", "high": "red", "medium": "yellow", "low": "blue", "info": "blue"}


class Text:
    """The summary in words."""

    def __init__(self, look: Look) -> None:
        self._paint = Paint(look.style.colour)

    def add(self, _position: int, _account: Account) -> None:
        """It is in the summary already."""

    def finish(self, summary: Mapping[str, Any]) -> str:
        """Blocks with an empty line between them, the verdict last: it is what stays on the screen."""
        blocks = (
            self._worst(summary),
            self._groups("by rule", summary["rules"]),
            self._groups("by owner", summary["owners"], summary["unowned"]),
            self._ages(summary),
            self._errors(summary),
            list(self._closing(summary)),
        )
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def _worst(self, summary: Mapping[str, Any]) -> list[str]:
        rows = summary["worst"][:_MOST]
        more = summary["repositories"]["failing"] - len(rows)
        lines = _columns([(_name(row["repository"]), f"{row['failing']:,}") for row in rows])
        counts = (self._counts(row["findings"]) for row in rows)
        told = [f"  {line}  {count}" for line, count in zip(lines, counts, strict=True)]
        rest = [self._paint.dim(f"  and {repositories(more)} more")]
        return [self._paint.bold("worst repositories"), *told, *(rest if more else [])] if rows else []

    def _groups(self, title: str, groups: Mapping[str, Mapping[str, int]], nobody: int = 0) -> list[str]:
        if not groups:
            return []
        rows = [
            (_name(name), f"{group['findings']:,}", f"in {repositories(group['repositories'])}")
            for name, group in list(groups.items())[:_MOST]
        ]
        rows += [("(nobody's)", f"{nobody:,}", "")] if nobody else []
        more = len(groups) - _MOST
        rest = [self._paint.dim(f"  and {more:,} more")] if more > 0 else []
        return [self._paint.bold(title), *(f"  {line}" for line in _columns(rows)), *rest]

    def _ages(self, summary: Mapping[str, Any]) -> list[str]:
        ages = {age: count for age, count in summary["ages"].items() if count}
        if not ages.keys() - {"unknown"}:
            return []
        rows = [(age, f"{count:,}") for age, count in ages.items()]
        return [self._paint.bold("there for"), *(f"  {line}" for line in _columns(rows))]

    def _errors(self, summary: Mapping[str, Any]) -> list[str]:
        errors = summary["errors"]
        lines = []
        for error in errors[:_MOST]:
            path = error.get("path") or ""
            place = _name(error["repository"]) + (
                f" {_name(path)}" if path not in ("", ".", error["repository"]) else ""
            )
            lines.append(f"{self._paint.colour('error:', 'red')} {place}: {_name(error['message'], _LONGEST_MESSAGE)}")
        more = len(errors) - len(errors[:_MOST]) + summary["more_errors"]
        told = f"{self._paint.colour('error:', 'red')} {plural(more, 'error')} more; the format `repositories` has all"
        return [*lines, told] if more else lines

    def _closing(self, summary: Mapping[str, Any]) -> Iterator[str]:
        listed, done, missing = (summary["repositories"][name] for name in ("listed", "done", "missing"))
        if missing:
            yield self._paint.colour(f"unfinished: {missing:,} of {repositories(listed)} not looked at yet", "yellow")
        with_errors = summary["repositories"]["with_errors"]
        if with_errors:
            yield self._paint.colour(f"{repositories(with_errors)} could not be checked as a whole", "yellow")
        failing = summary["failing"]
        past = f", {summary['past']:,} of them in the past only" if summary["past"] else ""
        within = f"in {summary['repositories']['failing']:,} of {repositories(done)}"
        counts = self._counts(summary["failing_by_severity"])
        yield f"{plural(failing, 'finding')} {within}: {counts}{past}" if failing else f"nothing found {within}"
        yield self._paint.dim(_asides(summary))

    def _counts(self, counts: Mapping[str, int]) -> str:
        return ", ".join(self._paint.colour(f"{count:,} {name}", _COLOUR[name]) for name, count in counts.items())


def repositories(count: int) -> str:
    """`1 repository`, `12 repositories`."""
    return f"{count:,} {'repository' if count == 1 else 'repositories'}"


def _asides(summary: Mapping[str, Any]) -> str:
    below = sum(summary["findings"].values()) - summary["failing"]
    fresh = summary["fresh"]
    parts = (
        f"{below:,} below the threshold" if below else "",
        f"{summary['statuses']['waived']:,} waived" if summary["statuses"]["waived"] else "",
        f"{summary['statuses']['known']:,} known" if summary["statuses"]["known"] else "",
        f"{plural(summary['files'], 'file')}, {plural(summary['contents'], 'content')} ({fresh:,} looked at now)",
    )
    return "; ".join(filter(None, parts))


def _name(text: str, most: int = _LONGEST) -> str:
    """Names come from repositories: nothing in them may move the cursor, and none may fill the screen."""
    shown = printable(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Columns that line up: the first to the left, numbers to the right, what follows as it is."""
    if not rows:
        return []
    name, number = (max(len(row[at]) for row in rows) for at in (0, 1))
    return ["  ".join((f"{row[0]:<{name}}", f"{row[1]:>{number}}", *row[2:])).rstrip() for row in rows]
