"""Key files: what is refused, where and with which advice; then every form in which keys are kept."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from support import not_as_root, posix_only
from unit.sealing.material import shown_by
from unit.verify.made import LABEL, fingerprint, key_secret, listed, manifest, pair

from sealwright.errors import KeyFileError
from sealwright.verify.keys.keyring import load_keyring, read_keyring

PEM = pair()[0]


def pkcs8(number: int = 0, password: bytes = b"") -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return load_pem_private_key(pair(number)[0], None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def curve() -> bytes:
    made = ec.generate_private_key(ec.SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def tampered() -> bytes:
    """A key whose parts do not belong together, which only arithmetic or a trial shows."""
    own = load_pem_private_key(pair(0)[0], None).private_numbers()  # type: ignore[union-attr]
    other = load_pem_private_key(pair(1)[0], None).private_numbers()  # type: ignore[union-attr]
    assert isinstance(own, RSAPrivateNumbers)
    assert isinstance(other, RSAPrivateNumbers)
    mixed = RSAPrivateNumbers(own.p, own.q, other.d, other.dmp1, other.dmq1, own.iqmp, own.public_numbers)
    made = mixed.private_key(unsafe_skip_rsa_key_validation=True)
    return made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def changed(**data: str | None) -> bytes:
    """A key Secret with other entries; None takes one out."""
    secret = key_secret()
    for name, value in data.items():
        secret["data"].pop(f"tls.{name}")
        if value is not None:
            secret["data"][f"tls.{name}"] = value
    return json.dumps(secret).encode()


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


REFUSED = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n\n", "it is empty"),
    "garbage": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no private key in it"),
    "words": (b"hello: world\n", "no private key in it"),
    "encrypted": (pkcs8(password=b"horse"), "is encrypted with a passphrase"),
    "elliptic curve": (curve(), "is not an RSA key"),
    "certificate only": (pair()[1], "this is a certificate"),
    "cut off": (PEM[:-300], "cut off or damaged"),
    "one of two is cut off": (PEM + pair(1)[0][:-300], "cut off or damaged"),
    "the middle is missing": (PEM[:300] + PEM[365:], "damaged"),
    "parts of two keys": (tampered(), "does not open what is sealed with its own public half"),
    "utf-16": (PEM.decode().encode("utf-16"), "UTF-16"),
    "no tls.key": (changed(key=None), "it has no `tls.key`"),
    "tls.key is empty": (changed(key=""), "it has no `tls.key`"),
    "tls.key is not base64": (changed(key="!" + encoded(PEM)), "`tls.key` is not base64: character 1 "),
    "tls.key is not encoded": (changed(key=PEM.decode()), "`tls.key` is not base64: character 1 "),
    "tls.key is encrypted by sops": (changed(key="ENC[AES256_GCM,data:AAAA]"), "decrypt it with sops first"),
    "tls.key is a certificate": (changed(key=encoded(pair()[1])), "this is a certificate"),
    "tls.key is encrypted": (changed(key=encoded(pkcs8(password=b"horse"))), "is encrypted with a passphrase"),
    "tls.key is cut off": (changed(key=encoded(PEM[:-300])), "cut off or damaged"),
    "tls.key of a curve": (changed(key=encoded(curve())), "is not an RSA key"),
    "tls.crt of another key": (changed(crt=encoded(pair(1)[1])), "`tls.crt` does not belong to `tls.key`"),
    "tls.crt is a key": (changed(crt=encoded(PEM)), "`tls.crt`: this is a private key"),
    "tls.crt is not base64": (changed(crt="-"), "`tls.crt` is not base64"),
    "tls.crt is cut off": (changed(crt=encoded(pair()[1][:-100])), "`tls.crt`: the certificate is cut off"),
    "a cut-off backup": (json.dumps(key_secret()).encode()[:-40], "this document does not parse"),
    "only a SealedSecret": (json.dumps(manifest({"a": "AgA="})).encode(), "only SealedSecret prod/db"),
    "only a ConfigMap": (b"apiVersion: v1\nkind: ConfigMap\ndata: {tls.key: a}\n", "only ConfigMap"),
    "an empty List": (json.dumps(listed()).encode(), "no private key in it"),
    "all out of use": (json.dumps(key_secret(labels={LABEL: "compromised"})).encode(), "every key is out of use"),
}


def refusal(*paths: Path) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        load_keyring(str(path) for path in paths)
    return caught.value


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_with_place_and_advice(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "good.pem").write_bytes(pair(2)[0])
    (tmp_path / "bad").write_bytes(data)
    error = refusal(tmp_path / "good.pem", tmp_path / "bad") if words != "every key is out of use" else None
    error = error or refusal(tmp_path / "bad")
    assert words in f"{error.message} {error.hint}"
    assert error.hint
    assert error.exit_code == 2
    assert error.place.startswith(str(tmp_path / "bad")) or "out of use" in words
    shown = shown_by(error)
    assert not any(line.decode() in shown for line in PEM.split()[4:-4])
    assert "horse" not in shown


@pytest.mark.parametrize("name", ["missing", "folder", "nul\0"])
def test_what_cannot_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    error = refusal(tmp_path / name)
    assert "cannot be read: " in error.message
    assert error.hint == "check --private-key"


@not_as_root
@posix_only
def test_what_must_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(PEM)
    path.chmod(0)
    assert "cannot be read: Permission denied" in refusal(path).message


def test_a_huge_file_is_no_key_file(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 34)
    assert "larger than 32 MiB" in refusal(tmp_path / "huge").message


def test_every_entry_with_a_fault_is_named(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text(
        json.dumps(listed(key_secret(0, certificate_of=1), key_secret(1), key_secret(2, certificate_of=1)), indent=1)
    )
    error = refusal(tmp_path / "backup")
    assert "Secret kube-system/key-0" in str(error)
    assert "Secret kube-system/key-2" in str(error)
    assert "key-1" not in str(error)
    assert str(error).count("does not belong to") == 2


def mixed_backup() -> str:
    """Six entries: three with whole keys, of which one has the certificate of another, and three without."""
    bad = [key_secret(3, name=name) for name in ("locked", "curve")]
    for secret, pem in zip(bad, (pkcs8(password=b"horse"), curve()), strict=True):
        secret["data"]["tls.key"] = encoded(pem)
    parts = [key_secret(0), *bad, key_secret(1, certificate_of=2), key_secret(2)]
    return "---\n".join([json.dumps(part) + "\n" for part in parts] + ["kind: Secret\ndata: [\n"])


def test_what_is_wrong_with_entries_is_told_and_the_others_are_used(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text(mixed_backup())
    keyring = read_keyring([str(tmp_path / "backup")])
    assert [loaded.fingerprint for loaded in keyring.keys] == [fingerprint(number) for number in range(3)]
    told = [
        (problem.line, problem.message.split(": ")[0], problem.message.split(": ")[1]) for problem in keyring.problems
    ]
    assert told[:3] == [
        (3, "Secret kube-system/locked", "private key 1 is encrypted with a passphrase"),
        (5, "Secret kube-system/curve", "private key 1 is not an RSA key"),
        (7, "Secret kube-system/key-1", "`tls.crt` does not belong to `tls.key`"),
    ]
    assert "hands out a certificate for which nothing can be decrypted" in keyring.problems[2].message
    assert told[3][1] == "this document does not parse"
    assert all(problem.path == str(tmp_path / "backup") and problem.hint for problem in keyring.problems)
    assert {problem.column for problem in keyring.problems} == {1}  # there is none before it: SARIF would be invalid
    assert "horse" not in repr(keyring)
    assert str(refusal(tmp_path / "backup")).count("; ") == 3  # whoever has no report wants all or nothing


def test_no_entry_that_can_be_used_is_an_error(tmp_path: Path) -> None:
    secrets = [key_secret(0, name="a"), key_secret(0, name="b")]
    for secret in secrets:
        secret["data"]["tls.key"] = encoded(curve())
    (tmp_path / "backup").write_text(json.dumps(listed(*secrets), indent=1))
    with pytest.raises(KeyFileError, match=r"is not an RSA key; .*/b: private key 1 is not an RSA key"):
        read_keyring([str(tmp_path / "backup")])


def text_of(secret: dict[str, Any]) -> str:
    """As YAML with the PEM texts in stringData."""
    lines = ["apiVersion: v1", "kind: Secret", "metadata: {name: k}", "stringData:"]
    for number, name in ((0, "tls.key"), (1, "tls.crt")):
        lines += [f"  {name}: |", *(f"    {line}" for line in pair(secret["n"])[number].decode().splitlines())]
    return "\n".join(lines) + "\n"


ONE, TWO = json.dumps(key_secret(0)), json.dumps(key_secret(1), indent=2)
KEPT: dict[str, tuple[bytes, list[int]]] = {
    "pkcs1": (PEM, [0]),
    "pkcs8": (pkcs8(), [0]),
    "both": (PEM + pkcs8(1), [0, 1]),
    "the same twice": (PEM + pkcs8(), [0]),
    "with certificates and words": (b"Bag Attributes\n" + pair()[1] + PEM + b"\n# end\n" + pair(1)[0], [0, 1]),
    "pem with a mark": (b"\xef\xbb\xbf" + PEM, [0]),
    "pem with crlf": (PEM.replace(b"\n", b"\r\n"), [0]),
    "a Secret": (ONE.encode(), [0]),
    "a Secret with a mark": (b"\xef\xbb\xbf" + ONE.encode(), [0]),
    "a Secret in utf-16": (ONE.encode("utf-16"), [0]),
    "a List": (json.dumps(listed(key_secret(0), key_secret(1))).encode(), [0, 1]),
    "documents": (f"---\n{ONE}\n---\n{TWO}\n".encode(), [0, 1]),
    "joined json": (f"{ONE}\n{TWO}\n".encode(), [0, 1]),
    "the recipe: a List, then a Secret": (f"{json.dumps(listed(key_secret(0)))}\n---\n{TWO}\n".encode(), [0, 1]),
    "an empty List, then a Secret": (f"{json.dumps(listed())}\n---\n{TWO}\n".encode(), [1]),
    "without a label": (json.dumps(key_secret(0, name="sealed-secrets-key", labels={})).encode(), [0]),
    "stringData": (text_of({"n": 0}).encode(), [0]),
    "stringData with crlf": (text_of({"n": 1}).replace("\n", "\r\n").encode(), [1]),
    "without a certificate": (changed(crt=None), [0]),
    "other kinds between": (json.dumps(listed(manifest({"a": "AgA="}), key_secret(0))).encode(), [0]),
}


@pytest.mark.parametrize(("data", "expected"), KEPT.values(), ids=KEPT)
def test_keys_as_people_keep_them(data: bytes, expected: list[int], tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(data)
    keyring = load_keyring([str(tmp_path / "keys")])
    assert [loaded.fingerprint for loaded in keyring.keys] == [fingerprint(number) for number in expected]
    assert keyring.retired == ()
    assert "BEGIN" not in repr(keyring)


def test_stringdata_wins(tmp_path: Path) -> None:
    secret = key_secret(0) | {"stringData": {"tls.key": pair(1)[0].decode(), "tls.crt": pair(1)[1].decode()}}
    (tmp_path / "backup").write_text(json.dumps(secret))
    assert load_keyring([str(tmp_path / "backup")]).keys[0].fingerprint == fingerprint(1)


def test_a_key_out_of_use_is_kept_apart(tmp_path: Path) -> None:
    old = key_secret(1, labels={LABEL: "compromised"})
    (tmp_path / "backup").write_text(json.dumps(listed(old, key_secret(0))))
    keyring = load_keyring([str(tmp_path / "backup")])
    assert [loaded.fingerprint for loaded in keyring.keys] == [fingerprint(0)]
    assert [(entry.key.fingerprint, entry.label) for entry in keyring.retired] == [(fingerprint(1), "compromised")]
    (tmp_path / "key.pem").write_bytes(pair(1)[0])
    both = load_keyring([str(tmp_path / "backup"), str(tmp_path / "key.pem")])
    assert (len(both.keys), both.retired) == (2, ())


def test_a_backup_of_many_keys_loads_without_arithmetic(tmp_path: Path) -> None:
    """One check of a key of 4096 bits takes longer than all of this; compared, since machines differ."""
    large = load_pem_private_key(pair(0, 4096)[0], None)
    started = time.perf_counter()
    load_pem_private_key(pair(0, 4096)[0], None)
    one_check = time.perf_counter() - started
    secrets = [key_secret(0, 4096, name=f"key-{number}") for number in range(36)]
    (tmp_path / "backup").write_text(json.dumps(listed(*secrets)))
    best = min(_timed(tmp_path / "backup") for _ in range(3))
    assert large.key_size == 4096  # type: ignore[union-attr]
    assert best < 12 * one_check


def _timed(path: Path) -> float:
    started = time.perf_counter()
    load_keyring([str(path)])
    return time.perf_counter() - started
