"""Patches of Secrets: found whatever form they have, folded only where kustomize makes the same of it."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.convert.kustomize.built import build, data_of, kustomizations, needs_kubectl, reader, write_all

from sealwright.convert.kustomize.fold import Folded, folded
from sealwright.convert.kustomize.generated import Generated, generated_secrets
from sealwright.convert.kustomize.held import still_used
from sealwright.convert.kustomize.patches import Patch, Secret, patches_on
from sealwright.convert.kustomize.refusal import Refusal
from sealwright.convert.kustomize.roots import Roots

SECRET = Secret(frozenset({"db", "p-db"}), frozenset({"shop"}))
MERGE = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  a: eA==\n"
OPERATION = "[{op: add, path: /data/a, value: eA==}]"


def found(text: str, **files: str) -> list[Patch]:
    every = {"over/kustomization.yaml": text} | {f"over/{name}.yaml": content for name, content in files.items()}
    return list(patches_on(kustomizations(every), SECRET, reader(every)))


def inline(text: str) -> str:
    return yaml.safe_dump(text, default_style='"')


NOT_FOUND = {
    "another name": "patches: [{patch: %s, target: {kind: Secret, name: other}}]",
    "another kind": "patches: [{patch: %s, target: {kind: ConfigMap}}]",
    "another group": "patches: [{patch: %s, target: {group: apps}}]",
    "another namespace": "patches: [{patch: %s, target: {kind: Secret, namespace: other}}]",
    "another pattern": "patches: [{patch: %s, target: {kind: Secret, name: x.*db}}]",
    "others by words": "patches: [{patch: %s, target: {kind: Secret, name: a|b|dbx}}]",
    "a generator of its own": "secretGenerator: [{name: db, literals: [a=1]}]\nx: %s",
    "a generator elsewhere": "secretGenerator: [{name: db, namespace: other, behavior: merge}]\nx: %s",
    "a ConfigMap": "configMapGenerator: [{name: db, behavior: merge}]\nx: %s",
    "a variable for another": "vars: [{name: A, objref: {kind: Secret, name: other, apiVersion: v1}}]\nx: %s",
    "a replacement for another": "replacements: [{source: {kind: Secret, name: other}}]\nx: %s",
}
FOUND = {
    "a target": ("patches: [{patch: %s, target: {kind: Secret, name: db}}]", True),
    "the name behind a prefix": ("patches: [{patch: %s, target: {kind: Secret, name: p-db}}]", True),
    "a pattern": ("patches: [{patch: %s, target: {kind: Secret, name: d.*}}]", False),
    "words": ("patches: [{patch: %s, target: {kind: Secret, name: a|db}}]", False),
    "a pattern beyond us": ("patches: [{patch: %s, target: {kind: Secret, name: '(a+)+$'}}]", False),
    "a label": ("patches: [{patch: %s, target: {labelSelector: a=b}}]", False),
    "everything": ("patches: [{patch: %s, target: {name: .*}}]", False),
    "with options": (
        "patches: [{patch: %s, target: {kind: Secret, name: db}, options: {allowNameChange: true}}]",
        False,
    ),
    "the old field": ("patchesJson6902: [{patch: %s, target: {version: v1, kind: Secret, name: db}}]", True),
}


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_leaves_the_secret_alone(text: str) -> None:
    assert found(text % inline(OPERATION)) == []


@pytest.mark.parametrize(("text", "sole"), FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("patch", [OPERATION, MERGE], ids=["json", "merge"])
def test_what_may_change_it(text: str, sole: bool, patch: str) -> None:
    [one] = found(text % inline(patch))
    assert (one.form, one.sole, one.metadata, one.path) == ("json" if patch == OPERATION else "merge", sole, False, "")
    refusal = one.refused("db")
    assert (refusal.path, refusal.line) == ("over/kustomization.yaml", 1)
    assert "eA" not in f"{refusal}"


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("patchesStrategicMerge: [p.yaml]", {"p": MERGE}, ("merge", "over/p.yaml", True)),
        ("patches: [{path: p.yaml}]", {"p": MERGE}, ("merge", "over/p.yaml", True)),
        ("patches: [{path: p.yaml}]", {"p": f"{MERGE}---\nkind: X\n"}, ("merge", "over/p.yaml", False)),
        ("patches: [{path: gone.yaml, target: {kind: Secret}}]", {}, ("merge", "over/gone.yaml", False)),
        ("secretGenerator: [{name: db, behavior: merge, literals: [a=1]}]", {}, ("generator", "", True)),
        ("secretGenerator: [{name: db, behavior: replace}]", {}, ("generator", "", True)),
        ("vars: [{name: A, objref: {kind: Secret, name: db, apiVersion: v1}}]", {}, ("reference", "", False)),
        ("replacements: [{source: {kind: Secret, name: db}}]", {}, ("reference", "", False)),
        ("replacements: [{path: r.yaml}]", {"r": "- targets: [{select: {kind: Secret}}]"}, ("reference", "", False)),
        ("transformers: [t.yaml]", {"t": "kind: PatchTransformer\ntarget: {kind: Secret}"}, ("reference", "", False)),
    ],
)
def test_other_ways(text: str, files: dict[str, str], expected: tuple[str, str, bool]) -> None:
    [one] = found(text, **files)
    assert (one.form, one.path, one.sole) == expected


def test_labels_are_less_than_values() -> None:
    patch = inline("apiVersion: v1\nkind: Secret\nmetadata: {name: db, labels: {a: b}}\n")
    assert [one.metadata for one in found(f"patches: [{{patch: {patch.strip()}}}]")] == [True]


def fold(files: dict[str, str], path: str = "base/kustomization.yaml") -> tuple[Generated, Folded | Refusal]:
    """The Secret `db` of the base, and what its patches make of it."""
    every = kustomizations(files)
    roots, read = Roots(every), reader(files)
    [base] = [one for one in generated_secrets(roots.by_path[path], read) if isinstance(one, Generated)]
    effects = roots.effects(path)
    secret = Secret(frozenset({"db"}), frozenset({""}))
    way = [roots.by_path[place] for place in dict.fromkeys(place for effect in effects for place in effect.way)]
    patches = list(patches_on(way, secret, read, made=base.item))
    merging = [
        one for kustomization in way for one in generated_secrets(kustomization, read) if isinstance(one, Generated)
    ]
    return base, folded(base.facts, patches, effects, merging)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


words = st.sampled_from(["x", "two words", "=", "ünï", ""])
names = st.sampled_from(["a", "b", "c", "l"])


@st.composite
def overlays(draw: st.DrawFn) -> dict[str, Any]:
    """An overlay that does up to three things to Secret db."""
    root: dict[str, Any] = {"resources": ["../base"]}
    target = {"kind": "Secret", "name": "db"}
    for _ in range(draw(st.integers(1, 3))):
        key, text = draw(names), draw(words)
        form = draw(st.integers(0, 5))
        if form == 0:
            made = {"name": "db", "behavior": "merge", "literals": [f"{key}={text}"]}
            root["secretGenerator"] = [made | draw(st.sampled_from([{}, {"options": {"labels": {"l": "new"}}}]))]
        elif form == 1:
            operation = {"op": draw(st.sampled_from(["add", "replace", "remove"])), "path": f"/data/{key}"}
            operation |= {"value": encoded(text)} if operation["op"] != "remove" else {}
            root.setdefault("patches", []).append({"target": target, "patch": yaml.safe_dump([operation])})
        elif form == 2:
            operation = {"op": "replace", "path": "/metadata/labels/l", "value": "z"}
            root.setdefault("patchesJson6902", []).append(
                {"target": target | {"version": "v1"}, "patch": yaml.safe_dump([operation])}
            )
        else:
            patch: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
            patch[draw(st.sampled_from(["data", "data", "stringData"]))] = {
                key: draw(st.sampled_from([None, encoded(text), encoded(text)]))
            }
            patch["metadata"] |= draw(st.sampled_from([{}, {"labels": {"l": "m"}}, {"annotations": {"n": "o"}}]))
            field = draw(st.sampled_from(["patches", "patchesStrategicMerge"]))
            text = yaml.safe_dump(patch)
            root.setdefault(field, []).append({"patch": text} if field == "patches" else text)
    return root


@needs_kubectl
@settings(max_examples=30, deadline=None)
@given(overlays())
def test_folding_is_what_kustomize_does(overlay: dict[str, Any]) -> None:
    base = "secretGenerator:\n- name: db\n  literals: [a=1, b=2]\n  options: {labels: {l: first}}\n"
    files = {"base/kustomization.yaml": base, "over/kustomization.yaml": yaml.safe_dump(overlay)}
    _, result = fold(files)
    if isinstance(result, Refusal):
        return
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder), files)
        built = build(Path(folder) / "over")
    assert built is not None
    [secret] = built
    strings = {key: text.encode() for key, text in secret.get("stringData", {}).items()}
    assert {value.key: value.plaintext.reveal() for value in result.facts.values} == data_of(secret) | strings
    assert result.facts.labels == secret["metadata"].get("labels", {})
    assert result.facts.annotations == secret["metadata"].get("annotations", {})


BASE = "secretGenerator:\n- name: db\n  literals: [a=1]\n"
PATCHED = f"patches: [{{patch: {inline(MERGE).strip()}}}]"
TARGETED = 'patches: [{target: {kind: Secret, name: db}, patch: "- {%s}\\n"}]'
MERGED = 'patches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: db%s\\n"}]'
UNCERTAIN = {
    "two overlays": ({"two": "resources: [../base]\n"}, PATCHED),
    "a plug-in": ({}, f"transformers: [t.yaml]\n{PATCHED}"),
    "replaced": ({}, "secretGenerator: [{name: db, behavior: replace, literals: [a=1]}]"),
    "another type": ({}, "secretGenerator: [{name: db, behavior: merge, type: x, literals: [a=1]}]"),
    "deleted": ({}, MERGED % "}, $patch: delete}"),
    "immutable": ({}, MERGED % "}, immutable: true}"),
    "what is not there": ({}, TARGETED % "op: remove, path: /data/z"),
    "no base64": ({}, TARGETED % "op: add, path: /data/z, value: x"),
    "a move": ({}, TARGETED % "op: move, path: /data/z, from: /data/a"),
    "a name": ({}, TARGETED % "op: add, path: /metadata/name, value: x"),
    "all values": ({}, TARGETED % "op: remove, path: /data"),
    "other objects": ({}, PATCHED.replace("[{", "[{target: {kind: Secret}, ")),
    "a reference": ({}, "replacements: [{source: {kind: Secret, name: db}}]"),
    "a common label": ({}, "labels: [{pairs: {l: m}}]\n" + MERGED % ", labels: {l: x}}}"),
}


@pytest.mark.parametrize(("more", "over"), UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_is_not_certain_is_refused(more: dict[str, str], over: str) -> None:
    files = {"base/kustomization.yaml": BASE, "over/kustomization.yaml": f"resources: [../base]\n{over}\n"}
    files |= {f"{name}/kustomization.yaml": text for name, text in more.items()}
    _, result = fold(files)
    assert isinstance(result, Refusal)
    assert (result.path, result.name) == ("over/kustomization.yaml", "db")


def test_files_that_something_else_needs_stay() -> None:
    files = {
        "a/kustomization.yaml": "secretGenerator:\n- {name: a, files: [k=x.txt, y.txt, ../z.txt], envs: [e.env]}\n"
        "configMapGenerator:\n- {name: c, files: [q=./x.txt]}\n",
        "b/kustomization.yaml": "secretGenerator:\n- {name: b, envs: [../a/e.env]}\n",
    }
    every = kustomizations(files)
    [made] = [one for one in generated_secrets(every[0], lambda _: b"A=1\n") if isinstance(one, Generated)]
    assert made.files == ("a/e.env", "a/x.txt", "a/y.txt", "z.txt")
    removed = [(made.kustomization, made.item)]
    assert still_used(made.files, removed, every) == {
        "a/x.txt": "a/kustomization.yaml:4",
        "a/e.env": "b/kustomization.yaml:2",
    }
    assert set(still_used(made.files, [], every)) == set(made.files)
