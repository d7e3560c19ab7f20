"""How much of a repository is wanted."""

from __future__ import annotations

from enum import IntEnum

_REQUESTS = ("refs/pull/", "refs/merge-requests/")


class Depth(IntEnum):
    """What suffices. Each has everything of those before it."""

    HEAD = 0
    """The tree of the default branch's last commit."""
    BRANCHES = 1
    """The tree of every branch's last commit."""
    HISTORY = 2
    """All commits of all branches and tags."""
    REQUESTS = 3
    """What was proposed as well: refs/pull of GitHub, refs/merge-requests of GitLab."""

    @classmethod
    def of(cls, history: str, *, branches: bool) -> Depth:
        """What a scan needs, by its options: `history` is a range as `--history` takes it, '' for none."""
        if history:
            return cls.REQUESTS if any(name in history for name in _REQUESTS) else cls.HISTORY
        return cls.BRANCHES if branches else cls.HEAD

    @property
    def refspecs(self) -> tuple[str, ...]:
        """What `git fetch` is told of everything but HEAD: names there and names here are the same."""
        names = ["heads"]
        names += ["tags"] if self >= Depth.HISTORY else []
        names += ["pull", "merge-requests"] if self is Depth.REQUESTS else []
        return tuple(f"+refs/{name}/*:refs/{name}/*" for name in names)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings of the names of refs that are wanted."""
        return tuple(spec.partition(":")[2].removesuffix("*") for spec in self.refspecs)
