"""Only the doors talk to people or end the process, and only the transaction writes files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from contracts.trees import Module, imports, modules, parsed

TALKING_NAMES = {"print", "input", "breakpoint", "exit", "quit", "SystemExit"}
TALKING_ATTRIBUTES = {
    "sys": {"stdout", "stderr", "stdin", "__stdout__", "__stderr__", "__stdin__", "exit", "breakpointhook"},
    "os": {"_exit", "abort", "system", "popen"},
    "warnings": {"warn", "warn_explicit"},
    "traceback": {"print_exc", "print_exception", "print_stack", "print_tb"},
}
TALKING_MODULES = {"logging", "pdb", "pprint", "curses", "tkinter"}

WRITING_ATTRIBUTES = {
    "os": {
        *("O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND", "O_TRUNC", "write", "pwrite", "truncate", "ftruncate"),
        *("rename", "renames", "replace", "unlink", "remove", "removedirs", "rmdir", "mkdir", "makedirs", "mkfifo"),
        *("link", "symlink", "mknod", "chmod", "fchmod", "chown", "fchown", "utime"),
    },
}
WRITING_METHODS = {"write_text", "write_bytes", "unlink", "rename", "touch", "hardlink_to", "symlink_to", "rmdir"}
WRITING_MODULES = {"shutil", "tempfile", "dbm", "shelve", "sqlite3", "fileinput"}

DOORS = ("src/sealwright/cli/", "src/sealwright/__main__.py", "hooks/")
TRANSACTION = {
    "src/sealwright/rewrite/attributes.py": "gives a new file the mode of the old one",
    "src/sealwright/rewrite/leftovers.py": "removes what a crash left behind",
    "src/sealwright/rewrite/lock.py": "opens for an exclusive lock",
    "src/sealwright/rewrite/staging.py": "writes new content beside the old and puts it in its place",
}
WRITERS = TRANSACTION | {
    "src/sealwright/cli/streams.py": "points stdout at nothing when the reader has gone",
    "src/sealwright/cli/outputs.py": "writes reports where --output says",
    "src/sealwright/cli/github/conversion.py": "writes the patch of a conversion where only this user can read it",
    "src/sealwright/cli/github/files.py": "appends to the files that a GitHub runner names",
    "src/sealwright/cli/github/step.py": "makes the folder of a step's reports, below the runner's temporary one",
    "src/sealwright/fleet/engines/quiet.py": "points stderr of a worker that was started here at nothing",
    "src/sealwright/cli/start/story.py": "makes the throw-away repository of the demo",
    "src/sealwright/cli/fleet/caching.py": "has a temporary folder for a run that keeps nothing",
    "src/sealwright/fleet/cache/local.py": "keeps what is known of contents",
    "src/sealwright/fleet/run_folder.py": "keeps what a run found",
    "src/sealwright/fleet/outputs/files.py": "writes reports where --output says, while a run goes on",
    "src/sealwright/run/ledger/file.py": "keeps what was sealed, as HMACs, outside of every repository",
    "src/sealwright/run/convert/journal.py": "keeps what a conversion has done, below .git",
    "src/sealwright/stores/copies.py": "keeps the contents of files for a way back, encrypted",
    "src/sealwright/fleet/mirrors/folders.py": "makes, replaces and removes mirrors of repositories elsewhere",
    "src/sealwright/rewrite/exclusive.py": "makes the file of a lock",
    "src/sealwright/rewrite/folders.py": "makes the folder of a file that is to be created",
    "src/sealwright/sealing/kubeconfig/trust.py": "hands a client's key to OpenSSL through a pipe",
    "src/sealwright/stores/local_files.py": "keeps the encrypted files of the local store, and its key",
    "src/sealwright/fleet/checkouts.py": "makes temporary folders with the files of a commit, and removes them",
    "src/sealwright/fleet/campaign/pushing.py": "hands a bundle to git as a temporary file",
    "src/sealwright/cli/fleet/campaign_files.py": "writes what a campaign prepared into the folder of its run",
    "src/sealwright/cli/fleet/convert.py": "keeps the run of a dry run in a temporary folder",
    "src/sealwright/cli/private_file.py": "writes an opened Secret where git does not see it",
    "src/sealwright/cli/private_folder.py": "holds values in memory while a person edits them, and wipes them",
}
"""Who may write, and why. Parts of the transaction are used by rewrite/ alone."""


def uses(module: Module, attributes: dict[str, set[str]], modules_: set[str]) -> Iterator[tuple[int, str]]:
    """Line and name of every use of a listed attribute or module, however it was imported."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in attributes.get(node.value.id, ()):
                yield node.lineno, f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.partition(".")[0] in modules_)
            # Under another name the listed attributes could not be seen.
            yield from (
                (node.lineno, f"{alias.name} as") for alias in node.names if alias.asname and alias.name in attributes
            )
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.partition(".")[0] in modules_:
                yield node.lineno, node.module
            for alias in node.names:
                if alias.name in attributes.get(node.module, ()):
                    yield node.lineno, f"{node.module}.{alias.name}"


def talks(module: Module) -> Iterator[tuple[int, str]]:
    yield from uses(module, TALKING_ATTRIBUTES, TALKING_MODULES)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id in TALKING_NAMES:
            yield node.lineno, node.id


def writes(module: Module) -> Iterator[tuple[int, str]]:
    yield from uses(module, WRITING_ATTRIBUTES, WRITING_MODULES)
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in WRITING_METHODS:
            yield node.lineno, f".{function.attr}"
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name in ("open", "fdopen") and any(may_write(mode) for mode in modes(node)):
            yield node.lineno, name


def modes(call: ast.Call) -> Iterator[ast.expr]:
    """What may be the mode in a call of `open`: the second argument, or the first of a path's own method."""
    if ast.unparse(call.func) == "os.open":
        return  # takes flags, whose names are in WRITING_ATTRIBUTES
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "mode")
    yield from call.args[1:2]
    yield from (first for first in call.args[:1] if isinstance(first, ast.Constant))


def may_write(mode: ast.expr) -> bool:
    """Whether a mode writes, or is computed, so that nobody can tell. A file's name does not look like a mode."""
    if isinstance(mode, ast.Constant):
        return isinstance(mode.value, str) and bool(re.fullmatch(r"(?=.*[wax+])[rwaxbt+]{1,3}", mode.value))
    return True


def test_only_the_doors_talk_to_people_or_end_the_process() -> None:
    found = [f"{m.file}:{line}: {name}" for m in modules() if not m.file.startswith(DOORS) for line, name in talks(m)]
    assert found == []


def test_only_the_transaction_writes_files() -> None:
    found = [f"{m.file}:{line}: {name}" for m in modules() if m.file not in WRITERS for line, name in writes(m)]
    assert found == []


def test_parts_of_the_transaction_are_used_by_nobody_else() -> None:
    parts = {module.name for module in modules() if module.file in TRANSACTION}
    for module in modules():
        if not module.name.startswith("sealwright.rewrite."):
            assert parts.isdisjoint(imports(module, ast.walk(module.tree))), module.file


def test_every_exception_is_still_needed() -> None:
    assert set(WRITERS) <= {module.file for module in modules() if any(writes(module))}


@pytest.mark.parametrize(
    "code",
    [
        "print('x')",
        "import sys\nsys.stdout.write('x')",
        "from sys import stderr",
        "import sys as s",
        "import logging.handlers",
        "from logging import getLogger",
        "import os\nos._exit(1)",
        "raise SystemExit(1)",
        "out = print",
    ],
)
def test_talking_is_seen(code: str) -> None:
    assert list(talks(parsed(code)))


@pytest.mark.parametrize(
    "code",
    [
        "open('a', 'w')",
        "open('a', mode='r+b')",
        "open('a', mode)",
        "path.open('w')",
        "import io\nio.open('a', 'wb')",
        "import os\nos.open('a', os.O_WRONLY | os.O_CREAT)",
        "import os\nos.fdopen(3, 'w')",
        "path.write_text('')",
        "import os\nos.replace('a', 'b')",
        "from os import unlink",
        "import tempfile",
    ],
)
def test_writing_is_seen(code: str) -> None:
    assert list(writes(parsed(code)))


@pytest.mark.parametrize(
    "code",
    [
        "open('w.yaml')",
        "open(name, 'rb')",
        "path.open()",
        "path.open('rb')",
        "opener.open(request)",
        "'a'.replace('a', 'b')",
    ],
)
def test_reading_is_not_taken_for_writing(code: str) -> None:
    assert not list(writes(parsed(code)))
