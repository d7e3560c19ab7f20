"""A hook starts before every commit: what it imports is what everybody waits for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import Repository

from sealwright.cli.options import parse
from sealwright.cli.plain import UNSET, plain_options

CLEAN = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: shop
          image: registry.example.com/shop:1.2.3
"""

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  password: correct horse battery staple
"""

NEVER = {
    "asyncio",
    "concurrent.futures",
    "cryptography",
    "dataclasses",
    "importlib.metadata",
    "jsonschema",
    "requests",
    "rich",
    "ruamel",
}

NOT_FOR_A_CLEAN_FILE = NEVER | {
    "argparse",
    "importlib.resources",
    "inspect",
    "json",
    "logging",
    "subprocess",
    "tempfile",
    "urllib.request",
    "yaml",
}

PROBE = """\
import sys
before = set(sys.modules)
from sealwright.hooks.scan import main
code = main(sys.argv[1:])
sys.stdout.flush()
print("\\nreached the end:", code, *sorted(set(sys.modules) - before))
"""


def scanning(folder: Path, content: str) -> tuple[int, set[str]]:
    """Exit code of the hook on one file, and the modules that it needed beyond those of a bare interpreter."""
    repository = Repository.init(folder)
    repository.write("apps/manifest.yaml", content)
    repository.commit()
    command = [sys.executable, "-c", PROBE, "apps/manifest.yaml"]
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    _, reached, rest = result.stdout.rpartition("reached the end: ")
    assert reached, result.stderr
    code, *modules = rest.split()
    return int(code), set(modules)


@pytest.mark.parametrize(
    ("content", "code", "unwanted"), [(CLEAN, 0, NOT_FOR_A_CLEAN_FILE), (SECRET, 1, NEVER)], ids=["clean", "secret"]
)
def test_the_hook_imports_nothing_heavy(tmp_path: Path, content: str, code: int, unwanted: set[str]) -> None:
    returned, modules = scanning(tmp_path, content)
    assert "sealwright.hooks.scan" in modules
    assert modules & unwanted == set()
    assert returned == code


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import sealwright; print(*sorted(set(sys.modules) - before))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["sealwright"]


@pytest.mark.parametrize("command", sorted(UNSET))
def test_a_hooks_options_are_those_of_the_parser(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SEALWRIGHT_")]:
        monkeypatch.delenv(name)
    plain = plain_options([command, "--", "a.yaml", "-b"])
    parsed = vars(parse([command, "--", "a.yaml", "-b"]))
    assert plain is not None
    assert vars(plain) == {name: value for name, value in parsed.items() if name != "actions"}
    assert plain_options([command, "--staged", "--", "a.yaml"]) is None
