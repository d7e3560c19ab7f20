"""One file of a transaction, on its way from its old bytes to its new ones, or back."""

from __future__ import annotations

import os

from sealwright.rewrite.newcomer import Newcomer
from sealwright.rewrite.staging import Staged, flush_directory, put_in_place, stage, take_away
from sealwright.rewrite.target import Target


class Member:
    """A target with what it holds and shall hold. `begun` says that replacing it was at least tried.

    `before` is None for a file that is to be created, `after` for one that is to go. Raises what `Target` and
    `Newcomer` raise.
    """

    __slots__ = ("_staged", "after", "before", "begun", "target")

    def __init__(self, name: str, before: bytes | None, after: bytes | None) -> None:
        self.target: Target | Newcomer = Newcomer(name) if before is None else Target(name)
        self.before = before
        self.after = after
        self.begun = False
        self._staged = Staged("")

    def stage(self, known: list[Staged]) -> None:
        """Write the new contents beside the target. Raises what `staging.stage` raises."""
        if self.after is not None:
            self._staged = stage(self.target, self.after, known)

    def refuse_changed(self) -> None:
        """Raises `RewriteError` unless the target is as it was found and holds its old contents."""
        if isinstance(self.target, Newcomer):
            self.target.refuse_replaced()
        else:
            self.target.refuse_changed(self.before or b"")

    def replace(self) -> None:
        """Put the new contents in the target's place, or take the target away.

        Raises `RewriteError` if the target does not hold its old contents any more, `OSError` if replacing fails.
        """
        self.refuse_changed()
        self.begun = True  # before the step itself, so that an interruption right after it is not missed
        if self.after is None:
            take_away(self.target)
        else:
            put_in_place(self._staged, self.target)

    def put_back(self, known: list[Staged]) -> str:
        """Give the target its old bytes again. Never raises: says what stands there if it is not them, else nothing."""
        state = "cannot be read"
        first = len(known)
        try:
            standing = self._standing()
            if standing == self.before:
                return ""
            if standing != self.after:
                return "was changed by something else meanwhile, and was left alone"
            state = "holds its new contents" if self.after is not None else "was removed"
            if isinstance(self.target, Newcomer):
                take_away(self.target)
            else:
                put_in_place(stage(self.target, self.before or b"", known), self.target)
            state = ""
            flush_directory(os.path.dirname(self.target.path))
        except BaseException:  # noqa: BLE001 - the other files must be put back whatever happened to this one
            for staged in known[first:]:
                staged.discard()
        return state

    def _standing(self) -> bytes | None:
        if self.after is None and not os.path.lexists(self.target.path):
            return None
        return self.target.standing(self._staged.fd, self.target.fd)
