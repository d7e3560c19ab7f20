"""What may lie where a file is looked for: pipes, devices, links in circles; and files that change meanwhile."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Repository, posix_only, run_program
from unit.verify.made import fingerprint, pair

from sealwright.errors import UnreadableError
from sealwright.finding import Finding
from sealwright.manifest.discover import Selection, Target, discover, read_target
from sealwright.manifest.git import find_repository
from sealwright.run.scan import scan

pytestmark = posix_only

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{password: {VALUE}}}\n"
FILES = {
    "apps/db.yaml": SECRET,
    "apps/kustomization.yaml": "resources: [db.yaml]\nsecretGenerator: [{name: x, envs: [../secret.env]}]\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": f"auth: {{password: {VALUE}}}\n",
    "chart/templates/a.yaml": "kind: X\nspec: {{ .Values.auth.password }}\n",
    "release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: shop}\n"
    "spec: {chart: {spec: {chart: ./chart, sourceRef: {kind: GitRepository, name: x}}}, "
    f"values: {{auth: {{password: {VALUE}}}}}}}\n",
    "secret.env": f"password={VALUE}\n",
    ".sops.yaml": "creation_rules: []\n",
    ".gitlab-ci.yml": "x: {script: [a]}\n",
    ".pre-commit-config.yaml": "repos: [{repo: x, rev: v1, hooks: [{id: sealwright-scan}]}]\n",
    ".github/workflows/a.yml": "on: push\n",
    "main.tf": "\n",
}
LOOKED_FOR = (
    *("apps/kustomization.yaml", "chart/Chart.yaml", "chart/values.yaml", "chart/templates/a.yaml", "secret.env"),
    *(".sops.yaml", ".gitlab-ci.yml", ".pre-commit-config.yaml", ".github/workflows/a.yml", "main.tf"),
    *("certificates/prod.pem", ".git/hooks/pre-commit"),
)
"""Files that some command opens by itself; the first four below stop whatever needs them."""
NEEDED = (".sealwright.yaml", ".sealwright.lock", ".sealwright-stores.lock", ".sealwright-baseline.json")
COMMANDS = (
    *(("scan",), ("gate",), ("verify", "--certificate", "other.pem"), ("inventory", "--points", "0")),
    *(("convert",), ("seal", "--check", "apps"), ("doctor",), ("init", "--dry-run")),
)


KINDS: dict[str, Callable[[Path], object]] = {
    "pipe": lambda path: os.mkfifo(path),  # noqa: PLW0108 - not on Windows
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to an endless device": lambda path: path.symlink_to("/dev/zero"),
    "link out": lambda path: path.symlink_to("/etc/passwd"),
    "folder": lambda path: path.mkdir(),
    "depth": lambda path: path.write_bytes(b"[" * 100_000),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository.init(tmp_path_factory.mktemp("files") / "base")
    for path, content in FILES.items():
        repository.write(path, content)
    repository.write("certificates/prod.pem", pair()[1])
    repository.write("other.pem", pair()[1])
    pinned = f"certificate: certificates/prod.pem, fingerprint: '{fingerprint()}', paths: ['**']"
    stores = "stores: {aws: {backend: local, ref: {kind: ClusterSecretStore, name: a}}}\n"
    rule = "convert: [{paths: ['**'], to: external-secret, store: aws}]\n"
    repository.write(".sealwright.yaml", f"clusters: {{prod: {{{pinned}}}}}\n{stores}{rule}")
    repository.commit()
    return repository.path


def with_odd(base: Path, folder: Path, places: tuple[str, ...], make: Callable[[Path], object]) -> Path:
    """A copy of the repository with something odd at these places."""
    shutil.copytree(base, folder, symlinks=True)
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        make(path)
    return folder


def ends_well(folder: Path, command: tuple[str, ...], home: Path) -> int:
    """Run it: it comes to an end by itself, with a word of ours, and shows neither a value nor what lies outside."""
    done = run_program("sealwright", *command, cwd=folder, env={"HOME": str(home)})
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode in {0, 1, 2, 3}, said
    assert "a bug in sealwright" not in said
    assert "Traceback" not in said
    assert VALUE not in said
    assert "root:" not in said
    return done.returncode


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "folder"])
def test_nothing_waits_for_what_is_no_file(kind: str, base: Path, tmp_path: Path) -> None:
    folder = with_odd(base, tmp_path / "repository", LOOKED_FOR, KINDS[kind])
    for command in COMMANDS:
        ends_well(folder, command, tmp_path)


@pytest.mark.parametrize("kind", ["pipe", "link to an endless device", "folder", "depth"])
@pytest.mark.parametrize("place", NEEDED)
def test_what_has_to_be_read_is_refused(place: str, kind: str, base: Path, tmp_path: Path) -> None:
    folder = with_odd(base, tmp_path / "repository", (place,), KINDS[kind])
    codes = [ends_well(folder, command, tmp_path) for command in (("scan",), ("convert",), ("verify",))]
    assert max(codes) >= 2


def test_a_link_in_place_of_a_tracked_folder_leads_nowhere(tmp_path: Path) -> None:
    """Git lists what its index has below it; that is not what lies there now."""
    repository = Repository.init(tmp_path / "repository")
    repository.write("apps/db.yaml", SECRET)
    repository.write("certificate.pem", pair()[1])
    repository.commit()
    shutil.rmtree(repository.path / "apps")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "db.yaml").write_text(SECRET, encoding="utf-8")
    (repository.path / "apps").symlink_to(outside)
    done = run_program("sealwright", "seal", "--in-place", "--certificate", "certificate.pem", ".", cwd=repository.path)
    assert done.returncode == 0
    assert b"Nothing to seal" in done.stdout
    assert (outside / "db.yaml").read_text(encoding="utf-8") == SECRET
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 0


WRITTEN = {"grows": b"# x\n" * 5_000_000, "is cut off": b"", "is no text any more": b"\xff\xfe\x00" * 1000}
CHANGES = ("vanishes", *WRITTEN, *(f"becomes a {kind}" for kind in KINDS if kind not in {"depth", "link out"}))


def changed(path: Path, change: str) -> None:
    if change in WRITTEN:
        path.write_bytes(WRITTEN[change])
        return
    path.unlink()
    if change != "vanishes":
        KINDS[change.removeprefix("becomes a ")](path)


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_between_listing_and_reading(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository.init(tmp_path)
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        repository.write(name, SECRET)
    monkeypatch.chdir(tmp_path)
    listed = list(discover(Selection(()), find_repository()))
    results = scan(Selection(()), find_repository())
    seen = [next(results)]
    changed(tmp_path / "b.yaml", change)
    assert {result.location.path for result in (*seen, *results) if isinstance(result, Finding)} == {"a.yaml", "c.yaml"}
    for target in listed:
        assert isinstance(target, Target)
        if target.path == "b.yaml" and change not in WRITTEN:
            with pytest.raises(UnreadableError):
                read_target(target, 1000)
        else:
            assert len(read_target(target, 1000)) <= 1001


def test_files_that_change_all_the_time(base: Path, tmp_path: Path) -> None:
    """A writer swaps a file for others as fast as it can while it is sealed in place: old or refused."""
    folder = Repository(with_odd(base, tmp_path / "repository", (), os.fspath)).path
    target, spare = folder / "apps" / "db.yaml", folder / "spare"
    stop = threading.Event()
    contents = [SECRET, SECRET.replace("db", "other"), "a: 1\n", "[" * 1000, ""]

    def swap() -> None:
        number = 0
        while not stop.is_set():
            spare.write_text(contents[number % len(contents)], encoding="utf-8")
            os.replace(spare, target)
            number += 1

    writer = threading.Thread(target=swap)
    writer.start()
    try:
        codes = {ends_well(folder, ("seal", "--in-place", "apps/db.yaml"), tmp_path) for _ in range(6)}
        codes |= {ends_well(folder, ("scan", "apps/db.yaml"), tmp_path) for _ in range(3)}
    finally:
        stop.set()
        writer.join()
    assert codes <= {0, 1, 2, 3}
    assert target.read_text(encoding="utf-8") in contents
    assert [path.name for path in (folder / "apps").iterdir() if ".tmp" in path.name] == []
