"""Every format of the registry through the installed program: the same exit code, whole files, clear errors."""

from __future__ import annotations

import json
import os
import xml.dom.minidom
from pathlib import Path

import pytest
from support import NOT_AS_ROOT, POSIX_ONLY, Repository, posix_only, run_program

from sealwright.report.registry import FORMATS
from sealwright.sealing.keys import generate_keypair

SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData:
  password: correct-horse-battery-staple
"""
EXPIRED = """\
waivers:
  - {rule: secret-string-data, path: "**", reason: it was so, owner: team-a, created: 2020-01-01, expires: 2020-02-01}
"""
VERIFY = ("verify", "--private-key", "../key")
STATES: dict[str, tuple[tuple[str, ...], int]] = {
    "scan, clean": (("scan", "clean"), 0),
    "scan, findings": (("scan", "bad"), 1),
    "scan, below the threshold": (("scan", "--severity-threshold", "critical", "bad"), 0),
    "scan, findings that may be": (("scan", "--exit-zero", "bad"), 0),
    "scan, a problem": (("scan", "bad", "broken"), 3),
    "gate, clean": (("gate", "clean"), 0),
    "gate, findings": (("gate", "bad"), 1),
    "gate, below the threshold": (("gate", "--severity-threshold", "critical", "bad"), 0),
    "gate, a problem": (("gate", "bad", "broken"), 3),
    "gate, a waiver that has expired": (("gate", "--config", "../expired.yaml", "bad"), 2),
    "verify, clean": ((*VERIFY, "sealed/good.yaml"), 0),
    "verify, nothing there": ((*VERIFY, "clean"), 0),
    "verify, failures": ((*VERIFY, "sealed"), 1),
    "verify, a problem": ((*VERIFY, "sealed", "broken"), 3),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository.init(tmp_path_factory.mktemp("formats") / "repository")
    key, certificate = generate_keypair(bits=2048)
    outside = repository.path.parent
    (outside / "key").write_bytes(key)
    (outside / "cert.pem").write_bytes(certificate)
    (outside / "expired.yaml").write_text(EXPIRED, encoding="utf-8")
    repository.write("clean/a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    repository.write("bad/db.yaml", SECRET)
    repository.write("broken/a.yaml", "kind: Secret\nstringData: [\n")
    repository.write("broken/b.yaml", "kind: SealedSecret\nspec: [\n")
    sealed = run_program(
        "sealwright", "seal", "--certificate", "../cert.pem", "bad/db.yaml", cwd=repository.path
    ).stdout
    repository.write("sealed/good.yaml", sealed)
    repository.write("sealed/renamed.yaml", sealed.replace(b"name: db", b"name: other"))
    repository.commit()
    return repository.path


def readable(name: str, report: str) -> bool:
    """Whether a report of this format is one, as far as anything can tell that knows only its syntax."""
    if name in {"json", "sarif", "sarif-github", "gitlab", "in-toto", "oscal"}:
        json.loads(report)
    if name == "junit":
        xml.dom.minidom.parseString(report)
    return name in {"text", "github"} or report.endswith("\n")


@pytest.mark.parametrize("state", STATES)
def test_all_at_once_and_the_exit_code_is_that_of_the_run(tree: Path, state: str, tmp_path: Path) -> None:
    arguments, code = STATES[state]
    outputs = [f"--output={name}={(tmp_path / name).as_posix()}" for name in FORMATS]
    result = run_program("sealwright", *arguments, *outputs, cwd=tree)
    assert (result.returncode, result.stderr) == (code, b"")
    assert {file.name for file in tmp_path.iterdir()} == set(FORMATS)
    assert all(readable(name, (tmp_path / name).read_text(encoding="utf-8")) for name in FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("state", ["scan, findings", "gate, findings", "verify, failures"])
def test_each_format_on_stdout(tree: Path, state: str, name: str) -> None:
    arguments, code = STATES[state]
    result = run_program("sealwright", *arguments, "--format", name, cwd=tree)
    assert (result.returncode, result.stderr) == (code, b"")
    assert result.stdout
    assert readable(name, result.stdout.decode())


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_what_stdout_is(tree: Path, name: str, tmp_path: Path) -> None:
    """With every option that a report depends on."""
    file = tmp_path / "report"
    arguments = ("gate", "--require-proof", "--explain", "bad")
    first = run_program("sealwright", *arguments, "--format", name, cwd=tree).stdout
    run_program("sealwright", *arguments, "--format", "json", f"--output={name}={file.as_posix()}", cwd=tree)
    times = set("0123456789")
    assert [c for c in first.decode() if c not in times] == [c for c in file.read_text("utf-8") if c not in times]


def failing(tree: Path, *outputs: str) -> tuple[int, str]:
    result = run_program("sealwright", "scan", "clean", *(f"--output={output}" for output in outputs), cwd=tree)
    error = result.stderr.decode()
    assert error.startswith("error: ")
    assert "\nhint:  " in error
    assert "Traceback" not in error
    return result.returncode, error


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_cannot_be_written(tree: Path, name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (folder, tmp_path / "missing" / "report"):
        code, error = failing(tree, f"{name}={path.as_posix()}")
        assert code == 3
        assert f"{path.as_posix()}: the report cannot be written" in error
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
    assert list(folder.iterdir()) == []


@posix_only
def test_a_folder_that_nothing_can_be_put_into(tree: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip(NOT_AS_ROOT)
    report = tmp_path / "closed" / "report"
    report.parent.mkdir()
    report.write_text("as it was", encoding="utf-8")
    report.parent.chmod(0o500)
    assert failing(tree, f"junit={report}")[0] == 3
    assert report.read_text(encoding="utf-8") == "as it was"


@pytest.mark.parametrize(
    ("first", "second"), [("report", "report"), ("report", "./report"), ("report", "link"), ("a/../report", "report")]
)
def test_two_reports_in_one_file(tree: Path, first: str, second: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "report").write_text("as it was", encoding="utf-8")
    if second == "link":
        try:
            (tmp_path / "link").symlink_to("report")
        except OSError:
            pytest.skip(POSIX_ONLY)
    code, error = failing(tree, f"json={tmp_path.as_posix()}/{first}", f"sarif={tmp_path.as_posix()}/{second}")
    assert code == 2
    assert "two reports would be written to this file" in error
    assert (tmp_path / "report").read_text(encoding="utf-8") == "as it was"


def test_several_of_one_format_and_the_null_device(tree: Path, tmp_path: Path) -> None:
    outputs = [f"--output=json={tmp_path.as_posix()}/{name}" for name in "ab"]
    nowhere = [f"--output={name}={os.devnull}" for name in ("json", "junit")]
    assert run_program("sealwright", "scan", "bad", *outputs, *nowhere, cwd=tree).returncode == 1
    assert json.loads((tmp_path / "a").read_text("utf-8"))["findings"]
    assert json.loads((tmp_path / "b").read_text("utf-8"))["findings"]


@pytest.mark.parametrize("state", ["scan, clean", "gate, clean", "verify, clean"])
def test_a_format_that_does_not_exist(tree: Path, state: str) -> None:
    for argument in ("--format=nothing", "--output=nothing=file"):
        result = run_program("sealwright", *STATES[state][0], argument, cwd=tree)
        assert result.returncode == 2
        for name in FORMATS:
            assert name in result.stderr.decode()
    assert not (tree / "file").exists()
