"""An opened Secret reads as what the controller would make, whoever reads it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sealwright.convert.editor_text import edited_values, editor_text
from sealwright.convert.opened_secret import OpenedSecret, opened_secret, opened_whole, secrets_json, secrets_yaml
from sealwright.errors import SealingError, SealwrightError
from sealwright.finding import ResourceRef
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping
from sealwright.manifest.source import Source
from sealwright.plaintext import Plaintext

REF = ResourceRef("bitnami.com/v1alpha1", "SealedSecret", "prod", "db")
AWKWARD = [
    *(
        "",
        " ",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "\na",
        " a\nb",
        "a\n b\n",
        "a\tb\nc",
        "a\r\nb",
        "\r",
        "x: y",
        "# x\ny",
        "- a\n- b",
    ),
    *(
        "yes",
        "null",
        "~",
        "0644",
        "1e3",
        "12:30",
        "2026-01-01",
        "=",
        "<<",
        "*a",
        "&a b",
        "!x",
        "{{ .x }}",
        "%a\nb",
        "---\n",
        "...\nx",
    ),
    *(
        "\x00",
        "\x07",
        "\u2028",
        "\x85",
        "\ufeff",
        "\ufeffa\nb",
        "ü\n日本",
        "\U0001f600\nx",
        "a \nb  \n",
        "\ue000",
        "\ud7ff",
        "it's",
        '"',
    ),
    "-----BEGIN X-----\nAAAA\n-----END X-----\n",
]


def given_values(*values: bytes) -> OpenedSecret:
    fields: Any = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "prod"}}
    return OpenedSecret(REF, fields, {f"k{number}": Plaintext(value) for number, value in enumerate(values)})


def values_in(secret: dict[str, Any]) -> dict[str, bytes]:
    texts = {key: value.encode() for key, value in secret.get("stringData", {}).items()}
    return {**{key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}, **texts}


def check_everywhere(secret: OpenedSecret) -> None:
    wanted = {key: value.reveal() for key, value in secret.values.items()}
    for strings in (True, False):
        text = secrets_yaml([secret, secret], strings=strings).reveal().decode()
        for read in yaml.safe_load_all(text):
            assert values_in(read) == wanted
            assert read["metadata"] == {"name": "db", "namespace": "prod"}
            assert strings or "stringData" not in read
        assert values_in(json.loads(secrets_json([secret], strings=strings).reveal())) == wanted
    back = edited_values(editor_text(REF, secret.values).reveal(), REF)
    assert {key: value.reveal() for key, value in back.items()} == wanted


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_values_come_back(text: str) -> None:
    check_everywhere(given_values(text.encode(), b"next", f"x\n{text}".encode(), f"{text}\nx".encode()))


@given(st.lists(st.one_of(st.text(max_size=20), st.text("ab \n\t:#-'\"|>", max_size=20)), max_size=4), st.binary())
def test_any_values_come_back(texts: list[str], data: bytes) -> None:
    check_everywhere(given_values(data, *(text.encode() for text in texts)))


def whole(template: str, **values: bytes) -> OpenedSecret:
    text = f"kind: SealedSecret\nmetadata: {{name: db, namespace: prod, labels: {{top: x}}}}\nspec:\n{template}"
    [document] = read_documents(Source("a.yaml", text))
    assert isinstance(document.root, Mapping)
    return opened_secret(REF, document.root, {key: Plaintext(value) for key, value in values.items()})


TEMPLATE = """\
  template:
    type: kubernetes.io/tls
    immutable: true
    data: {x: '{{ .a }}'}
    metadata:
      name: other
      namespace: elsewhere
      creationTimestamp: null
      uid: 1-2
      ownerReferences: [{kind: Pod}]
      labels: {app: web, "n": "1"}
      annotations: {"sealedsecrets.bitnami.com/managed": "true"}
      finalizers: [a/b]
"""


def test_what_the_template_says_is_applied_as_the_controller_does() -> None:
    secret = whole(TEMPLATE, a=b"x")
    assert secret.templated
    assert yaml.safe_load(secrets_yaml([secret], strings=True).reveal()) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "db",
            "namespace": "prod",
            "labels": {"app": "web", "n": "1"},
            "annotations": {"sealedsecrets.bitnami.com/managed": "true"},
            "finalizers": ["a/b"],
        },
        "type": "kubernetes.io/tls",
        "immutable": True,
        "stringData": {"a": "x"},
    }


def test_several_are_documents_or_a_list() -> None:
    two = [given_values(b"1"), given_values(b"2")]
    assert secrets_yaml(two, strings=False).reveal().count(b"---\n") == 1
    listed = json.loads(secrets_json(two, strings=False).reveal())
    assert (listed["kind"], len(listed["items"])) == ("List", 2)


def test_the_old_format_holds_the_whole_secret() -> None:
    inner = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "x", "labels": {"a": "b"}},
        "data": {"k": "eA=="},
    }
    secret = opened_whole(REF, Plaintext(json.dumps({**inner, "type": "Opaque"}).encode()))
    read = yaml.safe_load(secrets_yaml([secret], strings=True).reveal())
    assert read["metadata"] == {"name": "db", "namespace": "prod", "labels": {"a": "b"}}
    assert (read["type"], read["stringData"]) == ("Opaque", {"k": "x"})
    both = opened_whole(REF, Plaintext(json.dumps({**inner, "stringData": {"k": "z", "t": "y"}}).encode()))
    assert {name: value.reveal() for name, value in both.values.items()} == {"k": b"z", "t": b"y"}
    for wrong in ({"data": {"k": "!"}}, {"data": ["k"]}, {"stringData": {"k": 1}}, {"kind": "ConfigMap"}):
        with pytest.raises(SealwrightError, match="is no Secret"):
            opened_whole(REF, Plaintext(json.dumps({**inner, **wrong}).encode()))


SHOWN = editor_text(REF, {"a": Plaintext(b"hunter2"), "b": Plaintext(b"\xff")}).reveal().decode()
EDITS = {
    "a number": ("a: hunter2", "a: 0644", "stringData.a is a number"),
    "a broken line": ("a: hunter2", "a: [hunter2", "does not parse"),
    "a key twice": ("a: hunter2", "a: hunter2\n  a: x", "stands there twice"),
    "bad base64": ('b: "/w=="', "b: /w=", "data.b is not base64"),
    "another name": ("name: db", "name: dc", "its metadata was changed"),
    "another namespace": ("namespace: prod", "namespace: dev", "its metadata was changed"),
    "a label": ("namespace: prod", "namespace: prod\n  labels: {a: b}", "its metadata was changed"),
    "a type": ("kind: Secret", "kind: Secret\ntype: Opaque", "a field was added"),
    "another kind": ("kind: Secret", "kind: ConfigMap", "exactly one Secret"),
    "a second Secret": ("stringData:", f"stringData: {{}}\n---\n{'kind: Secret'}\nstringData:", "exactly one Secret"),
    "nothing": (SHOWN, "", "exactly one Secret"),
    "a bad key": ("a: hunter2", "'a b': hunter2", "no Secret may have"),
    "an alias": ("a: hunter2", "a: &x hunter2\n  c: *x", "anchor"),
}


@pytest.mark.parametrize(("old", "new", "words"), EDITS.values(), ids=EDITS)
def test_an_edited_text_that_is_not_clear_is_refused(old: str, new: str, words: str) -> None:
    assert old in SHOWN
    with pytest.raises(SealingError) as caught:
        edited_values(SHOWN.replace(old, new, 1).encode(), REF)
    assert words in str(caught.value)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert str(caught.value).startswith("the edited text")


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, str.rstrip])
def test_what_editors_do_to_a_file_is_read(change: Any) -> None:
    assert edited_values(change(SHOWN).encode(), REF)["a"] == Plaintext(b"hunter2")
