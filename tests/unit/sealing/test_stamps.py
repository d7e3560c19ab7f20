"""Stamps as text: what is refused, what a merge may leave, what a signature holds together."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.verify.made import VALUE, key, pair, sealed

from sealwright.errors import KeyFileError, StampError
from sealwright.sealing.go_base64 import decode
from sealwright.sealing.scope import Scope
from sealwright.sealing.stamp_lines import HEADER, read_stamps, write_stamps
from sealwright.sealing.stamp_signing import doubts, load_signing_key
from sealwright.sealing.stamps import Book, Entry, Stamp, digest_of, stamp_of

KEY = "sha256:" + "0a" * 32
GOOD = f"strict shop/db {'1f' * 32} {'2e' * 16} {KEY}"
SIGNED = f"{GOOD} ed25519:{'A' * 43}= {'A' * 86}=="

NO_STAMPS = {
    "a word": ("garbage", "this line is no stamp"),
    "bytes": ("\x7fELF\x02", "this line is no stamp"),
    "NUL": (GOOD + "\0", "this line is no stamp"),
    "no key": (GOOD.rsplit(" ", 1)[0], "this line is no stamp"),
    "a short digest": (GOOD.replace("1f" * 32, "1f" * 31), "this line is no stamp"),
    "capitals": (GOOD.replace("1f", "1F"), "this line is no stamp"),
    "two blanks": (GOOD.replace(" ", "  "), "this line is no stamp"),
    "a blank before": (" " + GOOD, "this line is no stamp"),
    "a blank after": (GOOD + " ", "this line is no stamp"),
    "another scope": (GOOD.replace("strict", "Strict"), "this line is no stamp"),
    "no name": (GOOD.replace("shop/db", "shop/"), "this line is no stamp"),
    "no namespace": (GOOD.replace("shop/db", "/db"), "this line is no stamp"),
    "a name for a namespace": (GOOD.replace("strict", "namespace-wide"), "this line is no stamp"),
    "a label for all": (GOOD.replace("strict", "cluster-wide"), "this line is no stamp"),
    "encoded without need": (GOOD.replace("shop/db", "shop/%64b"), "this line is no stamp"),
    "encoded by half": (GOOD.replace("shop/db", "shop/%6"), "this line is no stamp"),
    "no UTF-8 inside": (GOOD.replace("shop/db", "shop/%FF"), "this line is no stamp"),
    "half a signature": (SIGNED.rsplit(" ", 1)[0], "this line is no stamp"),
    "two lines in one": (f"{GOOD}\v{GOOD}", "this line is no stamp"),
    "ours": ("<<<<<<< HEAD", "a merge conflict is not resolved"),
    "theirs": (">>>>>>> other", "a merge conflict is not resolved"),
    "between": ("=======", "a merge conflict is not resolved"),
    "the base": ("||||||| 1234567", "a merge conflict is not resolved"),
}


@pytest.mark.parametrize(("line", "words"), NO_STAMPS.values(), ids=NO_STAMPS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_is_no_stamp_is_an_error_with_its_line(line: str, words: str, newline: str) -> None:
    text = newline.join([HEADER[0], GOOD, line, GOOD])
    with pytest.raises(StampError) as caught:
        read_stamps(text.encode("latin-1"), ".sealwright.lock")
    assert (caught.value.message, caught.value.place) == (words, ".sealwright.lock:3")
    assert caught.value.hint


def test_what_a_merge_may_leave() -> None:
    other = GOOD.replace("1f", "0e")
    lines = [GOOD, "", "# mine", other, GOOD, other, "# yours", SIGNED]
    entries = read_stamps("\r\n".join(lines).encode(), "lock")
    assert [entry.stamp.digest[:2] for entry in entries] == ["1f", "0e", "1f"]
    assert write_stamps(entries) == "".join(f"{line}\n" for line in [*HEADER, other, GOOD, SIGNED]).encode()
    assert read_stamps(b"", "lock") == []


hexadecimal = st.text("0123456789abcdef", min_size=64, max_size=64)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
stamps = st.builds(
    lambda digest, key, scope, namespace, name, parts: Stamp(
        digest,
        f"sha256:{key}",
        scope,
        "" if scope is Scope.CLUSTER_WIDE else namespace,
        name if scope is Scope.STRICT else "",
        parts,
    ),
    hexadecimal,
    hexadecimal,
    st.sampled_from(Scope),
    names,
    names,
    st.sampled_from(["", "5d" * 16]),
)


@given(st.lists(stamps, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(some: list[Stamp], newline: str) -> None:
    entries = [Entry(stamp) for stamp in some]
    data = write_stamps(entries, newline)
    assert set(read_stamps(data, "lock")) == set(entries)
    assert write_stamps(reversed(entries), newline) == data
    assert all(32 <= byte < 127 or byte in b"\r\n" for byte in data)


def test_a_stamp_is_of_the_bytes_and_tells_nothing_of_the_value() -> None:
    text = sealed()
    folded = "\n".join(re.findall(".{1,64}", text))
    stamp = stamp_of(decode(text), KEY, Scope.STRICT, "prod", "db")
    assert stamp == stamp_of(decode(folded), KEY, Scope.STRICT, "prod", "db")
    assert stamp.digest == digest_of(decode(text))
    again = stamp_of(decode(sealed()), KEY, Scope.STRICT, "prod", "db")
    assert again.digest != stamp.digest
    assert not {again.parts[:16], again.parts[16:]} & {stamp.parts[:16], stamp.parts[16:]}
    assert VALUE not in write_stamps([Entry(stamp)])


def test_what_no_label_binds_is_left_out() -> None:
    wide = [stamp_of(b"", KEY, scope, "shop", "db")[3:5] for scope in (Scope.NAMESPACE_WIDE, Scope.CLUSTER_WIDE)]
    assert wide == [("shop", ""), ("", "")]


def test_an_item_that_was_changed_is_known_by_the_part_that_was_not() -> None:
    blob, other = decode(sealed()), decode(sealed())
    stamp = stamp_of(blob, KEY, Scope.STRICT, "prod", "db")
    book = Book([Entry(stamp), Entry(stamp_of(other, KEY, Scope.STRICT, "prod", "web"))])
    changed = [blob[:-1], blob + b"\0", blob[:300] + b"\0\0\0" + blob[303:], blob[:9] + b"\0\0\0" + blob[12:]]
    assert [book.changed_from(each) for each in changed] == [stamp] * 4
    assert book.changed_from(decode(sealed())) is None
    assert Book([Entry(stamp._replace(parts=""))]).changed_from(blob[:-1]) is None


@pytest.fixture
def signing_key(tmp_path: Path) -> Path:
    path = tmp_path / "stamp.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, capture_output=True)
    return path


def test_a_signature_holds_the_whole_line_together(signing_key: Path) -> None:
    signer = load_signing_key(str(signing_key))
    stamp = stamp_of(decode(sealed()), KEY, Scope.STRICT, "prod", "db")
    entry = signer.sign(stamp)
    assert signer.sign(stamp) == entry
    [again] = read_stamps(write_stamps([entry]), "lock")
    doubt = doubts([signer.public])
    assert doubt(again) == ""
    changes = {"digest": "0" * 64, "key": "sha256:" + "0" * 64, "namespace": "x", "name": "x", "parts": "0" * 32}
    for field, value in changes.items():
        other = Stamp(**(stamp._asdict() | {field: value}))
        assert doubt(entry._replace(stamp=other)) == "the signature of its stamp is wrong"
    wide = Stamp(stamp.digest, stamp.key, Scope.NAMESPACE_WIDE, "prod", "", stamp.parts)
    assert doubt(entry._replace(stamp=wide)) == "the signature of its stamp is wrong"
    assert doubt(Entry(stamp)) == "its stamp is not signed"
    assert doubts(["ed25519:" + "A" * 43 + "="])(entry) == "its stamp is signed with a key that is not trusted here"


def test_the_public_key_is_the_one_that_openssl_says(signing_key: Path) -> None:
    command = ["openssl", "pkey", "-in", str(signing_key), "-pubout", "-outform", "DER"]
    der = subprocess.run(command, check=True, capture_output=True).stdout
    assert decode(load_signing_key(str(signing_key)).public.removeprefix("ed25519:")) == der[-32:]
    assert "private" not in repr(load_signing_key(str(signing_key)))


def test_one_true_stamp_among_false_ones_is_enough(signing_key: Path) -> None:
    signer = load_signing_key(str(signing_key))
    stamp = stamp_of(b"\0" * 40, KEY, Scope.STRICT, "prod", "db")
    false = Entry(stamp._replace(name="web"))
    assert Book([false, signer.sign(stamp)], doubts([signer.public])).of(stamp.digest) == ([stamp], "")
    assert Book([false], doubts([signer.public])).of(stamp.digest) == ([], "its stamp is not signed")
    assert Book([false]).of("0" * 64) == ([], "")


NO_SIGNING_KEYS = {
    "none": (None, "cannot be read: No such file or directory"),
    "empty": (b"", "there is no private key in it"),
    "binary": (b"\0\xff" * 99, "there is no private key in it"),
    "RSA": (pair()[0], "stamps are signed with an Ed25519 key"),
    "a certificate": (pair()[1], "there is no private key in it"),
}


@pytest.mark.parametrize(("data", "words"), NO_SIGNING_KEYS.values(), ids=NO_SIGNING_KEYS)
def test_what_cannot_sign(data: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "stamp.key"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(KeyFileError) as caught:
        load_signing_key(str(path))
    assert words in caught.value.message
    assert caught.value.hint


def test_an_encrypted_key_cannot_sign(signing_key: Path) -> None:
    locked = signing_key.with_name("locked.key")
    command = ["openssl", "pkey", "-in", str(signing_key), "-aes256", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(KeyFileError, match="encrypted with a passphrase"):
        load_signing_key(str(locked))


def test_the_short_name_of_a_key_is_that_of_its_certificate() -> None:
    assert stamp_of(b"", key().fingerprint, Scope.CLUSTER_WIDE, "", "").key.removeprefix("sha256:")[:8] == key().short
