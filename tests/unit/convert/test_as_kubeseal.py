"""Side by side with the real kubeseal: the same object comes out, and it opens ours as it opens its own."""

from __future__ import annotations

import json
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle_kubeseal import kubeseal_path
from unit.convert.sealing_again import CLUSTER_WIDE, NAMESPACE_WIDE, load_all, pair, sealed, without_ciphertext

from sealwright.convert.seal import SealOptions
from sealwright.sealing.scope import Scope

pytestmark = pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")


def kubeseal(*arguments: str | Path, stdin: str) -> list[dict[str, Any]]:
    command = [kubeseal_path() or "kubeseal", *map(str, arguments)]
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    decoder, found, text = json.JSONDecoder(), [], done.stdout.decode()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].removeprefix("---")
    return found


def some_secret(chance: random.Random, number: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": f"db-{number}", "namespace": chance.choice(["prod", "dev"])}
    optional = {
        "labels": {"app": "x", "tier": ""},
        "finalizers": ["a/b"],
        "generateName": "db-",
        "uid": "1-2",
        "resourceVersion": "5",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}],
        "annotations": {
            name: value
            for name, value in {
                "note": "two\nlines ünï",
                "kubectl.kubernetes.io/last-applied-configuration": "{}",
                "kubecfg.ksonnet.io/last-applied-configuration": "{}",
                CLUSTER_WIDE: chance.choice(["true", "false", "True"]),
                NAMESPACE_WIDE: "true",
                "sealedsecrets.bitnami.com/managed": "true",
            }.items()
            if chance.random() < 0.4
        },
    }
    metadata |= {name: value for name, value in optional.items() if chance.random() < 0.5}
    secret: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    if chance.random() < 0.5:
        secret["type"] = "kubernetes.io/basic-auth"
    if chance.random() < 0.3:
        secret["immutable"] = chance.random() < 0.5
    secret["stringData"] = {"user": "x", "password": "hünter2\n", "both": "string"}
    if chance.random() < 0.6:
        secret["data"] = {"both": "QUJD", "binary": "/wD+", "empty": ""}
    return secret


def normalised(value: dict[str, Any]) -> dict[str, Any]:
    """kubeseal writes `creationTimestamp: null` into both metadata in some versions, and no empty mappings."""
    result = without_ciphertext(value)
    for metadata in (result["metadata"], result["spec"]["template"]["metadata"]):
        if metadata.get("creationTimestamp", 0) is None:
            del metadata["creationTimestamp"]
        for field in ("labels", "annotations"):
            if metadata.get(field) == {}:
                del metadata[field]
    return result


@pytest.mark.parametrize("scope", ["", "namespace-wide", "cluster-wide"])
def test_the_same_object_comes_out(tmp_path: Path, scope: str) -> None:
    (tmp_path / "certificate.pem").write_bytes(pair()[1])
    chance = random.Random(7)
    secrets = [some_secret(chance, number) for number in range(40)]
    text = "---\n".join(yaml.safe_dump(secret, sort_keys=False, allow_unicode=True) for secret in secrets)
    options = ("--scope", scope) if scope else ()
    theirs = kubeseal("--cert", tmp_path / "certificate.pem", *options, stdin=text)
    ours = load_all(sealed(text, options=SealOptions(Scope(scope) if scope else None)).text)
    assert len(theirs) == len(ours) == 40
    for one, other in zip(theirs, ours, strict=True):
        assert normalised(other) == normalised(one)
    (tmp_path / "key.pem").write_bytes(pair()[0])
    sample = list(zip(theirs, ours, strict=True))[::3]
    with ThreadPoolExecutor(4) as pool:
        recovered = list(pool.map(lambda both: [recover(tmp_path / "key.pem", item) for item in both], sample))
    for one, other in recovered:
        assert one == other


def recover(key: Path, sealed_secret: dict[str, Any]) -> dict[str, Any]:
    [secret] = kubeseal("--recovery-unseal", "--recovery-private-key", key, stdin=json.dumps(sealed_secret))
    return secret


def test_managed_fields_are_the_one_thing_that_kubeseal_keeps(tmp_path: Path) -> None:
    (tmp_path / "certificate.pem").write_bytes(pair()[1])
    secret = some_secret(random.Random(1), 1)
    secret["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    [one] = kubeseal("--cert", tmp_path / "certificate.pem", stdin=json.dumps(secret))
    other = json.loads(sealed(json.dumps(secret)).text)
    assert one["spec"]["template"]["metadata"].pop("managedFields")
    assert normalised(one) == normalised(other)
