"""`sealwright verify` as people run it: exit codes, JSON, and SealedSecrets that the real kubeseal made."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from oracle_kubeseal import kubeseal_path
from support import Repository, posix_only, run_program
from unit.verify.made import LABEL, VALUE, key, key_secret, listed, manifest, pair, sealed

GOOD = json.dumps(manifest({"a": sealed()}), indent=1)
MOVED = json.dumps(manifest({"password": sealed()}, name="moved"), indent=1)
OPEN = GOOD.replace('"db"', '"{{ .Release.Name }}"')
BROKEN = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: [\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(pair()[0])
    (tmp_path / "other.pem").write_bytes(pair(1)[0])
    (tmp_path / "backup.yaml").write_text(json.dumps(listed(key_secret(1), key_secret(0))))
    return Repository.init(tmp_path / "repository").path


def verify(folder: Path, *arguments: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "verify", *arguments, cwd=folder, stdin=stdin)


def report(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(verify(folder, "--format", "json", *arguments).stdout)
    return result


USAGE = {
    "no evidence": ((), "nothing to verify with"),
    "no such key": (("--private-key", "none.pem"), "none.pem: cannot be read"),
    "a certificate": (("--private-key", "cert.pem"), "this is a certificate"),
    "one of two": (("--private-key", "../key.pem", "--private-key", "cert.pem"), "this is a certificate"),
    "no such path": (("--private-key", "../key.pem", "none.yaml"), "none.yaml: no such file or folder"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_used_ends_with_2(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    (folder / "cert.pem").write_bytes(pair()[1])
    (folder / "a.yaml").write_text(GOOD)
    done = verify(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"hint: " in done.stderr


CODES = {
    "all open": ({"a.yaml": GOOD}, 0),
    "nothing sealed": ({"a.yaml": "kind: ConfigMap\n"}, 0),
    "nothing at all": ({}, 0),
    "one fails": ({"a.yaml": GOOD, "b.yaml": MOVED}, 1),
    "not known": ({"a.yaml": OPEN}, 0),
    "one is broken": ({"a.yaml": GOOD, "b.yaml": BROKEN}, 3),
    "one is broken and one fails": ({"a.yaml": MOVED, "b.yaml": BROKEN}, 3),
    "not text": ({"a.yaml": GOOD + "# \udcff"}, 3),
}


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
@pytest.mark.parametrize(("files", "code"), CODES.values(), ids=CODES)
def test_exit_codes_are_the_same_in_every_format(files: dict[str, str], code: int, form: str, folder: Path) -> None:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = verify(folder, "--private-key", "../key.pem", "--format", form)
    assert (done.returncode, done.stderr) == (code, b"")


def test_entries_of_a_backup_that_are_wrong_do_not_hide_the_others(folder: Path) -> None:
    """Every verdict is given; the exit code says that not everything was as it should be."""
    broken = key_secret(2) | {"data": {"tls.crt": ""}}
    (folder.parent / "mixed.json").write_text(json.dumps(listed(broken, key_secret(0, certificate_of=1)), indent=1))
    (folder / "a.yaml").write_text(GOOD)
    (folder / "b.yaml").write_text(json.dumps(manifest({"b": sealed(by=key(1))})))
    done = verify(folder, "--private-key", "../mixed.json", "--format", "json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert [verdict["verdict"] for verdict in found["verdicts"]] == ["opens", "fails"]
    assert "or with a key of the backup that could not be read" in found["verdicts"][1]["reason"]
    told = [error["message"] for error in found["errors"]]
    assert told[0] == "Secret kube-system/key-2: it has no `tls.key`"
    assert told[1].startswith("Secret kube-system/key-0: `tls.crt` does not belong to `tls.key`")


def test_keys_that_the_controller_does_not_use(folder: Path) -> None:
    old = key_secret(0, labels={LABEL: "compromised"})
    (folder.parent / "old.json").write_text(json.dumps(listed(key_secret(1), old)))
    (folder.parent / "only.json").write_text(json.dumps(old))
    (folder / "a.yaml").write_text(GOOD)
    assert verify(folder, "--private-key", "../old.json").returncode == 1
    assert verify(folder, "--private-key", "../old.json", "--any-key").returncode == 0
    assert verify(folder, "--private-key", "../only.json").returncode == 2
    assert verify(folder, "--private-key", "../only.json", "--any-key").returncode == 0


def test_a_backup_in_place_of_a_key(folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD)
    assert verify(folder, "--private-key", "../backup.yaml").returncode == 0
    assert verify(folder, "--private-key", "../other.pem").returncode == 1
    assert verify(folder, "--private-key", "../other.pem", "--private-key", "../key.pem").returncode == 0


@posix_only
def test_a_key_through_a_pipe(folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD)
    done = verify(folder, "--private-key", "/dev/stdin", "a.yaml", stdin=pair()[0])
    assert done.returncode == 0


def test_verdicts_as_json(folder: Path) -> None:
    (folder / "apps").mkdir()
    (folder / "apps" / "a.yaml").write_text(GOOD)
    (folder / "apps" / "b.yaml").write_text(MOVED)
    (folder / "apps" / "c.yaml").write_text(BROKEN)
    found = report(folder, "--private-key", "../key.pem")
    assert found["version"] == 1
    assert found["findings"] == []
    who = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "namespace": "prod"}
    short = key().short
    assert found["verdicts"] == [
        {
            "path": "apps/a.yaml",
            "resource": who | {"name": "db"},
            "item": "a",
            "verdict": "opens",
            "reason": f"key {short}",
            "line": 10,
        },
        {
            "path": "apps/b.yaml",
            "resource": who | {"name": "moved"},
            "item": "password",
            "verdict": "fails",
            "reason": f"sealed for prod/db (strict), but stands here as prod/moved (strict) (key {short})",
            "line": 10,
        },
    ]
    [error] = found["errors"]
    assert error["path"] == "apps/c.yaml"
    assert error["line"] >= 3
    assert {"files": 3, "documents": 3}.items() <= found["summary"].items()


def test_what_cannot_be_judged_is_unknown(folder: Path) -> None:
    (folder / "a.yaml").write_text(OPEN)
    [verdict] = report(folder, "--private-key", "../key.pem")["verdicts"]
    assert verdict["verdict"] == "unknown"
    assert "render it first" in verdict["reason"]


def test_no_value_is_shown_anywhere(folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD)
    (folder / "b.yaml").write_text(MOVED)
    for form in ("text", "json", "github", "sarif"):
        done = verify(folder, "--private-key", "../key.pem", "--format", form)
        assert VALUE not in done.stdout + done.stderr
        assert b64encode(VALUE) not in done.stdout + done.stderr
        assert json.loads(MOVED)["spec"]["encryptedData"]["password"][:20].encode() not in done.stdout


def test_standard_input_and_the_index(folder: Path) -> None:
    done = verify(folder, "--private-key", "../key.pem", "-", stdin=MOVED.encode())
    assert done.returncode == 1
    assert b"<stdin>" in done.stdout
    repository = Repository(folder)
    repository.write("a.yaml", MOVED)
    repository.add()
    repository.write("a.yaml", GOOD)
    assert verify(folder, "--private-key", "../key.pem", "--staged").returncode == 1
    assert verify(folder, "--private-key", "../key.pem").returncode == 0


@pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")
@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_the_real_kubeseal_sealed_opens(scope: str, form: str, folder: Path) -> None:
    (folder.parent / "cert.pem").write_bytes(pair()[1])
    secret = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "db", "namespace": "prod"},
            "data": {"a": b64encode(VALUE).decode(), "b": ""},
        }
    )
    kubeseal = kubeseal_path() or ""
    command = [kubeseal, "--cert", str(folder.parent / "cert.pem"), "--scope", scope, "--format", form]
    made = subprocess.run(command, input=secret.encode(), capture_output=True, check=True).stdout
    (folder / f"a.{form}").write_bytes(made)
    verdicts = report(folder, "--private-key", "../key.pem")["verdicts"]
    assert [(verdict["item"], verdict["verdict"]) for verdict in verdicts] == [("a", "opens"), ("b", "opens")]
    (folder / f"a.{form}").write_bytes(made.replace(b"prod", b"dev"))
    outcomes = {verdict["verdict"] for verdict in report(folder, "--private-key", "../key.pem")["verdicts"]}
    assert outcomes == ({"opens"} if scope == "cluster-wide" else {"fails"})
    (folder / f"a.{form}").write_bytes(made.replace(b'"db"', b'"web"').replace(b"name: db", b"name: web"))
    outcomes = {verdict["verdict"] for verdict in report(folder, "--private-key", "../key.pem")["verdicts"]}
    assert outcomes == ({"fails"} if scope == "strict" else {"opens"})


def mutations(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same object as people break it: moved, renamed, widened, damaged, without this or that."""
    changed: dict[str, dict[str, Any]] = {}

    def change(how: str) -> dict[str, Any]:
        changed[how] = json.loads(json.dumps(made))
        return changed[how]

    change("nothing")
    change("renamed")["metadata"]["name"] = "web"
    change("moved")["metadata"]["namespace"] = "dev"
    change("nowhere")["metadata"].pop("namespace")
    for word in ("true", "True", "false"):
        for scope in ("namespace-wide", "cluster-wide"):
            annotations = change(f"{scope} {word}")["metadata"].setdefault("annotations", {})
            annotations[f"sealedsecrets.bitnami.com/{scope}"] = word
    change("no annotations")["metadata"].pop("annotations", None)
    change("template moved")["spec"]["template"]["metadata"].update(name="web", namespace="dev")
    change("no template")["spec"].pop("template")
    items = change("exchanged")["spec"]["encryptedData"]
    items["a"], items["b"] = items["b"], items["a"]
    for how, text in (
        ("cut", lambda item: item[:-8]),
        ("unpadded", lambda item: item.rstrip("=")[:-1]),
        ("folded", lambda item: item[:60] + "\n" + item[60:]),
        ("spaced", lambda item: item + " "),
        ("empty", lambda item: ""),
        ("first letter", lambda item: "B" + item[1:]),
        ("a letter of the block", lambda item: item[:40] + ("A" if item[40] != "A" else "B") + item[41:]),
        ("last letters", lambda item: item[:-8] + "AAAA" + item[-4:]),
    ):
        items = change(how)["spec"]["encryptedData"]
        items["a"] = text(items["a"])
    return changed


@pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")
@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
def test_fails_where_the_real_kubeseal_does_not_open(scope: str, folder: Path) -> None:
    """`kubeseal --recovery-unseal` is the judge of every object as a whole."""
    (folder.parent / "cert.pem").write_bytes(pair()[1])
    data = {"a": b64encode(VALUE).decode(), "b": b64encode(b"x" * 9).decode()}
    metadata = {"name": "db", "namespace": "prod"}
    secret = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    kubeseal = kubeseal_path() or ""
    command = [kubeseal, "--cert", str(folder.parent / "cert.pem"), "--scope", scope]
    made = json.loads(subprocess.run(command, input=secret.encode(), capture_output=True, check=True).stdout)
    opener = [kubeseal, "--recovery-unseal", "--recovery-private-key", str(folder.parent / "key.pem")]
    theirs: dict[str, bool] = {}
    for how, changed in mutations(made).items():
        (folder / f"{how}.json").write_text(json.dumps(changed))
        done = subprocess.run(opener, input=json.dumps(changed).encode(), capture_output=True, check=False)
        theirs[f"{how}.json"] = done.returncode == 0
    ours: dict[str, bool] = {}
    for verdict in report(folder, "--private-key", "../key.pem")["verdicts"]:
        assert verdict["verdict"] in {"opens", "fails"}
        ours[verdict["path"]] = ours.get(verdict["path"], True) and verdict["verdict"] == "opens"
    assert ours == theirs
    assert len(set(theirs.values())) == 2
