"""What kustomizations make Secrets of, through the installed programs, in real repositories."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import Repository, needs_shared, posix_only, run_program, shared_dir

VALUE = "c4nAry-7vAlue9"
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
secretGenerator:
  - name: app
    files:
      - creds/admin.txt
      - password=creds/other
    envs:
      - app.env
configMapGenerator:
  - name: settings
    files:
      - app.properties
"""
EXPECTED = [
    ("kustomize-secret-generator", "apps/shop/creds/admin.txt", 2, 1),
    ("kustomize-secret-generator", "apps/shop/creds/other", 1, 1),
    ("dotenv-file", "apps/shop/app.env", 1, 6),
    ("dotenv-file", "apps/shop/app.env", 2, 14),
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("apps/shop/kustomization.yaml", KUSTOMIZATION)
    repository.write("apps/shop/creds/admin.txt", f"\n{VALUE}\n")
    repository.write("apps/shop/creds/other", b"\0\1\2" + VALUE.encode())
    repository.write("apps/shop/creds/unnamed.txt", f"{VALUE}\n")
    repository.write("apps/shop/app.env", f"HOST=db\nexport MODE='{VALUE}'\nEMPTY=\nLATER=${{LATER}}\n")
    repository.write("apps/shop/app.properties", "host=db\nport=5432\n")
    repository.write("README.md", "# Shop\n")
    repository.add()
    return repository


def scan(repository: Repository, *arguments: str, cwd: str = ".") -> tuple[int, dict[str, Any]]:
    result = run_program("sealwright", "scan", "--format", "json", *arguments, cwd=repository.path / cwd)
    assert VALUE not in (result.stdout + result.stderr).decode(errors="replace")
    assert b"Traceback" not in result.stderr
    return result.returncode, json.loads(result.stdout)


def places(report: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return sorted(
        (finding["rule"], finding["path"], finding["start"]["line"], finding["start"]["column"])
        for finding in report["findings"]
    )


def hook(repository: Repository, *files: str, cwd: str = ".") -> tuple[int, str]:
    result = run_program("sealwright-scan", *files, cwd=repository.path / cwd)
    said = (result.stdout + result.stderr).decode(errors="replace")
    assert VALUE not in said
    assert "Traceback" not in said
    return result.returncode, said


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--jobs", "2"),
        (".",),
        ("apps/shop/kustomization.yaml",),
        ("apps/shop/creds", "apps/shop/app.env"),
        ("--staged",),
        ("--staged", "--jobs", "2"),
        ("--staged", "apps/shop/kustomization.yaml"),
    ],
    ids=" ".join,
)
def test_the_same_findings_whatever_is_named(arguments: tuple[str, ...], repository: Repository) -> None:
    code, report = scan(repository, *arguments)
    assert places(report) == sorted(EXPECTED)
    assert report["errors"] == []
    assert code == 1


@pytest.mark.parametrize("path", sorted({path for _, path, _, _ in EXPECTED}))
def test_each_file_alone(path: str, repository: Repository) -> None:
    repository.commit()
    folder, name = os.path.split(path)
    whole = {finding["fingerprint"] for finding in scan(repository)[1]["findings"] if finding["path"] == path}
    for arguments, cwd in (((path,), "."), ((name,), folder), ((str(repository.path / path),), "apps")):
        code, report = scan(repository, *arguments, cwd=cwd)
        assert {finding["fingerprint"] for finding in report["findings"]} == whole
        assert places(report) == sorted(place for place in EXPECTED if place[1] == path)
        assert code == 1
        assert hook(repository, *arguments, cwd=cwd)[0] == 1


def test_the_hook_lets_others_pass(repository: Repository) -> None:
    for path in ("apps/shop/creds/unnamed.txt", "apps/shop/app.properties", "README.md"):
        assert hook(repository, path)[0] == 0
    assert hook(repository, "README.md") == (0, "")


def test_the_hook_sees_a_kustomization_that_names_what_is_there_already(repository: Repository) -> None:
    code, said = hook(repository, "apps/shop/kustomization.yaml")
    assert code == 1
    assert "apps/shop/creds/admin.txt" in said


def test_what_git_ignores_is_not_in_git(repository: Repository) -> None:
    repository.write(".gitignore", "*.env\ncreds/\n")
    repository.git("rm", "--quiet", "-r", "--cached", "apps/shop/creds", "apps/shop/app.env")
    for arguments in ((), ("apps/shop/kustomization.yaml",), ("--staged",)):
        assert scan(repository, *arguments)[1]["findings"] == []
    assert hook(repository, "apps/shop/kustomization.yaml")[0] == 0


def test_files_under_seal_are_silent(repository: Repository) -> None:
    sops = "ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]"
    meta = {"mac": sops, "lastmodified": "2026-01-01T00:00:00Z", "version": "3.8.1"}
    repository.write("apps/shop/creds/admin.txt", json.dumps({"data": sops, "sops": meta}))
    repository.write("apps/shop/creds/other", b"\0GITCRYPT\0\1\2\3")
    repository.write("apps/shop/app.env", f"MODE={sops}\nsops_version=3.8.1\nsops_mac={sops}\n")
    repository.add()
    for arguments in ((), ("apps/shop/kustomization.yaml",), ("--staged",)):
        assert scan(repository, *arguments)[0] == 0


def test_the_index_decides_for_what_is_staged(repository: Repository) -> None:
    repository.commit()
    repository.write("apps/shop/creds/admin.txt", f"{VALUE}{VALUE}\n")
    repository.add()
    repository.write("apps/shop/creds/admin.txt", "CHANGEME\n")
    repository.write("apps/shop/kustomization.yaml", "kind: Kustomization\n")
    assert places(scan(repository, "--staged")[1]) == [
        ("kustomize-secret-generator", "apps/shop/creds/admin.txt", 1, 1)
    ]
    assert scan(repository)[0] == 0


def test_a_named_file_that_is_too_large_is_not_clean(repository: Repository) -> None:
    repository.write("apps/shop/creds/admin.txt", f"{VALUE}\n" * 200)
    repository.add()
    for arguments in ((), ("apps/shop/creds/admin.txt",), ("--staged",)):
        code, report = scan(repository, "--max-bytes", "1000", *arguments)
        assert code == 3
        assert [error["path"] for error in report["errors"]] == ["apps/shop/creds/admin.txt"]


def test_literals_and_patches_on_their_lines(repository: Repository) -> None:
    repository.write(
        "apps/db/kustomization.yaml",
        f"kind: Kustomization\nsecretGenerator:\n- name: db\n  literals:\n  - mode='{VALUE}'\n"
        "patches:\n- target: {kind: Secret}\n  patch: |-\n"
        f"    - op: add\n      path: /stringData/a\n      value: {VALUE}\n"
        "- path: patch.yaml\n  target: {kind: Secret, name: db}\n- path: other.yaml\n  target: {kind: ConfigMap}\n",
    )
    operation = "- op: replace\n  path: /data/a\n  value: {}\n"
    repository.write("apps/db/patch.yaml", operation.format("eHl6"))
    repository.write("apps/db/other.yaml", operation.format("dmVyYm9zZQ=="))
    expected = [
        ("kustomize-patch", "apps/db/kustomization.yaml", 11, 14),
        ("kustomize-patch", "apps/db/patch.yaml", 3, 10),
        ("kustomize-secret-generator", "apps/db/kustomization.yaml", 5, 11),
    ]
    assert places(scan(repository, "apps/db")[1]) == expected
    assert {finding["confidence"] for finding in scan(repository, "apps/db")[1]["findings"]} == {"certain"}
    assert places(scan(repository, "apps/db/patch.yaml")[1]) == expected[1:2]


def test_many_staged_files_in_several_processes(repository: Repository) -> None:
    """The process that gives the contents of the index is at work while others are started."""
    for number in range(200):
        repository.write(f"apps/shop/creds/{number}.txt", "CHANGEME\n")
    repository.add()
    assert places(scan(repository, "--staged", "--jobs", "2")[1]) == sorted(EXPECTED)


@posix_only
def test_a_hostile_kustomization(repository: Repository) -> None:
    outside = repository.path.parent / "outside.txt"
    outside.write_text(VALUE)
    folder = repository.path / "hostile"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "up").symlink_to("../..")
    (folder / "self").symlink_to("self")
    os.mkfifo(folder / "pipe")
    names = [
        "../../outside.txt",
        "link",
        "up/outside.txt",
        "self",
        "pipe",
        ".",
        "/etc/passwd",
        "../" * 40 + "etc/passwd",
    ]
    literals = "".join(f"  - k{number}=${{V{number}}}\n" for number in range(10_000))
    bomb = "a: &a [x]\n" + "".join(
        f"{b}: &{b} [{f'*{a}, ' * 9}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    repository.write(
        "hostile/kustomization.yaml",
        f"{bomb}kind: Kustomization\nsecretGenerator:\n- &g\n  name: a\n  files: {names}\n  envs: *i\n"
        f"  literals:\n{literals}" + "- *g\n" * 1000,
    )
    for arguments in (("hostile",), ("hostile/kustomization.yaml",)):
        code, report = scan(repository, *arguments)
        assert (code, report["findings"], report["errors"]) == (0, [], [])
    assert hook(repository, "hostile/kustomization.yaml")[0] == 0


def test_ten_thousand_literals(repository: Repository) -> None:
    literals = "".join(f"  - k{number}={VALUE}\n" for number in range(10_000))
    repository.write("many/kustomization.yaml", f"secretGenerator:\n- name: a\n  literals:\n{literals}")
    report = scan(repository, "many")[1]
    assert [finding["start"]["line"] for finding in report["findings"]] == list(range(4, 10_004))


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_no_format_shows_a_value(form: str, repository: Repository) -> None:
    result = run_program("sealwright", "scan", "--format", form, cwd=repository.path)
    assert result.returncode == 1
    assert VALUE not in (result.stdout + result.stderr).decode(errors="replace")
    assert b"admin.txt" in result.stdout


@needs_shared
@pytest.mark.parametrize("example", ["B12", "B14", "B71", "B88", "G38"])
def test_shared_examples_as_repositories(example: str, tmp_path: Path) -> None:
    source = (shared_dir() or tmp_path) / "vectors" / "detection" / example
    expected = json.loads((source / "expected.json").read_text(encoding="utf-8"))["files"]
    repository = Repository.init(tmp_path / "repository")
    for path in expected:
        repository.write(path, (source / path).read_bytes())
    repository.add()
    lines = {path: what["lines"] for path, what in expected.items() if what["lines"]}
    for arguments in ((), ("--staged",)):
        found: dict[str, list[int]] = {}
        for _, path, line, _ in places(scan(repository, *arguments)[1]):
            found.setdefault(path, []).append(line)
        assert found == lines
