"""A repository whose own git configuration names programs for everything that git can start: none of them runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import Repository, posix_only, run_program, scrubbed
from unit.verify.made import fingerprint, pair

pytestmark = posix_only

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{password: {VALUE}}}\n"
PROGRAMS = (
    *("core.fsmonitor", "core.sshCommand", "core.askPass", "core.pager", "core.editor", "core.gitProxy"),
    *("core.alternateRefsCommand", "sequence.editor", "gpg.program", "gpg.ssh.program", "interactive.diffFilter"),
    *("diff.external", "diff.trap.textconv", "diff.trap.command", "merge.trap.driver", "filter.trap.clean"),
    *("filter.trap.smudge", "filter.trap.process", "difftool.trap.cmd", "credential.helper", "pager.diff", "pager.log"),
    *("uploadpack.packObjectsHook", "receive.procReceiveRefs", "web.browser", "trailer.trap.command"),
)
SETTINGS = {
    "filter.trap.required": "true",
    "log.showSignature": "true",
    "diff.renames": "copies",
    "alias.ls-files": "!{program}",
    "alias.sealwright": "!{program}",
    "remote.origin.url": "ext::{program} %S",
    "remote.origin.promisor": "true",
    "remote.origin.partialclonefilter": "blob:none",
    "submodule.sub.update": "!{program}",
    "submodule.recurse": "true",
    "core.untrackedCache": "true",
    "core.hooksPath": "{folder}/hooks",
    "include.path": "{folder}/included",
    "maintenance.auto": "true",
}
HOOKS = (
    "post-index-change",
    "pre-commit",
    "post-checkout",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-auto-gc",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the repository, and the program of its that leaves `trap` behind when it is run."""
    folder = tmp_path_factory.mktemp("hostile")
    program = folder / "program"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{folder / 'trap'}'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    repository = Repository.init(folder / "repository")
    (folder / "key.pem").write_bytes(pair()[0])
    repository.write("certificate.pem", pair()[1])
    cluster = f"certificate: certificate.pem, fingerprint: '{fingerprint()}'"
    repository.write(".sealwright.yaml", f"clusters: {{prod: {{{cluster}}}}}\n")
    repository.write("apps/db.yaml", SECRET)
    repository.write("apps/sealed.yaml", SECRET.replace("db", "other"))
    assert run_program("sealwright", "seal", "--in-place", "apps/sealed.yaml", cwd=repository.path).returncode == 0
    repository.commit()
    repository.write("apps/web.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: web}\n")
    repository.commit()
    repository.write(".gitattributes", "* diff=trap filter=trap merge=trap\n")
    repository.write(".gitmodules", f'[submodule "sub"]\n  path = sub\n  url = ext::{program}\n  update = !{program}\n')
    repository.write("apps/new.yaml", SECRET.replace("db", "new"))
    repository.git("add", "--all")
    for hooks in (repository.path / ".git" / "hooks", repository.path / "hooks"):
        hooks.mkdir(exist_ok=True)
        for name in HOOKS:
            (hooks / name).symlink_to(program)
    repository.write("included", f"[core]\n  fsmonitor = {program}\n")
    for key in PROGRAMS:
        repository.git("config", key, program)
    for key, value in SETTINGS.items():
        repository.git("config", key, value.format(program=program, folder=repository.path))
    repository.write(".git/info/attributes", "* diff=trap filter=trap\n")
    return folder


@pytest.fixture
def trapped(made: Path, tmp_path: Path) -> tuple[Repository, Path]:
    """A copy of the repository, and what a program of it would leave behind."""
    shutil.copytree(made / "repository", tmp_path / "repository", symlinks=True)
    shutil.copy(made / "key.pem", tmp_path)
    (made / "trap").unlink(missing_ok=True)
    return Repository(tmp_path / "repository"), made / "trap"


@pytest.mark.parametrize(
    "command",
    [
        ("scan",),
        ("scan", "--staged"),
        ("scan", "--history", "--all"),
        ("scan", "--update-baseline"),
        ("gate", "--base", "HEAD~1"),
        ("gate", "--staged"),
        ("verify", "--private-key", "../key.pem"),
        ("verify", "--staged", "--private-key", "../key.pem"),
        ("verify", "--private-key", "../key.pem", "--write-stamps", "--prune-stamps"),
        ("inventory", "--points", "2", "--history", "HEAD"),
        ("seal", "--in-place", "apps"),
        ("convert", "--to", "sealed-secret"),
        ("convert", "--to", "sealed-secret", "--write"),
        ("reseal", "--private-key", "../key.pem", "--in-place"),
        ("doctor",),
        ("init", "--dry-run"),
    ],
    ids=" ".join,
)
def test_no_command_runs_a_program(command: tuple[str, ...], trapped: tuple[Repository, Path]) -> None:
    repository, trap = trapped
    done = run_program("sealwright", *command, cwd=repository.path)
    assert not trap.exists(), trap.read_text(encoding="utf-8")
    assert done.returncode in {0, 1}, done.stderr.decode()
    assert VALUE.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("hook", ["scan", "gate", "history", "verify", "seal"])
def test_no_hook_runs_a_program(hook: str, trapped: tuple[Repository, Path]) -> None:
    repository, trap = trapped
    done = run_program(f"sealwright-{hook}", "apps/new.yaml", cwd=repository.path)
    assert not trap.exists(), trap.read_text(encoding="utf-8")
    assert b"Traceback" not in done.stderr
    assert VALUE.encode() not in done.stdout + done.stderr


def test_the_traps_are_real(trapped: tuple[Repository, Path]) -> None:
    """Git by itself runs them: a configuration that git refuses would prove nothing."""
    repository, trap = trapped
    subprocess.run(["git", "status"], cwd=repository.path, env=scrubbed(os.environ), capture_output=True, check=False)
    assert "program" in trap.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", ["gitdir: /nowhere\n", "gitdir: ../elsewhere/.git\n", "gitdir: .git\n", "", "\0" * 99]
)
def test_a_git_file_that_leads_astray(content: str, tmp_path: Path) -> None:
    Repository.init(tmp_path / "elsewhere").write("secret.yaml", SECRET)
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / ".git").write_text(content, encoding="utf-8")
    (folder / "db.yaml").write_text(SECRET, encoding="utf-8")
    done = run_program("sealwright", "scan", cwd=folder)
    assert done.returncode in {1, 2, 3}
    assert b"Traceback" not in done.stderr
    assert b"secret.yaml" not in done.stdout


@pytest.mark.parametrize("kind", ["pipe", "link to itself"])
def test_a_git_folder_that_is_none(kind: str, tmp_path: Path) -> None:
    place = tmp_path / ".git"
    os.mkfifo(place) if kind == "pipe" else place.symlink_to(place)
    (tmp_path / "db.yaml").write_text(SECRET, encoding="utf-8")
    assert run_program("sealwright", "scan", "db.yaml", cwd=tmp_path).returncode == 1
