"""Definitions of custom resources are passed over unread; nothing else is taken for one."""

from __future__ import annotations

import pytest

from sealwright.manifest.source import Source
from sealwright.policy.objects import objects_in
from sealwright.run.gate.definitions import is_no_definition

CRD = f"""\
---
# generated
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: stores.example.com
spec:
  description: |
    kind: Secret
{"    a line of a schema" * 200}

status:
  conditions: []
"""


def test_a_definition_is_told_by_its_text() -> None:
    assert not is_no_definition(CRD)
    assert not is_no_definition(CRD.removeprefix("---\n"))
    contents = objects_in(Source("a.yaml", f"{CRD}---\nkind: Secret\napiVersion: v1\n"), is_no_definition)
    assert [each.ref.kind for each in contents.subjects] == ["Secret"]
    assert not contents.problems
    assert not contents.templates


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status:\n", "kind: Secret\n"),
        ("status:\n", "kind: CustomResourceDefinition\n"),
        ("status:\n", '"kind": Secret\n'),
        ("status:\n", "? kind\n: Secret\n"),
        ("status:\n", "data: {}\n"),
        ("status:\n", "status: {}\n"),
        ("status:\n", "<<: *a\n"),
        ("status:\n", "\tkind: Secret\n"),
        ("status:\n", "...\nkind: Secret\n"),
        ("status:\n", "--- \nkind: Secret\n"),
        ("spec:\n", 'spec: "\n'),
        ("spec:\n", "spec: &a\n"),
        ("spec:\n", "spec:\n  x: y\u2028kind: Secret\n"),
        ("spec:\n", "spec:\n  x: y\rkind: Secret\n"),
        ("spec:\n", "spec:\n  {{ .Values.spec }}\n"),
        ("apiextensions.k8s.io/v1", "v1"),
        ("kind: Custom", "kind: custom"),
        ("# generated\n", "# generated\n  kind: Secret\n  apiVersion: v1\n  a: '\n"),
        ("# generated\n", "\n # generated\n\n  kind: Secret\n  a: '\n"),
        ("---\n# generated\n", " kind: Secret\n a: '\n"),
        (" a line of a schema", ""),
    ],
)
def test_what_may_be_something_else_is_read(old: str, new: str) -> None:
    assert old in CRD
    assert is_no_definition(CRD.replace(old, new))
