"""`sealwright reseal` as people run it: whole repositories, stopped and started again, judged by the real kubeseal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from base64 import b64decode, b64encode
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from controller_stand_in import Authority, StandIn, serving
from oracle_kubeseal import kubeseal_path
from support import Repository, posix_only, program, run_program, scrubbed
from unit.verify.made import key, key_secret, listed, manifest, pair, sealed

from sealwright.run.reseal import GROUP_FILES
from sealwright.sealing.keypair import generate_keypair
from sealwright.sealing.keys import PrivateKey, load_private_keys
from sealwright.sealing.scheme import decode, open_sealed

OLD = key(1)
TEXT = """\
# head
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {{name: db, namespace: prod}}   # who
spec:
  encryptedData:
    password: {old}
    "token": '{new}' # newest already
  template:
    metadata: {{labels: {{app: web}}}}
    data:
      url: "postgres://{{{{ .password }}}}"
"""


@cache
def dated(number: int) -> tuple[bytes, bytes]:
    """A pair whose certificate starts in another month than the others'."""
    return generate_keypair(bits=2048, now=datetime(2024 + number // 12, number % 12 + 1, 1, tzinfo=timezone.utc))


@cache
def dated_key(number: int) -> PrivateKey:
    return load_private_keys(dated(number)[0], source="key", trusted=True)[0]


def dated_backup(count: int) -> dict[str, Any]:
    secrets = []
    for number in range(count):
        secret = key_secret(0, name=f"key-{number}")
        own = dated(number)
        coded = {"tls.key": b64encode(own[0]).decode(), "tls.crt": b64encode(own[1]).decode()}
        secrets.append(secret | {"data": coded})
    return listed(*secrets)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "old.pem").write_bytes(pair(1)[0])
    (tmp_path / "new.pem").write_bytes(pair(0)[0])
    (tmp_path / "new.crt").write_bytes(pair(0)[1])
    repository = Repository.init(tmp_path / "repository")
    repository.write("apps/db.yaml", TEXT.format(old=sealed(by=OLD), new=sealed()))
    repository.write("apps/clean.yaml", "kind: ConfigMap\n")
    repository.commit()
    return repository


BOTH = ("--private-key", "../old.pem", "--private-key", "../new.pem", "--certificate", "../new.crt")


def reseal(repository: Repository, *arguments: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "reseal", *arguments, cwd=repository.path, **how)


def items_in(text: bytes) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(text)["spec"]["encryptedData"]
    return found


def test_a_plan_changes_nothing(repository: Repository) -> None:
    for arguments, code in (((), 0), (("--check",), 1), (("--format", "json"), 0)):
        done = reseal(repository, *BOTH, *arguments)
        assert (done.returncode, done.stderr) == (code, b"")
        assert repository.git("status", "--short") == ""
    text = reseal(repository, *BOTH).stdout.decode()
    assert f"password  old key   {OLD.short} -> {key().short}" in text
    assert "Dry run: 1 item in 1 file would be re-encrypted. 1 item under the newest key already." in text


def test_only_what_is_old_changes(repository: Repository) -> None:
    before = repository.read("apps/db.yaml")
    done = reseal(repository, *BOTH, "--in-place")
    assert (done.returncode, done.stderr) == (0, b"")
    after = repository.read("apps/db.yaml")
    old, new = items_in(before), items_in(after)
    assert after == before.replace(old["password"].encode(), new["password"].encode())
    assert new["token"] == old["token"]
    assert repository.git("diff", "--numstat").split() == ["1", "1", "apps/db.yaml"]
    for arguments in ((), ("--check",), ("--in-place",)):
        again = reseal(repository, *BOTH, *arguments)
        assert again.returncode == 0
        assert again.stdout == b"Nothing to do: 2 items, all under the newest key.\n"
    assert repository.read("apps/db.yaml") == after


def test_stamps_can_be_left_out(repository: Repository) -> None:
    assert reseal(repository, *BOTH, "--in-place", "--no-stamps").returncode == 0
    assert not (repository.path / ".sealwright.lock").exists()


def test_the_report_as_json(repository: Repository) -> None:
    report = json.loads(reseal(repository, *BOTH, "--in-place", "--format", "json").stdout)
    assert report["written"] is True
    assert report["summary"]["items"] == {"resealed": 1, "current": 1, "left": 0, "fails": 0, "unknown": 0}
    [one, two] = report["items"]
    assert one == {
        "path": "apps/db.yaml",
        "line": 7,
        "resource": {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "namespace": "prod", "name": "db"},
        "item": "password",
        "state": "resealed",
        "before": OLD.fingerprint,
        "after": key().fingerprint,
        "reason": "",
    }
    assert (two["item"], two["state"], two["before"], two["after"]) == ("token", "current", key().fingerprint, "")


CODES = {
    "one does not open": ({"b.json": json.dumps(manifest({"a": "QUJD", "b": sealed(by=OLD)}))}, 1),
    "one does not parse": ({"b.yaml": "kind: SealedSecret\nspec: [\n"}, 3),
    "one is a template": ({"b.json": json.dumps(manifest({"a": sealed(by=OLD)}, name="${NAME}"))}, 3),
    "nothing else": ({}, 0),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("files", "code"), CODES.values(), ids=CODES)
def test_what_fails_is_left_and_the_rest_is_done(
    files: dict[str, str], code: int, form: str, repository: Repository
) -> None:
    for name, text in files.items():
        repository.write(name, text)
    done = reseal(repository, *BOTH, "--in-place", "--format", form)
    assert (done.returncode, done.stderr) == (code, b"")
    assert {name: repository.read(name).decode() for name in files} == files
    assert repository.git("diff", "--numstat").split() == ["1", "1", "apps/db.yaml"]


USAGE = {
    "nothing": ((), "nothing to re-encrypt with"),
    "two ways": ((*BOTH, "--controller", "https://x.example"), "contradict"),
    "two wishes": ((*BOTH, "--in-place", "--check"), "contradict"),
    "only old": ((*BOTH, "--only-old"), "is for controllers"),
    "no newest": (BOTH[:4], "with several key files nobody can tell which key is the newest"),
    "another pin": ((*BOTH, "--fingerprint", f"sha256:{'0' * 64}"), "is pinned"),
    "standard input": ((*BOTH, "-"), "does not read standard input"),
    "no file": ((*BOTH, "none.yaml"), "no such file"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_usage(arguments: tuple[str, ...], words: str, repository: Repository) -> None:
    done = reseal(repository, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"hint: " in done.stderr


def test_a_backup_of_three_years_says_which_key_is_the_newest(repository: Repository) -> None:
    count = 36
    (repository.path.parent / "backup.json").write_text(json.dumps(dated_backup(count)))
    for number in range(count):
        repository.write(f"{number}.json", json.dumps(manifest({"a": sealed(by=dated_key(number))})))
    (repository.path / "apps" / "db.yaml").unlink()
    done = reseal(repository, "--private-key", "../backup.json", "--in-place", "--format", "json")
    report = json.loads(done.stdout)
    assert report["summary"]["items"]["resealed"] == count - 1
    newest = dated_key(count - 1)
    for number in range(count):
        text = json.loads(repository.read(f"{number}.json"))["spec"]["encryptedData"]["a"]
        assert open_sealed(newest.key, decode(text), b"prod/db").reveal() == b"correct horse battery staple"


def test_kubeseal_opens_what_was_resealed(repository: Repository, tmp_path: Path) -> None:
    kubeseal = kubeseal_path()
    if kubeseal is None:
        pytest.skip("kubeseal is not here")
    assert reseal(repository, *BOTH, "--in-place").returncode == 0
    command = [kubeseal, "--recovery-unseal", "--recovery-private-key", str(tmp_path / "new.pem"), "-o", "yaml"]
    done = subprocess.run(command, input=repository.read("apps/db.yaml"), capture_output=True, check=True)
    data = yaml.safe_load(done.stdout)["data"]
    value = "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ=="
    assert (data["password"], data["token"]) == (value, value)
    assert b64decode(data["url"]) == b"postgres://correct horse battery staple"


def test_a_link_and_its_file_are_one(repository: Repository) -> None:
    (repository.path / "link.yaml").symlink_to("apps/db.yaml")
    done = reseal(repository, *BOTH, "--in-place", "link.yaml", "apps/db.yaml")
    assert done.returncode == 0, done.stderr
    assert (repository.path / "link.yaml").is_symlink()
    assert b"Re-encrypted 1 item in 1 file." in done.stdout


def many(repository: Repository, count: int) -> list[str]:
    names = [f"many/{number:03}.json" for number in range(count)]
    for name in names:
        items = {f"k{item}": sealed(by=OLD) for item in range(3)}
        repository.write(name, json.dumps(manifest(items), indent=2))
    return names


@posix_only
def test_a_run_that_is_stopped_is_completed_by_another(repository: Repository) -> None:
    names = many(repository, 200)
    first = [repository.read(name) for name in names]
    command = [program("sealwright"), "reseal", *BOTH, "--in-place", "many"]
    started = subprocess.Popen(
        command, cwd=repository.path, env=scrubbed(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    end = time.monotonic() + 60
    while (
        repository.read(names[GROUP_FILES]) == first[GROUP_FILES] and started.poll() is None and time.monotonic() < end
    ):
        time.sleep(0.002)
    started.send_signal(signal.SIGINT)
    _, stderr = started.communicate(timeout=60)
    after = [repository.read(name) for name in names]
    for text in after:
        assert len(json.loads(text)["spec"]["encryptedData"]) == 3
    changed = sum(before != now for before, now in zip(first, after, strict=True))
    if started.returncode:  # it was stopped before its end
        assert (started.returncode, b"interrupted" in stderr) == (130, True)
    assert changed >= GROUP_FILES
    assert changed % GROUP_FILES == 0
    assert not [name for name in os.listdir(repository.path / "many") if not name.endswith(".json")]
    done = json.loads(reseal(repository, *BOTH, "--in-place", "--format", "json", "many").stdout)
    assert done["summary"]["items"]["resealed"] == 3 * (200 - changed)
    again = json.loads(reseal(repository, *BOTH, "--format", "json", "many").stdout)
    assert again["summary"]["items"]["current"] == 600
    assert repository.read(names[0]) == after[0]


# By the controller.


def test_the_controller_of_a_cluster(repository: Repository, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with serving(StandIn(key(), OLD, certificate=pair(0)[1]), authority.server()) as stand_in:
        cluster = f"clusters:\n  prod:\n    controller: {stand_in.base}\n    fingerprint: {key().fingerprint}\n"
        repository.write(".sealwright.yaml", f"{cluster}    paths: [apps/**]\n")
        environment = {"REQUESTS_CA_BUNDLE": str(authority.file)}
        before = repository.read("apps/db.yaml")
        plan = reseal(repository, env=environment)
        assert (plan.returncode, plan.stderr) == (0, b"")
        assert b"2 items in 1 file would be re-encrypted" in plan.stdout
        assert stand_in.asked("/v1/rotate") == []
        assert repository.read("apps/db.yaml") == before
        done = reseal(repository, "--in-place", env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
        old, new = items_in(before), items_in(repository.read("apps/db.yaml"))
        assert new.keys() == old.keys()
        assert repository.read("apps/db.yaml") == before.replace(
            old["password"].encode(), new["password"].encode()
        ).replace(old["token"].encode(), new["token"].encode())
        again = reseal(repository, "--in-place", env=environment)
        assert again.stdout == b"Nothing to do: 2 items, all under the newest key.\n"
        assert len(stand_in.asked("/v1/rotate")) == 1
    gone = reseal(repository, "--in-place", env=environment)
    assert (gone.returncode, gone.stdout) == (3, b"")


def test_a_file_of_no_cluster_with_a_controller(repository: Repository) -> None:
    repository.write(".sealwright.yaml", "clusters:\n  prod:\n    controller: https://127.0.0.1:1\n    paths: [x/**]\n")
    done = reseal(repository)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"apps/db.yaml: nothing to re-encrypt with" in done.stderr
