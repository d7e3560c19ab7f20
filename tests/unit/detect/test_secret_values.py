"""Values of Secrets: what must stay silent, then every way in which one can be written."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import codecs
import textwrap

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.detect.scanner import scan_source
from sealwright.finding import Confidence
from sealwright.manifest.source import decode

PUBLIC_PEM = "-----BEGIN CERTIFICATE-----\nMIIDGzCCAgOgAwIBAgIUKc9d48gR84Oo\n-----END CERTIFICATE-----\n"
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0XbCq me@example.com"

SILENT = {
    "empty file": "",
    "comment only": "# kind: Secret\n# data:\n#   a: aHVudGVyMg==\n",
    "no values": "kind: Secret\n",
    "null data": "kind: Secret\ndata:\nstringData: ~\n",
    "empty maps": "kind: Secret\ndata: {}\nstringData: {}\n",
    "empty values": "kind: Secret\ndata: {a: '', b: \"\", c: , d: ~, e: null}\n",
    "blank values": "kind: Secret\nstringData: {a: '  ', b: \"\\n\"}\n",
    "empty block": "kind: Secret\nstringData:\n  a: |\n  b: >-\n",
    "placeholder": "kind: Secret\nstringData: {a: CHANGEME, b: <your-token>, c: '${TOKEN}'}\n",
    "placeholder in base64": f"kind: Secret\ndata: {{a: {b64('CHANGEME')}, b: {b64('${TOKEN}')}}}\n",
    "reference in base64": f"kind: Secret\ndata: {{a: {b64('op://vault/item/field')}}}\n",
    "placeholder in binary": f"kind: Secret\nstringData: {{a: !!binary {b64('CHANGEME')}}}\n",
    "template": 'kind: Secret\ndata:\n  a: {{ .Values.a | b64enc }}\n  b: "{{ .Values.b }}"\n',
    "template, control lines": "kind: Secret\ndata:\n  {{- range .x }}\n  {{ .k }}: {{ .v }}\n  {{- end }}\n",
    "deleted by a patch": "$patch: delete\nkind: Secret\ndata: {a: aHVudGVyMg==}\n",
    "certificate": f"kind: Secret\nstringData:\n  ca.crt: |\n{textwrap.indent(PUBLIC_PEM, '    ')}",
    "certificates in base64": f"kind: Secret\ndata: {{ca.crt: {b64(PUBLIC_PEM * 3)}}}\n",
    "ssh public key": f"kind: Secret\nstringData: {{id.pub: {PUBLIC_KEY}}}\n",
    "known hosts": f"kind: Secret\ndata: {{known_hosts: {b64('[example.com]:22 ' + PUBLIC_KEY)}}}\n",
    "service account token": (
        "kind: Secret\nmetadata: {annotations: {kubernetes.io/service-account.name: x}}\n"
        "type: kubernetes.io/service-account-token\n"
    ),
    "namespace": f"kind: Secret\ndata: {{namespace: {b64('shop')}}}\n",
    "another group": "apiVersion: example.com/v1\nkind: Secret\ndata: {a: aHVudGVyMg==}\nstringData: {a: x}\n",
    "sealed": "kind: SealedSecret\nspec: {encryptedData: {a: AgBy3i4OJSWK}}\n",
    "external": "kind: ExternalSecret\nspec: {data: [{secretKey: a, remoteRef: {key: b}}]}\n",
    "definition": "kind: CustomResourceDefinition\nspec: {names: {kind: Secret}, data: {a: b}}\n",
    "reference to one": "kind: Pod\nspec: {ref: {kind: Secret, name: x}, other: {apiVersion: v1, kind: Secret, key: y}}\n",
    "config map": "kind: ConfigMap\ndata: {a: hunter2}\n",
    "config map about Secrets": "kind: ConfigMap\ndata: {a: 'use a Secret: it is kept better'}\n",
    "git-crypt": b"\0GITCRYPT\0" + bytes(range(0x80, 0x100)) + b"kind: Secret\nstringData: {a: hunter2}\n",
}


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: str | bytes, libyaml: bool) -> None:
    assert scan(content, libyaml=libyaml)[:2] == ([], [])


D, S = "secret-data", "secret-string-data"
SIX = "".join(f"  k{index}: aHVudGVyMg==\n" for index in range(6))
HEAD = "apiVersion: v1\nkind: Secret\n"
ONE = [(S, "stringData.a", 3)]

FOUND = {
    "six keys": (f"kind: Secret\ndata:\n{SIX}", [(D, f"data.k{index}", index + 3) for index in range(6)]),
    "two documents": (
        "kind: Secret\ndata: {a: aHVudGVyMg==}\n---\nkind: Secret\nstringData: {b: hunter2}\n",
        [(D, "data.a", 2), (S, "stringData.b", 5)],
    ),
    "List": ("kind: List\nitems:\n- kind: Secret\n  stringData: {a: x}\n", [(S, "stringData.a", 4)]),
    "typed list": (
        "kind: SecretList\nitems:\n- stringData: {a: x}\n- data: {b: eA==}\n",
        [(S, "stringData.a", 3), (D, "data.b", 4)],
    ),
    "sequence": ("- kind: Secret\n  stringData:\n    a: x\n", ONE),
    "quoted kind": ("kind: 'Secret'\nstringData:\n  a: x\n", ONE),
    "escaped kind": ('kind: "\\x53ecret"\nstringData:\n  a: x\n', ONE),
    "continued kind": ('kind: "Sec\\\n  ret"\nstringData: {a: x}\n', ONE),
    "tabs after kind": ("kind:\tSecret\t# really\nstringData:\n  a: x\n", ONE),
    "folded kind": ("kind: >-\n  Secret\nstringData: {a: x}\n", ONE),
    "kind by alias": ("x: &k Secret\nkind: *k\nstringData: {a: x}\n", ONE),
    "kind in binary": (f"kind: !!binary {b64('Secret')}\nstringData:\n  a: x\n", ONE),
    "kind tagged": ("kind: !!str Secret\nstringData:\n  a: x\n", ONE),
    "kind twice": ("kind: Secret\nkind: ConfigMap\nstringData: {a: x}\n", ONE),
    "kind by merge": ("x: &b {kind: Secret}\n<<: *b\nstringData: {a: x}\n", ONE),
    "data before kind": ("stringData:\n  b:\n  a: x\nkind: Secret\n", ONE),
    "data twice": ("kind: Secret\ndata: {a: eA==}\ndata: {b: eA==}\n", [(D, "data.a", 2), (D, "data.b", 3)]),
    "key twice": ("kind: Secret\ndata:\n  a: eA==\n  a: eQ==\n", [(D, "data.a", 3), (D, "data.a", 4)]),
    "quoted keys": ('"kind": Secret\n"stringData":\n  "a": x\n', ONE),
    "value by alias": ("p: &p hunter2\nkind: Secret\nstringData: {a: *p}\n", [(S, "stringData.a", 1)]),
    "values by alias": ("p: &p {a: hunter2}\nkind: Secret\nstringData: *p\n", [(S, "stringData.a", 1)]),
    "values by merge": (
        "p: &p {a: hunter2}\nkind: Secret\nstringData:\n  <<: *p\n  b: x\n",
        [(S, "stringData.a", 1), (S, "stringData.b", 5)],
    ),
    "one value, two keys": (
        "kind: Secret\nstringData:\n  a: &v hunter2\n  b: *v\n",
        [(S, "stringData.a", 3), (S, "stringData.b", 3)],
    ),
    "tagged value": (f"{HEAD}stringData: {{a: !!str x}}\n", ONE),
    "custom tag": (f"{HEAD}stringData: {{a: !mine x}}\n", ONE),
    "binary value": (f"{HEAD}stringData: {{a: !!binary {b64('hunter2')}}}\n", ONE),
    "literal": (f"{HEAD}stringData:\n  a: |\n    hunter2\n", [(S, "stringData.a", 4)]),
    "folded": (f"{HEAD}data:\n  a: >-\n    aHVudGVy\n    Mg==\n", [(D, "data.a", 4)]),
    "plain over lines": (f"{HEAD}stringData:\n  a:\n    correct horse\n    battery\n", [(S, "stringData.a", 5)]),
    "double quotes": (f'{HEAD}stringData: {{a: "hunter\\x32"}}\n', ONE),
    "flow": ("{kind: Secret,\n\nstringData: {a: x}}\n", ONE),
    "number": (f"{HEAD}stringData: {{a: 1234}}\n", ONE),
    "boolean": (f"{HEAD}stringData: {{a: true}}\n", ONE),
    "short": (f"{HEAD}stringData: {{a: x}}\n", ONE),
    "words": (f"{HEAD}stringData: {{a: password}}\n", ONE),
    "not base64": (f"{HEAD}data: {{a: hunter2!}}\n", [(D, "data.a", 3)]),
    "base64 of bytes": (f"{HEAD}data: {{a: //79/A==}}\n", [(D, "data.a", 3)]),
    "private key": (f"{HEAD}stringData: {{a: '-----BEGIN PRIVATE KEY----- MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'}}\n", ONE),
    "list below a key": (f"{HEAD}stringData: {{a: [x]}}\n", ONE),
    "map below a key": (f"{HEAD}stringData: {{a: {{b: x}}}}\n", ONE),
    "list": (f"{HEAD}stringData: [x]\n", [(S, "stringData", 3)]),
    "scalar": (f"{HEAD}stringData: password:hunter2\n", [(S, "stringData", 3)]),
    "colon without space": (f"{HEAD}stringData: {{password:hunter2}}\n", [(S, "stringData.(invalid key)", 3)]),
    "key with spaces": (f"{HEAD}stringData: {{'my key': hunter2}}\n", [(S, "stringData.(invalid key)", 3)]),
    "complex key": (f"{HEAD}stringData: {{? [x] : hunter2}}\n", [(S, "stringData.(invalid key)", 3)]),
    "one real among placeholders": (f"{HEAD}stringData: {{b: CHANGEME, a: x, c: '${{D}}'}}\n", ONE),
    "certificate and key": (
        f"{HEAD}data: {{a: {b64(PUBLIC_PEM + PUBLIC_PEM.replace('CERTIFICATE', 'PRIVATE KEY'))}}}\n",
        [(D, "data.a", 3)],
    ),
    "directive and markers": ("%YAML 1.1\n---\nkind: Secret\nstringData: {a: x}\n...\n", [(S, "stringData.a", 4)]),
    "a template's literal": (f"{HEAD}data: {{a: eA==, b: {{{{ .v }}}}}}\n", [(D, "data.a", 3)]),
    "a template beside a literal": ('kind: Secret\nstringData:\n  a: "hunter2{{ .v }}"\n', ONE),
    "broken after": (f"{HEAD}stringData: {{a: x}}\n---\na: b: c\n", ONE),
    "broken before": ("a: b: c\n---\nkind: Secret\nstringData: {a: x}\n", [(S, "stringData.a", 4)]),
    "itself broken": ("kind: Secret\nstringData:\n  a: x\nb: c: d\n", ONE),
}


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("content", "expected"), FOUND.values(), ids=FOUND)
def test_found(content: str, expected: list[tuple[str, str, int]], libyaml: bool) -> None:
    assert found(content, libyaml=libyaml) == expected


JSON = '{"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "x"}}'
IN_JSON = {
    "object": JSON,
    "minified": JSON.replace(" ", ""),
    "tabs": JSON.replace(" ", "\n\t"),
    "array": f"[{JSON}]",
    "List": f'{{"kind": "List", "items": [{JSON}]}}',
    "escaped": JSON.replace("Secret", "\\u0053ecr\\u0065t"),
    "after another": f'{{"kind": "Pod"}}\n{JSON}\n',
    "with a surrogate pair": JSON.replace('"x"', '"\\ud83d\\ude00x"'),
}


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("path", ["a.json", "a.yaml", "a.ndjson", "a"])
@pytest.mark.parametrize("content", IN_JSON.values(), ids=IN_JSON)
def test_found_in_json(content: str, path: str, libyaml: bool) -> None:
    fields = [field for _, field, _ in found(content, path, libyaml=libyaml)]
    assert fields == ["data.a", "stringData.b"]


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_found_in_every_encoding(encoding: str, ends: str, libyaml: bool) -> None:
    text = "kind: Secret\nmetadata: {name: \u00e9}\nstringData:\n  a: x\n  b: |\n    y\n".replace("\n", ends)
    expected = [(S, "stringData.a", 4), (S, "stringData.b", 5)]
    assert found(text.encode(encoding), libyaml=libyaml) == expected


def test_big_endian_with_a_mark() -> None:
    data = codecs.BOM_UTF16_BE + "kind: Secret\nstringData: {a: x}\n".encode("utf-16-be")
    assert found(data) == [(S, "stringData.a", 2)]


@pytest.mark.parametrize(
    "path", ["secret", "a.yaml.tmpl", "a.yml.bak", "notes.md", "bootstrap.sh", "a.txt", "a.yaml~", "a.tpl"]
)
def test_found_under_any_name(path: str) -> None:
    assert found("kind: Secret\nstringData:\n  a: hunter2\n", path) == ONE


def test_found_in_text_that_is_no_utf8() -> None:
    """An old text file in Latin-1 is text all the same."""
    assert found(b"# caf\xe9\nkind: Secret\nstringData: {a: hunter2}\n", "notes.txt") == ONE
    scan = scan_source(decode("a.yaml", b"# caf\xe9\nkind: Secret\nstringData: {a: hunter2}\n"))
    assert (len(scan.findings), len(scan.problems)) == (1, 1)


def test_binary_files_are_left_alone() -> None:
    assert scan(b"\x89PNG\0\0\nkind: Secret\nstringData: {a: hunter2}\n", "a.png")[:2] == ([], [])


@pytest.mark.parametrize("libyaml", PARSERS)
def test_places(libyaml: bool) -> None:
    """A finding shows the value and nothing else: without tag, anchor and comment; a block scalar with its header."""
    text = """\
        kind: Secret
        stringData:
          plain: hunter2 # comment
          quoted: 'it''s'
          tagged: !!str &a "x\\"y"
          block: |- # comment
            one

            two

          folded: >
            three
    """
    expected = ["hunter2", "'it''s'", '"x\\"y"']
    shown = places(text, libyaml=libyaml)
    assert shown[:3] == expected
    assert [(block[0], block.split()[-1]) for block in shown[3:]] == [("|", "two"), (">", "three")]


@pytest.mark.parametrize(
    ("content", "confidence"),
    [
        ("kind: Secret\nstringData: {a: x}\n", Confidence.CERTAIN),
        ('{"kind": "Secret", "stringData": {"a": "x"}}', Confidence.CERTAIN),
        ("kind: Secret\nmetadata: {name: {{ .n }}}\nstringData:\n  a: x\n", Confidence.LIKELY),
        ("kind: Secret\nstringData:\n  a: x\nb: c: d\n", Confidence.LIKELY),
    ],
)
def test_confidence_says_how_it_was_read(content: str, confidence: Confidence) -> None:
    assert [finding.confidence for finding in scan(content).findings] == [confidence]


def test_same_keys_are_told_apart() -> None:
    """Duplicates have fingerprints of their own, which stay when lines move."""
    text = "kind: Secret\nstringData:\n  a: x\n  a: y\n---\nkind: Secret\nstringData:\n  a: z\n"
    prints = [finding.fingerprint for finding in scan(text).findings]
    assert len(set(prints)) == 3
    assert [finding.fingerprint for finding in scan(f"# moved\n\n{text}").findings] == prints
