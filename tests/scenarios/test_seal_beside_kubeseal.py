"""The same inputs through the real kubeseal and through ours: the same objects come out, and each opens the other's.

A sample by default; all of the thousand where the judges are required, since kubeseal opens one Secret in a process.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from oracle_kubeseal import kubeseal_path
from support import run_program
from unit.convert.sealing_again import CLUSTER_WIDE, NAMESPACE_WIDE, load_all, opened, pair, values_of

from sealwright.sealing.keys import load_private_keys
from sealwright.sealing.scheme import decode, open_sealed
from sealwright.sealing.scope import label_as_read, scope_of

pytestmark = pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")

SECRETS = 1000
OPENED_BY_KUBESEAL = SECRETS if os.environ.get("SEALWRIGHT_ORACLES") == "required" else 60
TEXTS = ["", " ", "x", "ünï-🔑", "two\nlines\n", "\ttab", "0644", "yes", "null", '{"a": "b"}', "\u2028", "a" * 5000]
NAMES = ["password", "tls.crt", "A_B", "x-y", ".dockerconfigjson", "k8s", "0", "a" * 253]


def some_values(chance: random.Random) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in chance.sample(NAMES, chance.randint(1, 4)):
        size = chance.choice([0, 1, 16, 100, 3000])
        found[name] = chance.choice([chance.randbytes(size), chance.choice(TEXTS).encode()])
    return found


def some_secret(chance: random.Random, number: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": f"db-{number}", "namespace": chance.choice(["prod", "dev", "a.b"])}
    scopes = [{}, {}, {NAMESPACE_WIDE: "true"}, {CLUSTER_WIDE: "true"}, {CLUSTER_WIDE: "True"}]
    annotations = chance.choice(scopes) | ({"note": chance.choice(TEXTS)} if chance.random() < 0.5 else {})
    if annotations:
        metadata["annotations"] = annotations
    if chance.random() < 0.4:
        metadata["labels"] = {"app": "x", "tier": "", "ünï": "ü"}
    if chance.random() < 0.2:
        metadata |= {"finalizers": ["a/b"], "generateName": "db-", "uid": "1-2", "resourceVersion": "5"}
    secret: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    if chance.random() < 0.5:
        secret["type"] = chance.choice(["Opaque", "kubernetes.io/basic-auth", "example.com/own"])
    if chance.random() < 0.3:
        secret["immutable"] = chance.random() < 0.5
    values = some_values(chance)
    strings = {key: value.decode() for key, value in values.items() if is_text(value) and chance.random() < 0.5}
    data = {key: base64.b64encode(value).decode() for key, value in values.items() if key not in strings}
    if strings:
        data |= {key: "QUJD" for key in strings if chance.random() < 0.2}
        secret["stringData"] = strings
    if data:
        secret["data"] = data
    return secret


def is_text(value: bytes) -> bool:
    try:
        return "\0" not in value.decode()
    except UnicodeDecodeError:
        return False


@cache
def secrets() -> list[dict[str, Any]]:
    chance = random.Random(11)
    made = [some_secret(chance, number) for number in range(SECRETS)]
    for number in (3, 500):  # as large as a Secret may be
        made[number]["data"] = {"large": base64.b64encode(chance.randbytes(1024 * 1024 - 4096)).decode()}
        made[number].pop("stringData", None)
    return made


def kubeseal(*arguments: str | Path, stdin: str | bytes) -> str:
    command = [kubeseal_path() or "kubeseal", *map(str, arguments)]
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def documents(text: str) -> list[dict[str, Any]]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while (at := text.find("{", at)) >= 0:
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def ours(tmp_path: Path, *arguments: str, stdin: str) -> str:
    done = run_program("sealwright", "seal", "--no-ledger", *arguments, cwd=tmp_path, stdin=stdin.encode())
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("beside")
    (made / "key.pem").write_bytes(pair()[0])
    (made / "cert.pem").write_bytes(pair()[1])
    return made


def shape(sealed: dict[str, Any]) -> dict[str, Any]:
    """All but the ciphertexts, which are never the same twice."""
    made = copy.deepcopy(sealed)
    made["spec"]["encryptedData"] = sorted(made["spec"]["encryptedData"])
    return made


def test_a_thousand_secrets(folder: Path) -> None:
    text = "\n".join(json.dumps(secret) for secret in secrets())
    theirs = documents(kubeseal("--cert", folder / "cert.pem", stdin=text))
    mine = documents(ours(folder, "--cert", "cert.pem", "-o", "json", stdin=text))
    assert len(theirs) == len(mine) == SECRETS
    for secret, one, other in zip(secrets(), theirs, mine, strict=True):
        assert shape(other) == shape(one)
        assert opened(one) == opened(other) == values_of(secret)
    as_yaml = load_all(ours(folder, "--cert", "cert.pem", "-o", "yaml", stdin=text))
    assert [shape(item) for item in as_yaml] == [shape(item) for item in theirs]


def test_kubeseal_opens_what_we_seal(folder: Path) -> None:
    step = SECRETS // OPENED_BY_KUBESEAL
    sample = [3, *range(0, SECRETS, step)]
    text = "\n".join(json.dumps(secrets()[number]) for number in sample)
    mine = documents(ours(folder, "--cert", "cert.pem", "-o", "json", stdin=text))
    unseal = ("--recovery-unseal", "--recovery-private-key", folder / "key.pem")
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda item: json.loads(kubeseal(*unseal, stdin=json.dumps(item))), mine))
    for number, secret in zip(sample, found, strict=True):
        expected = secrets()[number]
        values = {key: base64.b64decode(value or "") for key, value in secret["data"].items()}
        assert values == values_of(expected)
        assert (secret.get("type"), secret.get("immutable")) == (expected.get("type"), expected.get("immutable"))
        for field in ("labels", "annotations", "finalizers"):
            assert secret["metadata"].get(field) == expected["metadata"].get(field)


@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
def test_the_flags_that_choose_scope_namespace_and_name(folder: Path, scope: str) -> None:
    secret: dict[str, Any] = copy.deepcopy(secrets()[0])
    secret["metadata"] = {"name": "db"}
    flags = ("--scope", scope, "-n", "other", "--name", "renamed", "-o", "json")
    one = json.loads(kubeseal("--cert", folder / "cert.pem", *flags, stdin=json.dumps(secret)))
    other = json.loads(ours(folder, "--cert", "cert.pem", *flags, stdin=json.dumps(secret)))
    assert shape(other) == shape(one)
    assert opened(one) == opened(other) == values_of(secret)


@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
@pytest.mark.parametrize("value", [b"", b"x", b"\xff\x00\n", "ünï".encode()])
def test_raw(folder: Path, scope: str, value: bytes) -> None:
    (folder / "value").write_bytes(value)
    flags = ("--raw", "--scope", scope, "-n", "prod", "--name", "db", "--from-file", str(folder / "value"))
    [key] = load_private_keys(pair()[0], source="key.pem")
    annotations = {f"sealedsecrets.bitnami.com/{scope}": "true"}
    mark = label_as_read(scope_of(annotations), "prod", "db")
    for text in (
        kubeseal("--cert", folder / "cert.pem", *flags, stdin=""),
        ours(folder, "--cert", "cert.pem", *flags, stdin=""),
    ):
        assert open_sealed(key.key, decode(text), mark).reveal() == value


def test_merging_where_kubeseal_does_it_right(folder: Path) -> None:
    """One document in JSON, strict, with a template that has labels and annotations."""
    base = secrets()[0] | {
        "metadata": {"name": "db", "namespace": "prod", "labels": {"a": "b"}, "annotations": {"c": "d"}}
    }
    change: dict[str, Any] = copy.deepcopy(base)
    change["metadata"] |= {"labels": {"a": "new", "e": "f"}, "annotations": {"g": "h"}}
    change |= {"stringData": {"new": "x"}, "data": {next(iter(values_of(base))): "bmV3"}}
    sealed = kubeseal("--cert", folder / "cert.pem", stdin=json.dumps(base))
    for name in ("theirs.json", "ours.json"):
        (folder / name).write_text(sealed)
    kubeseal("--cert", folder / "cert.pem", "--merge-into", folder / "theirs.json", stdin=json.dumps(change))
    ours(folder, "--cert", "cert.pem", "--merge-into", "ours.json", stdin=json.dumps(change))
    one, other = (json.loads((folder / name).read_text()) for name in ("theirs.json", "ours.json"))
    assert shape(other) == shape(one)
    assert opened(other) == opened(one) == values_of(base) | values_of(change)
