"""What a change brought, and what it did not: over real findings of real texts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.gate.judging import KEY, OTHER_KEY, results

from sealwright.finding import Finding, ResourceRef, Severity, Status
from sealwright.gate.comparison import Comparison, compare
from sealwright.gate.keyed import Key
from sealwright.gate.source_checks import SourceChecks
from sealwright.run.gate.legible import nothing
from sealwright.run.gate.moved import Objects, Trees

PASSWORD = "not-a-Real-{}"


def secret(name: str, *keys: str, value: str = "1") -> str:
    lines = "".join(f"  {key}: {PASSWORD.format(value)}\n" for key in keys or ("p",))
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n{lines}"


def findings(files: Mapping[str, str], key: Key | None = None) -> list[Finding]:
    found = results(files, SourceChecks(marking=key))
    return [result for result in found if isinstance(result, Finding)]


def changed(
    base: Mapping[str, str], head: Mapping[str, str], renamed: Mapping[str, str] | None = None, key: Key | None = None
) -> Comparison:
    return compare(findings(base, key), findings(head, key), renamed or {}, "main", trees(base, head).has_moved)


def trees(base: Mapping[str, str], head: Mapping[str, str]) -> Trees:
    """What stands where in both."""
    before, now = ({path: text.encode() for path, text in files.items()} for files in (base, head))
    return Trees(Objects(before.get, nothing), Objects(now.get, nothing))


def moves(_resource: ResourceRef, _old: str, _new: str) -> bool:
    """Whatever has the same name has moved."""
    return True


def new(comparison: Comparison) -> list[tuple[str, str]]:
    """(path, object and field) of what is new."""
    return [
        (finding.location.path, f"{finding.resource.name}.{finding.field}")
        for finding in comparison.findings
        if finding.status is Status.NEW
    ]


ALLOWED = secret("a").rstrip("\n") + " # sealwright: allow[secret-string-data] an example\n"
GOOD = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
GENERATOR = f"secretGenerator:\n- name: a\n  literals: [p={PASSWORD.format(1)}]\n"
NO_GENERATOR = "secretGenerator:\n- name: a\n  literals: []\n"
ENV = "TOKEN=" + "ghp_" + "0123456789abcdefghijklmnopqrstuvwx" + "\n"

NEW = {
    "another object": ({"a.yaml": secret("a")}, {"a.yaml": secret("a") + "---\n" + secret("b")}, [("a.yaml", "b")]),
    "another field": ({"a.yaml": secret("a")}, {"a.yaml": secret("a", "p", "q")}, [("a.yaml", "a")]),
    "a renamed object": ({"a.yaml": secret("a")}, {"a.yaml": secret("b")}, [("a.yaml", "b")]),
    # Known gates that go by name alone let this pass: the old one is still there.
    "a copy in another file": (
        {"a.yaml": secret("a")},
        {"a.yaml": secret("a"), "b.yaml": secret("a")},
        [("b.yaml", "a")],
    ),
    "a copy above it": ({"b.yaml": secret("a")}, {"a.yaml": secret("a"), "b.yaml": secret("a")}, [("a.yaml", "a")]),
    "the same key twice": ({"a.yaml": secret("a")}, {"a.yaml": secret("a", "p", "p")}, [("a.yaml", "a")]),
    "what is in no object, elsewhere": ({"a.env": ENV}, {"b.env": ENV}, [("b.env", "")]),
    "another object whose name a template makes": (
        {"a.yaml": secret("'{{ .n }}'")},
        {"b.yaml": secret("'{{ .n }}'")},
        [("b.yaml", "{{ ")],
    ),
    "mended in one file, broken in another": (
        {"dev.yaml": secret("a"), "prod.yaml": GOOD},
        {"dev.yaml": GOOD, "prod.yaml": secret("a")},
        [("prod.yaml", "a")],
    ),
    "mended in one file, come to another": (
        {"dev.yaml": secret("a")},
        {"dev.yaml": GOOD, "prod.yaml": secret("a")},
        [("prod.yaml", "a")],
    ),
    "gone from one file, broken in another": (
        {"dev.yaml": secret("a"), "prod.yaml": GOOD},
        {"prod.yaml": secret("a")},
        [("prod.yaml", "a")],
    ),
    "one file becomes two": (
        {"a.yaml": secret("a", "p", "q", "r")},
        {"b.yaml": secret("a", "p"), "c.yaml": secret("a", "q", "r")},
        [("b.yaml", "a")],
    ),
    "mended in a generator, broken in another": (
        {"dev/kustomization.yaml": GENERATOR, "prod/kustomization.yaml": NO_GENERATOR},
        {"dev/kustomization.yaml": NO_GENERATOR, "prod/kustomization.yaml": GENERATOR},
        [("prod/kustomization.yaml", "a")],
    ),
    "an allowance that was taken out": ({"a.yaml": ALLOWED}, {"a.yaml": secret("a")}, [("a.yaml", "a")]),
    "all of a new file": ({}, {"a.yaml": secret("a")}, [("a.yaml", "a")]),
}


@pytest.mark.parametrize(("base", "head", "expected"), NEW.values(), ids=NEW)
def test_what_is_new(base: dict[str, str], head: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = changed(base, head)
    assert [(path, name.partition(".")[0]) for path, name in new(found)] == expected


SAME = {
    "nothing": ({}, {}, {}),
    "the same": ({"a.yaml": secret("a")}, {"a.yaml": secret("a")}, {}),
    "another value": ({"a.yaml": secret("a")}, {"a.yaml": secret("a", value="2")}, {}),
    "lines above": ({"a.yaml": secret("a")}, {"a.yaml": "# one\n\n# two\n---\n" + secret("a")}, {}),
    "a mended object": ({"a.yaml": secret("a") + "---\n" + secret("b")}, {"a.yaml": secret("b")}, {}),
    "another file": ({"a.yaml": secret("a")}, {"x/b.yaml": secret("a")}, {}),
    "a renamed file without objects": ({"a.env": ENV}, {"b.env": ENV}, {"b.env": "a.env"}),
    "renamed, and one beside it": (
        {"a.yaml": secret("a"), "b.yaml": secret("a")},
        {"c.yaml": secret("a"), "b.yaml": secret("a")},
        {"c.yaml": "a.yaml"},
    ),
    "exchanged": ({"a.yaml": secret("a"), "b.yaml": secret("b")}, {"a.yaml": secret("b"), "b.yaml": secret("a")}, {}),
    "allowed now": ({"a.yaml": secret("a")}, {"a.yaml": ALLOWED}, {}),
}


@pytest.mark.parametrize(("base", "head", "renamed"), SAME.values(), ids=SAME)
def test_what_is_not_new(base: dict[str, str], head: dict[str, str], renamed: dict[str, str]) -> None:
    assert new(changed(base, head, renamed)) == []


def test_what_is_known_says_since_when_and_from_where() -> None:
    base = {"a.yaml": secret("a"), "c.yaml": secret("c")}
    found = changed(base, {"a.yaml": secret("a"), "d.yaml": secret("c")})
    assert [(finding.status, finding.reason) for finding in found.findings] == [
        (Status.KNOWN, "unchanged since main"),
        (Status.KNOWN, "unchanged since main, then in c.yaml"),
    ]


def test_what_is_gone_is_told() -> None:
    found = changed({"a.yaml": secret("a", "p", "q"), "b.yaml": secret("b")}, {"a.yaml": secret("a", "q")})
    assert [(finding.location.path, finding.field) for finding in found.gone] == [
        ("a.yaml", "stringData.p"),
        ("b.yaml", "stringData.p"),
    ]


def test_what_a_reason_covers_stays_covered() -> None:
    found = changed({"a.yaml": ALLOWED}, {"a.yaml": ALLOWED})
    assert [(finding.status, finding.reason) for finding in found.findings] == [(Status.WAIVED, "an example")]
    assert found.gone == []


def test_what_was_allowed_before_says_so() -> None:
    [finding] = changed({"a.yaml": ALLOWED}, {"a.yaml": secret("a")}).findings
    assert finding.message.endswith("; in main it was allowed, with a reason")


def test_what_weighs_more_is_new() -> None:
    [before] = findings({"dev/a.yaml": secret("a")})
    [after] = findings({"prod/a.yaml": secret("a")})
    for low, high, status in ((1, 3, Status.NEW), (3, 3, Status.KNOWN), (4, 3, Status.KNOWN)):
        [found] = compare(
            [before._replace(severity=Severity(low))], [after._replace(severity=Severity(high))], {}, "main", moves
        ).findings
        assert found.status is status
    [found] = compare([before._replace(severity=Severity.LOW)], [after], {}, "main", moves).findings
    assert found.message.endswith("; in main it was only low")


@pytest.mark.parametrize(
    ("value", "head_key", "status"),
    [("1", KEY, Status.KNOWN), ("2", KEY, Status.NEW), ("2", None, Status.KNOWN), ("1", OTHER_KEY, Status.NEW)],
)
def test_another_value_is_new_where_values_can_be_compared(value: str, head_key: Key | None, status: Status) -> None:
    base = findings({"a.yaml": secret("a")}, KEY)
    [found] = compare(base, findings({"a.yaml": secret("a", value=value)}, head_key), {}, "main", moves).findings
    assert found.status is status
    assert ("; its value is not the one of main" in found.message) == (status is Status.NEW)
    assert PASSWORD.format(value) not in found.message


NAMES = st.sampled_from(["a", "b", "c", "d"])
KEYS = st.lists(st.sampled_from(["p", "q", "r"]), min_size=1, max_size=3, unique=True)
FILES = st.dictionaries(
    st.sampled_from(["x.yaml", "y.yaml", "apps/z.yaml"]), st.dictionaries(NAMES, KEYS, min_size=1, max_size=3)
)


def written(objects: Mapping[str, list[str]], draw: st.DataObject | None = None) -> str:
    """The objects as a file; with `draw` in any order, with other quotes and other white space."""
    names = list(objects)
    if draw is None:
        return "---\n".join(secret(name, *objects[name]) for name in names)
    documents = []
    for name in draw.draw(st.permutations(names)):
        keys = draw.draw(st.permutations(objects[name]))
        quote = draw.draw(st.sampled_from(["", '"', "'"]))
        value = f"{quote}{PASSWORD.format(1)}{quote}"
        if draw.draw(st.booleans()):
            data = "{" + ", ".join(f"{key}: {value}" for key in keys) + "}"
            documents.append(f"kind: Secret\nstringData: {data}\nmetadata:\n  name: {name}\napiVersion: v1\n")
        else:
            text = secret(name, *keys).replace(PASSWORD.format(1), value)
            documents.append(text.replace("\n  ", "\n      "))
    gap = draw.draw(st.sampled_from(["", "# a comment\n", "\n\n"]))
    end = draw.draw(st.sampled_from(["\n", "\r\n"]))
    return ("---\n" + gap).join(documents).replace("\n", end)


@given(files=FILES, draw=st.data())
def test_order_lines_and_spelling_make_nothing_new(files: dict[str, dict[str, list[str]]], draw: st.DataObject) -> None:
    base = {path: written(objects) for path, objects in files.items()}
    head = {path: written(files[path], draw) for path in draw.draw(st.permutations(list(files)))}
    found = changed(base, head, key=KEY)
    assert new(found) == []
    assert found.gone == []


@given(files=FILES, draw=st.data())
def test_moved_files_make_nothing_new(files: dict[str, dict[str, list[str]]], draw: st.DataObject) -> None:
    base = {path: written(objects) for path, objects in files.items()}
    renamed = {f"moved/{path}": path for path in draw.draw(st.permutations(list(files)))}
    head = {path: base[old] for path, old in renamed.items()}
    told = dict(draw.draw(st.lists(st.sampled_from(list(renamed.items())), unique=True))) if renamed else {}
    found = changed(base, head, told)
    assert new(found) == []
    assert found.gone == []


@given(before=FILES, after=FILES, draw=st.data())
def test_each_of_the_base_stands_for_one_at_most(
    before: dict[str, dict[str, list[str]]], after: dict[str, dict[str, list[str]]], draw: st.DataObject
) -> None:
    base, head = (findings({path: written(objects) for path, objects in files.items()}) for files in (before, after))
    found = compare(base, head, {}, "main", moves)
    known = [finding for finding in found.findings if finding.status is Status.KNOWN]
    assert len(base) == len(known) + len(found.gone)
    assert {finding.fingerprint for finding in head} & {finding.fingerprint for finding in base} <= {
        finding.fingerprint for finding in known
    }
    again = compare(draw.draw(st.permutations(base)), draw.draw(st.permutations(head)), {}, "main", moves)
    assert sorted(again.findings, key=str) == sorted(found.findings, key=str)
    assert again.gone == found.gone
