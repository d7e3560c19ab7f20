"""Templates: what is masked, what stays, and what can be read of it."""

from __future__ import annotations

import pytest
from unit.manifest.trees import both_loaders, plain

from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.nodes import FILL, is_filled
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.manifest.template import is_template, mask

HELM = """\
{{- if .Values.secret.create -}}
{{/* A note: it's "here" */}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "shop.fullname" . }}-db
  labels: {{- include "shop.labels" (dict "a" "}}") | nindent 4 }}
    tier: db
  {{- with .Values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
type: {{ if .Values.tls }}kubernetes.io/tls{{ else }}Opaque{{ end }}
data:
  {{- range $key, $value := .Values.secrets }}
  {{ $key }}: {{ $value | b64enc | quote }}
  {{- end }}
  token: {{
    .Values.token
    | b64enc
  }}
  config: |
    {{- if .Values.debug }}
    level: debug
    {{- end }}
    mode: on
  raw: |-
{{ .Files.Get "x" | indent 4 }}
  fixed: aHVudGVyMg==
{{- end }}
"""

JINJA = """\
{# a comment: with a colon #}
{% for user in users %}
apiVersion: v1
kind: Secret
metadata:
  name: "{{ user['name'] | default('x') }}"
stringData:
  password: hunter2
  {% if user.admin %}
  admin: {{ "yes" }}
  {% endif %}
{% endfor %}
"""


@pytest.mark.parametrize("text", ["", "a: {b: {c: d}}", "a: {{", "a: {{ b", "{% {{", "a: }}", "{{ {% }} x"[:5]])
def test_what_has_no_action_is_no_template(text: str) -> None:
    assert not is_template(text)
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("# {{ a }}", False),
        ("  # {% a %}", False),
        ("a: b\t# {{ c }} {{ d }}", False),
        ("# a {{ b\n c }} {{ d }}", False),
        ("# {{ a\n}}: {# b #}", False),
        ("a:\u2028# {{ b }}", False),
        ("a: b#{{ c }}", True),
        ("{{ a }}# {{ b }}", True),
        ("# {{ a }}\nb: {{ c }}", True),
        ("{# a #} {{ b }}", True),
        ("{{/* # a\n# b */}}", True),
    ],
)
def test_an_action_in_a_comment_makes_no_template(text: str, known: bool) -> None:
    assert is_template(text) is known
    assert (mask(text, comments=False) != text) is known


MASKED = [
    ("a: {{ b }}", "a: #######"),
    ("a: {{ b }} # c", "a: ####### # c"),
    ('a: {{ "}}" }}x', "a: ##########x"),
    ("a: {{ `}}` }}x", "a: ##########x"),
    ("a: {{/* it's }} */}}x", "a: #################x"),
    ('a: "{{ f \\"b\\" }}" c: "{{ d }}"', 'a: "#############" c: "#######"'),
    ('d: {{ "{{" }} $x {{ "}}" }}', "d: ########## $x ##########"),
    ("{{ a {{ b }}:", "{{ a #######:"),
    ("{% if a %}\nb: 1\n", "          \nb: 1\n"),
    ("  {# c #}  # d\r\nb: 1\r\n", "              \r\nb: 1\r\n"),
    ("a: {{ b |\r\n nindent 2 }}\r\n", "a:       \r\n             \r\n"),
    ("a: {{ b\n  c }}\n", "a: ####\n      \n"),
    ("a: |\n  {{ b }}\n  {{ c }}\n", "a: |\n  #######\n         \n"),
    ("- a: |\n  {{ b }}\n", "- a: |\n         \n"),
    ("- |\n  {{ b }}\n", "- |\n  #######\n"),
    ("a: |\n{{ b }}\n", "a: |\n       \n"),
    ("# a |\n  {{ b }}\n", "# a |\n         \n"),
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_actions_are_masked_in_place(text: str, expected: str) -> None:
    masked = mask(text)
    hidden = "".join("#" if char == FILL else char for char in masked)
    assert hidden == expected
    assert len(masked) == len(text)


@both_loaders
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_chart_is_read_around_its_actions(newline: str, libyaml: bool) -> None:
    text = HELM.replace("\n", newline)
    (document,) = read_documents(Source("x", text), libyaml=libyaml)
    assert (document.form, document.flaw) == (Form.TEMPLATE, "")
    (resource,) = resources(document)
    assert (resource.ref.kind, resource.ref.name) == ("Secret", "{{}}-db")
    content = dict(plain(document.root))
    assert content["metadata"][1] == ("labels", [("tier", "db")])
    data = dict(content["data"])
    assert data["fixed"] == "aHVudGVyMg=="
    assert data["config"].endswith("mode: on\n")
    assert "level: debug\n" in data["config"]
    assert is_filled(data["token"])
    assert is_filled(content["type"])


@both_loaders
def test_jinja_is_read_around_its_statements(libyaml: bool) -> None:
    (document,) = read_documents(Source("x", JINJA), libyaml=libyaml)
    assert document.form is Form.TEMPLATE
    content = dict(plain(document.root))
    assert content["stringData"][0] == ("password", "hunter2")
    assert is_filled(content["stringData"][1][1])


@both_loaders
@pytest.mark.parametrize(
    "text",
    [
        "{{ a }}\n",
        "a: {{ b }}\n",
        "a: {{ b }}-c\n",
        "{{- if a }}\nb: 1\n{{- end }}\n",
        '{"a": {{ b }}}',
        "{# c #}\na: 1\n",
    ],
)
def test_templates_are_known_as_such(text: str, libyaml: bool) -> None:
    (document,) = read_documents(Source("x", text), libyaml=libyaml)
    assert (document.form, document.exact, document.flaw) == (Form.TEMPLATE, False, "")


EXCUSED = [
    ("a: {{ b }}\n\tc: d\n", False),
    ("a: '{{ b }}'\n\tc: d\n", False),
    ("a: '{{ b }}'\nc: " + "[" * 300 + "]" * 300, False),
    ("a: '{{ b }}'\u2028---\u2028c: d\n", False),
    ("a: '{{ b }}'\u2028# {{\u2028---\u2028c: d # }}\n", False),
    ('{"a": "b"}\n{{ c }}\n', False),
    ("{{ a }}\nb: c\n", True),
    ("{{ a }}\nb: c: d\n", True),
    ("{% a %}\nb: c\n  d: e\n", True),
]


@both_loaders
@pytest.mark.parametrize(("text", "excused"), EXCUSED)
def test_actions_excuse_what_they_are_the_cause_of(text: str, excused: bool, libyaml: bool) -> None:
    (document,) = read_documents(Source("x", text), libyaml=libyaml)
    assert (not document.flaw) is excused
    assert not document.exact


@both_loaders
def test_a_template_with_odd_seams_is_read_by_outline(libyaml: bool) -> None:
    text = "kind: Secret\n{{ if a }}\n  bad: {{ x }}: y\n{{ end }}\nstringData:\n  password: hunter2\n"
    (document,) = read_documents(Source("x", text), libyaml=libyaml)
    assert document.form is Form.OUTLINE
    assert ("stringData", [("password", "hunter2")]) in plain(document.root)
