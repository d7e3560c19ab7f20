"""Verdicts without any key: what is refuted, in which words, and what is only unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from unit.verify.made import fingerprint, key, manifest, sealed

from sealwright.finding import Verdict
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.run.verify import verdicts_of
from sealwright.sealing import go_base64
from sealwright.sealing.scope import Scope
from sealwright.sealing.stamps import Book, Entry, Stamp, stamp_of
from sealwright.verify.by_certificate import CertificateExaminer, KnownKeys
from sealwright.verify.sealed_items import sealed_items

MODULI = [key().key.public_key().public_numbers().n]
PROD = KnownKeys("prod", frozenset({fingerprint()}), moduli=lambda: MODULI)
STRICT = sealed()
WIDE = sealed(scope=Scope.NAMESPACE_WIDE)
ALL = sealed(scope=Scope.CLUSTER_WIDE)


def stamp(
    text: str = STRICT, scope: Scope = Scope.STRICT, namespace: str = "prod", name: str = "db", by: int = 0
) -> Stamp:
    return stamp_of(go_base64.decode(text), fingerprint(by), scope, namespace, name)


def judged(
    content: dict[str, Any] | str, stamps: Sequence[Stamp] = (), keys: KnownKeys = PROD, *, doubt: str = ""
) -> list[Verdict]:
    text = content if isinstance(content, str) else json.dumps(content)
    items = [item for document in read_documents(decode("a.yaml", text.encode())) for item in sealed_items(document)]
    examiner = CertificateExaminer(keys, Book(map(Entry, stamps), lambda _: doubt))
    return [each for each in verdicts_of(items, set(), lambda _: examiner) if isinstance(each, Verdict)]


def only(*arguments: Any, **options: Any) -> tuple[str, str]:
    [verdict] = judged(*arguments, **options)
    return verdict.outcome.value, verdict.reason


def cut(text: str, at: int) -> str:
    return go_base64.encode(go_base64.decode(text)[:at])


def edited(text: str, at: int) -> str:
    blob = bytearray(go_base64.decode(text))
    blob[at] ^= 1
    return go_base64.encode(bytes(blob))


IN_ANOTHER_SCOPE = manifest({"a": STRICT}, scope=Scope.CLUSTER_WIDE)
UNLISTED = "which is none that is known of cluster prod; if it had it, list it in previous-fingerprints"
SEALED_FOR = "sealed for prod/db (strict): "
REFUTED: dict[str, tuple[dict[str, Any], Stamp, str]] = {
    "renamed": (manifest({"a": STRICT}, name="web"), stamp(), SEALED_FOR + "renamed after sealing"),
    "moved": (manifest({"a": STRICT}, "dev"), stamp(), SEALED_FOR + "moved to another namespace after sealing"),
    "both": (
        manifest({"a": STRICT}, "dev", "web"),
        stamp(),
        SEALED_FOR + "renamed and moved to another namespace after sealing",
    ),
    "scope widened": (IN_ANOTHER_SCOPE, stamp(), SEALED_FOR + "its scope was changed to cluster-wide after sealing"),
    "scope narrowed": (
        manifest({"a": WIDE}),
        stamp(WIDE, Scope.NAMESPACE_WIDE),
        "sealed for prod (namespace-wide): its scope was changed to strict after sealing",
    ),
    "scope lost": (
        manifest({"a": ALL}),
        stamp(ALL, Scope.CLUSTER_WIDE),
        "sealed for cluster-wide: its scope was changed to strict after sealing",
    ),
    "moved, wide": (
        manifest({"a": WIDE}, "dev", scope=Scope.NAMESPACE_WIDE),
        stamp(WIDE, Scope.NAMESPACE_WIDE),
        "sealed for prod (namespace-wide): moved to another namespace after sealing",
    ),
    "renamed, and no namespace yet": (
        manifest({"a": STRICT}, None, "web"),
        stamp(),
        SEALED_FOR + "renamed after sealing",
    ),
    "another key": (
        manifest({"a": STRICT}),
        stamp(by=1),
        f"sealed with key {key(1).short}, {UNLISTED}",
    ),
    "edited at its end": (
        manifest({"a": edited(STRICT, -1)}),
        stamp(),
        "its content was changed or cut off after sealing (it was sealed for prod/db (strict))",
    ),
    "edited in its middle": (
        manifest({"a": edited(STRICT, 100)}),
        stamp(),
        "its content was changed or cut off after sealing (it was sealed for prod/db (strict))",
    ),
    "cut at its end": (
        manifest({"a": cut(STRICT, -5)}),
        stamp(),
        "its content was changed or cut off after sealing (it was sealed for prod/db (strict))",
    ),
    "cut in its key": (
        manifest({"a": cut(STRICT, 120)}),
        stamp(),
        "it was cut off: it is shorter than any sealed value",
    ),
}


@pytest.mark.parametrize(("content", "known", "reason"), REFUTED.values(), ids=REFUTED)
def test_refuted_by_a_stamp(content: dict[str, Any], known: Stamp, reason: str) -> None:
    assert only(content, [known]) == ("refuted", reason)


def test_the_other_cluster_is_named() -> None:
    keys = PROD._replace(elsewhere={fingerprint(1): "staging"})
    text = sealed(by=key(1))
    assert only(manifest({"a": text}), [stamp(text, by=1)], keys) == (
        "refuted",
        "sealed with the key of cluster staging",
    )
    renamed = only(manifest({"a": text}, name="web"), [stamp(text, by=1)], keys)[1]
    assert renamed == SEALED_FOR + "renamed after sealing; sealed with the key of cluster staging"
    adhoc = keys._replace(name="", elsewhere={})
    reason = f"sealed with key {key(1).short}, not with that of the certificate"
    assert only(manifest({"a": text}), [stamp(text, by=1)], adhoc) == ("refuted", reason)


def test_proved() -> None:
    proved = f"stamped: key {key().short}, for "
    assert only(manifest({"a": STRICT}), [stamp()]) == ("proved", proved + "prod/db (strict)")
    wide = manifest({"b": WIDE}, name="any", scope=Scope.NAMESPACE_WIDE)
    assert only(wide, [stamp(WIDE, Scope.NAMESPACE_WIDE)]) == ("proved", proved + "prod (namespace-wide)")
    everywhere = manifest({"b": ALL}, None, "any", Scope.CLUSTER_WIDE)
    assert only(everywhere, [stamp(ALL, Scope.CLUSTER_WIDE)]) == ("proved", proved + "cluster-wide")


def test_an_earlier_key_is_old_and_not_broken() -> None:
    keys = PROD._replace(current=frozenset({fingerprint(1)}), previous=frozenset({fingerprint()}))
    outcome, reason = only(manifest({"a": STRICT}), [stamp()], keys)
    assert outcome == "proved"
    assert "an earlier one: old, not broken" in reason


def test_base64_in_another_layout_is_the_same_item() -> None:
    text = json.dumps(manifest({"a": STRICT})).replace(STRICT, STRICT[:50] + "\\n" + STRICT[50:])
    assert only(text, [stamp()])[0] == "proved"


UNKNOWN: dict[str, tuple[dict[str, Any], Sequence[Stamp], KnownKeys, str]] = {
    "no stamp": (manifest({"a": STRICT}), (), PROD, "no stamp proves it, and nothing is wrong with its form"),
    "another item's stamp": (manifest({"a": STRICT}), [stamp(WIDE)], PROD, "no stamp proves it"),
    "contradiction": (manifest({"a": STRICT}), [stamp(), stamp(name="web")], PROD, "its stamps contradict each other"),
    "no namespace yet": (manifest({"a": STRICT}, None), [stamp()], PROD, "the manifest names no namespace"),
    "no name yet": (manifest({"a": STRICT}, name=None), [stamp()], PROD, "the manifest names no name"),
    "a stamped item as a whole Secret": (
        manifest({}) | {"spec": {"data": STRICT}},
        [stamp()],
        PROD,
        "the format of before 2019, for which a stamp proves too little",
    ),
    "no cluster": (manifest({"a": STRICT}), (), KnownKeys(gap="nobody's"), "nobody's"),
    "no cluster, stamped": (
        manifest({"a": STRICT}),
        [stamp()],
        KnownKeys(gap="nobody's", elsewhere={fingerprint(): "prod"}),
        "sealed for prod/db (strict) with the key of cluster prod; nobody's",
    ),
    "no certificate": (manifest({"a": STRICT}), (), PROD._replace(moduli=tuple), "no stamp proves it"),
    "another size, which earlier keys may have": (
        manifest({"a": sealed(by=key(0, 3072))}),
        (),
        PROD._replace(previous=frozenset({fingerprint(1)})),
        "an earlier key of the cluster may open it",
    ),
}


@pytest.mark.parametrize(("content", "stamps", "keys", "words"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(content: dict[str, Any], stamps: Sequence[Stamp], keys: KnownKeys, words: str) -> None:
    outcome, reason = only(content, stamps, keys)
    assert (outcome, words in reason) == ("unknown", True), reason


def test_without_a_cluster_a_changed_label_is_refuted_all_the_same() -> None:
    assert only(manifest({"a": STRICT}, name="web"), [stamp()], KnownKeys(gap="nobody's"))[0] == "refuted"


@pytest.mark.parametrize("content", [manifest({"a": STRICT}), manifest({"a": STRICT}, name="web")])
def test_a_stamp_that_is_not_believed_neither_proves_nor_refutes(content: dict[str, Any]) -> None:
    outcome, reason = only(content, [stamp()], doubt="its stamp is not signed")
    assert (outcome, reason) == (
        "unknown",
        "its stamp is not signed, so that it proves nothing; a key backup or the controller would tell",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("QUJD!", "it is not base64"), ("", "cut off"), ("QUI=", "cut off"), (sealed(by=key(0, 3072)), "a larger key")],
    ids=["no base64", "empty", "two bytes", "a larger key"],
)
def test_refuted_by_form_alone(text: str, words: str) -> None:
    outcome, reason = only(manifest({"a": text}))
    assert (outcome, words in reason) == ("refuted", True), reason


def test_every_item_is_judged_by_itself() -> None:
    content = manifest({"a": STRICT, "b": WIDE, "c": 5, "d": STRICT[:-4]})
    assert [verdict.outcome.value for verdict in judged(content, [stamp()])] == [
        "proved",
        "unknown",
        "refuted",
        "refuted",
    ]
