"""A baseline that may only shrink: what counts as growth, and that nothing slips in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.gate.judging import baseline_of, judge

from sealwright.finding import Confidence, Finding, Location, Position, ResourceRef, Severity, Status
from sealwright.gate.baseline import Known, Place, entries, growth, parse_json, read_baseline, write_baseline
from sealwright.gate.judge import Adopting, Judge, Scope

API = ResourceRef("apps/v1", "Deployment", "shop", "api")
WEB = API._replace(name="web")
NOBODY = ResourceRef()
PLAIN = frozenset({""})
ONE, TWO = frozenset({"1" * 32}), frozenset({"2" * 32})


def place(path: str, resource: ResourceRef = API, field: str = "spec.containers[name=a].env[name=B]") -> Place:
    return Place(path, "WRK001", field, resource)


def shrunk(before: Known, after: Known) -> Known:
    """The update without what `growth` says."""
    grown = frozenset(growth(before, after))
    return {
        place: before[place] if place in grown else digests
        for place, digests in after.items()
        if place in before or place not in grown
    }


GROWN = {
    "a place": ({}, {place("a"): PLAIN}, ["a"]),
    "another place": ({place("a"): PLAIN}, {place("a"): PLAIN, place("b"): PLAIN}, ["b"]),
    "another object in its stead": ({place("a"): PLAIN}, {place("a", WEB): PLAIN}, ["a"]),
    "another field in its stead": ({place("a"): PLAIN}, {place("a", field="spec"): PLAIN}, ["a"]),
    "another value": ({place("a"): ONE}, {place("a"): TWO}, ["a"]),
    "one more value": ({place("a"): ONE}, {place("a"): ONE | TWO}, ["a"]),
    "moved, and one more": (
        {place("a"): PLAIN},
        {place("b"): PLAIN, place("c"): PLAIN},
        ["c"],
    ),
    "without an object, elsewhere": ({place("a", NOBODY): PLAIN}, {place("b", NOBODY): PLAIN}, ["b"]),
}


@pytest.mark.parametrize(("before", "after", "paths"), GROWN.values(), ids=GROWN)
def test_growth(before: Known, after: Known, paths: list[str]) -> None:
    assert [grown.path for grown in growth(before, after)] == paths
    assert growth(before, shrunk(before, after)) == []


NOT_GROWN = {
    "nothing": ({}, {}),
    "less": ({place("a"): PLAIN, place("b"): PLAIN}, {place("b"): PLAIN}),
    "moved": ({place("a"): PLAIN}, {place("b"): PLAIN}),
    "exchanged": (
        {place("a"): PLAIN, place("b", WEB): PLAIN},
        {place("a", WEB): PLAIN, place("b"): PLAIN},
    ),
    "a value that is known more exactly now": ({place("a"): PLAIN}, {place("a"): ONE}),
    "one value less": ({place("a"): ONE | TWO}, {place("a"): TWO}),
}


@pytest.mark.parametrize(("before", "after"), NOT_GROWN.values(), ids=NOT_GROWN)
def test_no_growth(before: Known, after: Known) -> None:
    assert growth(before, after) == []
    assert shrunk(before, after) == after


PLACES = st.builds(
    place, st.sampled_from("abcd"), st.sampled_from([API, WEB, NOBODY]), st.sampled_from(["spec", "data.p"])
)
KNOWN = st.dictionaries(PLACES, st.sampled_from([PLAIN, ONE, TWO, ONE | TWO]), max_size=8)


def turned(known: Known) -> Known:
    return dict(reversed(list(known.items())))


@given(KNOWN, KNOWN)
def test_the_ratchet_holds(before: Known, after: Known) -> None:
    left = shrunk(before, after)
    assert growth(before, left) == []
    assert len(left) <= len(before)
    assert left.keys() <= after.keys()
    assert growth(before, before) == []
    # What is asked of an update does not depend on the order in which findings came.
    assert growth(turned(before), turned(after)) == growth(before, after)
    # Nor does an update twice let in what it did not let in at once.
    assert shrunk(left, shrunk(left, after)) == shrunk(left, after)


FINDING = Finding(
    "WRK001",
    Severity.HIGH,
    Confidence.CERTAIN,
    Location("a.yaml", Position(3, 1), Position(3, 9)),
    "it is so",
    API,
    "spec.containers[name=a].env[name=B]",
)


def test_findings_of_policies_are_known_by_their_place() -> None:
    writer = Judge(None, {}, Adopting.ALL, Scope.WHOLE, lambda _rule: True)
    writer.judge(FINDING)
    text = write_baseline(writer.updated())
    assert '"field": "spec.containers[name=a].env[name=B]"' in text
    known = read_baseline(parse_json(text.encode(), "b"), "b")
    reader = Judge(None, known, scope=Scope.WHOLE, answers_for=lambda _rule: True)
    moved = FINDING._replace(location=Location("a.yaml", Position(30, 1), Position(30, 9)))
    assert reader.judge(moved).status is Status.KNOWN
    assert reader.judge(FINDING._replace(field="spec.containers[name=c].env[name=B]")).status is Status.NEW
    assert reader.judge(FINDING._replace(resource=WEB)).status is Status.NEW
    assert reader.stale() == 0


SECRET = "kind: Secret\napiVersion: v1\nmetadata: {name: db}\nstringData: {a: not-a-Real-1}\n"


def test_a_scan_leaves_what_the_gate_knows() -> None:
    policy = {place("a.yaml"): PLAIN, place("gone.yaml"): PLAIN}
    both = {**baseline_of({"a.yaml": SECRET}), **policy}
    scanned, _ = judge({"a.yaml": "kind: Secret\n"}, both, Adopting.ALL)
    assert scanned.stale() == 1
    assert entries(scanned.updated()) == entries(policy)


def test_a_gate_with_other_packs_leaves_what_they_did_not_look_at() -> None:
    other = place("a.yaml")._replace(rule="ESO001")
    gate = Judge(None, {place("a.yaml"): PLAIN, other: PLAIN}, Adopting.ALL, Scope.WHOLE, {"WRK001"}.__contains__)
    assert gate.stale() == 1
    assert gate.updated() == {other: PLAIN}
