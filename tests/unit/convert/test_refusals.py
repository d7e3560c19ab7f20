"""What is not sealed: each with its place, a hint and never a value; and beside it what looks like it but is fine."""

from __future__ import annotations

import base64

import pytest
from unit.convert.sealing_again import expected_object, load_all, opened, sealed, values_of, without_ciphertext
from unit.sealing.material import shown_by

from sealwright.convert.seal import SealOptions
from sealwright.errors import ExitCode, SealingError
from sealwright.sealing.scope import Scope

CANARY = "corr3ct-horse-battery"
ENCODED = base64.b64encode(CANARY.encode()).decode()
HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: prod\n"


def strings(line: str) -> str:
    return f"{HEAD}stringData:\n  password: {CANARY}\n  {line}\n"


def data(line: str) -> str:
    return f"{HEAD}data:\n  password: {ENCODED}\n  {line}\n"


def meta(old: str, new: str) -> str:
    return strings("a: b").replace(old, new)


# fmt: off
REFUSED = [
    (strings("a: 1.10"), "8:6", "stringData.a is a number"),
    (strings("a: 0644"), "8:6", "stringData.a is a number"),
    (strings("a: 0x1F"), "8:6", "stringData.a is a number"),
    (strings("a: 1_000"), "8:6", "stringData.a is a number"),
    (strings("a: .inf"), "8:6", "stringData.a is a number"),
    (strings("a: yes"), "8:6", "stringData.a is a boolean"),
    (strings("a: n"), "8:6", "stringData.a is a boolean"),
    (strings("a:"), "8:", "stringData.a is a null"),
    (strings("a: ~"), "8:6", "stringData.a is a null"),
    (strings(f"a: !!binary {ENCODED}"), "8:15", "stringData.a is binary"),
    (strings("a: !!int '5'"), "8:12", "stringData.a has a tag"),
    (strings(f"a: !vault {CANARY}"), "8:13", "stringData.a has a tag"),
    (strings("a: [b]"), "8:6", "stringData.a is not a string"),
    (strings("a: {b: c}"), "8:6", "stringData.a is not a string"),
    (strings(f"a: &x {CANARY}"), "8:9", "stringData.a has an anchor"),
    (strings("y: b"), "8:3", "the key stringData.y is not a string"),
    (strings("010: b"), "8:3", "the key stringData.010 is not a string"),
    (strings("password: b"), "8:3", "stringData.password stands there twice"),
    (strings(f"? a\n  : {CANARY}"), "1:1", "an explicit key"),
    (strings(f"{CANARY}{CANARY}!x: b"), "8:3", "no Secret may have"),
    (f"x: &x\n  a: {CANARY}\n---\n{HEAD}stringData:\n  <<: *x\n", None, None),
    (f"{HEAD}stringData: {{password:{CANARY}!}}\n", "6:14", "no Secret may have"),
    (data(f"a: {CANARY}"), "8:6", "data.a is not base64 (character 8)"),
    (data(f"a: '{ENCODED} '"), "8:6", "data.a is not base64"),
    (data(f"a: '{ENCODED[:-1]}'"), "8:6", "data.a is not base64"),
    (data("a: 1234"), "8:6", "data.a is a number"),
    (f"{HEAD}data: &d\n  a: {ENCODED}\n", "1:1", "an anchor on `data`"),
    (f"{HEAD}data: [{ENCODED}]\n", "6:7", "`data` is not a mapping of its own"),
    (f"{HEAD}data: {ENCODED}\n", "6:7", "`data` is not a mapping of its own"),
    (f"{HEAD}data:\n  a: {ENCODED}\ndata:\n  b: {ENCODED}\n", "8:1", "data stands there twice"),
    (f"{HEAD}Data:\n  a: {ENCODED}\n", "6:1", "unknown field `Data`"),
    (f"{HEAD}data:\n  a: {ENCODED}\n{CANARY}!: b\n", "8:1", "unknown field `(invalid key)`"),
    (f"{HEAD}data:\n  a: {ENCODED}\nstatus: {{}}\n", "8:1", "unknown field `status`"),
    (meta("  name: db\n", ""), "1:1", "it has no metadata.name"),
    (meta("  name: db\n", "  generateName: db-\n"), "1:1", "it has no metadata.name"),
    (meta("name: db", "name: ''"), "4:9", "metadata.name is empty"),
    (meta("name: db", "name: 1e3"), "4:9", "metadata.name is not a string"),
    (meta("  namespace: prod\n", ""), "1:1", "no namespace is given"),
    (meta("namespace: prod", "namespace: n"), "5:14", "metadata.namespace is not a string"),
    (meta("namespace: prod", "namespace: on"), "5:14", "metadata.namespace is not a string"),
    (meta("namespace: prod", "namespace: ''"), "5:14", "metadata.namespace is empty"),
    (meta("namespace: prod", "namespace: a/b"), "1:1", "cannot be a Kubernetes namespace"),
    (meta("  name: db\n", "  name: db\n  name: dc\n"), "5:3", "metadata.name stands there twice"),
    (meta("  name: db\n", "  name: db\n  labels: {v: 1.10}\n"), "5:15", "metadata.labels.v is not a string"),
    (meta("  name: db\n", "  name: db\n  labels: {v: a, v: b}\n"), "5:18", "metadata.labels.v stands there twice"),
    (meta("  name: db\n", "  name: db\n  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: true\n"),
     "6:45", "is not a string"),
    (meta("metadata:\n  name: db\n  namespace: prod\n", "metadata: {name: db, # c\n  namespace: prod}\n"),
     "1:1", "a comment inside the braces of `metadata`"),
    (meta("apiVersion: v1\n", ""), "1:1", "its apiVersion is not v1"),
    (meta("apiVersion: v1\n", "apiVersion: v2\n"), "1:13", "its apiVersion is not v1"),
    (meta("kind: Secret\n", "kind: Secret\nkind: ConfigMap\n"), "3:1", "kind stands there twice"),
    (meta("kind: Secret\n", "kind: ConfigMap\nkind: Secret\n"), "3:1", "kind stands there twice"),
    (f"{strings('a: b')}type: 5\n", "9:7", "type is not a string"),
    (f"x: &x {CANARY}\n{strings('a: *x')}", None, None),
    (f"apiVersion: v1\nkind: List\nx: &x {CANARY}\nitems:\n- " + strings("a: *x").replace("\n", "\n  "),
     "12:8", "stringData.a comes through an alias from line 3"),
    (f"apiVersion: v1\nkind: SecretList\nitems:\n- {{metadata: {{name: db}}, data: {{a: {ENCODED}}}}}\n",
     None, "SecretList"),
    ("apiVersion: v1\nkind: List\nitems:\n- &a\n  " + strings("a: b").replace("\n", "\n  "),
     None, "an anchor stands on"),
    (f"{strings('a: [')}", None, "mend the file first"),
    (f"kind: Secret\n{CANARY}\n: : :\n\t- x\n", None, "mend the file first"),
    (meta("name: db", "name: {{ .x }}"), None, "a template"),
    (f'{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"a","namespace":"b"}},"stringData":{{"a":5,"b":"{CANARY}"}}}}',
     "1:94", "stringData.a is a number"),
    (f"{{apiVersion: v1, kind: Secret, # {CANARY}\n metadata: {{name: a, namespace: b}}, stringData: {{a: {CANARY}}}}}",
     "1:1", "a comment inside braces"),
    (f"{{apiVersion: v1, kind: Secret, metadata: {{name: &x a, namespace: b}}, stringData: {{a: {CANARY}}}}}",
     "1:1", "an anchor stands inside its braces"),
]
# fmt: on


@pytest.mark.parametrize(("text", "position", "words"), REFUSED)
def test_is_refused(text: str, position: str | None, words: str | None) -> None:
    with pytest.raises(SealingError) as caught:
        sealed(text)
    error = caught.value
    assert error.exit_code == ExitCode.INCOMPLETE
    assert error.hint
    shown = shown_by(error)
    assert CANARY not in shown.replace(f"# {CANARY}", "").split("Traceback")[0]
    assert ENCODED not in shown.split("Traceback")[0]
    assert error.place.startswith(f"secret.yaml:{position}" if position else "secret.yaml:"), error.place
    if words:
        assert words in f"{error.message} {error.hint}", error.message


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Secret}\n",
        "apiVersion: external-secrets.io/v1\nkind: Secret\ndata: {a: b}\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: {encryptedData: {a: b}}\n",
        "a: [\n",
        "kind: SecretStore\na: [\n",
        "",
        "# kind: Secret\n",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert sealed(text) == (text, (), ())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (strings("a: 'yes'"), {"a": b"yes"}),
        (strings('"y": b'), {"y": b"b"}),
        (strings("a: !!str 5"), {"a": b"5"}),
        (strings("1: b"), {"1": b"b"}),
        (strings("a: 2026-01-01"), {"a": b"2026-01-01"}),
        (strings("a: 1.2.3"), {"a": b"1.2.3"}),
        (strings("a: ''"), {"a": b""}),
        (data("a: ''"), {"a": b""}),
        (data(f"a: |\n    {ENCODED[:8]}\n    {ENCODED[8:]}"), {"a": CANARY.encode()}),
        (data("a: QUJ="), {"a": b"AB"}),
        (f"{HEAD}stringData:\n  a: b\ndata:\n", {"a": b"b"}),
        (f"{HEAD}stringData:\n  a: b\ndata: null # nothing yet\n", {"a": b"b"}),
        (f"{HEAD}data: {{a: '!'}}\nstringData: {{}}\n".replace("'!'", ENCODED), {"a": CANARY.encode()}),
    ],
)
def test_what_is_fine(text: str, values: dict[str, bytes]) -> None:
    [made] = load_all(sealed(text).text)
    assert {str(key): value for key, value in opened(made).items()}.items() >= values.items()


def test_the_namespace_that_was_asked_for() -> None:
    bare = strings("a: b").replace("  namespace: prod\n", "")
    for namespace in ("dev", "n", "123", "null"):
        made = load_all(sealed(bare, options=SealOptions(namespace=namespace)).text)[0]
        assert made["metadata"]["namespace"] == made["spec"]["template"]["metadata"]["namespace"] == namespace
        assert opened(made)["a"] == b"b"
    anywhere = load_all(sealed(bare, options=SealOptions(Scope.CLUSTER_WIDE, "dev")).text)[0]
    assert "namespace" not in anywhere["metadata"]
    with pytest.raises(SealingError, match="says namespace prod, but dev was asked for"):
        sealed(strings("a: b"), options=SealOptions(namespace="dev"))


ODD_LAYOUTS = [
    f"{HEAD}stringData:\n  a: b\ndata:",
    f"{HEAD}stringData:\n  a: |\n    x",
    f"{HEAD}data:\n  a: QUJD\t# tab\n",
    f"{HEAD}stringData:\n  a: b\n".replace("\n", "\r"),
    f'{HEAD}stringData: {{"a":"b",\'c\':d}}\n',
    f"{HEAD}  labels: {{a: b,\n    c: d}}\nstringData: {{a: b}}\n",
    f"{HEAD}  labels: &l {{a: b}}\n  annotations: *l\nstringData: {{a: b}}\n",
    f"{HEAD}  annotations:\n    x: |+\n      a\n\n\ntype: Opaque\nstringData: {{a: b}}\n",
    f"{HEAD}  annotations:\n    x: |+\n      a\n\n  uid: x\n\n  labels: {{}}\nstringData: {{a: b}}\n",
    f"stringData: {{a: b}}\n\ntype: Opaque\n{HEAD}  annotations:\n    x: |+\n      a\n\n\n",
    f"stringData: {{a: b}}\n{HEAD}  labels: {{x: *db}}\n".replace("name: db", "name: &db db"),
    f"{HEAD}stringData: {{a: b}}\n".replace("name: db", "labels: {x: &db db}\n  name: *db"),
]


@pytest.mark.parametrize("text", ODD_LAYOUTS)
def test_odd_layouts_are_sealed(text: str) -> None:
    [before], [after] = load_all(text), load_all(sealed(text).text)
    assert without_ciphertext(after) == expected_object(before)
    assert opened(after) == values_of(before)
