"""Every target by its name. A target is a module with `run`, `SEEDS` and `WORDS`; adding one adds a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple, cast

TARGETS = (
    "source",
    "documents",
    "outline",
    "regions",
    "template",
    "json_text",
    "values",
    "detect",
    "allowances",
    "cel",
    "patterns",
    "objects",
    "infrastructure",
    "kustomization",
    "inventory",
    "edits",
    "sealing",
    "ciphertext",
    "opened",
    "keys",
    "stamps",
    "git",
    "configuration",
    "packs",
    "baseline",
    "kubeconfig",
    "reports",
)


class Target(NamedTuple):
    """`run` takes one input and returns nothing; it may raise SealwrightError, anything else is a find.

    `seeds` are good inputs to begin from; `words` is what a mutation may put in.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]


def target(name: str) -> Target:
    """The target of that name, loaded."""
    module = import_module(f"fuzz.targets.{name}")
    run = cast("Callable[[bytes], None]", module.run)
    seeds = cast("Iterable[bytes]", module.SEEDS)
    return Target(name, run, tuple(seeds), tuple(cast("Iterable[bytes]", module.WORDS)))
