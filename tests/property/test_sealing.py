"""Laws of the sealing scheme that hold for any input."""

from __future__ import annotations

import re
import string
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sealwright.plaintext import Plaintext
from sealwright.sealing.diagnosis import Cause, diagnose, label_index
from sealwright.sealing.fingerprint import fingerprint_of
from sealwright.sealing.keys import PrivateKey
from sealwright.sealing.scheme import BadBase64, CannotOpen, decode, encode, open_sealed, seal
from sealwright.sealing.scope import Scope, label, label_as_read

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
names = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True)
broken_base64 = st.text(st.sampled_from("ABab01+/==\r\n -_é\ud800"), max_size=24)


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def opener() -> PrivateKey:
    return PrivateKey(key(), fingerprint_of(key().public_key()), key().key_size)


@cache
def sealed() -> bytes:
    return seal(key().public_key(), Plaintext(b"some value"), b"prod/db")


def opens(blob: bytes, bound: bytes) -> bool:
    try:
        open_sealed(key(), blob, bound)
    except CannotOpen:
        return False
    return True


def slow_decode(text: str) -> bytes | None:
    """Base64 by its definition: groups of four, six bits each, nothing but line breaks between; None if it is none."""
    packed = [character for character in text if character not in "\r\n"]
    padding = 2 if packed[-2:] == ["=", "="] else 1 if packed[-1:] == ["="] else 0
    letters = packed[: len(packed) - padding]
    if len(packed) % 4 or any(letter not in ALPHABET for letter in letters):
        return None
    bits = "".join(f"{ALPHABET.index(letter):06b}" for letter in letters)
    return bytes(int(bits[start : start + 8], 2) for start in range(0, len(bits) // 8 * 8, 8))


@settings(max_examples=60, deadline=None)
@given(value=st.binary(max_size=2000), bound=st.binary(max_size=300))
def test_what_is_sealed_opens(value: bytes, bound: bytes) -> None:
    blob = seal(key().public_key(), Plaintext(value), bound)
    assert len(blob) == 2 + 256 + len(value) + 16
    assert open_sealed(key(), decode(encode(blob)), bound).reveal() == value


@settings(max_examples=60, deadline=None)
@given(bound=st.binary(max_size=40), other=st.binary(max_size=40))
def test_no_other_label_opens(bound: bytes, other: bytes) -> None:
    assume(bound != other)
    blob = seal(key().public_key(), Plaintext(b"x"), bound)
    assert not opens(blob, other)
    found = diagnose([opener()], blob, other, label_index([("the label", bound)]))
    assert (found.cause, found.label) == (Cause.WRONG_LABEL, "the label")


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_never_opens(data: st.DataObject) -> None:
    blob = bytearray(sealed())
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    assert not opens(bytes(blob), b"prod/db")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_shortened_or_lengthened_blob_never_opens(data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(sealed()) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))
    assert not opens(sealed()[:end], b"prod/db")
    assert not opens(sealed() + more, b"prod/db")


@settings(max_examples=60, deadline=None)
@given(blob=st.binary(max_size=700), bound=st.binary(max_size=20))
def test_nothing_else_ever_happens_than_not_opening(blob: bytes, bound: bytes) -> None:
    assert not opens(blob, bound)
    assert diagnose([opener()], blob, bound, {}).cause is not Cause.CORRUPTED


@settings(max_examples=1000, deadline=None)
@given(text=st.one_of(broken_base64, st.text(max_size=12), st.binary(max_size=40).map(encode)))
def test_base64_is_what_its_definition_says(text: str) -> None:
    expected = slow_decode(text)
    if expected is not None:
        assert decode(text) == expected
        return
    with pytest.raises(BadBase64) as caught:
        decode(text)
    assert 0 <= caught.value.offset <= len(text)
    assert re.fullmatch(r"[A-Za-z0-9+/=\r\n]*", text[: caught.value.offset])


@settings(max_examples=300, deadline=None)
@given(first=st.tuples(st.sampled_from(Scope), names, names), second=st.tuples(st.sampled_from(Scope), names, names))
def test_labels_are_equal_only_for_the_same_binding(
    first: tuple[Scope, str, str], second: tuple[Scope, str, str]
) -> None:
    def binding(scope: Scope, namespace: str, name: str) -> tuple[str, ...]:
        return {Scope.CLUSTER_WIDE: (), Scope.NAMESPACE_WIDE: (namespace,)}.get(scope, (namespace, name))

    assert (label(*first) == label(*second)) == (binding(*first) == binding(*second))


@settings(max_examples=200, deadline=None)
@given(scope=st.sampled_from(Scope), namespace=st.text(max_size=8), name=st.text(max_size=8))
def test_the_opening_side_reads_any_metadata(scope: Scope, namespace: str, name: str) -> None:
    assert isinstance(label_as_read(scope, namespace, name), bytes)
