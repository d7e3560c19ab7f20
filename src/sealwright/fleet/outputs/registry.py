"""Every output of a run by its name on the command line. Adding one adds a line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sealwright.errors import UsageError
from sealwright.fleet.outputs.files import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look, Output, Telling

# (module, class): imported when asked for, since some need libraries that not everybody has.
TELLINGS = {
    "text": ("sealwright.fleet.outputs.text", "Text"),
    "json": ("sealwright.fleet.outputs.json_v1", "Json"),
    "html": ("sealwright.fleet.outputs.page.telling", "Page"),
}
"""One text each: for standard output, or for a file."""
FILES = {
    "jsonl": ("sealwright.fleet.outputs.json_lines", "FindingLines"),
    "repositories": ("sealwright.fleet.outputs.json_lines", "RepositoryLines"),
    "csv": ("sealwright.fleet.outputs.spreadsheet", "Spreadsheet"),
    "parquet": ("sealwright.fleet.outputs.parquet", "Parquet"),
    "sarif": ("sealwright.fleet.outputs.sarif_files", "SarifFiles"),
}
"""Written while accounts come in. `sarif` is a folder."""
FORMATS = (*TELLINGS, *FILES)


class Outputs:
    """Several outputs as one: a context that is left by `close`, or by an error."""

    def __init__(self, targets: Sequence[tuple[str, str]], look: Look) -> None:
        """`targets`: formats, and the file or folder of each. Raises UsageError for a format that does not exist."""
        self._open: list[Output] = []
        made = [(output(name, look), path) for name, path in targets]
        for one, path in made:
            try:
                one.open(path)
            except BaseException:
                self.abandon()
                raise
            self._open.append(one)

    def __enter__(self) -> Outputs:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def add(self, position: int, account: Account) -> None:
        """The next account to each of them."""
        for one in self._open:
            one.add(position, account)

    def close(self, summary: Mapping[str, Any]) -> None:
        """The end of each. What was closed stays, whatever happens to the next."""
        while self._open:
            self._open[0].close(summary)
            del self._open[0]

    def abandon(self) -> None:
        """The end of each, as after an error; after `close` there is nothing left to do."""
        for one in self._open:
            one.abandon()
        self._open = []


def output(name: str, look: Look) -> Output:
    """A fresh output. Raises UsageError for a format that does not exist, or that lacks a library."""
    if name in TELLINGS:
        plain = look._replace(style=look.style._replace(colour=False, terminal=False, width=0))
        return _WholeFile(telling(name, plain), look)
    if name not in FILES:
        raise UsageError(f"there is no format `{name}`", hint=f"one of {', '.join(FORMATS)}")
    made: Output = _made(FILES[name])(look)
    return made


def telling(name: str, look: Look) -> Telling:
    """What makes the text of a format. Raises UsageError for one that is no text, or does not exist."""
    if name not in TELLINGS:
        raise UsageError(f"there is no format `{name}`", hint=f"one of {', '.join(TELLINGS)}")
    made: Telling = _made(TELLINGS[name])(look)
    return made


def _made(place: tuple[str, str]) -> Callable[[Look], Any]:
    module, class_name = place
    made: Callable[[Look], Any] = getattr(import_module(module), class_name)
    return made


class _WholeFile:
    """A text that goes into a file at the end."""

    def __init__(self, text: Telling, look: Look) -> None:
        self._text = text
        self._write = look.write_whole
        self._path = ""

    def open(self, path: str) -> None:
        check(path)
        self._path = path

    def add(self, position: int, account: Account) -> None:
        self._text.add(position, account)

    def close(self, summary: Mapping[str, Any]) -> None:
        self._write(self._path, self._text.finish(summary), "the report")

    def abandon(self) -> None:
        """Nothing is there yet."""
