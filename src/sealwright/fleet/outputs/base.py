"""What an output is: accounts go in, in the order of the list; files come out, or one text at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.fleet.thresholds import Thresholds
from sealwright.report.base import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from sealwright.fleet.model import Account


class Look(NamedTuple):
    """What outputs have to know of a run before its first account.

    `command` is the verb; `started`: when it began, in seconds since 1970. `earlier`: figures of runs before it, for
    trends. `write_whole` puts a text into a file, all of it or none: it takes the path, the text, and what the file is
    called where that fails.
    """

    write_whole: Callable[[str, str, str], None]
    thresholds: Thresholds = Thresholds()
    started: int = 0
    earlier: Sequence[Mapping[str, Any]] = ()
    style: Style = Style()
    command: str = "scan"


if TYPE_CHECKING:  # nobody asks for them at run time

    class Output(Protocol):
        """A file or a folder. The same accounts make the same bytes."""

        def open(self, path: str, /) -> None:
            """Where it goes. Raises SealwrightError where nothing can be written there."""
            ...

        def add(self, position: int, account: Account, /) -> None:
            """The next account, in the order of the list."""
            ...

        def close(self, summary: Mapping[str, Any], /) -> None:
            """All accounts were there; `summary` are the figures of `fleet.summary`."""
            ...

        def abandon(self) -> None:
            """Something went wrong: what is streamed ends here, what is written whole is not written."""
            ...

    class Telling(Protocol):
        """One text, which is made when everything is known."""

        def add(self, position: int, account: Account, /) -> None:
            """The next account."""
            ...

        def finish(self, summary: Mapping[str, Any], /) -> str:
            """The whole text."""
            ...
