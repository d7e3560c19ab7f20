"""The hook `sealwright-gate` under real hook managers: policy and plaintext at the commit, nothing loaded in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from sealwright.hooks import gate
from support import run_program, scrubbed

from sealwright.run.gate.policy import is_read_by_policy

Project = Any

NAME = "sealwright-gate"
HEAVY = {"argparse", "cryptography", "hcl2", "json", "jsonschema", "lark", "re", "requests", "subprocess", "yaml"}
PROBE = """\
import sys
before = set(sys.modules)
from sealwright.hooks.gate import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before))
"""
BARE = {name: value for name, value in scrubbed(os.environ).items() if not name.startswith("SEALWRIGHT_")}
"""Any variable of ours makes the hook ask the parser what it means."""
STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: shop
spec:
  provider:
    vault:
      server: http://vault.shop.svc:8200
"""


def test_a_broken_rule_and_plaintext_are_blocked(project: Project, secret: str, value: str) -> None:
    project.use(NAME, ())
    project.write("apps/store.yaml", STORE.replace("http:", "https:"))
    project.add()
    code, output = project.try_commit()
    assert code == 0, output
    project.write("apps/store.yaml", STORE)
    project.write("apps/db.yaml", secret)
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert "ESO015" in output
    assert "secret-" in output
    assert value not in output


def test_fixes_are_made_in_place_and_the_commit_waits_for_a_look(project: Project) -> None:
    project.use(NAME, ("--fix",))
    text = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: ebs.csi.aws.com\n"
    project.write("class.yaml", text + "parameters: {type: gp3}\n")
    project.add()
    code, output = project.try_commit()
    assert code == 1
    assert "files were modified by this hook" in output.lower() or "files modified" in output.lower()
    assert project.read("class.yaml").decode() == text + 'parameters: {type: gp3, encrypted: "true"}\n'
    project.add()
    assert project.try_commit()[0] == 0


@pytest.mark.parametrize(("name", "text"), [("README.md", "# Shop\n"), ("main.go", "package main\n")])
def test_lean_where_no_rule_could_be_about_anything(tmp_path: Any, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", PROBE, name]
    done = subprocess.run(command, cwd=tmp_path, env=BARE, capture_output=True, text=True, check=True)
    code, *modules = done.stdout.split()
    assert code == "0"
    assert HEAVY & set(modules) == set()


CHECKER = "sealwright.policy.cel.checker"


@pytest.mark.parametrize(
    "heavy",
    [
        *("hcl2", "jsonschema", "cryptography", "requests", "boto3", "yaml", "argparse", "_hashlib", "difflib"),
        *(CHECKER, "sealwright.detect.scanner", "sealwright.regex.automaton"),
    ],
)
def test_what_a_manifest_does_not_need_is_not_loaded(tmp_path: Any, heavy: str) -> None:
    (tmp_path / "store.yaml").write_text(STORE.replace("http:", "https:"), encoding="utf-8")
    command = [sys.executable, "-c", PROBE, "store.yaml"]
    done = subprocess.run(command, cwd=tmp_path, env=BARE, capture_output=True, text=True, check=True)
    code, *modules = done.stdout.split()
    assert code == "0"
    assert heavy not in modules


@pytest.mark.parametrize(
    "path", ["a.yaml", "b.yml", "c.json", "d.tf", "e.tofu", "f.tfvars", "g.template", "h.cfn", "k/Kustomization"]
)
def test_the_hook_and_the_gate_agree_on_what_rules_are_about(path: str) -> None:
    assert is_read_by_policy(path)
    assert path.lower().endswith(gate._JUDGED)


def test_an_unknown_option_is_an_error_and_not_a_pass(tmp_path: Any) -> None:
    (tmp_path / "README.md").write_text("# Shop\n", encoding="utf-8")
    assert run_program(NAME, "--pac", "README.md", cwd=tmp_path).returncode == 2
