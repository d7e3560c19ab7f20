"""Which names kustomizations can make of an object's: what they cannot make is another object."""

from __future__ import annotations

import pytest

from sealwright.manifest.source import Source
from sealwright.policy.objects import objects_in
from sealwright.policy.subject import Subject
from sealwright.run.gate.renaming import Renaming

FILES = {
    "base/kustomization.yaml": "resources: [a.yaml, crd.yaml]\nnamePrefix: b-\nnameSuffix: -c\n",
    "prod/kustomization.yaml": "resources: [../base, ../alone]\nnamePrefix: p-\nnameSuffix: -q\n",
    "alone/kustomization.yaml": "resources: [d.yaml]\n",
    "round/kustomization.yaml": "resources: [../round, e.yaml]\n",
    "other/kustomization.yaml": "configMapGenerator: [{name: x, files: [f.yaml]}]\n",
}
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\n"
HASHED = ROLE.replace("a}", 'a, annotations: {kustomize.config.k8s.io/needs-hash: "true"}}')


def subject(path: str, text: str) -> Subject:
    (found,) = objects_in(Source(path, text)).subjects
    return found


@pytest.mark.parametrize(
    ("path", "text", "made", "expected"),
    [
        ("base/a.yaml", ROLE, "a", False),
        ("base/a.yaml", ROLE, "b-a-c", False),
        ("base/a.yaml", ROLE, "b-p-a-c-q", False),
        ("base/a.yaml", ROLE, "p-b-aa-c-q", False),
        ("base/a.yaml", ROLE, "p-b-a-c-q-2456789bcd", False),
        ("base/a.yaml", ROLE, "p-b-a-c-q", True),
        (
            "base/a.yaml",
            HASHED,
            "p-b-a-c-q-2456789bcd",
            True,
        ),
        ("alone/d.yaml", ROLE, "a", False),
        ("alone/d.yaml", ROLE, "p-a-q", True),
        ("other/f.yaml", ROLE, "a", False),
        ("base/crd.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", "p-b-a-c-q", False),
        ("base/crd.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", "a", True),
        ("round/e.yaml", ROLE, "b", False),
    ],
)
def test_what_a_name_becomes(path: str, text: str, made: str, expected: bool) -> None:
    renaming = Renaming()
    for name, content in FILES.items():
        renaming.add(subject(name, content))
    assert renaming.can_make(made, subject(path, text)) is expected


def test_a_component_that_renames_leaves_it_open() -> None:
    renaming = Renaming()
    renaming.add(subject("a/kustomization.yaml", "resources: [a.yaml]\ncomponents: [../c]\n"))
    assert renaming.can_make("a", subject("a/a.yaml", ROLE))
    renaming.add(subject("c/kustomization.yaml", "kind: Component\nnamePrefix: x-\n"))
    assert not renaming.can_make("x-a", subject("a/a.yaml", ROLE))


def test_ways_that_double_at_every_step_end() -> None:
    renaming = Renaming()
    for step in range(40):
        for side in "ab":
            text = f"resources: [../a{step}, ../b{step}]\nnamePrefix: {side}{step}-\n"
            renaming.add(subject(f"{side}{step + 1}/kustomization.yaml", text))
    renaming.add(subject("a0/kustomization.yaml", "resources: [a.yaml]\n"))
    assert not renaming.can_make("a", subject("a0/a.yaml", ROLE))
