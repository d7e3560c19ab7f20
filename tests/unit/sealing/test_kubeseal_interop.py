"""Both directions against the real kubeseal, many items to a process."""

from __future__ import annotations

import base64
import json
import random
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from oracle_kubeseal import kubeseal_path

from sealwright.plaintext import Plaintext
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keys import generate_keypair, load_private_keys
from sealwright.sealing.scheme import BadBase64, decode, encode, open_sealed, seal
from sealwright.sealing.scope import Scope, annotations_for, label

NAMESPACE, NAME = "prod", "db"
VALUES = {
    "empty": b"",
    "ascii": b"hunter2",
    "newline": b"x\n",
    "unicode": "pässwörd ☃ 日本語".encode(),
    "binary": bytes(range(256)),
    "not-utf8": b"\xff\xfe\x00\x80",
    "block": b"0123456789abcdef",
    "large": random.Random(1).randbytes(1 << 20),
}
scopes = pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.value)
pytestmark = pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")


class Pair:
    """One key and certificate, in files for kubeseal and loaded for us."""

    def __init__(self, folder: Path) -> None:
        key, certificate = generate_keypair(bits=2048)
        self.key_file, self.certificate_file = folder / "key.pem", folder / "certificate.pem"
        self.key_file.write_bytes(key)
        self.certificate_file.write_bytes(certificate)
        [self.opener] = load_private_keys(key, source="key.pem")
        self.certificate = load_certificate(certificate, source="certificate.pem")

    def recover(self, scope: Scope, items: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        """What kubeseal makes of a SealedSecret with these items."""
        metadata = {"namespace": NAMESPACE, "name": NAME, "annotations": annotations_for(scope)}
        sealed = {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": metadata,
            "spec": {"encryptedData": items},
        }
        return kubeseal("--recovery-unseal", "--recovery-private-key", self.key_file, stdin=json.dumps(sealed).encode())

    def sealed_by_kubeseal(self, scope: Scope, values: dict[str, bytes]) -> dict[str, str]:
        """The items of the SealedSecret that kubeseal makes of a Secret."""
        data = {key: base64.b64encode(value).decode() for key, value in values.items()}
        metadata = {"namespace": NAMESPACE, "name": NAME, "annotations": annotations_for(scope)}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
        done = kubeseal("--cert", self.certificate_file, stdin=json.dumps(secret).encode())
        assert done.returncode == 0, done.stderr
        items: dict[str, str] = json.loads(done.stdout)["spec"]["encryptedData"]
        return items


def kubeseal(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [kubeseal_path() or "kubeseal", *(str(argument) for argument in arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("pair"))


@cache
def strange_texts() -> list[str]:
    """Base64 texts broken in many ways, and some that are not."""
    chance = random.Random(2)
    alphabets = ("AQ=", "ABCDEFGH=\r\n", "QU+/-_ =\n", "ABCDEFGHIJKLMNOP\n", "Aé=\n\t", "=\n")
    return ["".join(chance.choices(chance.choice(alphabets), k=chance.randrange(24))) for _ in range(600)]


def offset_or_none(text: str) -> int | None:
    try:
        decode(text)
    except BadBase64 as error:
        return error.offset
    return None


@scopes
def test_kubeseal_opens_what_we_seal(pair: Pair, scope: Scope) -> None:
    bound = label(scope, NAMESPACE, NAME)
    key = pair.certificate.public_key
    items = {name: encode(seal(key, Plaintext(value), bound)) for name, value in VALUES.items()}
    done = pair.recover(scope, items)
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)["data"]
    # kubeseal prints an empty value as null.
    assert {name: base64.b64decode(text or "") for name, text in opened.items()} == VALUES


@scopes
def test_we_open_what_kubeseal_seals(pair: Pair, scope: Scope) -> None:
    items = pair.sealed_by_kubeseal(scope, VALUES)
    bound = label(scope, NAMESPACE, NAME)
    opened = {name: open_sealed(pair.opener.key, decode(text), bound).reveal() for name, text in items.items()}
    assert opened == VALUES


@scopes
def test_we_open_what_kubeseal_seals_raw(pair: Pair, scope: Scope, tmp_path: Path) -> None:
    value = tmp_path / "value"
    value.write_bytes(VALUES["unicode"])
    place = ("--namespace", NAMESPACE, "--name", NAME, "--scope", scope.value)
    done = kubeseal("--raw", "--cert", pair.certificate_file, "--from-file", value, *place)
    assert done.returncode == 0, done.stderr
    bound = label(scope, NAMESPACE, NAME)
    assert open_sealed(pair.opener.key, decode(done.stdout.decode()), bound).reveal() == VALUES["unicode"]


def test_kubeseal_does_not_open_what_we_sealed_for_elsewhere(pair: Pair) -> None:
    key = pair.certificate.public_key
    places = {
        "name": label(Scope.STRICT, NAMESPACE, "other"),
        "namespace": label(Scope.STRICT, "other", NAME),
        "namespace-wide": label(Scope.NAMESPACE_WIDE, NAMESPACE, ""),
        "cluster-wide": label(Scope.CLUSTER_WIDE, "", ""),
    }
    done = pair.recover(Scope.STRICT, {n: encode(seal(key, Plaintext(b"x"), bound)) for n, bound in places.items()})
    assert done.returncode == 1
    [names] = re.findall(r"no key could decrypt secret \((.*)\)", done.stderr.decode())
    assert set(names.split(", ")) == set(places)


def test_base64_is_refused_at_the_byte_that_kubeseal_names(pair: Pair) -> None:
    texts = strange_texts()
    items = {f"item-{number}": text for number, text in enumerate(texts)}
    done = pair.recover(Scope.STRICT, items)
    assert done.returncode == 1
    theirs: dict[str, int | None] = {}
    for line in done.stderr.decode().splitlines():
        names = re.findall(r"item-\d+", line)
        offset = re.search(r"input byte (\d+)", line)
        theirs.update(dict.fromkeys(names, int(offset[1]) if offset else None))
    assert theirs == {name: offset_or_none(text) for name, text in items.items()}
    assert len({*theirs.values()}) > 10
