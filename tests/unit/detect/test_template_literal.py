"""Literals in template actions: which become a Secret's value, and which are names, messages and formats."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import pytest
from unit.detect.scans import b64, found, growth, places, scan

from sealwright.detect.template_action import printed
from sealwright.finding import Confidence

RULE = "template-literal"
RANDOM = "kT9DofMuI#89ViAtE"
HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n"

PRINTED = {
    # names, messages, formats
    '{{ include "x" . }}': [],
    '{{ template "x" . }}': [],
    '{{ required "x" .a | b64enc }}': [],
    '{{ fail "x" }}': [],
    '{{ include "x" (dict "y" "z") | b64enc }}': [],
    '{{ (lookup "v1" "Secret" .ns "x").data }}': [],
    '{{ index $a "x" | b64dec }}': [],
    '{{ get .a "x" }}': [],
    '{{ if eq .a "x" }}': [],
    '{{ with (default "x" .a) }}': [],
    '{{ .a | trimSuffix "x" }}': [],
    '{{ regexReplaceAll "x" .a "y" }}': [],
    '{{ printf "%s" .a }}': ["\ue000"],
    "{{ lookup('env', 'X') }}": [],
    "{% if a == 'x' %}": [],
    '{{/* "x" */}}': [],
    # values
    '{{ "x" | b64enc }}': ["x"],
    '{{- b64enc "x" | quote -}}': ["x"],
    "{{ `x` | b64enc }}": ["x"],
    '{{ .a | default "x" | b64enc }}': ["x"],
    '{{ default "x" .a }}': ["x"],
    '{{ (default "x" .a) | b64enc }}': ["x"],
    '{{ b64enc (.a | default "x") }}': ["x"],
    '{{ coalesce .a .b "x" }}': ["x"],
    '{{ ternary "x" "y" (eq .a "z") }}': ["x", "y"],
    '{{ or .a "x" }}': ["x"],
    '{{ printf "%s" "x" }}': ["\ue000", "x"],
    '{{ htpasswd "user" "x" }}': ["x"],
    '{{ $a := "x" }}': ["x"],
    '{{ "a \\"b\\" c" }}': ['a "b" c'],
    "{{ a | default('x') }}": ["x"],
    "{{ a | default('x', true) | b64encode }}": ["x"],
    "{{ a or 'x' }}": ["x"],
    "{{ 'x' if a == 'y' else 'z' }}": ["x", "z"],
    "{% set a = 'x' %}": ["x"],
    "{{ lookup('env', 'A') | default('x') }}": ["x"],
}


@pytest.mark.parametrize(("action", "expected"), PRINTED.items())
def test_what_an_action_prints(action: str, expected: list[str]) -> None:
    literals = printed(action, 0, len(action)).literals
    assert [literal.text for literal in literals] == expected
    assert all(action[literal.span.start - 1] in "\"'`" for literal in literals)


SILENT = {
    "from values": "data:\n  password: {{ .Values.password | b64enc | quote }}\n",
    "required": 'data:\n  password: {{ required "a password is required!1" .Values.p | b64enc }}\n',
    "placeholder": 'data:\n  password: {{ default "changeme" .Values.p | b64enc }}\n',
    "generated": "data:\n  password: {{ randAlphaNum 24 | b64enc }}\n",
    "switch": 'data:\n  enabled: {{ default "true" .Values.e | b64enc }}\n',
    "kind of database": 'data:\n  type: {{ print "postgresql" | b64enc | quote }}\n',
    "user": 'data:\n  username: {{ default "admin" .Values.u | b64enc }}\n',
    "address": 'data:\n  url: {{ printf "postgres://%s:%s@%s:5432/app" .u .p .h | b64enc }}\n',
    "path": 'data:\n  key-path: {{ default "/etc/tls/tls.key" .k | b64enc }}\n',
    "configuration": "stringData:\n  a.conf: |\n    host = {{ .h }}\n    password = {{ .p }}\n    level = info\n",
    "configuration around actions": (
        "stringData:\n  a.yaml: |\n    {{- with .a }}\n    key_path: /certs/{{ .k }}\n    scheme: http\n    {{- end }}\n"
    ),
}
FOUND = {
    "literal": (f'data:\n  password: {{{{ "{RANDOM}" | b64enc }}}}\n', "data.password", RANDOM, 6),
    "key without a promise": (f'data:\n  a: {{{{ "{RANDOM}" | b64enc }}}}\n', "data.a", RANDOM, 6),
    "passphrase": (
        'data:\n  a: {{ "correct horse battery staple" | b64enc }}\n',
        "data.a",
        "correct horse battery staple",
        6,
    ),
    "default": ('data:\n  password: {{ .Values.p | default "hunter2" | b64enc }}\n', "data.password", "hunter2", 6),
    "in quotes": (f'stringData:\n  password: "{{{{ default `{RANDOM}` .p }}}}"\n', "stringData.password", RANDOM, 6),
    "other branch": (
        f'data:\n  {{{{- if .a }}}}\n  a: {{{{ .a }}}}\n  {{{{- else }}}}\n  a: {{{{ "{RANDOM}" | b64enc }}}}\n  {{{{- end }}}}\n',
        "data.a",
        RANDOM,
        9,
    ),
    "format": (
        'data:\n  url: {{ printf "postgres://app:hunter2@%s/app" .h | b64enc }}\n',
        "data.url",
        "postgres://app:hunter2@%s/app",
        6,
    ),
    "base64 already": (f'data:\n  a: {{{{ "{b64(RANDOM)}" }}}}\n', "data.a", b64(RANDOM), 6),
    "in configuration": (
        f'stringData:\n  a: |\n    b = {{{{ .c }}}}\n    d = {{{{ default "{RANDOM}" .e }}}}\n',
        "stringData.a",
        RANDOM,
        8,
    ),
}


@pytest.mark.parametrize("values", SILENT.values(), ids=SILENT)
def test_secrets_that_come_from_elsewhere(values: str) -> None:
    assert found(HEAD + values, "templates/a.yaml") == []


@pytest.mark.parametrize(("values", "field", "place", "line"), FOUND.values(), ids=FOUND)
def test_secrets_that_come_from_the_template(values: str, field: str, place: str, line: int) -> None:
    assert found(HEAD + values, "templates/a.yaml") == [(RULE, field, line)]
    assert places(HEAD + values, "templates/a.yaml") == [place]


@pytest.mark.parametrize(("key", "value"), [("password", "admin"), ("password", "somepassword"), ("token", "letmein")])
def test_words_are_only_possible(key: str, value: str) -> None:
    text = f'{HEAD}data:\n  {key}: {{{{ "{value}" | b64enc }}}}\n'
    assert [finding.confidence for finding in scan(text).findings] == [Confidence.POSSIBLE]


BY_NAME = {
    "a word": ('kind: A\nspec:\n  password: {{ default "hunter2" .p }}\n', []),
    "no promise": (f'kind: A\nspec:\n  color: {{{{ default "{RANDOM}" .p }}}}\n', []),
    "field": (f'kind: A\nspec:\n  password: {{{{ default "{RANDOM}" .p }}}}\n', [("password", 3)]),
    "environment": (
        f'kind: A\nspec:\n  env:\n    - name: DB_PASSWORD\n      value: {{{{ default "{RANDOM}" .p | quote }}}}\n',
        [("DB_PASSWORD", 5)],
    ),
    "variable": (f'{{{{- $password := "{RANDOM}" }}}}\nkind: A\n', [("password", 1)]),
    "jinja": (f"password: \"{{{{ p | default('{RANDOM}') }}}}\"\n", [("password", 1)]),
}


@pytest.mark.parametrize(("text", "expected"), BY_NAME.values(), ids=BY_NAME)
def test_by_the_name_before_the_action(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text, "templates/a.yaml") == [(RULE, name, line) for name, line in expected]


MIXED = {
    "configuration": ("a.xml: |\n    <a>{{ .a }}</a>\n    <b>true</b>\n", []),
    "name": ("a: prefix-{{ .a }}\n", []),
    "password in it": ("a.conf: |\n    host = {{ .a }}\n    password = hunter2\n", [Confidence.LIKELY]),
    "password in an address": ("a: postgres://app:hunter2@{{ .h }}/app\n", [Confidence.LIKELY]),
    "half of a password": (f"a: {RANDOM}{{{{ .a }}}}\n", [Confidence.LIKELY]),
    "no action": ("a: hunter2\n", [Confidence.LIKELY]),
    "a file without actions": ("a.conf: |\n    level = info\n    role = pod\n", [Confidence.POSSIBLE]),
    "a file without actions, password in it": (
        "a.conf: |\n    level = info\n    password = hunter2\n",
        [Confidence.LIKELY],
    ),
}


@pytest.mark.parametrize(("value", "expected"), MIXED.values(), ids=MIXED)
def test_literal_text_around_actions(value: str, expected: list[Confidence]) -> None:
    assert [finding.confidence for finding in scan(f"{HEAD}stringData:\n  {value}").findings] == expected


@pytest.mark.parametrize(
    "text", ['{{ default "x" ', '{{ "x" | (', '{{ ((((("x" }}', "{{ a 'b }} ", 'a: {{ "x" }}\n', "{{ `"]
)
def test_the_time_grows_with_the_length(text: str) -> None:
    assert growth(lambda size: lambda: printed("{{" + text * size + "}}", 0, len(text) * size + 4), 300) < 8
    assert growth(lambda size: lambda: scan(text * size, "a.tpl"), 300) < 8
