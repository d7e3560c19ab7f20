"""The reader of usual SealedSecrets in JSON gives what is read from the parsed file, or nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property.test_usual import ITEM, PARTS, check
from support import needs_shared
from unit.sealing.material import all_vectors

from sealwright.manifest.source import Source
from sealwright.sealing.scope import Scope
from sealwright.verify.sealed_items import SealedItem
from sealwright.verify.usual import usual

METADATA = {
    "name": "db",
    "namespace": "shop",
    "creationTimestamp": None,
    "annotations": {"sealedsecrets.bitnami.com/namespace-wide": "true"},
}
TEMPLATE = {"metadata": METADATA | {"name": "db-0", "labels": {"tier": "back: a, b"}}, "type": "Opaque"}
ENCRYPTED = {"password": ITEM, ".tls": f"{ITEM[:-2]}=="}
OBJECT = {
    "kind": "SealedSecret",
    "apiVersion": "bitnami.com/v1alpha1",
    "metadata": METADATA,
    "spec": {"template": TEMPLATE, "encryptedData": ENCRYPTED},
}
SEALED = json.dumps(OBJECT, indent=2) + "\n"
SHORT = json.dumps(OBJECT | {"metadata": {"name": "db"}, "spec": {"encryptedData": ENCRYPTED}}, indent=2) + "\n"
BARE = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}}
LIST = json.dumps({"apiVersion": "v1", "items": [OBJECT, OBJECT], "kind": "List", "metadata": {}}, indent=4)
FORMS = {
    "as sealers write it": SEALED,
    "without a template": SHORT,
    "in one line": json.dumps(OBJECT, separators=(",", ":")),
    "with sorted fields": json.dumps(OBJECT, indent="\t", sort_keys=True),
    "several in a row": SEALED + SHORT + "\r\n" + SEALED,
    "lines of Windows": SEALED.replace("\n", "\r\n"),
    "lines of an old Mac": SEALED.replace("\n", "\r"),
    "a List": LIST,
    "a List that begins otherwise": json.dumps(BARE | {"items": [OBJECT]}),
    "a status without anything": SEALED.replace('"\n    }\n  }\n}', '"\n    }\n  },\n  "status": {}\n}'),
    "an empty template": SEALED.replace(json.dumps(TEMPLATE, indent=2).replace("\n", "\n    "), "{}"),
    "no data in the template": SEALED.replace('"type": "Opaque"', '"data": null'),
    "cluster-wide": SEALED.replace("namespace-wide", "cluster-wide", 1),
    "a scope in letters that do not count": SEALED.replace('"true"', '"True"', 1),
    "an item that is called as one in a label": SEALED.replace("back: a, b", ITEM),
    "no base64": SEALED.replace("==", "="),
    "a key twice": SEALED.replace(".tls", "password"),
    "a key that no Secret has": SEALED.replace(".tls", ".."),
    "a key of null": SEALED.replace(".tls", "null"),
    "a type that has its key": SEALED.replace("Opaque", "kubernetes.io/dockerconfigjson").replace(
        ".tls", ".dockerconfigjson"
    ),
    "an empty name": SHORT.replace('"name": "db"', '"creationTimestamp": null'),
}
NOT_USUAL = {
    "nothing": "{}",
    "half": SEALED[:-3],
    "something behind it": f"{SEALED}x",
    "another document": f"{SEALED}---\n{SEALED}",
    "another object": f'{SEALED}{{"kind": "Secret"}}',
    "a comma between two": SEALED.rstrip() + "," + SEALED,
    "an array": f"[{SEALED}]",
    "an empty List": json.dumps(BARE | {"items": []}),
    "a List of others": json.dumps(BARE | {"items": [OBJECT, {"kind": "Secret"}]}),
    "a List of Lists": json.dumps(BARE | {"items": [BARE | {"items": [OBJECT]}]}),
    "a List twice": f"{LIST}{LIST}",
    "a typed List": json.dumps(BARE | {"kind": "SealedSecretList", "items": [OBJECT]}),
    "a List of another version": json.dumps(BARE | {"apiVersion": "v2", "items": [OBJECT]}),
    "a List with its items twice": LIST.replace('"kind": "List"', '"items": [], "kind": "List"'),
    "a List that says its kind twice": LIST.replace('"kind": "List"', '"kind": "List", "kind": "List"'),
    "a List with a comma too many": LIST.replace("}\n    ],", "},\n    ],"),
    "another version": SEALED.replace("v1alpha1", "v1"),
    "an escape": SEALED.replace('"db"', '"d\\u0062"'),
    "an action": SEALED.replace('"db"', '"{{ x }}"'),
    "a variable": SEALED.replace('"db"', '"$(x)"'),
    "a variable for a scope": SEALED.replace('"true"', '"$(x)"'),
    "the kind twice": SEALED.replace("{\n", '{\n  "kind": "SealedSecret",\n', 1),
    "the name twice": SEALED.replace('"name"', '"name": "other",\n "name"'),
    "the template twice": SEALED.replace("}\n  }\n}", '},\n "template": {}\n  }\n}'),
    "a name of null": SEALED.replace('"db"', "null"),
    "a name that nothing has": SEALED.replace('"db"', '"DB"'),
    "a name with a letter beyond ASCII": SEALED.replace('"db"', '"d\u00e9"'),
    "a number for a name": SEALED.replace('"db"', "5"),
    "a list for a name": SEALED.replace('"db"', "[]"),
    "a boolean for an annotation": SEALED.replace('"true"', "true"),
    "a list for annotations": SEALED.replace(
        '{\n      "sealedsecrets.bitnami.com/namespace-wide": "true"\n    }', "[]"
    ),
    "a finalizer": SEALED.replace('"name"', '"finalizers": ["a"],\n "name"'),
    "an item of null": SEALED.replace(f'"{ITEM}"', "null"),
    "an item with a line break": SEALED.replace(ITEM, f"{ITEM}\\n"),
    "the old format": SEALED.replace("encryptedData", "data"),
    "no item": json.dumps(OBJECT | {"spec": {"encryptedData": {}}}),
    "a template of data": SEALED.replace('"type": "Opaque"', '"data": {"a": "b"}'),
    "a template of null": SEALED.replace(json.dumps(TEMPLATE, indent=2).replace("\n", "\n    "), "null"),
    "a type that asks for keys": SEALED.replace("Opaque", "kubernetes.io/tls"),
    "a type that asks for one of two keys": SEALED.replace("Opaque", "kubernetes.io/basic-auth"),
    "a type that is a number": SEALED.replace('"Opaque"', "5"),
    "a status": SEALED.replace('"\n    }\n  }\n}', '"\n    }\n  },\n  "status": {"a": 1}\n}'),
    "more than a Secret holds": SEALED.replace(ITEM, "A" * 2**20),
    "blanks that JSON does not know": SEALED.replace("  ", "\f"),
    "not a number": SEALED.replace("null", "NaN", 1),
    "a comment": SEALED.replace("{\n", "{\n // x\n", 1),
    "a directive": f"%YAML 1.2\n---\n{SEALED}",
}
TEXTS = ("", ",", ":", '"', "[", "]", "{", "}", "{}", "[]", "null", "true", "1", "\\", "\\u0061", "//", "\f", "\u00a0")
ALL_PARTS = st.one_of(PARTS, st.sampled_from(TEXTS))
NARROW = json.dumps(OBJECT | {"metadata": {"name": "db"}}, separators=(",", ":"))
LINES = sorted({*SEALED.splitlines(), *SHORT.splitlines(), *LIST.splitlines(), '  "items": [', '  "kind": "List",'})


@pytest.mark.parametrize("text", NOT_USUAL.values(), ids=NOT_USUAL)
def test_what_is_out_of_the_ordinary_is_left_to_the_parser(text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_what_sealers_write_needs_no_parser(text: str) -> None:
    assert check(text)


def test_a_list_of_very_many_is_left_to_the_parser() -> None:
    assert check(json.dumps(BARE | {"items": [OBJECT] * 200}))
    assert not usual(Source("apps/db.json", json.dumps(BARE | {"items": [OBJECT] * 10_000})))


@settings(deadline=None, max_examples=800)
@given(st.sampled_from((SEALED, NARROW, LIST)), st.integers(0, 900), st.integers(0, 12), ALL_PARTS, ALL_PARTS)
def test_a_changed_text(text: str, at: int, size: int, piece: str, other: str) -> None:
    check(text[:at] + piece + text[at + size :])
    check(text[: at + size] + other + text[at + size :])


@settings(deadline=None, max_examples=800)
@given(
    st.sampled_from((SEALED, LIST)),
    st.lists(st.tuples(st.sampled_from("+-="), st.integers(0, 70), st.sampled_from(LINES)), max_size=4),
)
def test_changed_lines(text: str, changes: list[tuple[str, int, str]]) -> None:
    lines = text.splitlines()
    for what, number, line in changes:
        at = min(number, len(lines))
        lines[at : at + (what != "+")] = [] if what == "-" else [line]
    check("".join(f"{line}\n" for line in lines))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(("db", "password", ITEM, "Opaque", "true", "back", '"Opaque"', "null")), st.text(max_size=8))
def test_any_text_for_a_scalar(scalar: str, text: str) -> None:
    check(SEALED.replace(scalar, text, 1))
    check(SEALED.replace(scalar, json.dumps(text), 1))
    check(SEALED.replace(scalar, scalar + text, 1))


@needs_shared
def test_every_vector() -> None:
    usual_ones = 0
    for vector in all_vectors():
        scopes = {"strict": SEALED.replace('"true"', '"no"'), "cluster-wide": FORMS["cluster-wide"]}
        text = scopes.get(vector.scope, SEALED).replace(ITEM, vector.encrypted)
        usual_ones += check(text.replace('"db"', f'"{vector.name}"'))
    assert usual_ones > 30


def test_scope_name_and_place_are_what_the_file_says() -> None:
    """Against what both readers might get wrong."""
    [contents] = usual(Source("apps/db.json", SEALED))
    first = contents.items[0]
    assert isinstance(first, SealedItem)
    assert (first.scope, first.resource.name, first.name, first.text) == (Scope.NAMESPACE_WIDE, "db", "password", ITEM)
    start, end = first.location.start, first.location.end
    assert SEALED.splitlines()[start.line - 1][start.column - 1 : end.column - 1] == f'"{ITEM}"'
    assert [ref.name for ref in contents.origins] == ["db", "db-0", "db"]
