"""What the coordinator asks of an engine. Tasks are importable functions of arguments that can be pickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Callable


class Ticket(NamedTuple):
    """Stands for the result of a task; as an argument of another one it is replaced by the result."""

    number: int


class Done(NamedTuple):
    """A task that ended: with its result (None if it was asked to stay where it is), or with an error."""

    ticket: Ticket
    result: Any = None
    error: SealwrightError | None = None


class LostError(SealwrightError):
    """A task that no worker came back from. It may be the task's fault, or not."""


class FailedError(LostError):
    """A task that failed by itself, and would fail again."""


class Engine(Protocol):
    """Does tasks in any order, those of higher priority first."""

    @property
    def workers(self) -> int:
        """How many tasks are done at a time, now."""
        ...

    def submit(self, function: Callable[..., Any], *arguments: Any, priority: int = 0, stays: bool = False) -> Ticket:
        """Have a task done. `stays`: its result is wanted by other tasks only."""
        ...

    def next(self) -> Done:
        """Wait until a task has ended. To be asked only while there is one."""
        ...

    def drop(self, ticket: Ticket) -> None:
        """Nobody wants that result any more."""
        ...

    def close(self) -> None:
        """Stop what is under way."""
        ...
