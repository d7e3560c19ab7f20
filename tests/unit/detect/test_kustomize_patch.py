"""Patches: JSON patches in files and in kustomizations, merge patches in kustomizations and in what hands them on."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable

import pytest
from unit.detect.scans import PARSERS, b64, found, growth, places, scan

from sealwright.detect.prefilter import may_matter
from sealwright.finding import Confidence

RULE = "kustomize-patch"
VALUE = b64("Vq7XRE0PF_mj3NqNk")
PASS = "Vq7XRE0PF_mj3NqNk"


def operation(path: str, value: str, op: str = "replace") -> str:
    return f"- op: {op}\n  path: {path}\n  value: {value}\n"


def inline(patch: str, target: str = "") -> str:
    """A kustomization with one patch as a block of text, from line 4 on (5 with a target)."""
    target = f"  target: {{{target}}}\n" if target else ""
    return f"kind: Kustomization\npatches:\n- patch: |-\n{textwrap.indent(patch, '    ')}{target}"


SILENT = {
    "remove": "- op: remove\n  path: /data/password\n",
    "placeholder": operation("/stringData/password", "CHANGEME"),
    "placeholder under base64": operation("/data/password", b64("CHANGEME")),
    "reference": operation("/stringData/password", "op://vault/item/field"),
    "certificate": operation("/data/ca.crt", b64("-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n")),
    "a setting": operation("/data/LOG_LEVEL", "debugger"),
    "settings": operation("/data", "{host: postgres, port: '5432', mode: disabled}"),
    "a word of eight letters": operation("/data/database", "postgres"),
    "an image": operation("/spec/template/spec/containers/0/image", "registry.example.com/a/b:1.2.3"),
    "replicas": operation("/spec/replicas", "3"),
    "a reference in env": operation("/spec/template/spec/containers/0/env/-", "{name: PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}", "add"),
    "a value without a name": operation("/spec/template/spec/containers/0/env/0/value", "AbC123xYz789QwE456"),
    "ciphertext": operation("/spec/encryptedData/password", "AgBy3i4OJSWK" + "x8Yz" * 40),
    "all ciphertext": operation("/spec/encryptedData", f"{{password: AgBy{'x8Yz' * 40}}}"),
    "the name of a Secret": operation("/spec/secretName", "db-credentials"),
    "no operation": "- path: /data/password\n  value: hunter2\n",
    "a list of paths": "- path: /api/data\n  pathType: Prefix\n  backend: {service: {name: a}}\n",
    "another pointer": operation("data/password", VALUE),
    "inline remove": inline("- op: remove\n  path: /data/password\n", "kind: Secret"),
    "inline for a config map": inline(operation("/data/mode", b64("verbose")), "kind: ConfigMap, name: a"),
    "inline sealed": inline(f"kind: SealedSecret\nspec: {{encryptedData: {{password: AgBy{'x8Yz' * 40}}}}}\n"),
    "inline sealed by its target": inline(f"spec: {{encryptedData: {{password: AgBy{'x8Yz' * 40}}}}}\n", "kind: SealedSecret"),
    "inline placeholder": inline("kind: Secret\nstringData: {a: CHANGEME}\n"),
    "deleted": inline("$patch: delete\nkind: Secret\nstringData: {a: hunter2}\n"),
    "paths": "kind: Kustomization\npatches:\n- path: a.yaml\n  target: {kind: Secret, name: password}\npatchesStrategicMerge: [b.yaml]\n",
    "another program's patches": "kind: Other\nspec:\n  patches:\n  - patch: |\n      kind: X\n      spec: {mode: hunter2}\n",
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: str, libyaml: bool) -> None:
    assert scan(content, "kustomization.yaml", libyaml=libyaml)[:2] == ([], [])


SURE, LIKELY = Confidence.CERTAIN, Confidence.LIKELY
# Content, then for each finding: field, line, text, confidence.
FOUND = {
    "data": (operation("/data/password", VALUE), [("data.password", 3, VALUE, LIKELY)]),
    "a name that says nothing": (operation("/data/cred", VALUE), [("data.cred", 3, VALUE, LIKELY)]),
    "add": (operation("/data/cred", VALUE, "add"), [("data.cred", 3, VALUE, LIKELY)]),
    "test": (operation("/data/cred", VALUE, "test"), [("data.cred", 3, VALUE, LIKELY)]),
    "bytes": (operation("/data/key", b64(bytes(range(130, 150)))), [("data.key", 3, b64(bytes(range(130, 150))), LIKELY)]),
    "plain text": (operation("/data/password", "hunter2"), [("data.password", 3, "hunter2", LIKELY)]),
    "stringData": (operation("/stringData/mode", "hunter2"), [("stringData.mode", 3, "hunter2", SURE)]),
    "all of data": (operation("/data", f"{{host: db, cred: {VALUE}}}"), [("data.cred", 3, VALUE, LIKELY)]),
    "all of stringData": (
        "- op: add\n  path: /stringData\n  value:\n    a: hunter2\n    b: hunter3\n",
        [("stringData.a", 4, "hunter2", SURE), ("stringData.b", 5, "hunter3", SURE)],
    ),
    "quotes": ('- "op": "replace"\n  \'path\': "/data/password"\n  value: "hunter2"\n', [("data.password", 3, '"hunter2"', LIKELY)]),
    "another order": (f"- value: {VALUE}\n  path: /data/cred\n  op: add\n", [("data.cred", 1, VALUE, LIKELY)]),
    "flow": (f"[{{op: add, path: /data/cred, value: {VALUE}}}]\n", [("data.cred", 1, VALUE, LIKELY)]),
    "escapes of a pointer": (operation("/stringData/a~1b~0c", "hunter2"), [("stringData.(invalid key)", 3, "hunter2", SURE)]),
    "block": ("- op: add\n  path: /stringData/a\n  value: |\n    hunter2\n", [("stringData.a", 3, "|\n    hunter2", SURE)]),
    "among others": (
        "- op: remove\n  path: /data/a\n" + operation("/data/cred", VALUE), [("data.cred", 5, VALUE, LIKELY)]
    ),
    "an alias": (f"- op: add\n  path: /data/a\n  value: &v {VALUE}\n- op: test\n  path: /data/a\n  value: *v\n", [("data.a", 3, VALUE, LIKELY)]),
    "env": (
        operation("/spec/template/spec/containers/0/env/-", "{name: DB_PASSWORD, value: hunter2}", "add"),
        [("spec.template.spec.containers.0.env.-.[DB_PASSWORD]", 3, "hunter2", LIKELY)],
    ),
    "the whole env": (
        operation("/spec/template/spec/containers/0/env", "[{name: MODE, value: a}, {name: DB_PASSWORD, value: hunter2}]"),
        [("spec.template.spec.containers.0.env.[1][DB_PASSWORD]", 3, "hunter2", LIKELY)],
    ),
    "the last name": (operation("/spec/auth/password", "hunter2"), [("spec.auth.password", 3, "hunter2", LIKELY)]),
    "an argument": (operation("/spec/template/spec/containers/0/args/-", "--password=hunter2", "add"), [("spec.template.spec.containers.0.args.-", 3, "hunter2", LIKELY)]),
    "an object": (operation("/spec/values", "{auth: {password: hunter2}}"), [("spec.values.auth.password", 3, "hunter2", LIKELY)]),
    "inline, for a Secret": (inline(operation("/data/a", "eHl6"), "kind: Secret, name: db"), [("patches[0].patch:data.a", 6, "eHl6", SURE)]),
    "inline, for anything": (inline(operation("/data/a", VALUE)), [("patches[0].patch:data.a", 6, VALUE, LIKELY)]),
    "inline, for a config map": (
        inline(operation("/data/password", "hunter2"), "kind: ConfigMap, name: a"), [("patches[0].patch:data.password", 6, "hunter2", LIKELY)]
    ),
    "inline, a pattern of kinds": (inline(operation("/data/a", "eHl6eHl6"), 'kind: "Secret|ConfigMap"'), [("patches[0].patch:data.a", 6, "eHl6eHl6", LIKELY)]),
    "inline json": (
        inline(json.dumps([{"op": "add", "path": "/stringData/a", "value": "hunter2"}]) + "\n"), [("patches[0].patch:stringData.a", 4, '"hunter2"', SURE)]
    ),
    "inline in quotes": (
        "kind: Kustomization\npatches:\n- target: {kind: Secret}\n  patch: '[{op: add, path: /data/a, value: eHl6}]'\n",
        [("patches[0].patch:data.a", 4, "'[{op: add, path: /data/a, value: eHl6}]'", SURE)],
    ),
    "the older field": (
        "kind: Kustomization\npatchesJson6902:\n- target: {version: v1, kind: Secret, name: db}\n  patch: |\n    - op: add\n      path: /data/a\n      value: eHl6\n",
        [("patchesJson6902[0].patch:data.a", 7, "eHl6", SURE)],
    ),
    "merge": (inline("kind: Secret\nmetadata: {name: db}\nstringData:\n  a: hunter2\n"), [("patches[0].patch:stringData.a", 7, "hunter2", SURE)]),
    "merge, kind by its target": (inline("metadata: {name: db}\ndata:\n  a: eHl6\n", "kind: Secret"), [("patches[0].patch:data.a", 6, "eHl6", SURE)]),
    "merge, no kind at all": (inline("stringData:\n  a: hunter2\n"), [("patches[0].patch:stringData.a", 5, "hunter2", SURE)]),
    "merge, no kind, by name": (inline("data:\n  host: db\n  password: hunter2\n"), [("patches[0].patch:data.password", 6, "hunter2", LIKELY)]),
    "merge of a Deployment": (
        inline("kind: Deployment\nspec:\n  template: {spec: {containers: [{env: [{name: PASSWORD, value: hunter2}]}]}}\n"),
        [("patches[0].patch:spec.template.spec.containers[0].env[0][PASSWORD]", 6, "hunter2", LIKELY)],
    ),
    "merge of a config map": (inline("kind: ConfigMap\ndata:\n  password: hunter2\n  mode: a\n"), [("patches[0].patch:data.password", 6, "hunter2", LIKELY)]),
    "second document of a patch": (inline("kind: X\n---\nkind: Secret\nstringData: {a: hunter2}\n"), [("patches[0].patch:stringData.a", 7, "hunter2", SURE)]),
    "the older merge": (
        "kind: Kustomization\npatchesStrategicMerge:\n- a.yaml\n- |\n  kind: Secret\n  stringData: {a: hunter2}\n", [("patchesStrategicMerge[1]:stringData.a", 6, "hunter2", SURE)]
    ),
    "minified": (
        '{"kind":"Kustomization","patches":[{"patch":"[{\\"op\\":\\"add\\",\\"path\\":\\"/data/a\\",\\"value\\":\\"eHl6\\"}]","target":{"kind":"Secret"}}]}',
        [("patches[0].patch:data.a", 1, '"[{\\"op\\":\\"add\\",\\"path\\":\\"/data/a\\",\\"value\\":\\"eHl6\\"}]"', SURE)],
    ),
    "flux": (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  patches:\n  - target: {kind: Secret}\n    patch: |\n      - op: add\n        path: /data/a\n        value: eHl6\n",
        [("spec.patches[0].patch:data.a", 9, "eHl6", SURE)],
    ),
    "flux, as objects": (
        "kind: Kustomization\nspec:\n  patchesStrategicMerge:\n  - kind: Secret\n    stringData: {a: hunter2}\n  patchesJson6902:\n  - target: {kind: Secret}\n    patch: [{op: add, path: /data/b, value: eHl6}]\n",
        [("spec.patchesStrategicMerge[0].stringData.a", 5, "hunter2", SURE), ("spec.patchesJson6902[0].patch.data.b", 8, "eHl6", SURE)],
    ),
    "a post-renderer": (
        "kind: HelmRelease\nspec:\n  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: Secret}\n        patch: |\n          - op: add\n            path: /data/a\n            value: eHl6\n",
        [("spec.postRenderers[0].kustomize.patches[0].patch:data.a", 10, "eHl6", SURE)],
    ),
    "argo cd": (
        "kind: Application\nspec:\n  source:\n    kustomize:\n      patches:\n      - patch: |-\n          kind: Secret\n          stringData:\n            a: hunter2\n",
        [("spec.source.kustomize.patches[0].patch:stringData.a", 9, "hunter2", SURE)],
    ),
    "a transformer": (
        "apiVersion: builtin\nkind: PatchTransformer\ntarget: {kind: Secret}\npatch: '[{op: add, path: /data/a, value: eHl6}]'\n",
        [("patch:data.a", 4, "'[{op: add, path: /data/a, value: eHl6}]'", SURE)],
    ),
    "another transformer": (
        "kind: PatchJson6902Transformer\ntarget: {kind: Secret}\njsonOp: |\n  - op: add\n    path: /data/a\n    value: eHl6\n", [("jsonOp:data.a", 6, "eHl6", SURE)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("content", "expected"), FOUND.values(), ids=FOUND)
def test_found(content: str, expected: list[tuple[str, int, str, Confidence]], libyaml: bool) -> None:
    result = scan(content, libyaml=libyaml)
    assert {finding.rule for finding in result.findings} == {RULE}
    texts = places(content, libyaml=libyaml)
    assert [
        (finding.field, finding.location.start.line, text, finding.confidence)
        for finding, text in zip(result.findings, texts, strict=True)
    ] == expected


@pytest.mark.parametrize(
    ("purpose", "value", "expected"),
    [
        ("", VALUE, LIKELY),
        ("", "eHl6", None),
        ("secret-patch", "eHl6", SURE),
        ("secret-patch", "hunter2", SURE),
        ("other-patch", VALUE, None),
        ("other-patch", "eHl6", None),
    ],
)
def test_the_kustomization_says_what_it_patches(purpose: str, value: str, expected: Confidence | None) -> None:
    result = scan(operation("/data/a", value), purpose=purpose)
    assert [finding.confidence for finding in result.findings] == ([expected] if expected else [])


@pytest.mark.parametrize("name", ["patch.json", "patch.yaml", "patch"])
def test_json_in_any_form(name: str) -> None:
    operations = [{"op": "replace", "path": "/data/cred", "value": VALUE}]
    assert found(json.dumps(operations), name) == [(RULE, "data.cred", 1)]
    assert found(json.dumps(operations, indent=2, ensure_ascii=True), name) == [(RULE, "data.cred", 5)]
    assert found(json.dumps(operations).replace("/", "\\/"), name) == [(RULE, "data.cred", 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_any_encoding_and_line_end(encoding: str) -> None:
    content = operation("/data/cred", VALUE).replace("\n", "\r\n").encode(encoding)
    assert found(content) == [(RULE, "data.cred", 3)]


def test_a_broken_patch_is_searched() -> None:
    content = operation("/stringData/a", "hunter2") + "- op: {\n"
    assert found(content) == [(RULE, "stringData.a", 3)]
    assert len(scan(content).problems) == 1


@pytest.mark.parametrize("content", [content for content, _ in FOUND.values()], ids=FOUND)
def test_the_byte_test_lets_it_through(content: str) -> None:
    assert may_matter(content.encode(), "kustomization.yaml")
    assert may_matter(content.encode(), "patch")


HOSTILE = {
    "operations": lambda size: operation("/data/a", VALUE) * size,
    "a long pointer": lambda size: operation("/a" * size, PASS),
    "a long pointer above many": lambda size: operation("/a" * size, "[" + "{password: hunter2}," * (size // 10) + "]"),
    "escapes": lambda size: operation("/data/" + "~1~0" * size, PASS),
    "aliases": lambda size: "- &o\n  op: add\n  path: /data/a\n  value: [a]\n" + "- *o\n" * size,
    "patches": lambda size: (
        "kind: Kustomization\npatches:\n" + "- patch: '[{op: add, path: /data/a, value: eHl6}]'\n" * (size // 4)
    ),
    "nested": lambda size: (
        "kind: Kustomization\nspec:\n" + "".join(f"{' ' * i}patches:\n" for i in range(1, min(size // 10, 400)))
    ),
}


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length(shape: Callable[[int], str]) -> None:
    def work(size: int) -> Callable[[], object]:
        text = shape(size).encode()
        return lambda: scan(text)

    assert growth(work, 1_000) < 9
