"""A conversion that is killed at any step: it goes on, or goes back, and no value is lost on either way."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support import Repository, posix_only, run_program

VALUES = {"db": "corr3ct-horse-battery", "mail": "N3ver-in-the-open", "env": "Gener4ted-by-kustomize"}
SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\nstringData: {{password: {value}}}\n"
)

CHILD = """
import os, signal, sys
death = int(sys.argv[1])
from sealwright.rewrite import member
from sealwright.run.convert import upload
from sealwright.run.convert.journal import Journal
count = 0
upload.WORKERS = 1

def tick():
    global count
    count += 1
    if count == death:
        os.kill(os.getpid(), signal.SIGKILL)

def mortal(holder, name):
    real = getattr(holder, name)
    def call(*arguments, **options):
        tick()
        result = real(*arguments, **options)
        tick()
        return result
    setattr(holder, name, call)

for holder, name in ((Journal, "begin"), (Journal, "put"), (Journal, "enter"), (upload, "put"),
                     (member, "put_in_place"), (member, "take_away")):
    mortal(holder, name)
from sealwright.cli import main
sys.exit(main(["convert", "--to", "external-secret", "--write"]))
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    made = Repository.init(tmp_path / "repository")
    for name in ("db", "mail"):
        made.write(f"{name}.yaml", SECRET.format(name=name, value=VALUES[name]))
    made.write("k/.env", f"password={VALUES['env']}\n")
    made.write("k/kustomization.yaml", "namespace: shop\nsecretGenerator:\n- name: env\n  envs: [.env]\n")
    made.commit("as it was")
    return made


def killed(repository: Repository, death: int) -> bool:
    """Run until the step; whether it died there."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(death)], cwd=repository.path, capture_output=True, check=False
    )
    assert done.returncode in {-9, 0}, done.stderr.decode()
    return done.returncode == -9


def status(repository: Repository) -> str:
    command = ["git", "status", "--short", "--untracked-files=all"]
    return subprocess.run(command, cwd=repository.path, capture_output=True, check=True, text=True).stdout


def holds_all(repository: Repository) -> None:
    """Every value is where the files say: in clear, or in the store."""
    from sealwright.config import Store
    from sealwright.stores.local import open_store

    store = open_store(Store("local", "local"))
    for name, path in (("db", "db.yaml"), ("mail", "mail.yaml"), ("env", "k/env.yaml")):
        if not (repository.path / path).exists():
            assert VALUES["env"].encode() in repository.read("k/.env")
            continue
        document = yaml.safe_load(repository.read(path))
        if document["kind"] == "Secret":
            assert document["stringData"]["password"] == VALUES[name]
            continue
        stored = store.get(document["spec"]["data"][0]["remoteRef"]["key"])
        assert stored is not None
        assert json.loads(stored.body.reveal()) == {"password": VALUES[name]}


def clear(repository: Repository) -> bool:
    """Whether a value stands anywhere in the work tree, or below .git outside of git's own objects."""
    needles = [form for value in VALUES.values() for form in (value.encode(), base64.b64encode(value.encode()))]
    for path in repository.path.rglob("*"):
        if path.is_file() and "objects" not in path.parts and any(needle in path.read_bytes() for needle in needles):
            return True
    return False


def run(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "convert", *arguments, cwd=repository.path)


@posix_only
@pytest.mark.parametrize("way", ["--resume", "--undo"])
def test_killed_at_any_step(repository: Repository, tmp_path: Path, way: str) -> None:
    before = {
        path: path.read_bytes() for path in repository.path.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    home, kept = Path(os.environ["HOME"]), tmp_path / "kept"
    shutil.copytree(repository.path, kept)
    deaths = 0
    while killed(repository, deaths + 1):
        deaths += 1
        holds_all(repository)
        done = run(repository, way)
        if b"there is no conversion" in done.stderr:  # it died before it began, or when all was done
            if not status(repository):
                done = run(repository, "--to", "external-secret", "--write")
                assert done.returncode == 0, done.stderr.decode()
        else:
            assert done.returncode == 0, done.stderr.decode()
        holds_all(repository)
        if way.encode() == b"--undo" and b"taken back" in done.stdout:
            assert status(repository) == ""
            assert all(path.read_bytes() == content for path, content in before.items())
        else:
            assert not clear(repository)
        assert b"Traceback" not in done.stderr
        shutil.rmtree(home)
        home.mkdir()
        shutil.rmtree(repository.path)
        shutil.copytree(kept, repository.path)
    assert deaths > 15
