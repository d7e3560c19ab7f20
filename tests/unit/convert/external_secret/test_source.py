"""Secrets that people write in odd ways, what is refused, and what of a file stays as it is."""

from __future__ import annotations

import json

import pytest
from unit.convert.external_secret.converting import STORE, converted, expected_object, only, refs, upstream_complaints
from unit.convert.external_secret.one_file import convert_source, survey_source
from unit.sealing.material import shown_by

from sealwright.convert.external_secret.document import external_secret_text
from sealwright.convert.external_secret.options import Options, chosen_options
from sealwright.convert.external_secret.remote_ref import RemoteRef
from sealwright.convert.secret_facts import SecretFacts
from sealwright.convert.secret_model import Value
from sealwright.errors import ConvertError, SealingError, SealwrightError, UsageError
from sealwright.manifest.source import Source
from sealwright.plaintext import Plaintext

CANARY = "corr3ct-horse-battery"
HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"
VALUE = f"stringData:\n  password: {CANARY}\n"

WRITTEN = {
    "null in labels and annotations": f"{HEAD}  labels: {{a: ~, b: null, c:  }}\n  annotations:\n    d:\n{VALUE}",
    "no labels at all": f"{HEAD}  labels:\n  annotations: {{}}\n{VALUE}",
    "a name that labels repeat": f"{HEAD.replace('name:', 'name: &n')}  labels: {{app: *n}}\n{VALUE}",
    "labels that the name repeats": (
        f"{VALUE}kind: Secret\napiVersion: v1\nmetadata:\n  labels:\n    app: &n db\n  name: *n\n"
    ),
    "a type that repeats a label": f"{HEAD}  labels:\n    app: &n Opaque\ntype: *n\n{VALUE}",
    "an empty type": f'{HEAD}type: ""\n{VALUE}',
    "a type in a block": f"{HEAD}type: >-\n  example.com/x\n{VALUE}",
    "a type of one's own": f"{HEAD}type: example.com/x # ours\n{VALUE}",
    "not immutable": f"{HEAD}immutable: false\n{VALUE}",
    "immutable in other words": f"{HEAD}immutable: on\n{VALUE}",
    "immutable left open": f"{HEAD}immutable: ~ # later\n{VALUE}",
    "braces in annotations": (
        f"{HEAD}  annotations:\n    a: '{{{{ x }}}}'\n    b: |\n      {{{{- range }}}}\n      it's\n"
        f"    helm.sh/hook: '{{{{x'\n{VALUE}"
    ),
    "many braces": f'{HEAD}  annotations: {{a: "{{{{{{{{{{ }}}}", b: "}}}} {{ {{"}}\n{VALUE}',
    "one line": f'{{apiVersion: v1, kind: Secret, metadata: {{name: db}}, stringData: {{a: "{CANARY}"}}}}\n',
    "JSON on one line": json.dumps(
        {"kind": "Secret", "apiVersion": "v1", "stringData": {"a": "é"}, "metadata": {"name": "db"}}
    ),
    "JSON with a null": json.dumps(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "labels": {"a": None}}, "data": {"a": "YQ=="}}
    ),
    "a key in both fields": f"{HEAD}data:\n  password: eA==\n  other: eA==\n{VALUE}",
    "finalizers": f"{HEAD}  finalizers:\n  - a/b # why\n{VALUE}",
    "no end of the last line": f"{HEAD}{VALUE}".rstrip("\n"),
    "a number for a key": f"{HEAD}stringData:\n  1: x\n  .dotted: yy\n  -: zz\n",
}


@pytest.mark.parametrize("case", WRITTEN)
@pytest.mark.parametrize("wave", ["", "3"])
def test_odd_spellings_come_out_right(case: str, wave: str) -> None:
    text = WRITTEN[case]
    options = Options(sync_wave=wave)
    made = only(converted(text, options=options).text)
    before = only(text)
    before["stringData"] = {str(key): value for key, value in before.get("stringData", {}).items()}
    assert made == expected_object(before, options)
    assert upstream_complaints(made) == []


def test_what_tracks_an_object_goes_and_what_is_for_people_stays() -> None:
    notes = "argocd.argoproj.io/tracking-id: shop:/Secret:prod/db\n    argocd.argoproj.io/skip-reconcile: 'true'\n"
    labels = "argocd.argoproj.io/instance: shop\n    argocd.argoproj.io/secret-type: cluster\n"
    made = only(converted(f"{HEAD}  annotations:\n    {notes}  labels:\n    {labels}{VALUE}").text)
    assert made["metadata"] == {"name": "db", "labels": {"argocd.argoproj.io/instance": "shop"}}
    assert made["spec"]["target"]["template"]["metadata"] == {
        "labels": {"argocd.argoproj.io/secret-type": "cluster"},
        "annotations": {"argocd.argoproj.io/skip-reconcile": "true"},
    }


REFUSED = {
    "an explicit key": (f"{HEAD}stringData:\n  ? a\n  : {CANARY}\n", "1:1", "explicit key"),
    "a comment in braces": (f"{HEAD}stringData: {{a: {CANARY}, # why\n  b: c}}\n", "1:1", "comment inside the braces"),
    "a value from elsewhere": (f"x: &x {CANARY}\n---\n{HEAD}stringData: {{a: *x}}\n", "", ""),
    "an anchor on the data": (f"{HEAD}stringData: &d\n  a: {CANARY}\n", "1:1", "anchor"),
    "a value that is a number": (f"{HEAD}stringData: {{a: 12, b: {CANARY}}}\n", "5:17", "number"),
    "a field that no Secret has": (f"{HEAD}{VALUE}stringdata: {{a: {CANARY}}}\n", "7:1", "unknown field"),
    "a Secret in a list of Secrets": (
        f"apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {{name: a}}\n  stringData: {{a: {CANARY}}}\n",
        "",
        "",
    ),
    "one that is there already": (
        f"{HEAD}{VALUE}---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: db}}\n",
        "1:1",
        "an ExternalSecret of that name",
    ),
    "a document that does not parse": (f"{HEAD}{VALUE}  bad: [\n", "", "broken document"),
    "a template": (f"{HEAD}{VALUE}  user: {{{{ .Values.user }}}}\n", "1:1", "template"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_place(case: str) -> None:
    text, place, message = REFUSED[case]
    with pytest.raises(SealwrightError) as caught:
        converted(text)
    error = caught.value
    assert message in str(error)
    assert error.place.startswith(f"secret.yaml:{place}" if place else "secret.yaml")
    assert error.hint
    assert CANARY not in shown_by(error)


def test_all_that_is_asked_for_is_looked_at_before_anything_is_changed() -> None:
    text = f"{HEAD}{VALUE}---\n{HEAD}  ownerReferences: [{{kind: Pod}}]\n{VALUE}---\n{HEAD}stringData: {{a: 1}}\n"
    found = survey_source(Source("a.yaml", text), lambda _: True, namespace="shop")
    assert [one.facts.namespace if one.facts else "" for one in found] == ["shop", "", ""]
    assert [one.refused.slug if one.refused else "" for one in found] == ["", "operator", ""]
    assert [one.error.place if one.error else "" for one in found] == ["", "", "a.yaml:20:17"]
    assert survey_source(Source("a.yaml", text), lambda _: False) == ()


def test_only_what_is_chosen_is_converted() -> None:
    text = f"# top\n{HEAD}{VALUE}---\n{HEAD.replace('db', 'other')}{VALUE}\n...\n"
    made = convert_source(Source("a.yaml", text), lambda item: item.ref.name == "other", refs, STORE)
    assert [ref.name for ref in made.refs] == ["other"]
    assert made.text.startswith(f"# top\n{HEAD}{VALUE}---\napiVersion: external-secrets.io/v1\n")
    assert made.text.endswith("\n\n...\n")


@pytest.mark.parametrize("wrong", [{}, {"password": RemoteRef("a"), "more": RemoteRef("a")}, {"other": RemoteRef("a")}])
def test_no_key_may_get_lost(wrong: dict[str, RemoteRef]) -> None:
    """An operator that adopts a Secret wipes the keys that it is not told about."""
    with pytest.raises(ConvertError, match="not every key"):
        convert_source(Source("a.yaml", f"{HEAD}{VALUE}"), lambda _: True, lambda *_: wrong, STORE)


def test_what_no_cluster_takes_is_not_written() -> None:
    with pytest.raises(ConvertError, match=r"no cluster would take the result: spec\.secretStoreRef\.name"):
        convert_source(Source("a.yaml", f"{HEAD}{VALUE}"), lambda _: True, refs, ("SecretStore", "a b"))


def test_a_new_document_says_the_same() -> None:
    facts = SecretFacts(
        *("db", "shop", "Opaque", True),
        {"app": "web"},
        {"note": "{{x}}", "helm.sh/hook": "post-install"},
        (Value("a", Plaintext(b"x")), Value("b", Plaintext(b"y"))),
    )
    where = {"a": RemoteRef("prod/shop/db", "a"), "b": RemoteRef("prod/shop/db-b", "", "uuid/1", "Base64")}
    options = chosen_options("15m", "OnChange", "-1")
    text = external_secret_text(facts, where, ("SecretStore", "aws"), options)
    made = only(text)
    assert upstream_complaints(made) == []
    assert made["metadata"] == {
        "name": "db",
        "namespace": "shop",
        "annotations": {"helm.sh/hook": "post-install", "argocd.argoproj.io/sync-wave": "-1"},
    }
    assert made["spec"]["refreshInterval"] == "15m0s"
    assert made["spec"]["target"]["immutable"] is True
    assert made["spec"]["data"][1]["remoteRef"]["version"] == "uuid/1"
    assert text.startswith("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: db\n")
    assert "\n  data:\n  - secretKey: a\n    remoteRef:\n      key: prod/shop/db\n" in text


INTERVALS = [
    *(("1h", "1h0m0s"), ("15m", "15m0s"), ("90s", "1m30s"), ("0", "0s"), ("1.5h", "1h30m0s"), ("100ms", "100ms")),
    *(("1500us", "1.5ms"), ("1h0m0s", "1h0m0s"), ("24h", "24h0m0s"), ("1ns", "1ns"), (".5s", "500ms")),
]


@pytest.mark.parametrize(("given", "canonical"), INTERVALS)
def test_intervals_are_written_as_go_writes_them(given: str, canonical: str) -> None:
    assert chosen_options(given).refresh_interval == canonical


@pytest.mark.parametrize("given", ["", "1", "1d", "h", "1h 2m", "-1h", "1h\n", "99999999999999h", "1..5s", "9" * 5000])
def test_what_is_no_interval_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        chosen_options(given)


@pytest.mark.parametrize("options", [("1h", "Sometimes"), ("1h", "Periodic", "early"), ("1h", "Periodic", "1.5")])
def test_other_options_are_checked(options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        chosen_options(*options)


def test_a_broken_document_is_never_passed_over() -> None:
    with pytest.raises(SealingError, match="broken document"):
        survey_source(Source("a.yaml", f"{HEAD}{VALUE}  bad: [\n"), lambda _: True)
