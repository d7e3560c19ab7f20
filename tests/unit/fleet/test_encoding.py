"""Results as bytes and back: nothing lost but the path, which comes back with them, and no value ever in them."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sealwright.finding import (
    Confidence,
    Finding,
    Location,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Status,
    Verdict,
)
from sealwright.fleet.encoding import NOTHING, decoded, encoded
from sealwright.run.results import FileDone
from sealwright.run.scan import scan_bytes

TEXT = st.text(st.characters(blacklist_categories=()), max_size=12).filter(
    lambda text: not any("\ud800" <= one <= "\udbff" for one in text)
)
"""Names of files that are no UTF-8 have lone surrogates, as `os.fsdecode` makes them."""
UNUSED = {"digest": "", "mark": "", "history": None, "excerpt": None, "replacement": None, "also": ()}
"""What a scan of a content by itself does not say."""
NUMBER = st.integers(1, 9_999_999)
POSITION = st.builds(Position, NUMBER, NUMBER)


@st.composite
def results(draw: st.DrawFn) -> list[object]:
    path = draw(TEXT)
    findings = st.builds(
        Finding,
        rule=TEXT,
        severity=st.sampled_from(Severity),
        confidence=st.sampled_from(Confidence),
        location=st.builds(Location, st.just(path), POSITION, POSITION),
        message=TEXT,
        resource=st.builds(ResourceRef, TEXT, TEXT, TEXT, TEXT),
        field=TEXT,
        occurrence=NUMBER,
        status=st.sampled_from(Status),
        reason=TEXT,
        **{name: st.just(value) for name, value in UNUSED.items()},
    )
    problems = st.builds(Problem, st.just(path), TEXT, NUMBER, NUMBER, TEXT)
    done = FileDone(path, draw(st.integers(0, 9)), draw(st.booleans()))
    return [path, *draw(st.lists(findings, max_size=3)), *draw(st.lists(problems, max_size=2)), done]


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # to shrink such values takes minutes
@given(results())
def test_what_goes_in_comes_out(given_results: list[object]) -> None:
    path, *before = given_results
    assert isinstance(path, str)
    data = encoded(before)  # type: ignore[arg-type]
    after = decoded(path, data)
    *rest, done = before
    assert after[:-1] == rest
    assert isinstance(done, FileDone)
    if data == NOTHING:
        assert (rest, after) == ([], [FileDone(path, passed_over=True)])
    else:
        assert after[-1] == FileDone(path, done.documents)


def test_the_path_is_that_of_whoever_asks() -> None:
    found = scan_bytes("a/db.yaml", b"kind: Secret\nmetadata: {name: x}\nstringData: {password: tide.Lantern.88}\n")
    again = decoded("b/db.yaml", encoded(found))
    assert [result.location.path for result in again if isinstance(result, Finding)] == ["b/db.yaml"]
    assert b"Lantern" not in encoded(found)


def test_verdicts_are_no_results_of_a_scan() -> None:
    place = Location("a", Position(1, 1), Position(1, 2))
    with pytest.raises(TypeError):
        encoded([Verdict(place, ResourceRef(), "x", outcome=None)])  # type: ignore[arg-type]
