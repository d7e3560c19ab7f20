"""Names that act on a terminal, or are no text at all, wherever a stranger can put one: they are shown as escapes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import Repository, posix_only, run_program
from unit.verify.made import fingerprint, manifest, pair, sealed

from sealwright.report.registry import FORMATS

pytestmark = posix_only

VALUE = "correct-horse-" + "battery-staple"
ESCAPE = "\x1b[31m"
FILES = (b"caf\xe9\n--x.yaml", b"-rf.yaml", b"n" * 250 + b".yaml", " sp ace/\u202ea\x1b[31m.yaml".encode(), b"..yaml")
NAME = json.dumps(f"a{ESCAPE}\n\u202e")
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: NAME, namespace: shop}}\nstringData: {{password: {VALUE}}}\n"
ODD = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: {NAME}, namespace: {NAME}, labels: {{{NAME}: {NAME}}}}}
type: {NAME}
stringData: {{{NAME}: {VALUE}}}
---
apiVersion: {NAME}
kind: {NAME}
metadata: {{name: {NAME}}}
spec: {{password: {VALUE}, {NAME}: {VALUE}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {{name: {NAME}}}
spec:
  secretStoreRef: {{kind: ClusterSecretStore, name: {NAME}}}
  data: [{{secretKey: {NAME}, remoteRef: {{key: {NAME}, property: {NAME}}}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {NAME}}}
spec: {{template: {{spec: {{containers: [{{name: {NAME}, env: [{{name: {NAME}, value: "postgres://u:{VALUE}@h/"}}]}}]}}}}}}
"""
CONFIGURATION = f"""\
clusters:
  {NAME}: {{certificate: certificate.pem, fingerprint: "{{pin}}", paths: [{NAME}]}}
  prod: {{certificate: certificate.pem, fingerprint: "{{pin}}", paths: ["**"]}}
stores:
  {NAME}: {{backend: local, ref: {{kind: ClusterSecretStore, name: {NAME}}}}}
waivers:
  - {{rule: secret-data, path: {NAME}, reason: {NAME}, owner: {NAME}, expires: 2020-01-01}}
"""
COMMANDS = (
    ("scan",),
    ("scan", "--explain"),
    ("scan", "--history", "--all"),
    ("scan", "--update-baseline"),
    ("gate",),
    ("gate", "--base", "HEAD~1"),
    ("verify", "--private-key", "../key.pem"),
    ("verify", "--certificate", "certificate.pem"),
    ("inventory", "--points", "2", "--history", "HEAD"),
    ("seal", "--check", "."),
    ("seal", "--check", "--cluster", "prod", "good"),
    ("seal", "--in-place", "--cluster", "prod", "good"),
    ("seal", "--cluster", "prod", "good/-rf.yaml", "-w", "good/\x1b[31mout.yaml"),
    ("reseal", "--private-key", "../key.pem", "--certificate", "certificate.pem"),
    ("convert", "--to", "sealed-secret"),
    ("convert", "--to", "external-secret", "--store", "local", "--diff"),
    ("cluster", "list"),
    ("cluster", "check"),
    ("store", "list"),
    ("doctor",),
    ("init", "--dry-run"),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("names")
    made = Repository.init(folder / "repository")
    (folder / "key.pem").write_bytes(pair()[0])
    made.write("certificate.pem", pair()[1])
    made.write("odd.yaml", ODD)
    made.write("sealed.yaml", json.dumps(manifest({"a\x1b[31m": sealed(), "b": sealed("other")}, name="a\x1b[31m")))
    made.commit(f"{ESCAPE} first")
    made.write(".sealwright.yaml", CONFIGURATION.replace("{pin}", fingerprint()))
    for number, name in enumerate(FILES):
        path = os.fsencode(made.path) + b"/good/" + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(SECRET.replace("NAME", f"db-{number}").encode())
    made.git("-c", f"user.name={ESCAPE}", "checkout", "--quiet", "-b", "\u202ebranch")
    made.add()
    made.git("-c", f"user.name={ESCAPE}", "commit", "--quiet", "-m", "second")
    return made


def harmless(data: bytes) -> str:
    """What was said, if no terminal would act on it."""
    text = data.decode("utf-8", "surrogateescape")
    acting = {char for char in text if (ord(char) < 32 and char not in "\n\t") or char in "\x7f\u202e\u2028"}
    assert not acting, f"{acting} in {text!r}"
    return text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command).replace("\x1b", ""))
def test_nothing_said_acts_on_a_terminal(command: tuple[str, ...], repository: Repository, tmp_path: Path) -> None:
    done = run_program("sealwright", *command, cwd=repository.path, env={"HOME": str(tmp_path)})
    said = harmless(done.stdout) + harmless(done.stderr)
    assert done.returncode in {0, 1, 2, 3}
    assert "a bug in sealwright" not in said
    assert VALUE not in said
    repository.git("checkout", "--quiet", "--force", "HEAD")
    repository.git("clean", "--quiet", "--force", "-d")


@pytest.mark.parametrize("command", ["scan", "gate", "verify"])
def test_every_format_takes_them(command: str, repository: Repository, tmp_path: Path) -> None:
    outputs = [f"--output={name}={tmp_path / name}" for name in FORMATS]
    keys = ("--private-key", "../key.pem") if command == "verify" else ()
    done = run_program("sealwright", command, *keys, *outputs, cwd=repository.path)
    assert done.returncode in {1, 2, 3}, done.stderr
    for name in FORMATS:
        report = (tmp_path / name).read_bytes()
        assert VALUE.encode() not in report
        if name not in {"html", "markdown"}:  # these are for browsers, which act on markup alone
            harmless(report)
        if name not in {"text", "github", "markdown", "html", "junit"}:
            json.loads(report)
