"""`sealwright open` as people run it: the Secret or one value, to where it may go and nowhere else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle_kubeseal import kubeseal_path
from support import OTHER_PLATFORM, Repository, posix_only, program, run_program, scrubbed
from unit.verify.made import key, key_secret, listed, manifest, pair, sealed

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope

VALUE = b"correct horse battery staple"
EMPTY = encode(seal(key().key.public_key(), Plaintext(b""), b"prod/db"))
BYTES = encode(seal(key().key.public_key(), Plaintext(b"\xff\x00\n"), b"prod/db"))
FILE = f"""\
apiVersion: v1
kind: ConfigMap
---
{json.dumps(manifest({"a": sealed(), "empty": EMPTY, "bytes": BYTES}))}
---
{json.dumps(manifest({"b": sealed(name="other", scope=Scope.NAMESPACE_WIDE)}, name="any", scope=Scope.NAMESPACE_WIDE))}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "key.pem").write_bytes(pair()[0])
    (tmp_path / "retired.json").write_text(
        json.dumps(listed(key_secret(1), key_secret(0, labels={"sealedsecrets.bitnami.com/sealed-secrets-key": "old"})))
    )
    repository = Repository.init(tmp_path / "repository")
    repository.write("db.yaml", FILE)
    repository.write("moved.yaml", json.dumps(manifest({"a": sealed(), "b": sealed(name="x")})))
    repository.write(".gitignore", "*.clear\n")
    repository.commit()
    return repository


def opened(
    repository: Repository, *arguments: str, keys: str = "../key.pem", **how: Any
) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "open", "--private-key", keys, *arguments, cwd=repository.path, **how)


def test_every_document(repository: Repository) -> None:
    done = opened(repository, "db.yaml")
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = yaml.safe_load_all(done.stdout)
    assert {name: b64decode(text) for name, text in first["data"].items()} == {
        "a": VALUE,
        "empty": b"",
        "bytes": b"\xff\x00\n",
    }
    assert second["metadata"] == {"name": "any", "namespace": "prod"}
    assert done.stdout.count(b"ownerReferences") == 0
    assert opened(repository, "-", stdin=FILE.encode()).stdout == done.stdout
    [alone] = yaml.safe_load_all(opened(repository, "db.yaml", "--name", "any").stdout)
    assert alone == second


def test_text_in_clear_and_json(repository: Repository) -> None:
    done = opened(repository, "db.yaml", "--string-data", "--name", "db", "--format", "json")
    secret = json.loads(done.stdout)
    assert secret["stringData"] == {"a": VALUE.decode(), "empty": ""}
    assert secret["data"] == {"bytes": "/wAK"}


def test_one_value_is_its_bytes(repository: Repository) -> None:
    assert opened(repository, "db.yaml", "--key", "bytes").stdout == b"\xff\x00\n"
    assert opened(repository, "db.yaml", "--key", "empty").stdout == b""
    assert opened(repository, "moved.yaml", "--key", "a").stdout == VALUE


def test_nothing_is_shown_unless_all_of_it_opens(repository: Repository) -> None:
    done = opened(repository, "moved.yaml")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "moved.yaml:1: SealedSecret prod/db: `b` does not open: sealed for another name" in done.stderr.decode()
    for arguments in (("db.yaml",), ("moved.yaml", "--key", "b")):
        keys = "../key.pem" if "--key" in arguments else "../other.pem"
        (repository.path.parent / "other.pem").write_bytes(pair(1)[0])
        done = opened(repository, *arguments, keys=keys)
        assert (done.returncode, done.stdout) == (1, b"")


def test_notes(repository: Repository) -> None:
    document = manifest({"a": sealed()})
    document["spec"]["template"] = {"data": {"url": "{{ .a }}"}}
    repository.write("t.yaml", json.dumps(document))
    done = opened(repository, "t.yaml", keys="../retired.json")
    assert done.returncode == 0
    assert b"what its `template.data` adds is not shown" in done.stderr
    assert b"which is out of use (labelled `old`)" in done.stderr
    assert list(yaml.safe_load(done.stdout)["data"]) == ["a"]


@pytest.mark.parametrize("scope", Scope)
def test_a_raw_value(scope: Scope, repository: Repository) -> None:
    text = sealed(scope=scope).encode() + b"\n"
    who = {
        Scope.STRICT: ("-n", "prod", "--name", "db"),
        Scope.NAMESPACE_WIDE: ("-n", "prod", "--scope", "namespace-wide"),
        Scope.CLUSTER_WIDE: ("--scope", "cluster-wide"),
    }[scope]
    done = opened(repository, "--raw", *who, stdin=text)
    assert (done.returncode, done.stdout, done.stderr) == (0, VALUE, b"")
    if scope is not Scope.CLUSTER_WIDE:
        assert opened(repository, "--raw", *who[2:], stdin=text).returncode == 2
        wrong = opened(repository, "--raw", *who[2:], "-n", "dev", stdin=text)
        assert (wrong.returncode, wrong.stdout) == (1, b"")


USAGE = {
    "no key": (("db.yaml", "--key", "none"), 2, "no item of that name"),
    "no such object": (("db.yaml", "--name", "none"), 2, "no SealedSecret of that name"),
    "no such file": (("none.yaml",), 2, "no such file"),
    "no file": ((), 2, "nothing to open"),
    "nothing sealed": ((".gitignore",), 3, "there is no SealedSecret in it"),
    "a scope": (("db.yaml", "--scope", "strict"), 2, "--scope is for --raw"),
    "a shape for one value": (("db.yaml", "--key", "a", "--format", "json"), 2, "there is no Secret to write"),
    "raw and key": (("--raw", "--key", "a"), 2, "contradict"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), USAGE.values(), ids=USAGE)
def test_usage(arguments: tuple[str, ...], code: int, words: str, repository: Repository) -> None:
    done = opened(repository, *arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    assert words in done.stderr.decode()
    without = run_program("sealwright", "open", "db.yaml", cwd=repository.path)
    assert (without.returncode, without.stdout) == (2, b"")


# Where it goes.


def test_a_new_private_file(repository: Repository, tmp_path: Path) -> None:
    for path in (tmp_path / "out.yaml", repository.path / "out.clear"):
        done = opened(repository, "db.yaml", "--name", "db", "-o", str(path))
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert b"kind: Secret" in path.read_bytes()
        assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600
        before = path.read_bytes()
        again = opened(repository, "db.yaml", "-o", str(path))
        assert (again.returncode, path.read_bytes()) == (2, before)
        assert b"it exists already" in again.stderr


@pytest.mark.parametrize(
    "path",
    ["out.yaml", "apps/../out.yaml", ".git/out", "db.yaml", "../link/out.yaml", "../repository/out.yaml", "x/y.yaml"],
)
def test_git_never_sees_it(path: str, repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repository.path, target_is_directory=True)
    (repository.path / "apps").mkdir()
    before = set(repository.path.rglob("*"))
    done = opened(repository, "db.yaml", "-o", path)
    assert done.returncode == 2
    assert set(repository.path.rglob("*")) == before
    assert repository.read("db.yaml") == FILE.encode()


@posix_only
def test_a_redirection_into_the_repository_is_refused(repository: Repository, tmp_path: Path) -> None:
    if not os.path.exists("/proc/self/fd"):
        pytest.skip(f"{OTHER_PLATFORM}: nobody can tell where standard output leads")
    command = [program("sealwright"), "open", "--private-key", "../key.pem", "db.yaml"]
    for path, code in ((repository.path / "out.yaml", 2), (tmp_path / "out.yaml", 0), (repository.path / "o.clear", 0)):
        with path.open("wb") as file:
            done = subprocess.run(
                command, cwd=repository.path, stdout=file, stderr=subprocess.PIPE, check=False, env=scrubbed(os.environ)
            )
        assert done.returncode == code, done.stderr
        assert bool(path.read_bytes()) == (code == 0)


def test_kubeseal_says_the_same(repository: Repository, tmp_path: Path) -> None:
    kubeseal = kubeseal_path()
    if kubeseal is None:
        pytest.skip("kubeseal is not here")
    document = manifest({"a": sealed(), "bytes": BYTES})
    document["spec"]["template"] = {
        "type": "Opaque",
        "immutable": True,
        "metadata": {"name": "x", "labels": {"app": "web"}, "annotations": {"a/b": "c"}},
    }
    text = json.dumps(document).encode()
    command = [kubeseal, "--recovery-unseal", "--recovery-private-key", str(tmp_path / "key.pem")]
    theirs = json.loads(subprocess.run(command, input=text, capture_output=True, check=True).stdout)
    ours = json.loads(opened(repository, "-", "--format", "json", stdin=text).stdout)
    theirs["metadata"] = {
        name: value
        for name, value in theirs["metadata"].items()
        if name not in {"ownerReferences", "creationTimestamp"}
    }
    assert ours == theirs


def test_no_call_of_the_system_carries_a_value_elsewhere(repository: Repository, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip(f"{OTHER_PLATFORM}: strace is not here")
    log, out = tmp_path / "log", tmp_path / "out.yaml"
    calls = "execve,write,writev,pwrite64,sendto,sendmsg"
    tracing = [strace, "-f", "-q", "-y", "-xx", "-s", "65535", "-e", f"trace={calls}", "-o", str(log)]
    command = ["open", "--private-key", "../key.pem", "db.yaml", "--name", "db", "--string-data", "-o", str(out)]
    done = subprocess.run(
        [*tracing, program("sealwright"), *command],
        cwd=repository.path,
        env=scrubbed(os.environ),
        capture_output=True,
        check=False,
    )
    if b"ptrace" in done.stderr:
        pytest.skip(f"{OTHER_PLATFORM}: processes cannot be traced here")
    assert done.returncode == 0
    carrying = [line for line in decoded(log) if VALUE in line]
    assert [re.search(rb"write\(\d+<([^>]*)>", line)[1] for line in carrying] == [str(out).encode()]  # type: ignore[index]


def decoded(log: Path) -> list[bytes]:
    return [
        re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), line)
        for line in log.read_bytes().splitlines()
    ]
