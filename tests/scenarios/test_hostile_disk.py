"""Every command that writes, on a disk that is full or read-only: a plain word, all files as they were, no litter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from support import OTHER_PLATFORM, Repository, posix_only, program, run_program, scrubbed
from unit.verify.made import fingerprint, key, manifest, pair, sealed

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\nstringData: {{password: {VALUE}}}\n"
MENDABLE = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  template:
    spec:
      containers:
        - name: d
          image: "registry/csi-secrets-store/driver:v1"
          args: ["--nodeid=x"]
"""
KEY = "../key.pem"
COMMANDS = {
    "seal": ("seal", "--in-place", "apps/db.yaml"),
    "seal several": ("seal", "--in-place", "apps/db.yaml", "apps/second.yaml"),
    "seal into": ("seal", "apps/db.yaml", "--into", "apps/sealed.yaml"),
    "seal to a file": ("seal", "apps/db.yaml", "-w", "apps/new.yaml"),
    "reseal": ("reseal", "--private-key", "../old.pem", "--private-key", KEY, "--in-place", "apps/old.yaml"),
    "convert": ("convert", "--to", "sealed-secret", "--write", "apps/second.yaml"),
    "convert to a store": ("convert", "--to", "external-secret", "--write", "apps/second.yaml"),
    "mend": ("gate", "--fix", "--pack", "csi", "apps/driver.yaml"),
    "baseline": ("scan", "--update-baseline"),
    "report": ("scan", "--exit-zero", "--output", "json=report.json"),
    "stamps": ("verify", "--private-key", KEY, "--write-stamps"),
    "inventory": ("inventory", "--points", "0", "--output", "html=inventory.html"),
    "open": ("open", "--private-key", KEY, "apps/sealed.yaml", "-o", "opened.yaml"),
    "cluster": ("cluster", "add", "other", "--certificate", "../other-certificate.pem"),
    "init": ("init", "--ci", "github"),
    "policies": (
        "policy",
        "export",
        "--to",
        "validating-admission-policy",
        "--pack",
        "csi",
        "--output-directory",
        "policies",
    ),
}
"""Each changes or makes files of the work tree."""

SCRIPT = """
set -u
folder=$1 state=$2; shift 2
mount -t tmpfs -o size=2m tmpfs "$folder/repository" || exit 99
cp -a "$folder/base/." "$folder/repository/"
case $state in
  full) dd if=/dev/zero of="$folder/repository/.git/filler" bs=512 2>/dev/null; true ;;
  read-only) mount -o remount,ro "$folder/repository" || exit 99 ;;
esac
cd "$folder/repository"
"$@"
code=$?
rm -f .git/filler 2>/dev/null
cp -a . "$folder/after"
exit $code
"""


@cache
def namespace() -> tuple[str, ...]:
    """What begins a command that may mount file systems of its own; () where nothing does."""
    if shutil.which("unshare") is None:
        return ()
    for way in (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount")):
        tried = [*way, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        if subprocess.run(tried, capture_output=True, check=False, timeout=60).returncode == 0:
            return way
    return ()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository `base`, and keys beside it."""
    if not namespace():
        pytest.skip(f"{OTHER_PLATFORM}: no small file system can be mounted here")
    folder = tmp_path_factory.mktemp("disk")
    (folder / "key.pem").write_bytes(pair()[0])
    (folder / "old.pem").write_bytes(pair(1)[0])
    (folder / "other-certificate.pem").write_bytes(pair(1)[1])
    repository = Repository.init(folder / "base")
    repository.write("certificate.pem", pair()[1])
    pinned = f"clusters: {{prod: {{certificate: certificate.pem, fingerprint: '{fingerprint()}'}}}}\n"
    stores = "stores: {here: {backend: local, ref: {kind: ClusterSecretStore, name: here}}}\n"
    rule = "convert: [{paths: ['**'], to: external-secret, store: here}]\n"
    repository.write(".sealwright.yaml", pinned + stores + rule)
    repository.write(".gitignore", "opened.yaml\n")
    repository.write("apps/db.yaml", SECRET)
    repository.write("apps/second.yaml", SECRET.replace("db", "second"))
    repository.write("apps/driver.yaml", MENDABLE)
    repository.write("apps/sealed.yaml", json.dumps(manifest({"token": sealed()}), indent=2))
    repository.write("apps/old.yaml", json.dumps(manifest({"token": sealed(by=key(1))}), indent=2))
    repository.commit()
    (folder / "repository").mkdir()
    return folder


def run(base: Path, state: str, command: tuple[str, ...]) -> tuple[int, str, dict[str, bytes], dict[str, bytes]]:
    """The exit code, what was said, and the files of the work tree before and after."""
    shutil.rmtree(base / "after", ignore_errors=True)
    home = base / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [*namespace(), "bash", "-c", SCRIPT, "bash", base, state, program("sealwright"), *command],
        env=scrubbed(os.environ, home=home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 99, said
    return done.returncode, said, files(base / "base"), files(base / "after")


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("state", ["full", "read-only"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_nothing_is_left_half_done(command: tuple[str, ...], state: str, base: Path) -> None:
    code, said, before, after = run(base, state, command)
    assert code in {2, 3}, said
    assert "error: " in said
    assert "a bug in sealwright" not in said
    assert "Traceback" not in said
    assert VALUE not in said
    assert after == before


def test_each_of_them_works_where_there_is_room(base: Path) -> None:
    """Otherwise the refusals above would say nothing about disks."""
    for name, command in COMMANDS.items():
        code, said, before, after = run(base, "writable", command)
        assert code in {0, 1}, (name, said)
        assert after != before, name


@posix_only
def test_a_limit_on_files_is_told_like_a_full_disk(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    repository.write("db.yaml", SECRET)
    repository.write("certificate.pem", pair()[1])
    line = 'ulimit -f 1; exec "$@"'
    seal = [program("sealwright"), "seal", "--in-place", "--certificate", "certificate.pem", "--no-ledger", "db.yaml"]
    padding = "".join(f"# {'x' * 70}\n" for _ in range(30))
    repository.write("db.yaml", padding + SECRET)
    done = subprocess.run(
        ["bash", "-c", line, "bash", *seal], cwd=tmp_path, env=scrubbed(os.environ), capture_output=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert repository.read("db.yaml") == (padding + SECRET).encode()
    assert b"ulimit -f" in done.stderr
    assert run_program(*["sealwright", *seal[1:]], cwd=tmp_path).returncode == 0
