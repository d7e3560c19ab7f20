"""Files that are made to break `sealwright verify` or to keep it busy: an answer, an exit code, and an end."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from support import Repository, run_program
from unit.verify.made import VALUE, key, manifest, pair, sealed

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, seal

HEAD = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: prod}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(pair()[0])
    return Repository.init(tmp_path / "repository").path


def verify(folder: Path, text: str | bytes, evidence: str = "../key.pem") -> tuple[int, Counter[tuple[str, str]], str]:
    """The exit code, how often each verdict was given with which beginning of a reason, and the first error."""
    (folder / "a.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run_program("sealwright", "verify", "--private-key", evidence, "--format", "json", cwd=folder)
    assert b"Traceback" not in done.stderr
    assert VALUE not in done.stdout + done.stderr
    if done.returncode == 2:
        return 2, Counter(), done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    said = Counter((verdict["verdict"], verdict["reason"].split(" (")[0]) for verdict in found["verdicts"])
    return done.returncode, said, "".join(error["message"] for error in found["errors"])


def blob(length: int, content: bytes) -> str:
    return b64encode(length.to_bytes(2, "big") + content).decode()


def test_items_that_nobody_would_write(folder: Path) -> None:
    modulus = key().key.public_key().public_numbers().n
    items = {
        "one byte": blob(1, b"\5" + bytes(30)),
        "no block": blob(0, bytes(30)),
        "the longest block": blob(65535, os.urandom(65535 + 16)),
        "a block that is not there": blob(65535, bytes(100)),
        "zero": blob(256, bytes(256 + 16)),
        "the modulus": blob(256, modulus.to_bytes(256, "big") + bytes(16)),
        "below the modulus": blob(256, (modulus - 1).to_bytes(256, "big") + bytes(16)),
        "nothing": "",
        "good": sealed(),
    }
    code, said, _ = verify(folder, json.dumps(manifest({name.replace(" ", "-"): text for name, text in items.items()})))
    assert code == 1
    assert said == {
        ("fails", "sealed with a key of another size than the given ones, so for another cluster; or damaged"): 3,
        ("fails", "sealed with another key than the given ones"): 3,
        ("fails", "it was cut off: it is shorter than any sealed value"): 2,
        ("opens", f"key {key().short}"): 1,
    }


def aliases() -> str:
    return f"{HEAD}spec:\n  encryptedData:\n    k: &a {sealed(name='x')}\n" + "".join(
        f"    k{number}: *a\n" for number in range(60_000)
    )


def merges() -> str:
    lines = [f"x0: &x0 {{k: {sealed()}}}"]
    lines += [f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}, *x{n - 1}]}}" for n in range(1, 40)]
    return "\n".join(lines) + f"\n{HEAD}spec: {{encryptedData: {{<<: *x39}}}}\n"


def test_few_bytes_that_stand_for_very_many(folder: Path) -> None:
    code, said, _ = verify(folder, aliases())
    assert (code, [(outcome, reason[:21]) for outcome, reason in said]) == (1, [("fails", "it was not judged: wi")])
    assert verify(folder, merges())[:2] == (0, {("opens", f"key {key().short}"): 1})
    code, said, error = verify(folder, f"{HEAD}spec: {{encryptedData: {{a: {'[' * 50_000}{']' * 50_000}}}}}\n")
    assert (code, said) == (3, {})
    assert "does not parse" in error


def test_a_large_value_and_a_cut_off_file(folder: Path) -> None:
    large = encode(seal(key().key.public_key(), Plaintext(os.urandom(5 << 20)), b"prod/db"))
    text = json.dumps(manifest({"a": large, "b": sealed()}))
    too_large = ("fails", "its values are larger than 1 MiB together, which no Secret may be")
    assert verify(folder, text)[:2] == (1, {("opens", f"key {key().short}"): 2, too_large: 1})
    code, said, error = verify(folder, text[:-300])
    assert (code, said) == (3, {})
    assert "does not parse" in error


def pem_of(private: Any, password: bytes = b"") -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    made: bytes = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    return made


KEYS: dict[str, tuple[Any, int, str]] = {
    "cut off": (lambda: pair()[0][:-200], 2, "cut off or damaged"),
    "encrypted": (lambda: pem_of(load_pem_private_key(pair()[0], None), b"pass"), 2, "with a passphrase"),
    "elliptic curve": (lambda: pem_of(ec.generate_private_key(ec.SECP256R1())), 2, "is not an RSA key"),
    "too small for any item": (
        lambda: b"-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n",
        2,
        "is damaged",
    ),
    "1024 bits": (lambda: pem_of(rsa.generate_private_key(65537, 1024)), 1, "a key of another size"),
    "exponent 3": (lambda: pem_of(rsa.generate_private_key(3, 2048)), 1, "sealed with another key"),
    "a thousand zeros": (lambda: bytes(1000), 2, "there is no private key in it"),
}


@pytest.mark.parametrize(("make", "code", "words"), KEYS.values(), ids=KEYS)
def test_keys_that_do_not_fit(make: Any, code: int, words: str, folder: Path) -> None:
    (folder.parent / "odd.pem").write_bytes(make())
    done, said, error = verify(folder, json.dumps(manifest({"a": sealed()})), "../odd.pem")
    assert done == code
    assert words in error + str(said)
