"""Where an object of a chart is told: at the line of its template, or at none where it could be another's."""

from __future__ import annotations

import pytest

from sealwright.finding import ResourceRef
from sealwright.manifest.source import Source
from sealwright.run.gate.template_places import kind_in_template

ONE = "apiVersion: v1\nkind: {}\nmetadata:\n  name: {}\n---\n"
NAMED = '{{ include "a.fullname" . }}'
TWO = ONE.format("RoleBinding", NAMED) + ONE.format("Role", f"{NAMED}-db") + ONE.format("Role", f"{NAMED}-web")
ODD = "{{ if .a }}\nkind: RoleBinding\n{{ else }}\n  bad: {{ x }}: y\nkind: Role # why\n{{ end }}\n"


@pytest.mark.parametrize(
    ("text", "kind", "name", "line"),
    [
        (TWO, "RoleBinding", "a-shop", 2),
        (TWO, "Role", "a-shop-db", 7),
        (TWO, "Role", "a-shop-web", 12),
        (TWO, "Role", "a-shop", 1),
        (TWO + ONE.format("Role", NAMED), "Role", "a-shop-web", 1),
        (ONE.format("Role", "a-b"), "Role", "a-b", 2),
        (ONE.format("Role", "a") + ONE.format("Role", "b"), "Role", "c", 1),
        (ONE.format("Role", "a-{{ .b }}-c-{{ .d }}-e"), "Role", "a-x-c-y-e", 2),
        (ONE.format("{{ .kind }}", "a"), "Role", "a", 1),
        (ODD, "Role", "a", 5),
    ],
)
def test_the_line_that_says_the_kind(text: str, kind: str, name: str, line: int) -> None:
    source = Source("templates/a.yaml", text)
    span = kind_in_template(source, ResourceRef("v1", kind, "", name))
    assert source.position(span.start).line == line
    assert text[slice(*span)] == (f"kind: {kind}" if line > 1 else "")
