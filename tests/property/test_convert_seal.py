"""Sealing keeps everything that is not a value, in every layout that a Secret may have."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from property.secret_layouts import Written, written_secrets
from ruamel.yaml import YAML
from unit.convert.sealing_again import expected_object, load_all, opened, sealed, values_of, without_ciphertext

from sealwright.convert.seal import SealOptions
from sealwright.errors import SealingError
from sealwright.sealing.scope import Scope

CIPHERTEXT = re.compile(r"AQ[A-Za-z0-9+/=]{300,}")
OUTCOMES: Counter[str] = Counter()

SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def secrets_in(documents: list[Any], kind: str) -> list[dict[str, Any]]:
    objects = [item for document in documents for item in (document.get("items") or [document])]
    return [item for item in objects if item.get("kind") == kind]


def check(written: Written) -> None:
    before = load_all(written.text)
    scope = Scope(written.scope) if written.scope else None
    try:
        result = sealed(written.text, options=SealOptions(scope, written.namespace))
    except SealingError:
        OUTCOMES["refused"] += 1
        if written.ordinary:
            raise
        return
    OUTCOMES["sealed"] += 1
    show = f"{written.text}\n=====\n{CIPHERTEXT.sub('<sealed>', result.text)}"
    after = load_all(result.text)
    check_objects(written, before, after, show)
    check_text(written, result.text, show)
    again = sealed(result.text)
    assert again.sealed == ()
    assert again.text == result.text


def check_objects(written: Written, before: list[Any], after: list[Any], show: str) -> None:
    plain, made = secrets_in(before, "Secret"), secrets_in(after, "SealedSecret")
    assert len(plain) == len(made) > 0, show
    assert secrets_in(after, "Secret") == []
    for secret, sealed_secret in zip(plain, made, strict=True):
        expected = expected_object(secret, written.scope, written.namespace)
        got = without_ciphertext(sealed_secret)
        assert got == expected, show
        for path in (("metadata",), ("spec", "encryptedData"), ("spec", "template", "metadata")):
            assert keys_at(got, path) == keys_at(expected, path), show
        assert opened(sealed_secret) == values_of(secret), show


def keys_at(value: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    """Keys in their order, nested ones too; the annotations that we add stand last."""
    for step in path:
        value = value[step]
    return re.findall(r'"((?:[^"\\]|\\.)*)": ', json.dumps(value))


def check_text(written: Written, text: str, show: str) -> None:
    assert text.startswith(written.before), show
    assert text.endswith(written.after), show
    missing = {mark for mark in written.comments if text.count(mark) != 1}
    assert not missing, f"{missing}\n{show}"
    if "\r\n" in written.text:
        assert "\n" not in text.replace("\r\n", ""), show
    else:
        assert "\r" not in text, show
    assert text.endswith("\n") == written.text.endswith("\n"), show
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruamel.yaml complains of reused anchors, which the original has, too
        assert len([x for x in YAML().load_all(io.StringIO(text)) if x is not None]) == len(load_all(text)), show


@given(written_secrets())
@SLOW
def check_any(written: Written) -> None:
    check(written)


def test_sealing_keeps_everything_but_the_values() -> None:
    """Ordinary block style is never refused; of all layouts, few are."""
    OUTCOMES.clear()
    check_any()
    assert OUTCOMES["refused"] <= OUTCOMES["sealed"] / 4, OUTCOMES
