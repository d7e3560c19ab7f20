"""What is asked of each repository: which commits, which files, and what counts as found there."""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.gate.source_checks import SourceChecks
from sealwright.manifest.discover import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from sealwright.config import Override

_KEY_BYTES = 16


class Scope(NamedTuple):
    """Travels with every task. `history` is a range as `scan --history` takes it, '' for trees alone.

    `branches`: the tree of every branch, not only that of HEAD. `mirrors` is where copies of remote repositories are.
    `engine` is the version of what looks at contents, as `engine_name` says.
    """

    engine: str
    history: str = ""
    branches: bool = False
    skip_files: tuple[str, ...] = ()
    max_bytes: int = DEFAULT_MAX_BYTES
    overrides: tuple[Override, ...] = ()
    mirrors: str = ""

    @property
    def is_tree(self) -> bool:
        """Whether one tree of each repository is asked for, and nothing of the past."""
        return not self.history and not self.branches

    @property
    def checks(self) -> SourceChecks | None:
        """What is decided about findings where their text is at hand."""
        return SourceChecks(overrides=self.overrides) if self.overrides else None

    @property
    def rules(self) -> str:
        """A digest of everything but a content and its name that makes up what is found in it."""
        text = repr((self.engine, self.max_bytes, self.overrides))
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def question(self) -> str:
        """A digest of everything but a repository's commits that makes up its account."""
        text = repr((self.rules, self.history, self.branches, self.skip_files))
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def content_key(rules: str, oid: str, path: str, purpose: str) -> bytes:
    """Under which the result for a content at a path is kept: 16 bytes.

    The path is part of it because names say what a file is; so is what other files say that it is for.
    """
    text = f"{oid}\0{purpose}\0{path}".encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=_KEY_BYTES, key=bytes.fromhex(rules)).digest()


def account_key(question: str, commits: tuple[str, ...]) -> bytes:
    """Under which the account of a repository is kept that has these commits, those left out with `^`: 16 bytes."""
    return blake2b("\0".join(commits).encode(), digest_size=_KEY_BYTES, key=bytes.fromhex(question)).digest()
