"""Every vector of the interoperability set as a manifest: what kubeseal makes of it, and the reason in words."""

from __future__ import annotations

import re

import pytest
from support import needs_shared
from unit.sealing.material import Vector, all_vectors, vector_document
from unit.verify.made import manifest, verdicts

from sealwright.finding import Outcome
from sealwright.sealing.keys import load_private_keys
from sealwright.sealing.scope import Scope

pytestmark = needs_shared

VECTORS = all_vectors()
CHANGED = "its content was changed or cut off after sealing"
OTHER_KEY = "sealed with another key than the given ones"
OTHER_SIZE = "sealed with a key of another size"
SHORT = "it was cut off: it is shorter than any sealed value"
REASONS = {
    "strict-renamed": "sealed for myns/mysecret (strict), but stands here as myns/other (strict)",
    "strict-moved": "sealed for myns/mysecret (strict), but stands here as other/mysecret (strict)",
    "nsw-as-strict": "sealed for myns (namespace-wide), but stands here as myns/mysecret (strict)",
    "nsw-moved": "sealed for myns (namespace-wide), but stands here as other (namespace-wide)",
    "wrong-key": OTHER_KEY,
    "wrong-size-key": OTHER_SIZE,
    "tamper-len-lo": OTHER_SIZE,
    "tamper-rsa-first": OTHER_KEY,
    "tamper-gcm-body": CHANGED,
    "tamper-gcm-tag": CHANGED,
    "trunc-1byte": SHORT,
    "trunc-header": SHORT,
    "trunc-no-gcm": CHANGED,
    "trunc-gcm-15": CHANGED,
    "trunc-plus1": CHANGED,
    "rsa-extra-zero": OTHER_SIZE,
    "sessionkey-160": OTHER_KEY,
    "oaep-sha1": OTHER_KEY,
}


@pytest.mark.parametrize("vector", [pytest.param(v, id=v.id) for v in VECTORS] or [pytest.param(None, id="absent")])
def test_a_vector_as_a_manifest(vector: Vector) -> None:
    [private_key] = load_private_keys(vector_document()["key_pem"].encode(), source="vectors")
    home = manifest({"x": "AAAA"}, "myns", "mysecret")
    subject = manifest({"item": vector.encrypted}, vector.namespace, vector.name, Scope(vector.scope))
    verdict = verdicts({"apiVersion": "v1", "kind": "List", "items": [subject, home]}, private_key)[0]
    if vector.plaintext_b64 is not None:
        assert (verdict.outcome, verdict.key) == (Outcome.OPENS, private_key.short)
        return
    assert verdict.outcome is Outcome.FAILS
    offset = re.search(r"input byte (\d+)", vector.kubeseal_error or "")
    expected = f"it is not base64: character {int(offset[1]) + 1} " if offset else REASONS[vector.id]
    assert expected in verdict.reason
    assert vector.encrypted.strip()[:12] not in verdict.reason


def test_there_are_vectors() -> None:
    assert len(VECTORS) > 30
