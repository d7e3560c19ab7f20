"""Entries out of kustomizations and into them: nothing else changes, not even a comment, and kustomize can read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.convert.kustomize.built import kustomizations

from sealwright.convert.kustomize.edits import kustomization_edits
from sealwright.errors import ConvertError
from sealwright.manifest.nodes import Node, Sequence, lookup, resolve
from sealwright.rewrite.edit import apply_edits

HEAD = "# the shop\nkind: Kustomization\nnamespace: shop # here\n\n"


def items(text: str, field: str = "secretGenerator") -> list[Node]:
    """The items of a list of the kustomization."""
    [resource] = kustomizations({"kustomization.yaml": text})
    value = lookup(resource.node, field)
    assert value is not None
    target = resolve(value)
    assert isinstance(target, Sequence)
    return target.items


def edited(
    text: str, numbers: Any = (), resources: Any = (), configurations: Any = (), field: str = "secretGenerator"
) -> str:
    [resource] = kustomizations({"kustomization.yaml": text})
    gone = [items(text)[number] for number in numbers]
    edits = kustomization_edits(
        resource.document.source, remove=gone, add_resources=resources, configurations=configurations
    )
    return apply_edits(text, edits)


TWO = HEAD + (
    "secretGenerator:  # all\n  # first\n  - name: a\n    literals: [x=1]\n    # inside\n"
    "  # second\n  - name: b\n    literals:\n      - |-\n        y=2\n\n  # third\n# end\nimages: []\n"
)
EXPECTED = [
    (TWO, [0], TWO.replace("  - name: a\n    literals: [x=1]\n    # inside\n", "")),
    (TWO, [1], TWO.replace("  - name: b\n    literals:\n      - |-\n        y=2\n", "")),
    (TWO, [0, 1], HEAD + "  # first\n  # second\n\n  # third\n# end\nimages: []\n"),
    ("secretGenerator: [{name: a, literals: [x=1]}, {name: b}]\n", [0], "secretGenerator: [{name: b}]\n"),
    ("secretGenerator: [{name: a, x: [y=1]}, {name: b}]\n", [1], "secretGenerator: [{name: a, x: [y=1]}]\n"),
    ("kind: Kustomization\nsecretGenerator: [{name: a,\n  literals: [x=1]}] # c\n", [0], "kind: Kustomization\n"),
    ('{"secretGenerator": [{"name": "a"}, {"name": "b"}]}', [0], '{"secretGenerator": [{"name": "b"}]}'),
    ('{"a": 1, "secretGenerator": [{"name": "a"}], "c": 2}\n', [0], '{"a": 1, "c": 2}\n'),
    ('{"a": 1, "secretGenerator": [{"name": "a"}]}', [0], '{"a": 1}'),
    ("kind: Kustomization\nsecretGenerator:\n- name: a", [0], "kind: Kustomization\n"),
    ("secretGenerator:\n-\tname: a\n- name: b\n", [0], None),
    ("kind: Kustomization\nsecretGenerator:\n- name: a\n- !x\n  name: b\n", [1], None),
    ("kind: Kustomization\nsecretGenerator: &s\n- name: a\n", [0], None),
    ("kind: Kustomization\nsecretGenerator: [{name: a}, # c\n{name: b}]\n", [0], None),
    ("kind: Kustomization\nsecretGenerator:\n- name: a\n---\nkind: X\n", [0], None),
    ("kind: Kustomization\nsecretGenerator:\n- name: a\nimages: []\nimages: []\n", [0], None),
]


@pytest.mark.parametrize(("text", "numbers", "expected"), EXPECTED)
def test_entries_go(text: str, numbers: list[int], expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ConvertError, match="kustomization"):
            edited(text, numbers)
    else:
        assert edited(text, numbers) == expected
        crlf = text.replace("\n", "\r\n")
        assert edited(crlf, numbers) == expected.replace("\n", "\r\n")


ADDED = [
    ("kind: Kustomization\nresources:\n- a.yaml\n", "kind: Kustomization\nresources:\n- a.yaml\n- b.yaml\n"),
    (
        "resources:\n  -   'a.yaml' # c\n  # d\nimages: []\n",
        "resources:\n  -   'a.yaml' # c\n  -   'b.yaml'\n  # d\nimages: []\n",
    ),
    ("resources:\n- ./b.yaml\n", "resources:\n- ./b.yaml\n"),
    ("resources: [a.yaml, c.yaml,]\n", "resources: [a.yaml, c.yaml, b.yaml,]\n"),
    ("resources: []\nimages: []\n", "resources: [b.yaml]\nimages: []\n"),
    ("kind: Component\nresources: # none\nimages: []\n", "kind: Component\nresources: # none\n- b.yaml\nimages: []\n"),
    (
        "kind: Component\nresources: ~\nimages:\n  - name: x\n",
        "kind: Component\nresources:\n  - b.yaml\nimages:\n  - name: x\n",
    ),
    (HEAD + "images:\n  - name: x\n", HEAD.rstrip("\n") + "\nresources:\n  - b.yaml\n\nimages:\n  - name: x\n"),
    ("images:\n- name: x", "images:\n- name: x\nresources:\n- b.yaml"),
    ('{"resources": ["a.yaml"]}', '{"resources": ["a.yaml", "b.yaml"]}'),
    ('{"kind":"Kustomization"}', '{"kind":"Kustomization","resources":["b.yaml"]}'),
    (
        '{\n  "kind": "Component",\n  "images": []\n}\n',
        '{\n  "kind": "Component",\n  "images": [],\n  "resources": ["b.yaml"]\n}\n',
    ),
    ("kind: Component\nresources: a.yaml\n", None),
    ("kind: Component\nx: &a [a.yaml]\nresources: *a\n", None),
]


@pytest.mark.parametrize(("text", "expected"), ADDED)
def test_resources_come(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ConvertError):
            edited(text, resources=["b.yaml"])
    else:
        assert edited(text, resources=["b.yaml", "./b.yaml"]) == expected


def test_all_at_once() -> None:
    text = "secretGenerator:\n- name: a\n  literals: [x=1]\n"
    made = edited(text, [0], ["a.yaml", "1.yaml"], ["names.yaml"])
    assert made == 'resources:\n- a.yaml\n- "1.yaml"\nconfigurations:\n- names.yaml\n'
    text = '{"secretGenerator": [{"name": "a"}]}'
    made = edited(text, [0], ["a.yaml"], ["names.yaml"])
    assert made == '{"resources": ["a.yaml"], "configurations": ["names.yaml"]}'


def test_a_text_that_changed_since_is_refused() -> None:
    [resource] = kustomizations({"kustomization.yaml": TWO})
    stale = items("# longer\n" + TWO)
    with pytest.raises(ConvertError, match="not where it was"):
        kustomization_edits(resource.document.source, remove=stale[:1])


comments = st.sampled_from(["", "", "# note\n", "\n", "  # deep\n", "      # deeper\n"])


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, list[int], list[str]]:
    """A kustomization in block style with comments everywhere, which entries go, and what is added."""
    step, inner = draw(st.sampled_from(["", "  ", "    "])), draw(st.sampled_from(["- ", "-   "]))
    count = draw(st.integers(1, 4))
    fields = []
    for field in draw(st.permutations(["kind", "resources", "secretGenerator", "images", "patches"])):
        if field == "kind":
            fields.append("kind: Kustomization\n")
        elif field == "resources":
            shapes = [
                "",
                "resources:\n",
                "resources: []\n",
                "resources: [a, 'b']\n",
                f"resources:\n{step}{inner}a # c\n",
            ]
            fields.append(draw(st.sampled_from(shapes)))
        elif field == "images":
            fields.append(draw(st.sampled_from(["", f"images:\n{step}- name: x\n{step}  newTag: '1'\n"])))
        elif field == "patches":
            fields.append(draw(st.sampled_from(["", f"patches:\n{step}{inner}patch: |\n{step}       kind: X\n"])))
        else:
            lines = ["secretGenerator: # g\n"]
            for number in range(count):
                lines += [draw(comments), f"{step}{inner}name: n{number}\n"]
                pad = step + " " * len(inner)
                lines += [f"{pad}literals:\n{pad}- a=1\n", draw(comments).replace("note", "inside")]
                lines.append(draw(st.sampled_from(["", f"{pad}type: |-\n{pad}  Opaque\n", f"{pad}options: {{}}\n"])))
            fields.append("".join(lines))
        fields.append(draw(comments))
    gone = draw(st.lists(st.integers(0, count - 1), unique=True))
    return "".join(fields), gone, draw(st.lists(st.sampled_from(["a", "./b", "z.yaml", "7"]), max_size=2))


@settings(max_examples=300, deadline=None)
@given(layouts(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_layout_is_kept(layout: tuple[str, list[int], list[str]], newline: str, cut: bool) -> None:
    text, gone, added = layout
    text = text.replace("\n", newline)
    text = text.removesuffix(newline) if cut else text
    before = yaml.safe_load(text)
    try:
        made = edited(text, gone, added, ["c"] * bool(added))
    except ConvertError:
        assert "# deep" in text  # a comment that would become part of a text above it
        return
    after = yaml.safe_load(made) or {}
    kept = [entry for number, entry in enumerate(before["secretGenerator"]) if number not in gone]
    assert after.get("secretGenerator", []) == kept
    present = [path.removeprefix("./") for path in before.get("resources") or []]
    new = [path for path in dict.fromkeys(added) if path.removeprefix("./") not in present]
    assert (after.get("resources") or []) == [*(before.get("resources") or []), *new]
    assert {key: value for key, value in after.items() if key in {"kind", "images", "patches"}} == {
        key: value for key, value in before.items() if key in {"kind", "images", "patches"}
    }
    assert made.count("# note") == text.count("# note")
    assert newline == "\n" or made.replace("\r\n", "").find("\n") < 0
    lines = set(text.splitlines())
    fresh = [line for line in made.splitlines() if line not in lines]
    assert len(fresh) <= 2 * len(new) + 3
    assert json.dumps(before, sort_keys=True) == json.dumps(yaml.safe_load(text), sort_keys=True)


def test_no_empty_line_is_left_at_the_end() -> None:
    text = "kind: Component\nimages: []\n\nsecretGenerator:\n- name: a\n  literals: [x=1]\n- name: b\n"
    assert edited(text, [0, 1], ["a.yaml"]) == "kind: Component\nresources:\n- a.yaml\nimages: []\n"
    assert edited(text, [0]) == text.replace("- name: a\n  literals: [x=1]\n", "")
    flow = "kind: Component\nimages: []\n\n\nsecretGenerator: [{name: a}]\n"
    assert edited(flow, [0]) == "kind: Component\nimages: []\n"
