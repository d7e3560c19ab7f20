from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from unit.sealing.material import as_opener

from sealwright.plaintext import Plaintext
from sealwright.sealing.diagnosis import Cause, Diagnosis, diagnose, label_index
from sealwright.sealing.raw_oaep import _holds_session_key, unmask
from sealwright.sealing.scheme import seal, split

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from sealwright.sealing.keys import PrivateKey

LABEL = b"prod/db"
INDEX = label_index([("strict prod/db", LABEL), ("namespace-wide prod", b"prod"), ("cluster-wide", b"")])


def blob_of(opener: PrivateKey, label: bytes = LABEL, value: bytes = b"value") -> bytes:
    return seal(opener.key.public_key(), Plaintext(value), label)


def with_session_key(opener: PrivateKey, length: int, label: bytes) -> bytes:
    """A blob around a session key of another length, its body of the right form."""
    oaep = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=label)
    block = opener.key.public_key().encrypt(os.urandom(length), oaep)
    return len(block).to_bytes(2, "big") + block + bytes(21)


class TestMustNot:
    def test_explain_what_opens(self, opener: PrivateKey) -> None:
        with pytest.raises(ValueError, match="opens"):
            diagnose([opener], blob_of(opener), LABEL, INDEX)

    def test_take_random_blocks_for_a_session_key(self, opener: PrivateKey) -> None:
        for _ in range(50):
            blob = b"\x01\x00\x00" + os.urandom(255 + 40)
            assert diagnose([opener], blob, LABEL, INDEX) == Diagnosis(Cause.WRONG_KEY)

    @pytest.mark.parametrize("length", [0, 1, 15, 17, 20, 31, 33])
    def test_take_another_length_for_a_session_key(self, opener: PrivateKey, length: int) -> None:
        assert diagnose([opener], with_session_key(opener, length, LABEL), LABEL, INDEX).cause is Cause.WRONG_KEY

    @pytest.mark.parametrize(
        "padded",
        [
            b"",
            b"\x01",
            b"\x01" + bytes(31),
            bytes(200),
            bytes(100) + b"\x02" + b"k" * 32,
            b"\x01" + bytes(100) + b"\x01" + b"k" * 32,
            bytes(50) + b"\x03" + bytes(50) + b"\x01" + b"k" * 32,
        ],
    )
    def test_take_another_structure_for_padding(self, padded: bytes) -> None:
        assert not _holds_session_key(padded)

    def test_show_the_value_or_a_key(self, opener: PrivateKey, canary: bytes) -> None:
        blob = blob_of(opener, b"prod", canary)
        found = diagnose([opener], blob, LABEL, INDEX)
        assert set(map(type, found)) == {Cause, str}
        assert canary.decode() not in repr(found)

    def test_need_a_key_to_see_that_a_blob_was_cut_off(self) -> None:
        assert diagnose([], b"\x01", LABEL, INDEX) == Diagnosis(Cause.TOO_SHORT)


class TestCauses:
    @pytest.mark.parametrize("length", [0, 1, 2, 257])
    def test_too_short(self, opener: PrivateKey, length: int) -> None:
        assert diagnose([opener], blob_of(opener)[:length], LABEL, INDEX) == Diagnosis(Cause.TOO_SHORT)

    def test_other_key_size(self, opener: PrivateKey, larger_opener: PrivateKey) -> None:
        assert diagnose([larger_opener], blob_of(opener), LABEL, INDEX) == Diagnosis(Cause.OTHER_KEY_SIZE)
        assert diagnose([opener], blob_of(larger_opener), LABEL, INDEX) == Diagnosis(Cause.OTHER_KEY_SIZE)

    def test_wrong_key(self, opener: PrivateKey, other_opener: PrivateKey, larger_opener: PrivateKey) -> None:
        for keys in ([other_opener], [larger_opener, other_opener], []):
            assert diagnose(keys, blob_of(opener), LABEL, INDEX) == Diagnosis(Cause.WRONG_KEY)

    def test_damaged_block(self, opener: PrivateKey) -> None:
        blob = bytearray(blob_of(opener))
        blob[100] ^= 1
        assert diagnose([opener], bytes(blob), LABEL, INDEX) == Diagnosis(Cause.WRONG_KEY)

    def test_block_above_the_modulus(self, opener: PrivateKey) -> None:
        blob = b"\x01\x00" + b"\xff" * 256 + bytes(20)
        assert diagnose([opener], blob, LABEL, INDEX) == Diagnosis(Cause.WRONG_KEY)

    def test_block_that_is_right_but_for_the_modulus_added(self, opener: PrivateKey) -> None:
        modulus = opener.key.public_key().public_numbers().n
        for _ in range(2000):
            block, _ = split(blob_of(opener))
            shifted = int.from_bytes(block, "big") + modulus
            if shifted < 1 << 2048:
                assert unmask(opener.key.private_numbers(), shifted.to_bytes(256, "big")) is None
                return
        pytest.fail("no block had room for the modulus")

    def test_block_that_is_right_but_for_its_first_byte(self, opener: PrivateKey) -> None:
        numbers = opener.key.private_numbers()
        modulus = numbers.public_numbers.n
        block, _ = split(blob_of(opener))
        encoded = pow(int.from_bytes(block, "big"), numbers.d, modulus) + (1 << 2040)
        assert encoded < modulus
        assert unmask(numbers, pow(encoded, 65537, modulus).to_bytes(256, "big")) is None

    @pytest.mark.parametrize(("label", "text"), [(b"prod", "namespace-wide prod"), (b"", "cluster-wide")])
    def test_wrong_label(self, opener: PrivateKey, other_opener: PrivateKey, label: bytes, text: str) -> None:
        found = diagnose([other_opener, opener], blob_of(opener, label), LABEL, INDEX)
        assert found == Diagnosis(Cause.WRONG_LABEL, text, opener.short)

    def test_wrong_label_that_nobody_knows(self, opener: PrivateKey) -> None:
        found = diagnose([opener], blob_of(opener, b"gone/away"), LABEL, INDEX)
        assert found == Diagnosis(Cause.WRONG_LABEL, "", opener.short)

    @pytest.mark.parametrize("length", [16, 24, 32])
    def test_wrong_label_around_any_session_key(self, opener: PrivateKey, length: int) -> None:
        found = diagnose([opener], with_session_key(opener, length, b"prod"), LABEL, INDEX)
        assert found == Diagnosis(Cause.WRONG_LABEL, "namespace-wide prod", opener.short)

    def test_wrong_label_counts_before_a_damaged_body(self, opener: PrivateKey) -> None:
        found = diagnose([opener], blob_of(opener, b"prod")[:-1], LABEL, INDEX)
        assert found.cause is Cause.WRONG_LABEL

    @pytest.mark.parametrize("end", [258, 260, -1])
    def test_body_cut_off(self, opener: PrivateKey, end: int) -> None:
        found = diagnose([opener], blob_of(opener)[:end], LABEL, INDEX)
        assert found == Diagnosis(Cause.CORRUPTED, "strict prod/db", opener.short)

    def test_body_changed(self, opener: PrivateKey) -> None:
        blob = bytearray(blob_of(opener))
        blob[-1] ^= 1
        assert diagnose([opener], bytes(blob), LABEL, {}) == Diagnosis(Cause.CORRUPTED, "", opener.short)

    def test_body_of_another_item(self, opener: PrivateKey) -> None:
        block, _ = split(blob_of(opener))
        foreign = AESGCM(os.urandom(32)).encrypt(bytes(12), b"value", None)
        found = diagnose([opener], len(block).to_bytes(2, "big") + block + foreign, LABEL, INDEX)
        assert found.cause is Cause.CORRUPTED

    def test_block_that_lost_its_leading_zeros(self, opener: PrivateKey) -> None:
        for _ in range(20_000):
            block, body = split(blob_of(opener, b"prod"))
            if block[0] == 0:
                stripped = block.lstrip(b"\0")
                blob = len(stripped).to_bytes(2, "big") + stripped + body
                assert diagnose([opener], blob, LABEL, INDEX).label == "namespace-wide prod"
                return
        pytest.fail("one block in 256 starts with a zero")

    def test_small_key_of_old_times(self, small_key: RSAPrivateKey) -> None:
        opener = as_opener(small_key)
        found = diagnose([opener], blob_of(opener, b"prod"), LABEL, INDEX)
        assert found == Diagnosis(Cause.WRONG_LABEL, "namespace-wide prod", opener.short)


def test_unmask_names_the_digest_of_the_label(opener: PrivateKey) -> None:
    for label in (b"", b"prod", b"x" * 1000):
        block, _ = split(blob_of(opener, label))
        assert unmask(opener.key.private_numbers(), block) == hashlib.sha256(label).digest()


def test_label_index_keeps_the_first_text() -> None:
    index = label_index([("first", b"a"), ("second", b"a"), ("other", b"")])
    assert index == {hashlib.sha256(b"a").digest(): "first", hashlib.sha256(b"").digest(): "other"}
