"""Every action, executed: what it answers, what it writes, and what it never lets through."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml
from actions.github.conftest import CLEAN, SECRET, VALUE, Workspace
from composite_action import run_action

from sealwright.sealing.keys import generate_keypair

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

JUDGING = ("scan", "gate", "verify")
MIB = 1024 * 1024


@pytest.fixture(scope="session")
def certificate() -> bytes:
    return generate_keypair(bits=2048)[1]


def broken(workspace: Workspace, action: str, certificate: bytes) -> dict[str, str]:
    """Something that the action must not let through; the inputs to judge it by."""
    workspace.write("apps/with blank/db.yaml", SECRET)
    if action != "verify":
        return {}
    workspace.write("cluster.pem", certificate)
    sealed = {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "db", "namespace": "s"},
    }
    workspace.write("apps/sealed.yaml", json.dumps(sealed | {"spec": {"encryptedData": {"password": "bm90aGluZw=="}}}))
    return {"certificate": "cluster.pem"}


@pytest.mark.parametrize("action", JUDGING)
def test_what_is_found_fails_the_step_with_outputs_summary_and_report(
    workspace: Workspace, action: str, certificate: bytes
) -> None:
    inputs = broken(workspace, action, certificate)
    ran = workspace.use(action, **inputs)
    assert (ran.status, ran.outputs["verdict"]) == ("failure", "fail"), ran.log
    assert ran.outputs["findings"] == "1"
    assert VALUE not in ran.log + ran.summary
    sarif = json.loads(Path(ran.outputs["sarif-file"]).read_text(encoding="utf-8"))
    assert len(sarif["runs"]) == 1
    assert len(sarif["runs"][0]["results"]) == 1
    assert json.loads(Path(ran.outputs["json-file"]).read_text(encoding="utf-8"))["version"] == 1
    assert ran.summary == Path(ran.outputs["markdown-file"]).read_text(encoding="utf-8")
    assert [command.name for command in ran.annotations] == ["error"]
    assert "line=" in ran.annotations[0].properties


@pytest.mark.parametrize("action", JUDGING)
def test_nothing_found_is_success(workspace: Workspace, action: str, certificate: bytes) -> None:
    workspace.write("cluster.pem", certificate)
    workspace.write("apps/db.yaml", CLEAN)
    inputs = {"certificate": "cluster.pem"} if action == "verify" else {}
    ran = workspace.use(action, **inputs)
    assert (ran.status, ran.outputs["verdict"], ran.outputs["findings"]) == ("success", "pass", "0"), ran.log
    assert ran.annotations == []


_TURNED_DOWN = 'policy: {overrides: [{paths: ["**"], rules: {secret-string-data: info}}]}\n'


@pytest.mark.parametrize(
    ("action", "files", "findings"),
    [
        ("gate", {".sealwright.yaml": _TURNED_DOWN, "a.yaml": SECRET}, "1"),
        ("scan", {"a.yaml": f"{CLEAN}# sealwright: allow[secret-data] a fixture\n"}, "1"),
        ("scan", {"a.yaml": SECRET.replace(VALUE, f"{VALUE}  # sealwright: allow[secret-string-data] a fixture")}, "0"),
    ],
    ids=["turned down", "remark", "accepted"],
)
def test_what_is_new_counts_though_it_fails_nothing(
    workspace: Workspace, action: str, files: dict[str, str], findings: str
) -> None:
    for path, content in files.items():
        workspace.write(path, content)
    ran = workspace.use(action)
    assert (ran.status, ran.outputs["verdict"], ran.outputs["findings"]) == ("success", "pass", findings), ran.log


@pytest.mark.parametrize(
    ("files", "inputs", "verdict"),
    [
        ({"a.yaml": b"kind: Secret\n\tx: {\n"}, {}, "incomplete"),
        ({}, {"severity_threshold": "enormous"}, "error"),
        ({}, {"config": "missing.yaml"}, "error"),
        ({}, {"depth": "-1"}, "error"),
        ({}, {"paths": "no/such/folder"}, "error"),
        ({".sealwright.yaml": b"polcy: {}\n"}, {}, "error"),
    ],
    ids=["broken file", "threshold", "configuration", "depth", "path", "unknown key"],
)
def test_what_cannot_be_done_is_never_success(
    workspace: Workspace, files: dict[str, bytes], inputs: dict[str, str], verdict: str
) -> None:
    for path, content in files.items():
        workspace.write(path, content)
    ran = workspace.use("scan", **inputs)
    assert (ran.status, ran.outputs["verdict"]) == ("failure", verdict), ran.log
    assert [command.name for command in ran.annotations] == ["error"]
    assert ran.summary


def test_inputs_say_what_is_looked_at(workspace: Workspace) -> None:
    workspace.write("apps/with blank/db.yaml", SECRET)
    workspace.write("other/db.yaml", SECRET)
    ran = workspace.use("scan", paths="apps/with blank\n", output="junit=report one.xml\ngitlab=two.json")
    assert ran.outputs["findings"] == "1", ran.log
    assert (workspace.path / "report one.xml").exists()
    assert (workspace.path / "two.json").exists()
    assert workspace.use("scan", skip_files="apps/\nother/**").status == "success"
    assert workspace.use("scan", paths="apps\nother", severity_threshold="critical").status == "success"
    assert workspace.use("scan", depth="1").status == "success"


@pytest.mark.parametrize(
    "output", ["json=apps/report.json", "sarif=new.sarif\njunit=link.xml", "text=./apps/../apps/report.json"]
)
def test_what_is_committed_is_replaced_by_no_report(workspace: Workspace, output: str) -> None:
    committed = workspace.write("apps/report.json", "stays\n")
    (workspace.path / "link.xml").symlink_to("apps/report.json")
    workspace.commit()
    ran = workspace.use("scan", output=output)
    assert (ran.status, ran.outputs["verdict"], ran.outputs["sarif-file"]) == ("failure", "error", ""), ran.log
    assert "is committed" in ran.log
    assert committed.read_text(encoding="utf-8") == "stays\n"
    assert workspace.git("status", "--porcelain") == ""


def test_the_repository_may_be_in_a_folder_of_the_workspace(workspace: Workspace) -> None:
    inner = workspace.clone(workspace.path.parent / "outer" / "in ner")
    inner.write("db.yaml", SECRET)
    outer = Workspace(inner.path.parent)
    outer.checkout, outer.temporary = workspace.checkout, workspace.temporary
    assert outer.use("scan", working_directory="in ner").outputs["findings"] == "1"


HOSTILE = (
    "$(touch stolen)",
    "`touch stolen`",
    '"; touch stolen; "',
    "'; touch stolen; '",
    "--update-baseline",
    "--config=../x",
    "a\n::set-output name=x::y\n::add-path::/tmp",
    "${{ github.token }}",
    "%0A::error::x",
    "x\nEND\nverdict=pass",
)


@pytest.mark.parametrize("turn", range(len(HOSTILE)))
@pytest.mark.parametrize("action", ["scan", "gate", "verify", "convert"])
def test_no_input_is_run_or_becomes_a_command(workspace: Workspace, action: str, turn: int) -> None:
    """In as many turns as there are texts, each input has each of them once."""
    workspace.write("db.yaml", SECRET)
    before = sorted(path.name for path in workspace.path.iterdir())
    texts = {name: HOSTILE[(at + turn) % len(HOSTILE)] for at, name in enumerate(_inputs(workspace, action))}
    ran = workspace.use(action, **texts)
    assert ran.status == "failure", ran.log
    assert ran.outputs["verdict"] == "error"
    assert {command.name for command in ran.commands} <= {"error"}
    assert sorted(path.name for path in workspace.path.iterdir()) == before


def _inputs(workspace: Workspace, action: str) -> list[str]:
    content = yaml.safe_load((workspace.checkout / "actions" / action / "action.yml").read_text(encoding="utf-8"))
    # A folder that is not there ends the step before anything of ours runs; an extra goes to the installer.
    return [name.replace("-", "_") for name in content["inputs"] if name not in ("working-directory", "write")]


def test_names_and_contents_of_files_are_no_commands(workspace: Workspace) -> None:
    hostile = "\n::error::got you\n##[error]got you\n::set-output name=verdict::pass\n"
    workspace.write("::error file=a::got you.yaml", SECRET)
    workspace.write("a\n::error::got you.yaml", SECRET)
    workspace.write("b.yaml", f"kind: Secret\napiVersion: v1\nmetadata: {{name: {json.dumps(hostile)}}}\ndata: [\n")
    workspace.write("c.yaml", SECRET.replace("name: db", f"name: {json.dumps(hostile)}"))
    workspace.write("d.yaml", SECRET.replace("  password", f"  {json.dumps(hostile)}"))
    ran = workspace.use("scan")
    assert ran.outputs["verdict"] == "incomplete"
    assert all(command.properties.startswith(("file=", "title=sealwright")) for command in ran.annotations), ran.log
    assert {command.name for command in ran.commands} <= {"error", "warning", "notice"}
    assert not any(command.data.startswith("got you") for command in ran.commands)


def test_no_module_and_no_setting_of_the_repository_is_used(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("json.py", "yaml.py", "sealwright.py", "venv.py", "pip.py", "sitecustomize.py", "sealwright/cli.py"):
        workspace.write(name, "import pathlib; pathlib.Path('stolen').touch(); raise SystemExit(0)\n")
    workspace.write("uv.toml", "not a configuration\n")
    workspace.write("db.yaml", SECRET)
    environment = {"PYTHONPATH": str(workspace.path), "PYTHONSTARTUP": str(workspace.path / "json.py")}
    action = workspace.checkout / "actions" / "scan"
    ran = run_action(action, workspace.path, workspace.temporary, environment=environment)
    assert ran.outputs["findings"] == "1", ran.log
    assert not (workspace.path / "stolen").exists()


def test_three_thousand_findings_stay_within_the_limits(workspace: Workspace) -> None:
    for number in range(30):
        values = "".join(f"  password-{at}: {VALUE}-{number}-{at}\n" for at in range(100))
        workspace.write(f"apps/{number}.yaml", SECRET.replace(f"  password: {VALUE}\n", values))
    ran = workspace.use("scan")
    assert ran.outputs["findings"] == "3000"
    levels = [command.name for command in ran.annotations]
    assert all(levels.count(level) <= 10 for level in ("error", "warning", "notice"))
    assert 0 < len(ran.summary.encode()) <= MIB
    sarif = Path(ran.outputs["sarif-file"])
    assert len(json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]) <= 5000
    assert sarif.stat().st_size < 10 * MIB
    assert VALUE not in ran.log + ran.summary
