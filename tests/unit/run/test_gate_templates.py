"""Documents that begin with an action are templates, whatever comes after; all others are read."""

from __future__ import annotations

import pytest

from sealwright.manifest.source import Source
from sealwright.policy.objects import objects_in

OBJECT = "apiVersion: v1\nkind: Secret\n"


@pytest.mark.parametrize(
    ("text", "kinds", "templates"),
    [
        (OBJECT, ["Secret"], 0),
        (f"{OBJECT}data:\n  a: '{{{{ .b }}}}'\n", ["Secret"], 0),
        (f"# {{{{ a }}}}\n{OBJECT}", ["Secret"], 0),
        (f"# a\u2028{OBJECT}data:\n  a: 'b\n{{{{ c }}}}'\n", ["Secret"], 0),
        (f"{{{{- if .a }}}}\n{OBJECT}{{{{ end }}}}\n", [], 1),
        (f"# why\n\n---\n{{{{/* why */}}}}\n{OBJECT}---\n{OBJECT}", ["Secret"], 1),
    ],
)
def test_templates_are_counted_and_objects_read(text: str, kinds: list[str], templates: int) -> None:
    contents = objects_in(Source("a.yaml", text))
    assert ([each.ref.kind for each in contents.subjects], len(contents.templates)) == (kinds, templates)
