"""The package's own source as syntax trees: what the contracts read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from support import ROOT

_FOLDERS = {
    "sealwright": ROOT / "src" / "sealwright",
    "sealwright.hooks": ROOT / "hooks",
    "sealwright.policies": ROOT / "policies",
}


class Module(NamedTuple):
    """One file of the package. `file` is relative to the checkout, with `/`."""

    name: str
    file: str
    path: Path
    tree: ast.Module


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, in a fixed order."""
    return tuple(_modules())


def _modules() -> Iterator[Module]:
    for package, folder in _FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            tree = ast.parse(path.read_bytes(), filename=str(path))
            yield Module(name, path.relative_to(ROOT).as_posix(), path, tree)


def parsed(code: str) -> Module:
    """A module made of a few lines, to try a contract on."""
    return Module("sealwright.example", "src/sealwright/example.py", ROOT / "example.py", ast.parse(code))


def names() -> frozenset[str]:
    """The dotted names of all modules."""
    return frozenset(module.name for module in modules())


def imports(module: Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Dotted names that import statements among `nodes` load; a submodule where one is meant, else the module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in names() else base


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name if module.file.endswith("__init__.py") else module.name.rpartition(".")[0]
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def at_top_level(module: Module) -> Iterator[ast.AST]:
    """Statements that run when the module is imported: not the bodies of functions, nor those for type checkers."""
    waiting: list[ast.AST] = list(module.tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))
