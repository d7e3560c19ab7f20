"""The reader of usual SealedSecrets gives what is read from the parsed file, or nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import needs_shared
from unit.sealing.material import all_vectors

from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source
from sealwright.run.verify import contents_of
from sealwright.sealing.scope import Scope
from sealwright.verify.sealed_items import SealedItem
from sealwright.verify.usual import usual

ITEM = f"AgB{'w' * 93}"
SEALED = f"""---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  annotations:
    sealedsecrets.bitnami.com/namespace-wide: "true"
  creationTimestamp: null
  labels:
    app.kubernetes.io/name: db
  name: db
  namespace: shop
spec:
  encryptedData:
    password: {ITEM}
    .tls: {ITEM[:-2]}==
  template:
    data: null
    metadata:
      annotations:
        sealedsecrets.bitnami.com/managed: "true"
      creationTimestamp: null
      labels:
        tier: back
      name: db-0
      namespace: shop
    type: Opaque
"""
COMMENTED = SEALED.replace("namespace: shop\n", "namespace: shop # why\n # lines\n\n").replace("==\n", "== # k: v\n")
SHORT = SEALED[: SEALED.index("  template:")].removeprefix("---\n")
SECOND = SHORT.replace("name: db\n", "name: other\n")
FORMS = {
    "as sealers write it": SEALED,
    "without a marker or a template": SHORT,
    "several": SEALED + "---\n" + SECOND + SEALED,
    "behind comments": "# Source: chart\n\n---\n# by hand: `kubeseal` $\n" + SHORT,
    "with comments among the fields": SHORT.replace("db\n", "db  # why: x\n # lines\n\n").replace(
        f"{ITEM}\n", f"{ITEM} #\n  # k: v\n"
    ),
    "with blank lines below": SEALED + "\n\n---\n" + SECOND + "\n# the end\n",
    "cluster-wide": SEALED.replace("namespace-wide", "cluster-wide", 1),
    "a scope in letters that do not count": SEALED.replace('"true"', '"True"', 1),
    "an empty template": SHORT + "  template:\n",
    "a type before the rest": SHORT + "  template:\n    type: example.com/tls\n    metadata:\n      name: db\n",
    "a type that has its key": SEALED.replace("Opaque", "kubernetes.io/dockerconfigjson").replace(
        ".tls", ".dockerconfigjson"
    ),
    "a type that has its keys": SEALED.replace("Opaque", "kubernetes.io/tls")
    .replace(".tls", "tls.key")
    .replace("password", "tls.crt"),
    "no base64": SHORT.replace("==", "="),
    "a key twice": SHORT.replace("    .tls", "    password"),
    "a key that no Secret has": SHORT.replace("    .tls", "    .."),
    "an annotation twice": SEALED.replace(
        '"true"\n', '"true"\n    sealedsecrets.bitnami.com/namespace-wide: "no"\n', 1
    ),
}
NOT_USUAL = {
    "empty": "",
    "a plain Secret": SHORT.replace("SealedSecret", "Secret"),
    "CRLF": SEALED.replace("\n", "\r\n"),
    "a lone CR": SEALED.replace("spec:\n", "spec:\r"),
    "a tab": SHORT.replace("name: db\n", "name:\tdb\n"),
    "no line break at its end": SEALED[:-1],
    "another version": SHORT.replace("v1alpha1", "v1"),
    "a document of another kind": SEALED + "---\nkind: Service\n",
    "two objects in one document": SHORT + "\n" + SHORT,
    "a List": json.dumps({"kind": "List", "items": [{"kind": "SealedSecret"}]}),
    "an anchor": SHORT.replace("metadata:", "metadata: &m"),
    "an alias": SHORT.replace(f" {ITEM}\n", " *x\n"),
    "a tag": SHORT.replace("name: db", "name: !!str db"),
    "an action": SEALED.replace("name: db\n", "name: {{ .Release.Name }}\n"),
    "an action in a comment": "# {{ .Values.x }}\n" + SEALED,
    "a variable": SHORT.replace("name: db\n", "name: db-${stage}\n"),
    "a directive": "%YAML 1.2\n" + SEALED,
    "the end of a document": SEALED + "...\n",
    "the name twice": SHORT.replace("  name: db\n", "  name: db\n  name: eb\n"),
    "a name of null": SHORT.replace("name: db", "name: null"),
    "a namespace of no": SHORT.replace("namespace: shop", "namespace: No"),
    "a name that nothing has": SHORT.replace("name: db", "name: DB"),
    "a number for a name": SHORT.replace("name: db", "name: 1e3"),
    "a number for an annotation": SEALED.replace('"true"', "1", 1),
    "a boolean for an annotation": SEALED.replace('"true"', "true", 1),
    "an item over two lines": SHORT.replace(ITEM, f"{ITEM}\n      {ITEM}"),
    "an item that is no string": SHORT.replace(f" {ITEM}\n", " 5\n"),
    "an item with a name of null": SHORT.replace("password:", "null:"),
    "the old format": SHORT.replace("encryptedData", "data"),
    "a template of data": SEALED.replace("    data: null\n", "    data:\n      a: b\n"),
    "a type that asks for keys": SEALED.replace("Opaque", "kubernetes.io/tls"),
    "a type that asks for another key than it has": SEALED.replace("Opaque", "kubernetes.io/dockerconfigjson"),
    "a type that asks for one of two keys": SEALED.replace("Opaque", "kubernetes.io/basic-auth"),
    "more than a Secret holds": SHORT.replace(ITEM, "A" * 2**21),
    "a type that is a boolean": SEALED.replace("type: Opaque", "type: yes"),
    "a field that is a list": SHORT.replace("  name: db\n", "  name: db\n  finalizers: [a]\n"),
    "a status": SHORT + "status: {}\n",
    "a letter beyond ASCII": SHORT.replace("name: db", "name: dé"),
}
PIECES = (
    "",
    " ",
    "\n",
    "---\n",
    "- ",
    ": ",
    "#",
    " #c",
    '"',
    "'",
    "|",
    "  ",
    "{",
    "}",
    "\t",
    "\r",
    "é",
    "?",
    "&a ",
    "*a",
)
WORDS = ("null", "~", "no", "true", "1", "=", "==", "!", "$", "${x}", "{{", "\\", "<<: ", "%", "...\n", "\ufeff")
PARTS = st.sampled_from((*PIECES, *WORDS))
OTHERS = (
    "",
    "# a comment",
    "---",
    "...",
    "  immutable: true",
    "  name: null",
    "    type: Opaque",
    "    type: kubernetes.io/dockerconfigjson",
    f"    .dockerconfigjson: {ITEM}",
    "    n: 5",
    "    <<: *a",
)
LINES = sorted({*SEALED.splitlines(), *SECOND.splitlines(), *OTHERS})


def check(text: str) -> bool:
    """Whether the text was read as a usual one; nothing may be lost, added or in another place then."""
    found = usual(Source("apps/db.yaml", text))
    assert not found or found == [contents_of(each) for each in read_documents(Source("apps/db.yaml", text))]
    return bool(found)


@pytest.mark.parametrize("text", NOT_USUAL.values(), ids=NOT_USUAL)
def test_what_is_out_of_the_ordinary_is_left_to_the_parser(text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_what_sealers_write_needs_no_parser(text: str) -> None:
    assert check(text)


def test_thousands_of_items_are_left_to_the_parser() -> None:
    assert check(SHORT + "".join(f"    k{number}: Ag==\n" for number in range(900)))
    assert not check(SHORT + "".join(f"    k{number}: Ag==\n" for number in range(5000)))


@settings(deadline=None, max_examples=800)
@given(st.integers(0, len(COMMENTED)), st.integers(0, 12), PARTS, st.integers(0, len(COMMENTED)), PARTS)
def test_a_changed_text(at: int, size: int, piece: str, second: int, other: str) -> None:
    text = COMMENTED[:at] + piece + COMMENTED[at + size :]
    check(text)
    check(text[:second] + other + text[second:])


@settings(deadline=None, max_examples=800)
@given(st.lists(st.tuples(st.sampled_from("+-="), st.integers(0, 27), st.sampled_from(LINES)), max_size=4))
def test_changed_lines(changes: list[tuple[str, int, str]]) -> None:
    lines = SEALED.splitlines()
    for what, number, line in changes:
        at = min(number, len(lines))
        lines[at : at + (what != "+")] = [] if what == "-" else [line]
    check("".join(f"{line}\n" for line in lines))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(("name: db\n", "password", ITEM, "Opaque", '"true"', "back", "# ")), st.text(max_size=8))
def test_any_text_for_a_scalar(scalar: str, text: str) -> None:
    """Also such as look like something else to YAML."""
    check(f"# \n{SEALED}".replace(scalar, text, 1))
    check(f"# \n{SEALED}".replace(scalar, scalar.rstrip("\n") + text, 1))


@needs_shared
def test_every_vector() -> None:
    """As an item of a usual file; those that begin otherwise than any sealed item are left to the parser."""
    usual_ones = 0
    for vector in all_vectors():
        scopes = {"strict": SHORT.replace('"true"', '"no"'), "cluster-wide": FORMS["cluster-wide"]}
        text = scopes.get(vector.scope, SEALED).replace(ITEM, vector.encrypted)
        usual_ones += check(text.replace("name: db\n", f"name: {vector.name}\n"))
    assert usual_ones > 30


def test_scope_name_and_place_are_what_the_file_says() -> None:
    """Against what both readers might get wrong."""
    [contents] = usual(Source("apps/db.yaml", SEALED))
    first = contents.items[0]
    assert isinstance(first, SealedItem)
    assert (first.scope, first.resource.name, first.name, first.text) == (Scope.NAMESPACE_WIDE, "db", "password", ITEM)
    assert SEALED.splitlines()[first.location.start.line - 1][first.location.start.column - 1 :] == ITEM
    assert [ref.name for ref in contents.origins] == ["db", "db-0", "db"]
