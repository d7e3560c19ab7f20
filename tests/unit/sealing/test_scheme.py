"""Sealing and opening, and everything in which Go's reading differs from what a plain Python port does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from unit.sealing.material import shown_by

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import BadBase64, CannotOpen, TooShort, decode, encode, open_sealed, seal, split

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LABEL = b"prod/db"
VALUE = b"correct horse"
SIZE = 256
"""Bytes of the modulus of `private_key`."""


def blob_of(key: RSAPrivateKey, label: bytes = LABEL, value: bytes = VALUE) -> bytes:
    return seal(key.public_key(), Plaintext(value), label)


def with_block(block: bytes, body: bytes) -> bytes:
    return len(block).to_bytes(2, "big") + block + body


def sealed_with(
    key: RSAPrivateKey, session_key: bytes, *, hashed: HashAlgorithm, mask: HashAlgorithm, nonce: bytes = bytes(12)
) -> bytes:
    """A blob from a sealer that is not ours. The body is right whenever AES takes the session key."""
    oaep = padding.OAEP(mgf=padding.MGF1(mask), algorithm=hashed, label=LABEL)
    block = key.public_key().encrypt(session_key, oaep)
    usable = session_key if len(session_key) in {16, 24, 32} else session_key.ljust(32, b"\0")[:32]
    return with_block(block, AESGCM(usable).encrypt(nonce, VALUE, None))


def cannot_open(key: RSAPrivateKey, blob: bytes, label: bytes = LABEL) -> CannotOpen:
    with pytest.raises(CannotOpen) as caught:
        open_sealed(key, blob, label)
    return caught.value


class TestMustNotOpen:
    @pytest.mark.parametrize("label", [b"", b"prod", b"prod/", b"prod/other", b"prod/db\0", b"Prod/db"])
    def test_under_another_label(self, private_key: RSAPrivateKey, label: bytes) -> None:
        cannot_open(private_key, blob_of(private_key), label)

    def test_with_another_key(
        self, private_key: RSAPrivateKey, other_key: RSAPrivateKey, larger_key: RSAPrivateKey
    ) -> None:
        cannot_open(other_key, blob_of(private_key))
        cannot_open(larger_key, blob_of(private_key))
        cannot_open(private_key, blob_of(larger_key))

    def test_a_longer_block_even_by_a_zero_byte(self, private_key: RSAPrivateKey) -> None:
        block, body = split(blob_of(private_key))
        cannot_open(private_key, with_block(b"\0" + block, body))
        cannot_open(private_key, with_block(block + b"\0", body))

    def test_a_block_that_is_not_below_the_modulus(self, private_key: RSAPrivateKey) -> None:
        modulus = private_key.public_key().public_numbers().n
        for _ in range(2000):
            block, body = split(blob_of(private_key))
            shifted = int.from_bytes(block, "big") + modulus
            if shifted < 1 << 8 * SIZE:
                cannot_open(private_key, with_block(shifted.to_bytes(SIZE, "big"), body))
                return
        # A modulus of this size is below 2**2048, so some block must have had room for it.
        pytest.fail("no block had room for the modulus")

    @pytest.mark.parametrize("number", [0, 1, -1])
    def test_a_degenerate_block(self, private_key: RSAPrivateKey, number: int) -> None:
        modulus = private_key.public_key().public_numbers().n
        cannot_open(private_key, with_block((number % modulus).to_bytes(SIZE, "big"), bytes(40)))

    @pytest.mark.parametrize(
        ("hashed", "mask"), [(SHA1(), SHA1()), (SHA1(), SHA256()), (SHA256(), SHA1())], ids=["both", "hash", "mask"]
    )
    def test_oaep_with_sha1(self, private_key: RSAPrivateKey, hashed: HashAlgorithm, mask: HashAlgorithm) -> None:
        cannot_open(private_key, sealed_with(private_key, os.urandom(32), hashed=hashed, mask=mask))

    @pytest.mark.parametrize("length", [0, 1, 15, 17, 20, 31, 33])
    def test_a_session_key_that_aes_does_not_take(self, private_key: RSAPrivateKey, length: int) -> None:
        cannot_open(private_key, sealed_with(private_key, os.urandom(length), hashed=SHA256(), mask=SHA256()))

    def test_another_nonce(self, private_key: RSAPrivateKey) -> None:
        nonce = bytes(11) + b"\1"
        blob = sealed_with(private_key, os.urandom(32), hashed=SHA256(), mask=SHA256(), nonce=nonce)
        cannot_open(private_key, blob)

    @pytest.mark.parametrize("length", [0, 1, 2, 3, 257])
    def test_a_blob_that_ends_before_its_block(self, private_key: RSAPrivateKey, length: int) -> None:
        assert isinstance(cannot_open(private_key, blob_of(private_key)[:length]), TooShort)

    @pytest.mark.parametrize("length", [258, 259, 258 + 15, -1])
    def test_a_body_that_was_cut_off(self, private_key: RSAPrivateKey, length: int) -> None:
        assert not isinstance(cannot_open(private_key, blob_of(private_key)[:length]), TooShort)

    def test_a_body_with_something_behind_it(self, private_key: RSAPrivateKey) -> None:
        cannot_open(private_key, blob_of(private_key) + b"\0")

    def test_bodies_that_were_exchanged(self, private_key: RSAPrivateKey) -> None:
        block, _ = split(blob_of(private_key))
        _, body = split(blob_of(private_key))
        cannot_open(private_key, with_block(block, body))

    def test_and_say_what_was_inside(self, private_key: RSAPrivateKey, canary: bytes) -> None:
        blob = blob_of(private_key, value=canary)
        for error in (
            cannot_open(private_key, blob, b"other"),
            cannot_open(private_key, blob[:-1]),
            cannot_open(private_key, blob[:100]),
        ):
            assert canary.decode() not in shown_by(error)
            assert error.args == ()


class TestMustNotSeal:
    def test_the_same_value_the_same_way_twice(self, private_key: RSAPrivateKey) -> None:
        first, second = (split(blob_of(private_key)) for _ in range(2))
        assert first[0] != second[0]
        assert first[1] != second[1]

    def test_and_show_the_value(self, private_key: RSAPrivateKey, canary: bytes) -> None:
        assert canary not in blob_of(private_key, value=canary)
        assert canary.decode() not in repr(open_sealed(private_key, blob_of(private_key, value=canary), LABEL))


class TestMustOpen:
    @pytest.mark.parametrize("value", [b"", b"x", b"x\n", "pässwörd ☃".encode(), bytes(range(256)), b"\0" * 4096])
    @pytest.mark.parametrize("label", [b"", b"prod", b"prod/db", "ä/日".encode(), b"/" * 600])
    def test_what_was_sealed(self, private_key: RSAPrivateKey, value: bytes, label: bytes) -> None:
        assert open_sealed(private_key, blob_of(private_key, label, value), label) == Plaintext(value)

    def test_a_large_value(self, private_key: RSAPrivateKey) -> None:
        value = os.urandom(1 << 20)
        assert open_sealed(private_key, blob_of(private_key, value=value), LABEL).reveal() == value

    def test_a_block_that_lost_its_leading_zeros(self, private_key: RSAPrivateKey) -> None:
        for _ in range(20_000):
            block, body = split(blob_of(private_key))
            if block[0] == 0:
                stripped = block.lstrip(b"\0")
                assert len(stripped) < SIZE
                assert open_sealed(private_key, with_block(stripped, body), LABEL) == Plaintext(VALUE)
                return
        pytest.fail("one block in 256 starts with a zero")

    @pytest.mark.parametrize("length", [16, 24, 32])
    def test_every_session_key_that_aes_takes(self, private_key: RSAPrivateKey, length: int) -> None:
        blob = sealed_with(private_key, os.urandom(length), hashed=SHA256(), mask=SHA256())
        assert open_sealed(private_key, blob, LABEL) == Plaintext(VALUE)

    def test_a_key_whose_size_is_not_whole_bytes(self) -> None:
        key = rsa.generate_private_key(65537, 2047)
        blob = blob_of(key)
        assert len(split(blob)[0]) == SIZE
        assert open_sealed(key, blob, LABEL) == Plaintext(VALUE)

    def test_a_small_key_of_old_times(self, small_key: RSAPrivateKey) -> None:
        assert open_sealed(small_key, blob_of(small_key), LABEL) == Plaintext(VALUE)


class TestWireFormat:
    @pytest.mark.parametrize("length", [0, 1, 100])
    def test_length(self, private_key: RSAPrivateKey, length: int) -> None:
        blob = blob_of(private_key, value=bytes(length))
        block, body = split(blob)
        assert blob[:2] == b"\x01\x00"
        assert (len(block), len(body), len(blob)) == (SIZE, length + 16, 2 + SIZE + length + 16)

    def test_prefix_by_which_people_know_it(self, private_key: RSAPrivateKey, larger_key: RSAPrivateKey) -> None:
        assert encode(blob_of(private_key))[:2] == "AQ"
        assert encode(blob_of(larger_key))[:2] == "AY"

    @pytest.mark.parametrize("blob", [b"\0\0", b"\0\0body", b"\0\1x", b"\0\1xbody"])
    def test_split_gives_back_every_byte(self, blob: bytes) -> None:
        block, body = split(blob)
        assert with_block(block, body) == blob

    def test_text_is_go_base64(self, private_key: RSAPrivateKey) -> None:
        blob = blob_of(private_key)
        assert decode(encode(blob)) == blob
        with pytest.raises(BadBase64):
            decode(encode(blob) + "=")
