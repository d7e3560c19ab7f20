"""Whole reports, letter for letter. To accept a change on purpose: UPDATE_GOLDEN=1, then read the difference."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from support import ROOT, Repository, run_program

from sealwright.sealing.keys import generate_keypair

GOLDEN = ROOT / "tests" / "golden" / "report"
COMMANDS = {
    "scan": ("scan", "apps"),
    "gate": ("gate", "--pack", "csi", "apps"),
    "verify": ("verify", "--private-key", "../cluster.key", "sealed"),
    "stamped": ("verify", "--certificate", "../cluster.pem", "stamped"),
}
ENDINGS = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "sarif-github": "github.sarif",
    "github": "github",
    "junit": "junit.xml",
    "gitlab": "gitlab.json",
    "markdown": "md",
}

SECRET = """\
# What the shop's database wants.
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
data:
  password: Y29ycmVjdC1ob3JzZQ==
  token: YmF0dGVyeS1zdGFwbGU=
stringData:
  url: postgres://shop:correct-horse@db.example.com/shop
  fixture: not-a-real-one # sealwright: allow[secret-string-data] a fixture of the tests
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {colour: blue} # sealwright: allow[secret-data] nothing to allow
"""
BLOCK = """\
apiVersion: v1
kind: Secret
metadata:
  name: it
stringData:
  note: |
    first line
    second line
"""
TREE = {
    "apps/db.yaml": SECRET,
    "apps/with space.yaml": BLOCK,
    "apps/broken.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: [\n",
    "apps/clean.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Findings of several rules, a problem, an allowance; and a Secret sealed well and then renamed, twice."""
    folder = Repository.init(tmp_path_factory.mktemp("golden") / "tree").path
    for name, content in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    key, certificate = generate_keypair(bits=2048)
    (folder.parent / "cluster.key").write_bytes(key)
    (folder.parent / "cluster.pem").write_bytes(certificate)
    options = ("--certificate", "../cluster.pem", "--namespace", "shop")
    sealed = run_program("sealwright", "seal", *options, "apps/with space.yaml", cwd=folder)
    assert sealed.returncode == 0, sealed.stderr
    (folder / "sealed").mkdir()
    (folder / "sealed" / "good.yaml").write_bytes(sealed.stdout)
    (folder / "sealed" / "renamed.yaml").write_bytes(sealed.stdout.replace(b"name: it", b"name: renamed"))
    stamped = folder / "stamped" / "good.yaml"
    stamped.parent.mkdir()
    stamped.write_text(BLOCK, encoding="utf-8", newline="\n")
    done = run_program("sealwright", "seal", *options, "--in-place", "stamped", cwd=folder)
    assert done.returncode == 0, done.stderr
    text = stamped.read_bytes()
    stamped.with_name("renamed.yaml").write_bytes(text.replace(b"name: it", b"name: renamed"))
    stamped.with_name("unknown.yaml").write_bytes(sealed.stdout)
    return folder


def settled(report: str) -> str:
    """The report with what is different in every run taken out: the time and the key's fingerprint."""
    report = re.sub(r'"seconds": [0-9.]+', '"seconds": 0.0', re.sub(r' time="[0-9.]+"', ' time="0.000"', report))
    return re.sub(r"\bkey [0-9a-f]{8}\b", "key 01234567", report)


@pytest.mark.parametrize("format_name", ENDINGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_report_is_what_it_was(tree: Path, command: str, format_name: str) -> None:
    result = run_program("sealwright", *COMMANDS[command], "--format", format_name, cwd=tree)
    assert result.returncode == (3 if "apps" in COMMANDS[command] else 1)
    assert result.stderr == b""
    report = settled(result.stdout.decode())
    golden = GOLDEN / f"{command}.{ENDINGS[format_name]}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(report, encoding="utf-8", newline="\n")
    assert report == golden.read_text(encoding="utf-8")


def test_json_has_the_published_keys_and_types() -> None:
    report = json.loads((GOLDEN / "scan.json").read_text(encoding="utf-8"))
    verified = json.loads((GOLDEN / "verify.json").read_text(encoding="utf-8"))
    assert list(report) == ["version", "findings", "verdicts", "errors", "summary"]
    assert report["version"] == 1
    place = {"line": int, "column": int}
    resource = {"apiVersion": str, "kind": str, "namespace": str, "name": str}
    finding = {"rule": str, "severity": str, "confidence": str, "path": str, "start": place, "end": place}
    finding |= {"resource": resource, "field": str, "message": str, "fingerprint": str, "status": str}
    verdict = {"path": str, "resource": resource, "item": str, "verdict": str, "reason": str, "line": int}
    assert report["findings"]
    for entry in report["findings"]:
        assert_shape({key: value for key, value in entry.items() if key != "reason"}, finding)
        assert entry["status"] in {"new", "known", "waived"}
        assert min(entry["start"].values()) >= 1
    stamped = json.loads((GOLDEN / "stamped.json").read_text(encoding="utf-8"))
    assert {entry["verdict"] for entry in verified["verdicts"]} == {"opens", "fails"}
    assert {entry["verdict"] for entry in stamped["verdicts"]} == {"proved", "refuted", "unknown"}
    for entry in verified["verdicts"] + stamped["verdicts"]:
        assert_shape(entry, verdict)
    for entry in report["errors"]:
        assert_shape(
            {key: entry[key] for key in ("path", "line", "message")}, {"path": str, "line": int, "message": str}
        )
    counts = {"files": int, "documents": int, "seconds": float, "findings": dict}
    assert_shape(report["summary"], counts)


def assert_shape(entry: object, shape: object) -> None:
    if isinstance(shape, dict):
        assert isinstance(entry, dict)
        assert set(entry) == set(shape)
        for key, kind in shape.items():
            assert_shape(entry[key], kind)
    else:
        assert type(entry) is shape
