"""Secrets in JSON and in braces."""

from __future__ import annotations

import json
import re

import pytest
from unit.convert.sealing_again import expected_object, load_all, opened, sealed, values_of, without_ciphertext

SECRET = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {
        "name": "db",
        "namespace": "prod",
        "labels": {f"key-{n}": "x" * n for n in range(60)},
        "annotations": {"note": 'a "b" \\ \t\n é 日本 \U0001f511 \u2028 \x7f', "empty": ""},
    },
    "type": "Opaque",
    "stringData": {"pass\u0077ord": "hunter2 \U0001f511 \u00e9", "b": ""},
    "data": {"c": "QUJD"},
    "immutable": True,
}


def check(text: str) -> str:
    made = sealed(text).text
    before, after = json.loads(text), json.loads(made)
    assert without_ciphertext(after) == expected_object(before)
    assert list(after) == ["kind", "apiVersion", "metadata", "spec"]
    assert opened(after) == values_of(before)
    assert sealed(made) == (made, (), ())
    return made


@pytest.mark.parametrize("indent", [None, 2, 4, "\t", 1])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_json_keeps_its_manner(indent: int | str | None, ascii_only: bool, newline: str) -> None:
    text = json.dumps(SECRET, indent=indent, ensure_ascii=ascii_only).replace("\n", newline) + newline
    made = check(text)
    assert made.endswith(f"}}{newline}")
    assert made.isascii() == ascii_only
    again = json.dumps(json.loads(made), indent=indent, ensure_ascii=ascii_only).replace("\n", newline) + newline
    escaped = re.compile("[\x7f\u2028]")
    assert made == escaped.sub(lambda match: f"\\u{ord(match.group()):04x}", again)


def test_minified_json_stays_minified() -> None:
    text = json.dumps(SECRET, separators=(",", ":"))
    made = check(text)
    assert made == json.dumps(json.loads(made), separators=(",", ":"))


def test_a_list_in_json_keeps_its_other_items() -> None:
    other = {"kind": "ConfigMap", "apiVersion": "v1", "data": {"a": "b"}, "n": 1.50}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [other, SECRET, other]}, indent=2)
    made = sealed(text).text
    assert made == json.dumps(json.loads(made), indent=2)
    items = json.loads(made)["items"]
    assert (items[0], items[2]) == (other, other)
    assert without_ciphertext(items[1]) == expected_object(SECRET)


@pytest.mark.parametrize("separators", [None, (",", ":")])
def test_json_lines(separators: tuple[str, str] | None) -> None:
    lines = [json.dumps(item, separators=separators) for item in (SECRET, {"kind": "ConfigMap"}, SECRET)]
    made = sealed("\n".join(lines) + "\n").text
    after = made.split("\n")
    assert (len(after), after[1], after[3]) == (4, lines[1], "")
    assert all(opened(json.loads(after[n])) == values_of(SECRET) for n in (0, 2))


def test_an_array_of_objects() -> None:
    made = json.loads(sealed(json.dumps([SECRET, SECRET])).text)
    assert [item["kind"] for item in made] == ["SealedSecret"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: prod}, stringData: {a: b, 'c': \"d\"}}\n",
        "# c\n---\n- {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: 'b'}, data: {a: QUJD}} # here\n",
        "- {\n    apiVersion: v1, kind: Secret,\n    metadata: {name: a, namespace: b}, data: {a: QUJD}\n  }\n- x\n",
        """\
apiVersion: v1
kind: List
items: [
  {"apiVersion": "v1", "kind": "Secret",
   metadata: {name: a, namespace: b, labels: {x: "\\U0001F511", z: "\\u2028"}}, stringData: {"a": "\\U0001F511\\x41"}},
  {a: b}
]
""",
    ],
)
def test_yaml_in_braces(text: str) -> None:
    made = sealed(text).text

    def secrets(value: object, kind: str) -> list[dict[str, object]]:
        if isinstance(value, list):
            return [found for item in value for found in secrets(item, kind)]
        if not isinstance(value, dict):
            return []
        return [value] if value.get("kind") == kind else secrets(value.get("items", []), kind)

    [before], [after] = secrets(load_all(text), "Secret"), secrets(load_all(made), "SealedSecret")
    assert without_ciphertext(after) == expected_object(before)
    assert opened(after) == values_of(before)
    assert made.count("#") == text.count("#")


def test_half_a_surrogate_pair_is_what_go_makes_of_it() -> None:
    text = json.dumps({**SECRET, "stringData": {"a": "\ud800x"}})
    made = json.loads(sealed(text).text)
    assert opened(made)["a"] == "\ufffdx".encode()
