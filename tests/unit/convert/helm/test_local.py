"""Charts of the repository itself: when their values and templates say which Secret and which key they take."""

from __future__ import annotations

import pytest
from unit.convert.helm.test_rewire import application, found, values_of

from sealwright.convert.helm.local import LocalChart, local_chart
from sealwright.convert.helm.rewire import after, exchanges, left
from sealwright.convert.proof import prove
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import apply_edits

BESIDE = "secretKeyRef:\n  name: {{ .Values.smtp.existingSecret }}\n  key: smtp-password\n"
ABOVE = 'secretKeyRef:\n  key: "pw"\n  name: {{ tpl .Values.smtp.existingSecret . | quote }}\n'
BY_FIELD = "name: {{ .Values.smtp.existingSecret }}\nkey: {{ .Values.smtp.existingSecretPasswordKey }}\n"
ONE = "smtp:\n  password: ''\n  existingSecret: ''\n"
NAMED = f"{ONE}  existingSecretPasswordKey: mail\n"
TWO = "smtp:\n  password: ''\n  token: ''\n  existingSecret: ''\n  secretKeys: {passwordKey: p, tokenKey: t}\n"
TWO_KEYS = ".Values.smtp.existingSecret .Values.smtp.secretKeys.passwordKey .Values.smtp.secretKeys.tokenKey"
GIVEN = "smtp:\n  password: tide.88\n"


def chart(defaults: str, templates: str) -> LocalChart:
    [document] = read_documents(Source("values.yaml", defaults))
    assert isinstance(document.root, Mapping)
    return local_chart("api", document.root, templates)


UNCLEAR = {
    "templates that do not read it": (ONE, "nothing", GIVEN, "know no existing Secret"),
    "another field's name": (
        ONE,
        BESIDE.replace("existingSecret", "existingSecretName"),
        GIVEN,
        "know no existing Secret",
    ),
    "no key": (ONE, "name: {{ .Values.smtp.existingSecret }}\n", GIVEN, "in which key the chart looks for `password`"),
    "two keys": (ONE, BESIDE + ABOVE, GIVEN, "in which key"),
    "a key's field that no template reads": (NAMED, "{{ .Values.smtp.existingSecret }}", GIVEN, "in which key"),
    "not all that it asks for": (TWO, TWO_KEYS, GIVEN, "the chart asks for `token`, too"),
    "one of two without a key": (TWO.replace(", tokenKey: t", ""), TWO_KEYS, GIVEN + "  token: a.1\n", "for `token`"),
    "a Secret is named already": (ONE, BESIDE, GIVEN + "  existingSecret: mine\n", "names a Secret already"),
    "no such field in the chart": ("smtp: {password: ''}\n", BESIDE, GIVEN, "know no existing Secret"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_is_not_clear_stays(case: str) -> None:
    defaults, templates, values, reason = UNCLEAR[case]
    [(site, _)] = found(application(values).replace("chart: postgresql", "path: charts/api"))
    local = chart(defaults, templates)
    assert exchanges(site, local) == []
    assert reason in " ".join(item.reason for item in left(site, local))


@pytest.mark.parametrize(
    ("defaults", "templates", "values", "expected"),
    [
        (ONE, BESIDE, GIVEN, {"smtp-password": "tide.88"}),
        (ONE, ABOVE, GIVEN, {"pw": "tide.88"}),
        (NAMED, BY_FIELD, GIVEN, {"mail": "tide.88"}),
        (NAMED, BY_FIELD, f"{GIVEN}  existingSecretPasswordKey: other\n", {"other": "tide.88"}),
        (TWO, TWO_KEYS, f"{GIVEN}  token: a.1\n", {"p": "tide.88", "t": "a.1"}),
    ],
)
def test_what_is_clear_is_exchanged(defaults: str, templates: str, values: str, expected: dict[str, str]) -> None:
    text = application(values).replace("chart: postgresql", "path: charts/api")
    [(site, documents)] = found(text)
    local = chart(defaults, templates)
    [done] = exchanges(site, local)
    assert (values_of(done), done.facts.name, list(left(site, local))) == (expected, "shop-smtp", [])
    edited = apply_edits(text, done.edits)
    prove(site.resource.document.source, documents, {id(site.resource.node): after(site.resource, [done])}, edited)
    assert "tide.88" not in edited


TEXT = "# why\nauth:\n  username: shop\n  password: tide.88  # rotate\n\n  postgresPassword: other.99\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("header", ["|", "|-", "|+", "|2"])
def test_values_in_a_text_keep_their_lines(header: str, newline: str) -> None:
    pad = " " * 8
    body = "".join(f"{pad}{line}\n" if line else "\n" for line in TEXT.splitlines())
    text = application("a: b").replace("      valuesObject:\n        a: b\n", f"      values: {header}\n{body}")
    text = text.replace("\n", newline)
    [(site, documents)] = found(text)
    [done] = exchanges(site)
    edited = apply_edits(text, done.edits)
    prove(site.resource.document.source, documents, {id(site.resource.node): after(site.resource, [done])}, edited)
    assert set(text.splitlines()) - set(edited.splitlines()) == {
        f"{pad}  password: tide.88  # rotate",
        f"{pad}  postgresPassword: other.99",
    }
    assert f'{pad}  password: ""  # rotate' in edited


@pytest.mark.parametrize("header", [">", "&a |", '"auth: {postgresPassword: a.1}"'])
def test_values_in_another_kind_of_text_stay(header: str) -> None:
    body = "" if header.startswith('"') else "        auth:\n          postgresPassword: a.1\n"
    text = application("a: b").replace("      valuesObject:\n        a: b\n", f"      values: {header}\n{body}")
    assert [done for site, _ in found(text) for done in exchanges(site)] == []
