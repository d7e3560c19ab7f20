"""Secrets become SecretProviderClasses, and pods use them, with everything else staying as it was written."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from property.secret_layouts import DROPPED, LAST_APPLIED, NEIGHBOURS, Written, written_secrets
from unit.convert.secret_provider_class.converting import AWS, IDENTITY, STORES, converted, load_all, read

from sealwright import config
from sealwright.convert.change import rewritten
from sealwright.convert.secret_facts import SecretFacts, facts_of
from sealwright.convert.secret_provider_class.capabilities import is_text, keys_to_split
from sealwright.convert.secret_provider_class.conversion import conversion_of, secret_change
from sealwright.convert.secret_provider_class.validate import flaws
from sealwright.errors import ConvertError, SealingError
from sealwright.manifest.source import Source
from sealwright.stores.reference import Reference

SLOW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def all_objects(text: str) -> list[dict[str, Any]]:
    return [item for document in load_all(text) for item in (document.get("items") or [document])]


@SLOW
@given(written_secrets(), st.sampled_from(sorted(STORES)))
def test_a_secret_keeps_what_is_no_value(written: Written, name: str) -> None:
    store = STORES[name]
    try:
        text = with_classes(written.text, store)
    except (SealingError, ConvertError):
        assert not written.ordinary, written.text
        return
    show = f"{written.text}\n=====\n{text}"
    assert text.startswith(written.before), show
    if written.text.endswith("\n"):
        assert text.endswith(written.after), show
    missing = {mark for mark in written.comments if text.count(mark) != 1}
    assert not missing, f"{missing}\n{show}"
    if "\r\n" in written.text:
        assert "\n" not in text.replace("\r\n", ""), show
    for before, after in zip(all_objects(written.text), all_objects(text), strict=True):
        if before.get("kind") != "Secret":
            assert after == before, show
            continue
        assert after["metadata"] == kept(before["metadata"]), show
        assert set(after) == {"apiVersion", "kind", "metadata", "spec"}, show
        assert flaws(after) == [], show


def kept(metadata: dict[str, Any]) -> dict[str, Any]:
    result = {field: value for field, value in metadata.items() if field not in DROPPED}
    annotations = result.get("annotations")
    if annotations and LAST_APPLIED in annotations:
        result["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
        if not result["annotations"]:
            del result["annotations"]
    return result


def with_classes(text: str, store: config.Store) -> str:
    changes = []
    for resource in read({"a.yaml": text}):
        if resource.ref.kind == "Secret":
            facts = facts_of(resource)
            assume(facts.values)
            conversion = conversion_of(facts, (), store, IDENTITY)
            changes.append(secret_change(resource, conversion, references(facts, store)))
    return rewritten(Source("a.yaml", text), changes)


def references(facts: SecretFacts, store: config.Store) -> dict[str, Reference]:
    alone = keys_to_split(facts, store)
    return {
        value.key: Reference(f"db-{value.key.replace('.', '-')}")
        if value.key in alone
        else Reference("db", value.key, not is_text(value.plaintext))
        for value in facts.values
    }


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData: {a: hunter2, b.c: x}\n"


@st.composite
def pods(draw: st.DrawFn) -> str:
    """A Deployment with the Secret in its volumes and variables, in many layouts, with a comment at every line."""
    number = 0

    def mark(text: str) -> str:
        nonlocal number
        number += 1
        above = f"{text[: len(text) - len(text.lstrip())]}# above {number};\n" if draw(st.booleans()) else ""
        return (
            f"{above if not text.lstrip().startswith(']') else ''}{text}{draw(st.sampled_from(['', f' # c{number};']))}"
        )

    dash = draw(st.sampled_from(["", "  "]))
    lines = ["containers:"]
    uses = draw(st.lists(st.sampled_from(["env", "envFrom", "mount", "none"]), min_size=1, max_size=3))
    for position, use in enumerate(uses):
        inner = f"{dash}  "
        lines += [f"{dash}- name: c{position}", f"{inner}image: registry.example/i:1"]
        lines += {
            "env": draw(
                st.sampled_from(
                    [
                        [f"{inner}env:", f"{inner}- {{name: A, valueFrom: {{secretKeyRef: {{name: db, key: a}}}}}}"],
                        [
                            f"{inner}env:",
                            f"{inner}{dash}- name: A",
                            f"{inner}{dash}  valueFrom:",
                            f"{inner}{dash}    secretKeyRef:",
                            f"{inner}{dash}      key: b.c",
                            f"{inner}{dash}      name: 'db'",
                        ],
                    ]
                )
            ),
            "envFrom": [f"{inner}envFrom: [{{secretRef: {{name: db}}}}]"],
            "mount": draw(
                st.sampled_from(
                    [
                        [f"{inner}volumeMounts:", f"{inner}- name: db", f"{inner}  mountPath: /db"],
                        [f"{inner}volumeMounts: [{{mountPath: /db, name: db}}]"],
                        [f"{inner}volumeMounts:", f'{inner}- {{"name": "db", "readOnly": false, "mountPath": "/db"}}'],
                    ]
                )
            ),
            "none": [f"{inner}tty: true"],
        }[use]
    source = draw(
        st.sampled_from(
            [
                [f"{dash}- name: db", f"{dash}  secret:", f"{dash}    secretName: db"],
                [f"{dash}- secret: {{secretName: db}}", f"{dash}  name: db"],
                [f"{dash}- {{name: db, secret: {{secretName: db, items: [{{key: a, path: x}}]}}}}"],
                [
                    f"{dash}- secret:",
                    f"{dash}      secretName: db",
                    f"{dash}      defaultMode: 0444",
                    f"{dash}  name: db",
                ],
            ]
        )
    )
    block = ["volumes:", *source] if "mount" in uses else []
    spec = [*block, *lines] if draw(st.booleans()) else [*lines, *block]
    head = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata: {name: api,   namespace: shop}",
        "spec:",
        "  template:",
    ]
    body = [*head, "    spec:", *(f"      {line}" for line in spec)]
    after = draw(st.sampled_from(["", "# end\n", f"---\n{NEIGHBOURS[0]}", "...\n"]))
    text = draw(st.sampled_from(["", "# head\n---\n"])) + "\n".join(map(mark, body)) + "\n" + after
    text = text if after or draw(st.booleans()) else text.removesuffix("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@SLOW
@given(pods(), st.sampled_from([AWS, STORES["vault"]]))
def test_pods_keep_what_is_no_secret(text: str, store: config.Store) -> None:
    if "name: db" not in text and '"db"' not in text and "'db'" not in text:
        return
    made = converted({"secret.yaml": SECRET, "pod.yaml": text}, store).files["pod.yaml"]
    show = f"{text}\n=====\n{made}"
    found = iter(made.splitlines())
    for line in text.splitlines():  # every line that is not about the Secret is there, and in its order
        if not any(word in line for word in ("secret", "db", "items", "key", "path", "Mode", "readOnly")):
            assert any(other == line for other in found), f"{line}\n{show}"
    comments = [part for line in text.splitlines() for part in line.split() if part.endswith(";")]
    assert [mark for mark in comments if made.count(f" {mark}") != text.count(f" {mark}")] == [], show
    assert text.endswith("\n") == made.endswith("\n"), show
    if "\r\n" in text:
        assert "\n" not in made.replace("\r\n", ""), show
    for item in load_all(made):
        assert '"secret"' not in str(item).replace("'", '"'), show
