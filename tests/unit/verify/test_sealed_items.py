"""What is read from a SealedSecret: where name, namespace, scope and items come from, and what cannot be judged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.verify.made import key, listed, manifest, outcomes, sealed, verdicts

from sealwright.finding import Outcome
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source
from sealwright.sealing.scope import Scope
from sealwright.verify import sealed_items as items_module
from sealwright.verify.sealed_items import sealed_items

NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"


def annotated(item: str, **annotations: Any) -> dict[str, Any]:
    subject = manifest({"a": item})
    words = {"namespace": NAMESPACE_WIDE, "cluster": CLUSTER_WIDE}
    subject["metadata"]["annotations"] = {words[name]: value for name, value in annotations.items()}
    return subject


FAILS_WITH = {
    "no spec": (lambda m: m.pop("spec"), "it has no `spec`"),
    "spec is a list": (lambda m: m.update(spec=[]), "it has no `spec`"),
    "missing": (lambda m: m["spec"].clear(), "it has no `spec.encryptedData`"),
    "null": (lambda m: m["spec"].update(encryptedData=None), "is not a mapping"),
    "a list": (lambda m: m["spec"].update(encryptedData=["a"]), "is not a mapping"),
    "a string": (lambda m: m["spec"].update(encryptedData="a"), "is not a mapping"),
    "empty": (lambda m: m["spec"].update(encryptedData={}), "is empty"),
    "both formats": (lambda m: m["spec"].update(data="AgA="), "beside `encryptedData`: no controller takes both"),
    "template is a list": (lambda m: m["spec"].update(template=[1]), "`spec.template` is not a mapping"),
    "type is a number": (lambda m: m["spec"].update(template={"type": 5}), "`spec.template.type` is not a string"),
    "immutable is a word": (lambda m: m["spec"].update(template={"immutable": "true"}), "is not true or false"),
    "template data is a list": (lambda m: m["spec"].update(template={"data": []}), "`spec.template.data` is not a"),
    "number in template data": (lambda m: m["spec"].update(template={"data": {"port": 5}}), "`port` is not a string"),
    "template metadata is a list": (
        lambda m: m["spec"].update(template={"metadata": []}),
        "`spec.template.metadata` is not a mapping",
    ),
    "a template's name is a number": (
        lambda m: m["spec"].update(template={"metadata": {"name": 5}}),
        "`spec.template.metadata.name` is not a string",
    ),
    "number in a template's label": (
        lambda m: m["spec"].update(template={"metadata": {"labels": {"v": 1}}}),
        "`v` is not a string",
    ),
    "name is a number": (lambda m: m["metadata"].update(name=1), "`metadata.name` is not a string"),
    "namespace is a boolean": (lambda m: m["metadata"].update(namespace=True), "`metadata.namespace` is not a string"),
    "scope is a boolean": (
        lambda m: m["metadata"].update(annotations={CLUSTER_WIDE: True}),
        f"`{CLUSTER_WIDE}` is not a string",
    ),
    "annotation is a number": (lambda m: m["metadata"].update(annotations={"wave": 1}), "`wave` is not a string"),
    "label is a list": (lambda m: m["metadata"].update(labels={"app": ["a"]}), "`app` is not a string"),
    "labels are a string": (lambda m: m["metadata"].update(labels="app"), "`metadata.labels` is not a mapping"),
    "another version": (lambda m: m.update(apiVersion="bitnami.com/v1"), "no controller knows `bitnami.com/v1`"),
}


@pytest.mark.parametrize(("change", "reason"), FAILS_WITH.values(), ids=FAILS_WITH)
def test_a_sealed_secret_without_items_that_count(change: Any, reason: str) -> None:
    subject = manifest({"a": sealed()})
    change(subject)
    [verdict] = verdicts(subject)
    assert (verdict.item, verdict.outcome) == ("", Outcome.FAILS)
    assert reason in verdict.reason


@pytest.mark.parametrize("value", [1, None, True, ["AgA="], {"a": "AgA="}, 1.5])
def test_an_item_that_is_not_a_string(value: object) -> None:
    found = verdicts(manifest({"a": value, "b": sealed()}))
    assert [(verdict.item, verdict.outcome.value) for verdict in found] == [("a", "fails"), ("b", "opens")]
    assert found[0].reason == "it is not a string"


@pytest.mark.parametrize("plain", ["12345678", "null", "~", "true", "0x1F", ""])
def test_a_plain_word_that_yaml_reads_as_something_else(plain: str) -> None:
    text = json.dumps(manifest({"a": "HERE"})).replace('"HERE"', f"{plain} ")
    assert [verdict.reason for verdict in verdicts(text)] == ["it is not a string"]


@pytest.mark.parametrize("word", ["True", "TRUE", "1", "yes", "", " true", "false"])
def test_only_true_widens_the_scope(word: str) -> None:
    assert outcomes(annotated(sealed(), cluster=word, namespace=word)) == [("a", "opens")]
    assert outcomes(annotated(sealed(scope=Scope.CLUSTER_WIDE), cluster=word)) == [("a", "fails")]


def test_cluster_wide_wins() -> None:
    both = {"cluster": "true", "namespace": "true"}
    assert outcomes(annotated(sealed(scope=Scope.CLUSTER_WIDE), **both)) == [("a", "opens")]
    assert outcomes(annotated(sealed(scope=Scope.NAMESPACE_WIDE), **both)) == [("a", "fails")]


@pytest.mark.parametrize("merged", ["<<: *wide", "<<: [*wide]", "a: b\n    <<: *wide"])
def test_an_annotation_that_is_merged_in_counts(merged: str) -> None:
    """The cluster gets what YAML makes of `<<`; what stands beside it comes first."""
    text = (
        f'x: &wide {{"{CLUSTER_WIDE}": "true"}}\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n'
        f"metadata:\n  name: db\n  namespace: prod\n  annotations:\n    {merged}\n"
        "spec: {encryptedData: {a: {}}}\n"
    )
    wide, strict = sealed(scope=Scope.CLUSTER_WIDE), sealed()
    assert outcomes(text.replace("{}", strict)) == [("a", "fails")]
    assert outcomes(text.replace("{}", wide)) == [("a", "opens")]
    own = text.replace(merged, f'{merged}\n    "{CLUSTER_WIDE}": "false"')
    assert outcomes(own.replace("{}", strict)) == [("a", "opens")]


DISPUTED = {
    "name": "metadata:\n  namespace: prod\n  name: db\n  <<: {name: web}\nspec: {encryptedData: {a: {}}}",
    "later": "metadata: {namespace: prod, name: web, <<: {name: db}}\nspec: {encryptedData: {a: {}}}",
    "two": "metadata: {namespace: prod, <<: {name: web}, <<: {name: db}}\nspec: {encryptedData: {a: {}}}",
    "item": "metadata: {namespace: prod, name: db}\nspec: {encryptedData: {a: {}, <<: {a: AgA=}}}",
    "of what is merged": "metadata: {namespace: prod, name: db, <<: {<<: {name: web}}}\nspec: {encryptedData: {a: {}}}",
    "object": "metadata: {namespace: prod, name: db}\nspec: {encryptedData: {a: {}}}\n<<: {metadata: {name: web}}",
}


@pytest.mark.parametrize("text", DISPUTED.values(), ids=DISPUTED)
def test_what_programs_read_in_different_ways_is_not_judged(text: str) -> None:
    """kubectl and the controller take what a `<<` brings, if it stands later; kustomize takes what stands beside it."""
    head = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"
    [verdict] = verdicts(head + text.replace("{}", sealed()) + "\n")
    assert (verdict.outcome, "programs differ" in verdict.reason) == (Outcome.UNKNOWN, True)


def test_the_templates_metadata_does_not_count() -> None:
    subject = manifest({"a": sealed()})
    metadata = {"name": "other", "namespace": "other", "annotations": {CLUSTER_WIDE: "true"}}
    subject["spec"]["template"] = {"metadata": metadata}
    assert outcomes(subject) == [("a", "opens")]
    wide = manifest({"a": sealed(scope=Scope.CLUSTER_WIDE)})
    wide["spec"]["template"] = {"metadata": {"annotations": {CLUSTER_WIDE: "true"}}}
    assert outcomes(wide) == [("a", "fails")]


def test_items_may_be_renamed_and_come_in_order() -> None:
    assert outcomes(manifest({"z": sealed(), "a.b": sealed()})) == [("z", "opens"), ("a.b", "opens")]


@pytest.mark.parametrize("namespace", [None, "null", "~"])
@pytest.mark.parametrize("scope", [Scope.STRICT, Scope.NAMESPACE_WIDE])
def test_without_a_namespace_it_fails_and_says_for_which_it_was_sealed(namespace: str | None, scope: Scope) -> None:
    subject = manifest({"a": sealed(scope=scope)}, None, scope=scope)
    text = json.dumps(subject)
    if namespace is not None:
        text = text.replace('"metadata": {', f'"metadata": {{"namespace": {namespace} , ')
    [verdict, _] = verdicts(text + "\n---\n" + json.dumps(manifest({"b": sealed()}, name="web")))
    assert verdict.outcome is Outcome.FAILS
    words = "prod/db (strict)" if scope is Scope.STRICT else "prod (namespace-wide)"
    assert verdict.reason == (
        f"the manifest names no namespace, which the item is bound to; it was sealed for {words} (key {key().short})"
    )


@pytest.mark.parametrize(("sealed_for", "words"), [(Scope.CLUSTER_WIDE, "cluster-wide"), (Scope.STRICT, "db in no")])
def test_an_empty_namespace_is_no_namespace(sealed_for: Scope, words: str) -> None:
    """The label of a namespace-wide item without a namespace is the cluster-wide one; no object stands nowhere."""
    scope = Scope.NAMESPACE_WIDE if sealed_for is Scope.CLUSTER_WIDE else Scope.STRICT
    [verdict] = verdicts(manifest({"a": sealed("", scope=sealed_for)}, None, scope=scope))
    assert verdict.outcome is Outcome.FAILS
    assert words in verdict.reason


def test_without_a_name() -> None:
    [verdict] = verdicts(manifest({"a": sealed()}, name=None))
    assert verdict.reason.startswith("the manifest names no name, which the item is bound to; ")
    assert outcomes(manifest({"a": sealed(scope=Scope.NAMESPACE_WIDE)}, name=None, scope=Scope.NAMESPACE_WIDE)) == [
        ("a", "opens")
    ]
    assert outcomes(manifest({"a": sealed(scope=Scope.CLUSTER_WIDE)}, None, None, Scope.CLUSTER_WIDE)) == [
        ("a", "opens")
    ]


def test_duplicates_each_get_a_verdict_at_their_line() -> None:
    text = json.dumps(manifest({"a": "HERE"}), indent=1)
    text = text.replace('"a": "HERE"', f'"a": "{sealed()}",\n"a": "{sealed(name="x")}"')
    found = verdicts(text)
    assert [(verdict.item, verdict.outcome.value) for verdict in found] == [("a", "opens"), ("a", "fails")]
    assert found[1].location.start.line == found[0].location.start.line + 1


FORMS = {
    "list": lambda good, bad: json.dumps(listed(good, bad)),
    "typed list": lambda good, bad: json.dumps(
        listed(good, bad) | {"kind": "SealedSecretList", "apiVersion": "bitnami.com/v1alpha1"}
    ),
    "documents": lambda good, bad: f"# c\n---\n{json.dumps(good)}\n---\n\n---\n{json.dumps(bad)}\n...\n",
    "joined json": lambda good, bad: f"{json.dumps(good)}\n{json.dumps(bad, indent=2)}",
    "crlf": lambda good, bad: f"---\n{json.dumps(good)}\n---\n{json.dumps(bad, indent=1)}\n".replace("\n", "\r\n"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_wherever_it_stands(form: Any) -> None:
    text = form(manifest({"a": sealed()}), manifest({"b": sealed()}, name="moved"))
    assert outcomes(text) == [("a", "opens"), ("b", "fails")]


def test_anchors_merges_and_flow_style() -> None:
    text = f"""\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {{name: &name db, namespace: prod, labels: {{app: *name}}}}
spec:
  template: {{data: &more {{c: &item {sealed()}, a: overridden}}}}
  encryptedData:
    <<: *more
    a: *item
    b: >-
      {sealed()}
    d: |
      {sealed()}
"""
    assert sorted(outcomes(text)) == [(name, "opens") for name in "abcd"]
    assert {verdict.item: verdict.location.start.line for verdict in verdicts(text)}["a"] == 8


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_wide_encodings(encoding: str) -> None:
    [verdict] = verdicts(json.dumps(manifest({"a": sealed()})).encode(encoding))
    assert verdict.outcome is Outcome.OPENS


@pytest.mark.parametrize(
    ("kind", "version"),
    [("Secret", "v1"), ("SealedSecret", "v1"), ("SealedSecret", "example.com/v1"), ("SealedSecret", "")],
)
def test_other_kinds_are_none_of_ours(kind: str, version: str) -> None:
    assert verdicts(manifest({"a": sealed()}) | {"kind": kind, "apiVersion": version}) == []


def test_a_broken_document_has_no_verdict_and_hides_no_other() -> None:
    broken = json.dumps(manifest({"b": sealed()}), indent=1).replace("{", "", 1).replace('"a', "'a")
    assert outcomes(f"{broken}\n---\n{json.dumps(manifest({'a': sealed()}))}\n") == [("a", "opens")]


TEMPLATE = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: NAME
  namespace: SPACE
  annotations:
    sealedsecrets.bitnami.com/cluster-wide: "WIDE"
spec:
  encryptedData:
    a: ITEM
"""


def filled(**values: str) -> str:
    text = TEMPLATE
    defaults = {"NAME": "db", "SPACE": "prod", "WIDE": "false", "ITEM": sealed()}
    for name, value in (defaults | values).items():
        text = text.replace(name, value)
    return text


OPEN = {
    "name": ({"NAME": "{{ .Release.Name }}-db"}, "its name is filled in later"),
    "quoted name": ({"NAME": '"{{ .Release.Name }}"'}, "its name is filled in later"),
    "namespace": ({"SPACE": "{{ .Values.namespace }}"}, "its namespace is filled in later"),
    "flux": ({"SPACE": "${namespace}"}, "its namespace is filled in later"),
    "scope": ({"WIDE": "{{ .Values.wide }}"}, "its scope is filled in later"),
    "item": ({"ITEM": "{{ .Values.db }}"}, "it is filled in later"),
    "shell": ({"ITEM": "${SEALED_DB}"}, "it is filled in later"),
}


@pytest.mark.parametrize(("values", "reason"), OPEN.values(), ids=OPEN)
def test_what_a_template_fills_in_is_unknown(values: dict[str, str], reason: str) -> None:
    [verdict] = verdicts(filled(**values))
    assert verdict.outcome is Outcome.UNKNOWN
    assert verdict.reason.startswith(reason)
    assert "render it first" in verdict.reason


def test_what_the_template_does_not_touch_is_judged() -> None:
    wide = sealed(scope=Scope.CLUSTER_WIDE)
    assert outcomes(filled(NAME="{{ x }}", SPACE="{{ y }}", WIDE="true", ITEM=wide)) == [("a", "opens")]
    assert outcomes(filled(NAME="other") + "  template: {metadata: {labels: {a: '{{ x }}'}}}\n") == [("a", "fails")]


def test_a_template_without_items_or_namespace_is_unknown() -> None:
    text = filled().replace("  namespace: prod\n", "  labels: {{ .Values.labels }}\n")
    assert [verdict.outcome for verdict in verdicts(text)] == [Outcome.UNKNOWN]
    text = (
        filled()[: filled().index("  encryptedData")] + "  encryptedData:\n{{ .Values.items | toYaml | nindent 4 }}\n"
    )
    [verdict] = verdicts(text)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "is not a mapping" in verdict.reason


class Watched(str):  # noqa: SLOT000 - it keeps a count
    """A text that counts the characters through which somebody searched."""

    searched = 0

    def find(self, part: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        found = super().find(part, start, stop)
        self.searched += (stop if found < 0 else found) - start
        return found

    def __contains__(self, part: object) -> bool:
        return self.find(str(part)) >= 0


OBJECT = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "spec": {"encryptedData": {"a": "AgB="}}}
MANY = {
    "one List": json.dumps({"apiVersion": "v1", "kind": "List", "items": [OBJECT] * 200}),
    "many documents": f"---\n{json.dumps(OBJECT)}\n" * 200,
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_a_text_is_looked_through_a_few_times_however_many_objects_it_has(text: str) -> None:
    """Thousands in one file are nothing odd: `kubectl get sealedsecrets -A -o json`."""
    watched = Watched(text)
    documents = list(read_documents(Source("all.json", watched)))
    watched.searched = 0
    assert sum(len(list(sealed_items(document))) for document in documents) == 200
    assert 0 < watched.searched < 10 * len(text)


def test_aliases_do_not_multiply_objects_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items_module, "_MOST_REPEATED", 50_000)
    head = f"apiVersion: v1\nkind: List\nx: &s {{encryptedData: {{a: {sealed()}, b: {sealed(name='web')}}}}}\nitems:\n"
    who = "apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: db, namespace: prod}, spec: *s"
    found = verdicts(head + f"- {{{who}}}\n" * 1000)
    judged = [verdict for verdict in found if verdict.item]
    assert 50 < len(judged) < 500
    assert {verdict.outcome for verdict in judged} == {Outcome.OPENS, Outcome.FAILS}
    assert len(found) - len(judged) == 1000 - len(judged) // 2
    assert {verdict.outcome for verdict in found if not verdict.item} == {Outcome.FAILS}
