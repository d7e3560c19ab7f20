"""`sealwright fleet convert`: branches that git takes, in files that hold nothing of what was taken out."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from support import Repository, posix_only, program, run_program, scrubbed

from sealwright.fleet.checkouts import PREFIX
from sealwright.fleet.run_folder import RunFolder
from sealwright.sealing.keys import generate_keypair

VALUES = ("canary-correct-horse-1", "canary-battery-staple-2", "canary-tr0ub4dor-3")
SECRET = """\
# the database
apiVersion: v1
kind: Secret
metadata:
  name: {name}
  namespace: shop
{data}---
apiVersion: v1
kind: ConfigMap
metadata: {{name: other, namespace: shop}}
data: {{colour: green}}
"""
STAYS = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: later\nstringData:\n  password: canary-tr0ub4dor-3\n"
ENCODED = base64.b64encode(VALUES[1].encode()).decode()
TO = ("--", "--to", "sealed-secret", "--certificate", "cluster.pem")


@cache
def certificate() -> bytes:
    return generate_keypair(bits=2048)[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "fleet"
    plain = SECRET.format(name="db", data=f"stringData:\n  password: {VALUES[0]}\n")
    encoded = SECRET.format(name="api", data=f"data:\n  token: {ENCODED}\n")
    files: dict[str, dict[str, str | bytes]] = {
        "plain": {"apps/db.yaml": plain},
        "mixed": {'apps/a "quoted" näme.yaml': f"{encoded}---\n{STAYS}", "dos.yaml": plain.replace("\n", "\r\n")},
        "attributes": {"db.yaml": plain.replace("\n", "\r\n"), ".gitattributes": "*.yaml text eol=crlf filter=no\n"},
        "clean": {"a.yaml": "a: b\n"},
    }
    for name, contents in files.items():
        repository = Repository.init(folder / name)
        for path, content in contents.items():
            repository.write(path, content)
        repository.commit()
    Repository.init(folder / "empty")
    Repository(folder).git("clone", "--quiet", "--bare", "plain", "bare.git")
    return folder


@pytest.fixture
def fleet(made: Path, tmp_path: Path) -> Path:
    (tmp_path / "cluster.pem").write_bytes(certificate())
    return Path(shutil.copytree(made, tmp_path / "fleet", symlinks=True))


def convert(folder: Path, *arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    words = ("fleet", "convert", "--campaign", "seal", "--jobs", "1", *arguments)
    return run_program("sealwright", *words, cwd=folder, **settings)


def prepared(run: Path) -> dict[str, dict[str, Any]]:
    with closing(RunFolder.open(str(run))) as opened:
        return {Path(one.member.name).name: dict(one.patch or {}) for _, one in opened.accounts()}


def fingerprint(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path.relative_to(folder)} {path.lstat().st_mode}\0".encode())
        digest.update(path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return digest.hexdigest()


def readable(content: bytes) -> Iterator[bytes]:
    """All that somebody can make of a file: as it is, what is compressed anywhere in it, and git's base 85."""
    letters = rb"[A-Za-z]([0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5,65})"
    lines = [match[1] for line in content.split(b"\n") if (match := re.fullmatch(letters, line))]
    decoded = b""
    for line in lines:
        with suppress(ValueError):
            decoded += base64.b85decode(line)
    for data in (content, decoded):
        yield data
        for at in range(len(data) - 1):
            if data[at] & 0x0F == 8 and int.from_bytes(data[at : at + 2], "big") % 31 == 0:
                with suppress(zlib.error):
                    yield zlib.decompressobj().decompress(data[at:])


def canaries(folder: Path) -> set[str]:
    """The files below a folder in which a value can be read, in clear or in base64."""
    spellings = [value.encode() for value in VALUES]
    spellings += [base64.b64encode(value)[:-4] for value in spellings]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path) for path in files for text in readable(path.read_bytes()) for one in spellings if one in text}


def test_the_canaries_would_be_seen(fleet: Path, tmp_path: Path) -> None:
    repository = Repository(fleet / "plain")
    repository.write("apps/db.yaml", "nothing\n")
    repository.commit()
    for words in (
        ("bundle", "create", tmp_path / "x" / "b", "HEAD"),
        ("format-patch", "-1", "--binary", "-o", tmp_path / "x"),
    ):
        (tmp_path / "x").mkdir(exist_ok=True)
        repository.git(*words)
    assert len(canaries(tmp_path / "x")) == 2


def test_a_branch_for_each_that_git_fetches_and_a_patch_that_git_applies(fleet: Path, tmp_path: Path) -> None:
    before = fingerprint(fleet)
    done = convert(tmp_path, fleet, "--run", "run", "--author", "Ann Ö <ann@example.com>", *TO)
    assert done.returncode == 0, done.stderr
    assert fingerprint(fleet) == before
    assert canaries(tmp_path / "run") == set()
    assert not any(value.encode() in done.stdout + done.stderr for value in VALUES)
    found = prepared(tmp_path / "run")
    assert {name for name, about in found.items() if "commit" in about} == {"plain", "mixed", "attributes", "bare"}
    for name in ("plain", "mixed", "attributes"):
        about, clone = found[name], Repository(tmp_path / "clones" / name)
        Repository(fleet).git("clone", "--quiet", name, clone.path)
        clone.git("fetch", "--quiet", tmp_path / "run" / about["bundle"], "sealwright/seal:sealwright/seal")
        clone.git("fsck", "--full", "--strict")
        assert clone.git("rev-parse", "sealwright/seal") == about["commit"]
        assert clone.git("rev-parse", "sealwright/seal^") == about["parent"] == clone.git("rev-parse", "HEAD")
        assert clone.git("log", "-1", "--format=%an %ae", "sealwright/seal") == "Ann Ö ann@example.com"
        clone.git("apply", "--check", tmp_path / "run" / about["patch"])
        clone.git("am", "--quiet", tmp_path / "run" / about["patch"])
        assert clone.git("rev-parse", "HEAD^{tree}") == clone.git("rev-parse", "sealwright/seal^{tree}")
        assert clone.git("log", "-1", "--format=%an %ad%n%B") == clone.git(
            "log", "-1", "--format=%an %ad%n%B", about["commit"]
        )
        changed = set(clone.git("diff", "-z", "--name-only", "HEAD^", "HEAD").split("\0")) - {""}
        assert changed == {*about["files"], ".sealwright.lock"}, name
        report = json.loads(run_program("sealwright", "scan", "--format", "json", cwd=clone.path).stdout)
        assert {one["resource"]["name"] for one in report["findings"]} == ({"later"} if name == "mixed" else set())
        assert "SealedSecret" in (tmp_path / "run" / about["diff"]).read_text()


def test_a_line_that_would_carry_a_value_along_is_not_handed_on(fleet: Path, tmp_path: Path) -> None:
    """Both Secrets stand in one line: what is written anew has the one that stays."""
    one = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a", "namespace": "shop"},
        "stringData": {"k": VALUES[0]},
    }
    other = {**one, "metadata": {"name": "b"}, "stringData": {"password": VALUES[2]}}
    repository = Repository(fleet / "plain")
    repository.write("apps/db.yaml", json.dumps({"apiVersion": "v1", "kind": "List", "items": [one, other]}))
    repository.commit()
    done = convert(tmp_path, repository.path, "--run", "run", *TO)
    assert (done.returncode, b"apps/db.yaml:1: what the conversion writes holds a value" in done.stdout) == (3, True)
    assert (canaries(tmp_path / "run"), prepared(tmp_path / "run")) == (set(), {"plain": {}})
    assert not any(value.encode() in done.stdout + done.stderr for value in VALUES)


def test_a_dry_run_tells_what_would_change_and_leaves_nothing(fleet: Path, tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    done = convert(tmp_path, fleet, "--check", *TO)
    assert done.returncode == 1, done.stderr
    assert b"plain  1 Secret, 1 file" in done.stdout
    assert fingerprint(tmp_path) == before
    assert convert(tmp_path, fleet / "clean", "--check", *TO).returncode == 0


def test_branches_are_pushed_when_told_and_never_over_another(fleet: Path, tmp_path: Path) -> None:
    Repository(tmp_path).git("init", "--quiet", "--bare", "origin.git")
    plain, mixed = Repository(fleet / "plain"), Repository(fleet / "mixed")
    plain.git("remote", "add", "origin", tmp_path / "origin.git")
    before = fingerprint(fleet)
    first = convert(tmp_path, plain.path, mixed.path, "--run", "run", *TO)
    assert (first.returncode, plain.git("ls-remote", "origin")) == (0, "")
    done = convert(tmp_path, "--resume", "--push", "--run", "run", *TO)
    about = prepared(tmp_path / "run")
    assert plain.git("ls-remote", "origin") == f"{about['plain']['commit']}\trefs/heads/sealwright/seal"
    assert (about["plain"]["pushed"], "no remote `origin`" in about["mixed"]["not_pushed"]) == (True, True)
    assert done.returncode == 3
    assert fingerprint(fleet) == before
    other = convert(tmp_path, plain.path, "--push", "--run", "other", *TO)
    assert (other.returncode, b"with another commit" in other.stdout) == (3, True)
    assert about["plain"]["commit"] in plain.git("ls-remote", "origin")


@posix_only
def test_a_host_that_refuses_is_told_without_its_words(fleet: Path, tmp_path: Path) -> None:
    Repository(tmp_path).git("init", "--quiet", "--bare", "origin.git")
    hook = tmp_path / "origin.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho token-of-the-host >&2\nexit 1\n")
    hook.chmod(0o755)
    plain = Repository(fleet / "plain")
    plain.git("remote", "add", "origin", tmp_path / "origin.git")
    done = convert(tmp_path, plain.path, "--push", "--run", "run", *TO)
    assert (done.returncode, b"the host does not take the branch" in done.stdout) == (3, True)
    assert b"token-of-the-host" not in done.stdout + done.stderr
    plain.git("remote", "set-url", "origin", "https://ann:pa55word@example.com/x.git")
    done = convert(tmp_path, "--resume", "--push", "--run", "run", *TO)
    assert b"pa55word" not in done.stdout + done.stderr + (tmp_path / "run" / "run.sqlite").read_bytes()


def test_a_branch_is_made_here_only_when_told(fleet: Path, tmp_path: Path) -> None:
    plain = Repository(fleet / "plain")
    done = convert(tmp_path, plain.path, fleet / "bare.git", "--write-branch", "--run", "run", *TO)
    assert done.returncode == 0, done.stderr
    assert plain.git("rev-parse", "sealwright/seal^") == plain.git("rev-parse", "main")
    assert plain.git("status", "--porcelain") == ""
    assert Repository(fleet / "bare.git").git("rev-parse", "sealwright/seal")
    again = convert(tmp_path, plain.path, "--write-branch", "--run", "again", *TO)
    assert (again.returncode, b"with another commit" in again.stdout) == (3, True)


@posix_only
def test_a_campaign_that_is_killed_goes_on_with_what_it_has(fleet: Path, tmp_path: Path) -> None:
    for number in range(8):
        shutil.copytree(fleet / "plain", fleet / f"copy-{number}")
    (tmp_path / "tmp").mkdir()
    words = ["fleet", "convert", "--campaign", "seal", "--jobs", "1", "--run", "run"]
    environment = {"TMPDIR": str(tmp_path / "tmp")}
    process = subprocess.Popen(
        [program("sealwright"), *words, fleet, *TO],
        cwd=tmp_path,
        env=scrubbed(os.environ) | environment,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not list((tmp_path / "run").glob("campaign/*/changes.diff")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    first = prepared(tmp_path / "run")
    assert len(first) < 14
    done = run_program("sealwright", *words, "--resume", *TO, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    second = prepared(tmp_path / "run")
    assert len(second) == 14
    assert {name: second[name] for name in first} == first
    assert canaries(tmp_path / "run") == set()
    assert list((tmp_path / "tmp").glob(f"{PREFIX}*")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--campaign", "../x", *TO), "a campaign needs a name"),
        (("--campaign", "x.lock", *TO), "a campaign needs a name"),
        (("--check", "--push", *TO), "--check changes nothing"),
        (("--author", "nobody", *TO), "nobody says who commits"),
        (("--", "--write"), "--write is not for a campaign"),
        (("--", "--undo"), "--undo is not for a campaign"),
        (("--", "--to", "nothing"), "must be one of"),
        (("--", "/etc"), "paths in the repositories"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_done(
    fleet: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = convert(tmp_path, fleet, *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert not (tmp_path / "fleet-run").exists()
