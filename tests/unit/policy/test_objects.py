"""The objects of a file, and the places of what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.manifest.source import Source, decode
from sealwright.policy.objects import objects_in, subjects_of
from sealwright.policy.paths import keyed, lookup

POD = """\
# comment
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: web}
spec:
  containers:
  - name: api
    image: nginx
    command: |
      one
      two
    env:
    - {name: X, value: "4"}
    - value: y
"""


@pytest.mark.parametrize(
    ("text", "names", "problems", "templates"),
    [
        ("", [], 0, 0),
        ("a: 1\n", [], 0, 0),
        ("kind: Secret\nmetadata: {name: x}\n", [], 0, 0),
        ("kind: {{ .Values.kind }}\napiVersion: v1\n", [], 0, 1),
        ("a: [\n---\n" + POD, ["Pod shop/web"], 1, 0),
        (POD, ["Pod shop/web"], 0, 0),
        ("apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n", ["Pod a"], 0, 0),
        ("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n", ["Pod a"], 0, 0),
        ('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}', ["Pod a"], 0, 0),
        ("kind: Kustomization\nresources: []\n", ["Kustomization (no name)"], 0, 0),
        ("apiVersion: v1\nkind: Pod\nx: &a [*a]\n", [], 1, 0),
    ],
)
def test_what_a_file_holds(text: str, names: list[str], problems: int, templates: int) -> None:
    contents = objects_in(Source("a.yaml", text))
    assert [str(subject.ref) for subject in contents.subjects] == names
    assert (len(contents.problems), len(contents.templates)) == (problems, templates)
    for subject in contents.subjects:
        assert subject.value["kind"] == subject.ref.kind
        assert subject.value["apiVersion"] == subject.ref.api_version


def test_bytes_that_are_no_text_are_a_problem() -> None:
    contents = objects_in(decode("a.yaml", b"kind: \xff\xfe"))
    assert not contents.subjects
    assert contents.problems


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "4:35-4:38"),
        (("kind",), "3:7-3:10"),
        (("nothing", "below"), "4:35-4:38"),
        (("spec",), "5:1-5:5"),
        (("spec", "replicas"), "5:1-5:5"),
        (("spec", "containers"), "6:3-6:13"),
        (("spec", "containers", 0), "7:11-7:14"),
        (("spec", "containers", 0, "image"), "8:12-8:17"),
        (("spec", "containers", 0, "command"), "9:14-9:15"),
        (("spec", "containers", 0, "env", 0, "value"), "13:24-13:27"),
        (("spec", "containers", 0, "env", 1), "14:7-14:12"),
        (("spec", "containers", 5, "env"), "6:3-6:13"),
    ],
)
def test_a_place_is_one_line_at_the_value_or_the_nearest_key(path: tuple[str | int, ...], place: str) -> None:
    (subject,) = subjects_of(Source("a.yaml", POD))
    _, start, end = subject.where(path)
    assert f"{start.line}:{start.column}-{end.line}:{end.column}" == place


VALUE: dict[str, Any] = {
    "c": [{"name": "a"}, {"name": "b"}, {"name": "b"}, {"x": 1}],
    "data": {"tls.crt": "x", 'q"': 1},
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("c", 0, "x"), "c[name=a].x"),
        (("c", 1), "c[1]"),
        (("c", 3), "c[3]"),
        (("c", 9, "x"), "c[9].x"),
        (("data", "tls.crt"), 'data["tls.crt"]'),
        (("data", 'q"'), 'data["q\\""]'),
        (("no", 1, "x"), "no[1].x"),
    ],
)
def test_a_keyed_path_names_items_that_have_a_name_of_their_own(path: tuple[str | int, ...], text: str) -> None:
    assert keyed(VALUE, path) == text


def test_a_lookup_ends_where_there_is_nothing() -> None:
    assert lookup(VALUE, ("c", 0, "name")) == "a"
    assert [lookup(VALUE, path) for path in (("c", 9), ("c", "name"), ("c", 0, "name", "x"), ("c", -1))] == [None] * 4
