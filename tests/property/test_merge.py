"""Merging changes the items that it is asked to change, in every layout, and not one character of anything else."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.secret_layouts import Written, written_secrets
from unit.convert.sealing_again import certificate, load_all, opened, sealed

from sealwright.convert.merge import Merge, merge
from sealwright.convert.seal import SealOptions
from sealwright.convert.sealer import Sealer
from sealwright.convert.secret_model import Value
from sealwright.convert.template_merge import TemplateFields
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.plaintext import Plaintext
from sealwright.sealing.scope import Scope

OUTCOMES: Counter[str] = Counter()
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
keys = st.sampled_from(["password", "user", "tls.crt", "A_B", "x-y", "k8", "z", "0", "zzz"])
texts = st.one_of(st.binary(max_size=40), st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")))
labels = st.dictionaries(
    st.sampled_from(["app", "tier", "new/label"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)


def objects(text: str) -> list[dict[str, Any]]:
    return [item for document in load_all(text) for item in (document.get("items") or [document])]


def check(written: Written, new: dict[str, bytes], gone: int, extra: dict[str, str]) -> None:
    scope = Scope(written.scope) if written.scope else None
    try:
        text = sealed(written.text, options=SealOptions(scope, written.namespace)).text
    except SealingError:
        return
    source = Source("sealed.yaml", text)
    documents = list(read_documents(source))
    found = [item for document in documents for item in resources(document) if item.ref.kind == "SealedSecret"]
    before = objects(text)
    number = next(n for n, item in enumerate(before) if item.get("kind") == "SealedSecret")
    standing = opened(before[number])
    delete = frozenset(sorted(standing.keys() - new.keys())[:gone])
    wanted = Merge(
        tuple(Value(key, Plaintext(value)) for key, value in new.items()),
        delete,
        template=TemplateFields(extra, {}),
        allow_empty=True,
    )
    try:
        outcome = merge(source, documents, found[0], wanted, Sealer(certificate))
    except SealingError:
        OUTCOMES["refused"] += 1
        assert not written.ordinary, text
        return
    OUTCOMES["merged"] += 1
    after = objects(outcome.text)
    made = after.pop(number)
    old = before.pop(number)
    assert after == before, outcome.text
    assert opened(made) == {key: value for key, value in standing.items() if key not in delete} | new
    kept = standing.keys() - delete - new.keys()
    for key in kept:
        assert made["spec"]["encryptedData"][key] == old["spec"]["encryptedData"][key]
    template = made["spec"]["template"]["metadata"]
    assert (template.get("labels") or {}) == (old["spec"]["template"]["metadata"].get("labels") or {}) | extra
    own = {mark for mark in written.comments if mark in text}
    lost = {mark for mark in own if mark not in outcome.text}
    assert not lost or delete, outcome.text
    untouched = [line for line in text.splitlines() if line.strip()]
    remaining = Counter(outcome.text.splitlines())
    changed = sum(1 for line in untouched if remaining[line] < Counter(untouched)[line])
    assert changed <= 3 * (len(new) + len(delete) + len(extra)) + 4, outcome.text


@given(written_secrets(), st.dictionaries(keys, texts, max_size=3), st.integers(0, 2), labels)
@SLOW
def check_any(written: Written, new: dict[str, bytes], gone: int, extra: dict[str, str]) -> None:
    check(written, new, gone, extra)


def test_merging_changes_what_it_is_asked_to_change() -> None:
    OUTCOMES.clear()
    check_any()
    assert OUTCOMES["merged"] > OUTCOMES["refused"], OUTCOMES


@given(
    st.dictionaries(keys, texts, min_size=1, max_size=4),
    st.dictionaries(keys, texts, max_size=4),
    st.integers(0, 3),
    st.sampled_from([None, 2, 4, "\t", 0]),
    labels,
)
@SLOW
def test_json_is_written_as_it_was(
    old: dict[str, bytes], new: dict[str, bytes], gone: int, indent: int | str | None, extra: dict[str, str]
) -> None:
    import base64

    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": "prod", "labels": {"app": "web"}},
        "data": {key: base64.b64encode(value).decode() for key, value in old.items()},
    }
    text = sealed(json.dumps(secret, indent=indent)).text
    source = Source("sealed.json", text)
    documents = list(read_documents(source))
    [resource] = [item for document in documents for item in resources(document)]
    delete = frozenset(sorted(old.keys() - new.keys())[:gone])
    values = tuple(Value(key, Plaintext(value)) for key, value in new.items())
    wanted = Merge(values, delete, template=TemplateFields(extra, {}), allow_empty=True)
    outcome = merge(source, documents, resource, wanted, Sealer(certificate))
    made = json.loads(outcome.text)
    assert opened(made) == {key: value for key, value in old.items() if key not in delete} | new
    assert made["spec"]["template"]["metadata"]["labels"] == {"app": "web"} | extra
    if made["spec"]["encryptedData"] and indent != 0 and len(delete) < len(old):
        assert json.dumps(made, indent=indent, ensure_ascii=True) == outcome.text
