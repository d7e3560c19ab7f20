"""Imports go one way, in no circle, and to nothing that is not installed with the package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import pytest
from contracts.trees import Module, at_top_level, imports, modules, names
from support import ROOT, program, pyproject

DISTRIBUTIONS = {
    "azure": "azure-keyvault-secrets",
    "botocore": "boto3",
    "distributed": "dask",
    "google": "google-cloud-secret-manager",
    "hcl2": "python-hcl2",
    "yaml": "pyyaml",
}
"""Where the name to import is not the name to install."""


def test_imports_follow_the_layers() -> None:
    command = [program("lint-imports"), "--no-logo", "--no-cache", "--config", str(ROOT / ".importlinter")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 0, (result.stdout + result.stderr).decode(errors="replace")


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module.name: within(module) - {module.name} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def within(module: Module) -> set[str]:
    """Modules of the package that importing this one runs."""
    return {name for name in imports(module, at_top_level(module)) if name in names()}


def test_only_declared_dependencies_are_imported() -> None:
    project = pyproject()["project"]
    declared = names_of(project["dependencies"])
    extras = names_of(text for extra in project["optional-dependencies"].values() for text in extra)
    known = set(sys.stdlib_module_names) | {"sealwright"}
    for module in modules():
        tops = {name.partition(".")[0] for name in imports(module, ast.walk(module.tree))} - known
        allowed = declared | extras if module.name.startswith(("sealwright.stores.", "sealwright.fleet.")) else declared
        assert {DISTRIBUTIONS.get(top, top) for top in tops} <= allowed, module.file


def names_of(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[^\w.-]", text, maxsplit=1)[0].lower() for text in requirements}
