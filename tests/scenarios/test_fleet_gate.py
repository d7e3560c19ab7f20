"""`sealwright fleet gate`: to the finding what `sealwright gate` says in a clone of each repository."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import closing
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from support import Repository, posix_only, program, run_program, scrubbed

from sealwright.fleet.checkouts import PREFIX
from sealwright.fleet.model import Account
from sealwright.fleet.run_folder import RunFolder
from sealwright.sealing.keypair import generate_keypair

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: {name}
  namespace: shop
stringData:
  password: canary-{name}-battery-staple
"""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:latest
      securityContext: {privileged: true}
"""
WAIVER = """\
policy:
  severity-threshold: critical
waivers:
  - {rule: secret-string-data, path: db.yaml, reason: known, owner: shop, expires: 2999-01-01}
"""
SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: shop
spec:
  encryptedData:
    password: AgB4
    other: AgB4
  template:
    metadata: {name: db, namespace: shop}
"""
CLUSTER = "clusters:\n  prod: {paths: ['**'], certificate: prod.pem}\n"


@cache
def certificate() -> str:
    return generate_keypair(bits=2048)[1].decode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Repositories of every kind."""
    folder = tmp_path_factory.mktemp("made") / "fleet"
    files: dict[str, dict[str, str]] = {
        "plain": {"db.yaml": SECRET.format(name="db"), "pod.yaml": POD, "CODEOWNERS": "*.yaml @shop\n"},
        "waived": {
            "db.yaml": SECRET.format(name="db"),
            "other.yaml": SECRET.format(name="o"),
            ".sealwright.yaml": WAIVER,
        },
        "known": {"db.yaml": SECRET.format(name="db")},
        "sealed": {"a.yaml": SEALED, "prod.pem": certificate(), ".sealwright.yaml": CLUSTER},
        "broken": {"a.yaml": SECRET.format(name="a") + "  other: [", "b.yaml": SECRET.format(name="b")},
        "misconfigured": {"a.yaml": "a: b\n", ".sealwright.yaml": "nothing: true\n"},
        "clean": {"a.yaml": "a: b\n"},
    }
    for name, contents in files.items():
        repository = Repository.init(folder / name)
        for path, content in contents.items():
            repository.write(path, content)
        if name == "known":
            run_program("sealwright", "gate", "--update-baseline", cwd=repository.path)
        repository.commit()
    Repository.init(folder / "empty")
    Repository(folder).git("clone", "--quiet", "--bare", "plain", "bare.git")
    return folder


@pytest.fixture
def fleet(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "fleet", symlinks=True))


def gate(folder: Path, *arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    words = ("fleet", "gate", *arguments, "--cache", folder / "cache", "--jobs", "1", "--format", "json")
    return run_program("sealwright", *words, cwd=folder, **settings)


def accounts(run: Path) -> dict[str, Account]:
    with closing(RunFolder.open(str(run))) as opened:
        return {Path(account.member.name).name: account for _, account in opened.accounts()}


def fingerprint(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path.relative_to(folder)} {path.lstat().st_mode}\0".encode())
        digest.update(path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return digest.hexdigest()


def by_hand(source: Path, folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    subprocess.run(["git", "clone", "--quiet", source, folder], check=True, env=scrubbed(os.environ))
    done = run_program("sealwright", "gate", "--format", "json", *arguments, cwd=folder)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


@pytest.mark.parametrize(
    "arguments", [(), ("--pack=sealed-secrets", "--pack=baseline", "--severity-threshold=low", "--require-proof")]
)
def test_what_is_found_is_what_each_gate_finds_and_nothing_is_changed(
    fleet: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    before = fingerprint(fleet)
    done = gate(tmp_path, fleet, "--run", "run", *arguments)
    assert done.returncode == 3, done.stderr  # one cannot be configured, one cannot be read
    found = accounts(tmp_path / "run")
    assert set(found) == {"plain", "waived", "known", "sealed", "broken", "misconfigured", "clean", "empty", "bare"}
    for name, account in found.items():
        source = fleet / (f"{name}.git" if name == "bare" else name)
        code, report = by_hand(source, tmp_path / "by-hand" / name, *arguments)
        assert account.code == code, name
        if not report:
            assert account.errors[0]["message"].startswith(".sealwright.yaml:1:1: ")
            assert "sealwright-checkout" not in str(account)
            continue
        items = [one for one in account.findings if not one["rule"].startswith("sealed-secret-")]
        assert [plainly(finding) for finding in items] == report["findings"], name
        assert list(account.errors) == report["errors"], name
        assert code == 3 or any(finding["blocks"] for finding in account.findings) == (code == 1), name
    assert [one["owners"] for one in found["plain"].findings] == [["@shop"]] * len(found["plain"].findings)
    assert fingerprint(fleet) == before
    assert b"canary" not in done.stdout + done.stderr + (tmp_path / "run" / "run.sqlite").read_bytes()


def plainly(finding: Any) -> dict[str, Any]:
    """Without what the fleet says of it."""
    return {key: value for key, value in finding.items() if key not in ("owners", "blocks")}


def test_items_that_do_not_open_are_findings(fleet: Path, tmp_path: Path) -> None:
    gate(tmp_path, fleet / "sealed", "--run", "run")
    (account,) = accounts(tmp_path / "run").values()
    items = [finding for finding in account.findings if finding["rule"] == "sealed-secret-does-not-open"]
    assert [(one["path"], one["field"], one["blocks"]) for one in items] == [
        ("a.yaml", "password", True),
        ("a.yaml", "other", True),
    ]
    assert len({one["fingerprint"] for one in items}) == len(items)


def test_limits_are_those_of_each_repository(fleet: Path, tmp_path: Path) -> None:
    assert gate(tmp_path, fleet / "waived", fleet / "known", "--run", "run").returncode == 0
    assert gate(tmp_path, fleet / "waived", "--run", "low", "--severity-threshold", "low").returncode == 1
    strict = tmp_path / "strict.yaml"
    strict.write_text("policy: {severity-threshold: low}\n")
    assert gate(tmp_path, fleet / "waived", "--run", "own", "--config", strict).returncode == 1


def test_with_a_base_only_what_is_new_counts(fleet: Path, tmp_path: Path) -> None:
    repository = Repository(fleet / "plain")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write("new.yaml", SECRET.format(name="new"))
    repository.commit()
    done = gate(tmp_path, repository.path, fleet / "clean", "--base", "origin/main", "--run", "run")
    found = accounts(tmp_path / "run")
    assert [one["path"] for one in found["plain"].findings if one["blocks"]] == ["new.yaml"]
    assert (found["clean"].code, done.returncode) == (0, 1)
    gate(tmp_path, repository.path, "--base", "nothing", "--run", "other")
    assert "no commit `nothing`" in accounts(tmp_path / "other")["plain"].errors[0]["message"]


def sealed_items(run: Path) -> list[tuple[str, str, bool]]:
    (account,) = accounts(run).values()
    items = [one for one in account.findings if one["rule"] == "sealed-secret-does-not-open"]
    return sorted((one["path"], one["status"], one["blocks"]) for one in items)


def test_items_that_did_not_open_before_either_are_known(fleet: Path, tmp_path: Path) -> None:
    repository = Repository(fleet / "sealed")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write("new.yaml", "a: b\n")
    repository.commit()
    alone = run_program("sealwright", "gate", "--base", "main", "--format", "json", cwd=repository.path)
    assert alone.returncode == 0, alone.stderr
    verdicts = json.loads(alone.stdout)["verdicts"]
    assert [(one["item"], one["verdict"], one["status"]) for one in verdicts] == [
        ("password", "refuted", "known"),
        ("other", "refuted", "known"),
    ]
    assert gate(tmp_path, repository.path, "--base", "origin/main", "--run", "run").returncode == 0
    assert sealed_items(tmp_path / "run") == [("a.yaml", "known", False)] * 2
    repository.write("b.yaml", SEALED.replace("name: db", "name: other"))
    repository.commit()
    assert gate(tmp_path, repository.path, "--base", "origin/main", "--run", "second").returncode == 1
    assert sealed_items(tmp_path / "second") == [*[("a.yaml", "known", False)] * 2, *[("b.yaml", "new", True)] * 2]


def test_what_was_judged_is_not_judged_again_until_its_head_changes(fleet: Path, tmp_path: Path) -> None:
    some = [fleet / name for name in ("broken", "clean", "waived")]
    gate(tmp_path, *some, "--run", "first")
    Repository(fleet / "clean").write("b.yaml", SECRET.format(name="b"))
    Repository(fleet / "clean").commit()
    gate(tmp_path, *some, "--run", "second")
    first, second = accounts(tmp_path / "first"), accounts(tmp_path / "second")
    again = {name for name, account in second.items() if account.fresh}
    assert again == {"clean", "broken"}  # what has an error is not taken for known
    for name in set(second) - again:
        assert second[name]._replace(fresh=0) == first[name]._replace(fresh=0)
    gate(tmp_path, fleet / "waived", "--run", "third", "--pack", "sealed-secrets")
    assert accounts(tmp_path / "third")["waived"].fresh


@posix_only
def test_no_module_of_a_repository_and_no_variable_of_the_caller_takes_part(fleet: Path, tmp_path: Path) -> None:
    repository = Repository(fleet / "plain")
    for name in ("json.py", "yaml.py", "sitecustomize.py", "sealwright/__init__.py", "sealwright/cli/__init__.py"):
        repository.write(name, f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    repository.commit()
    variables = {
        "SEALWRIGHT_SKIP_FILES": "**",
        "PYTHONPATH": str(repository.path),
        "GIT_DIR": str(fleet / "clean" / ".git"),
    }
    gate(tmp_path, repository.path, "--run", "run", env=variables | {"PYTHONPATH": ""})
    assert "db.yaml" in {finding["path"] for finding in accounts(tmp_path / "run")["plain"].findings}
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def slow(tmp_path: Path) -> Repository:
    """One that takes seconds."""
    repository = Repository.init(tmp_path / "fleet" / "slow")
    for number in range(40):
        secrets = (SECRET.format(name=f"db-{number}-{one}") for one in range(80))
        repository.write(f"{number}.yaml", "---\n".join(secrets))
    repository.commit()
    return repository


def test_one_that_takes_too_long_is_told(slow: Repository, tmp_path: Path) -> None:
    done = gate(tmp_path, slow.path, "--run", "run", "--time-limit", "1")
    (account,) = accounts(tmp_path / "run").values()
    assert "took longer than 1 seconds" in account.errors[0]["message"]
    assert done.returncode == 3


@posix_only
def test_a_run_that_is_killed_leaves_nothing_at_work_and_goes_on(fleet: Path, tmp_path: Path, slow: Repository) -> None:
    (tmp_path / "tmp").mkdir()
    environment = scrubbed(os.environ) | {"TMPDIR": str(tmp_path / "tmp")}
    words = [program("sealwright"), "fleet", "gate", "--run", "run", "--cache", "cache", "--jobs", "1"]
    process = subprocess.Popen(
        [*words, fleet / "plain", slow.path], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not units(tmp_path / "tmp", slow):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list((tmp_path / "tmp").glob(f"{PREFIX}*"))
    while time.monotonic() < until and units(tmp_path / "tmp", slow):
        time.sleep(0.05)
    assert units(tmp_path / "tmp", slow) == []
    done = run_program("sealwright", *words[1:], "--resume", cwd=tmp_path, env={"TMPDIR": str(tmp_path / "tmp")})
    assert done.returncode == 1, done.stderr
    assert {name: bool(account.findings) for name, account in accounts(tmp_path / "run").items()} == {
        "plain": True,
        "slow": True,
    }
    assert list((tmp_path / "tmp").glob(f"{PREFIX}*")) == []


def units(folder: Path, repository: Repository) -> list[int]:
    """Processes at work in a checkout of that repository below the folder."""
    name = next(repository.path.glob("*.yaml")).name
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            here = Path(os.readlink(place))
        except OSError:
            continue
        if here.is_relative_to(folder) and here.name.startswith("tree") and (here / name).exists():
            found.append(int(place.parent.name))
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--base", "auto"), "one repository in CI"),
        (("--base", "main", "--render"), "leave one of them out"),
        (("--pack", "basline"), "did you mean `baseline`?"),
        (("--config", "nowhere.yaml"), "nowhere.yaml"),
        (("--time-limit", "soon"), "must be a whole number"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_done(
    fleet: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = gate(tmp_path, fleet, "--run", "run", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert not (tmp_path / "run").exists()
