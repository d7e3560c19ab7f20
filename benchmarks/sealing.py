"""What sealing costs beyond the cryptography that it cannot do without, and against one kubeseal process a Secret."""

from __future__ import annotations

import os
import shutil
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.measure import Ratio, call_ratio, process_ratio
from sealwright.convert.seal import SealOptions, seal_source
from sealwright.convert.sealer import Sealer
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keys import generate_keypair
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

VALUES = 1000
HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s{number}\n  namespace: a\nstringData:\n"


def measure(folder: Path, *, smoke: bool) -> Iterator[Ratio]:
    """Sealing 1,000 values in one process, and one Secret against a kubeseal process."""
    runs = 1 if smoke else 9
    values = VALUES // 10 if smoke else VALUES
    _, pem = generate_keypair()
    certificate = load_certificate(pem, source="benchmark")
    text = _secrets(values, 10)

    def bare() -> None:
        _bare(certificate.public_key, values)

    def in_place() -> None:
        seal_source(decode("all.yaml", text), Sealer(lambda: certificate), SealOptions(), lambda _: True)

    name = f"{values:,} values / bare cryptography calls"
    yield call_ratio(f"seal {name}", lambda: _sealed(certificate.public_key, values), bare, 1.5, runs=runs)
    yield call_ratio(f"read, seal, edit and read again {name}", in_place, bare, 2, runs=runs)
    yield from _against_kubeseal(folder, pem, runs=runs)


def _secrets(values: int, each: int) -> bytes:
    """One Secret a document, `each` values a Secret."""
    documents = []
    for number in range(values // each):
        keys = "".join(f"  key{index}: value-{number}-{index}-{'x' * 20}\n" for index in range(each))
        documents.append(HEAD.format(number=number) + keys)
    return "---\n".join(documents).encode()


def _sealed(public_key: RSAPublicKey, values: int) -> None:
    for number in range(values):
        mark = label(Scope.STRICT, "a", f"s{number // 10}")
        encode(seal(public_key, Plaintext(f"value-{number // 10}-{number % 10}-{'x' * 20}".encode()), mark))


def _bare(public_key: RSAPublicKey, values: int) -> None:
    """The scheme's own operations and nothing else."""
    for number in range(values):
        label = f"a/s{number // 10}".encode()
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
        key = os.urandom(32)
        sealed = public_key.encrypt(key, oaep)
        value = f"value-{number // 10}-{number % 10}-{'x' * 20}".encode()
        struct.pack(">H", len(sealed)) + sealed + AESGCM(key).encrypt(bytes(12), value, None)


def _against_kubeseal(folder: Path, pem: bytes, *, runs: int) -> Iterator[Ratio]:
    """A file of many Secrets in one process, against one of them in a kubeseal process of its own."""
    kubeseal = os.environ.get("SEALWRIGHT_KUBESEAL") or shutil.which("kubeseal")
    built = Path(".oracles/kubeseal")
    kubeseal = kubeseal or (str(built.resolve()) if built.exists() else None)
    if kubeseal is None:
        print("note: kubeseal is not installed: not compared with it")
        return
    certificate, secret = folder / "cert.pem", folder / "one.yaml"
    certificate.write_bytes(pem)
    sealer = load_certificate(pem, source="benchmark")
    command = [kubeseal, "--cert", str(certificate), "-f", str(secret), "-o", "yaml"]
    for each, bar in ((1, 1 / 20), (5, 0)):
        secret.write_bytes(_secrets(each, each))
        theirs = process_ratio("kubeseal", command, command, 0, runs=runs).ours
        text = _secrets(300 * each, each)
        started = time.perf_counter()
        seal_source(decode("all.yaml", text), Sealer(lambda: sealer), SealOptions(), lambda _: True)
        mine = (time.perf_counter() - started) * 1000 / 300
        yield Ratio(f"seal one Secret of {each} in place / one kubeseal process", mine / theirs, bar, mine, theirs)
