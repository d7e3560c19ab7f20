"""Advice on SealedSecrets that exist; on templates, the real controller's own code is the judge of what is certain."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from oracle_kubeseal import kubeseal_path
from unit.convert.advised import lint
from unit.convert.sealing_again import certificate, pair

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, seal

SCOPE = "sealedsecrets.bitnami.com/"
KEYS = ("password", "user", "my-key", "tls.crt", "a.b")

FINE = {
    "no action": "plain text, } and }} and {",
    "a key": "{{ .password }}",
    "a key of the template": "{{ .greeting }}",
    "a key with a dash": '{{ index . "my-key" }}',
    "a key with a dot": '{{ index . "tls.crt" | b64enc }}',
    "from the root": "{{ $.password }}{{ range $i, $x := list 1 2 }}{{ $.user }}{{ . }}{{ end }}",
    "JSON": '{"a": {{ .password | toJson }}, "b": {{ toJson .user }}}',
    "trimmed": "{{- .password -}}\n{{ .user -}} x",
    "a comment": "{{/* .nothing }} here */}}{{- /* nor here */ -}}",
    "braces in a string": '{{ print "}}" `{{` }}',
    "a condition": "{{ if .optional }}{{ .optional }}{{ else if .password }}{{ .password }}{{ else }}x{{ end }}",
    "a default": '{{ .optional | default "x" }}{{ default "y" .optional }}',
    "with": "{{ with .user }}{{ . }}{{ end }}",
    "a variable": "{{ $x := .password }}{{ $x = print $x }}{{ $x }}",
    "a pipeline": '{{ (printf "%s:%s" .user .password) | b64enc | quote }}',
    "a part of what was parsed": "{{ if .never }}{{ (fromJson .password).a.b }}{{ .user.name }}{{ end }}",
    "its own template": '{{ define "x" }}{{ .anything }}{{ end }}{{ template "x" . }}',
    "a check without a value": '{{ if not .password }}{{ fail "no password" }}{{ end }}',
    "numbers and characters": "{{ add 1 -2 }}{{ printf \"%c\" 'a' }}{{ eq 15 0x0F }}{{ 1.5e3 }}",
}
BROKEN = {
    "no end": "{{ .password",
    "half an end": "{{ .password }",
    "a comment without an end": "{{/* x }}",
    "a comment that ends too early": "{{/* x */ .user }}",
    "a dash": "{{ .my-key }}",
    "if without end": "{{ if .password }}x",
    "end without if": "{{ .password }}{{ end }}",
    "else without if": "{{ else }}{{ end }}",
    "one quotation mark": '{{ print "x }}',
    "a strange character": "{{ .password @ }}",
    "a function of Helm": "{{ required .password }}",
    "another": '{{ include "x" . }}',
    "the environment": '{{ env "HOME" }}',
    "into a value": "{{ .password.length }}",
}
ODD = {
    "a missing key": ("template-missing-key", "{{ .passwrod }}"),
    "a missing key by index": ("template-missing-key", '{{ index . "my-kye" }}'),
    "an unknown function": ("template-function", "{{ .password | frobnicate }}"),
    "fail": ("template-leak", "{{ if .user }}{{ fail .password }}{{ end }}"),
    "fail with text around": ("template-leak", '{{ if .user }}{{ printf "no %s" .password | fail }}{{ end }}'),
    "a date": ("template-leak", '{{ if .never }}{{ mustToDate "2006" .password }}{{ end }}'),
    "a new one each time": ("template-changes", "{{ randAlphaNum 20 }}"),
    "a new salt each time": ("template-changes", "{{ htpasswd .user .password }}"),
}


def manifest(text: str = "", **more: Any) -> dict[str, Any]:
    """A SealedSecret with `text` as one of the entries of its template."""
    mark = b"prod/db"
    public = certificate().public_key
    items = {key: encode(seal(public, Plaintext(b"correct horse battery staple"), mark)) for key in KEYS}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "db", "namespace": "prod"} | more.get("metadata", {}),
        "spec": {
            "encryptedData": items,
            "template": {"data": {"greeting": "hello", "out": text}, **more.get("template", {})},
        },
    }


def slugs(thing: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(advice.slug, advice.certain) for advice in lint(json.dumps(thing))]


@pytest.mark.parametrize("template", FINE.values(), ids=FINE.keys())
def test_nothing_is_wrong_with_the_template(template: str) -> None:
    assert slugs(manifest(template)) == []


@pytest.mark.parametrize("template", BROKEN.values(), ids=BROKEN.keys())
def test_the_controller_would_make_no_secret_of_it(template: str) -> None:
    assert [certain for _, certain in slugs(manifest(template))] == [True]


@pytest.mark.parametrize(("slug", "template"), ODD.values(), ids=ODD.keys())
def test_the_template_is_odd(slug: str, template: str) -> None:
    assert slugs(manifest(template)) == [(slug, False)]


@pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")
def test_the_controllers_code_agrees_on_what_parses(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(pair()[0])
    command = [kubeseal_path() or "", "--recovery-unseal", "--recovery-private-key", str(key)]
    for template, fine in [(text, True) for text in FINE.values()] + [(text, False) for text in BROKEN.values()]:
        stdin = json.dumps(manifest(template)).encode()
        done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)
        assert (done.returncode == 0) is fine, (template, done.stderr)


HELM = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: {{ .Release.Name }}-Db_1
spec:
  encryptedData:
    a b: {{ .Values.password }}
  template:
    type: kubernetes.io/tls
    data:
      x: "{{ .nothing }}"
"""


def test_a_template_of_a_chart_is_left_alone() -> None:
    assert lint(HELM) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"metadata": {"annotations": {f"{SCOPE}cluster-wide": "true"}}}, []),
        ({"metadata": {"annotations": {f"{SCOPE}cluster-wide": "false"}}}, []),
        ({"template": {"metadata": {"annotations": {f"{SCOPE}managed": "true"}}}}, []),
        ({"template": {"type": "kubernetes.io/basic-auth"}}, []),
        ({"template": {"type": "kubernetes.io/tls", "data": {"tls.key": "x"}}}, []),
        ({"template": {"data": {"password": None}}}, []),
        ({"metadata": {"annotations": {f"{SCOPE}cluster-wide": "True"}}}, [("scope-annotation", False)]),
        ({"template": {"metadata": {"annotations": {f"{SCOPE}cluster-wide": "true"}}}}, [("scope-annotation", False)]),
        ({"metadata": {"annotations": {f"{SCOPE}managed": "true"}}}, [("annotation-place", False)]),
        ({"template": {"type": "kubernetes.io/tls"}}, [("missing-key", True)]),
        ({"template": {"type": "kubernetes.io/tls", "data": {"tls.key": None}}}, [("missing-key", True)]),
        ({"template": {"data": {"password": "x"}}}, [("template-ignored", False)]),
        ({"template": {"data": {"a b": "x"}}}, [("key-name", True)]),
        ({"metadata": {"name": "Db"}}, [("object-name", True)]),
    ],
)
def test_what_stands_around_the_items(more: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    assert slugs(manifest("x", **more)) == expected


@pytest.mark.parametrize("text", ["{{/*}}", "{{", "{{ `", '{{ "', "{{ if .a }}", "{{ . }}", "{{ '", "}}", "{{/* */}}"])
def test_time_grows_with_the_length_of_a_template(text: str) -> None:
    """Far beyond the test's patience if each beginning were followed to the end of the text."""
    assert len(lint(json.dumps(manifest(text * 30_000)))) <= 3
