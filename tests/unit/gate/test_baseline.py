"""The baseline: what stays new, what must not be in the file, what a run leaves of it; then that it reads and writes."""
# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import base64
import hashlib
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.detect.scans import growth
from unit.gate.judging import KEY, OTHER_KEY, baseline_of, judge, statuses

from sealwright.errors import ConfigurationError
from sealwright.finding import Finding, ResourceRef
from sealwright.gate.baseline import Place, entries, parse_json, read_baseline, write_baseline
from sealwright.gate.judge import Adopting, Scope
from sealwright.gate.keyed import Key
from sealwright.gate.listed import Listed, is_listed, read_listed
from sealwright.gate.offsets import Offsets
from sealwright.gate.source_checks import SourceChecks
from sealwright.manifest.source import Source

VALUE = "Kanarienvogel-7-4711"
OTHER = "Nachtigall-8-4712"
CODED = base64.b64encode(VALUE.encode()).decode()
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: shop}}
stringData:
  a: {VALUE}
data:
  b: {CODED}
"""
BOTH = {"stringData.a": "known", "data.b": "known"}

# (new text, statuses, whether the digests under a key make `a` new)
EDITS: dict[str, tuple[str, dict[str, str], bool]] = {
    "another key": (SECRET.replace("  a:", "  c:"), {"stringData.c": "new", "data.b": "known"}, False),
    "one key more": (SECRET.replace("data:\n  b", f"data:\n  c: {CODED}\n  b"), {**BOTH, "data.c": "new"}, False),
    "the same key twice": (
        SECRET.replace("data:\n  b", f"data:\n  b: {CODED}\n  b"),
        {"stringData.a": "known", "data.b": "new"},
        False,
    ),
    "another field": (
        SECRET.replace("stringData:", "data:").replace("data:\n  b", "stringData:\n  b"),
        {"data.a": "new", "stringData.b": "new"},
        False,
    ),
    "another name": (SECRET.replace("name: db", "name: other"), {"stringData.a": "new", "data.b": "new"}, False),
    "another namespace": (SECRET.replace("shop", "prod"), {"stringData.a": "new", "data.b": "new"}, False),
    "another value": (SECRET.replace(VALUE, OTHER), BOTH, True),
    "the value and more": (SECRET.replace(VALUE, f"{VALUE}x"), BOTH, True),
    "lines before": (f"# one\n---\na: 1\n---\n{SECRET}", BOTH, False),
    "lines between": (SECRET.replace("data:\n  b", "  # comment\ndata:\n  b"), BOTH, False),
    "in quotes": (SECRET.replace(VALUE, f'"{VALUE}"'), BOTH, False),
    "in a block": (SECRET.replace(VALUE, f"|-\n      {VALUE}"), BOTH, False),
    "in another order": (
        SECRET.replace("metadata: {name: db, namespace: shop}\n", "") + "metadata:\n  namespace: shop\n  name: db\n",
        BOTH,
        False,
    ),
    "other line ends": (SECRET.replace("\n", "\r\n"), BOTH, False),
}


@pytest.mark.parametrize("keyed", [False, True], ids=["without a key", "under a key"])
@pytest.mark.parametrize(("text", "expected", "changed"), EDITS.values(), ids=EDITS)
def test_what_is_known_after_an_edit(text: str, expected: dict[str, str], changed: bool, keyed: bool) -> None:
    key = KEY if keyed else None
    judged, findings = judge({"a.yaml": text}, baseline_of({"a.yaml": SECRET}, key), checks=SourceChecks(key=key))
    assert statuses(findings) == (expected | {"stringData.a": "new"} if keyed and changed else expected)
    assert [finding.field for finding in findings if "not the one of the baseline" in finding.message] == (
        ["stringData.a"] if keyed and changed else []
    )
    assert judged.changed == (keyed and changed)


def test_another_file_is_another_place() -> None:
    _, findings = judge({"b.yaml": SECRET}, baseline_of({"a.yaml": SECRET}))
    assert set(statuses(findings).values()) == {"new"}


def test_digests_count_only_where_both_sides_have_one() -> None:
    changed = {"a.yaml": SECRET.replace(VALUE, OTHER)}
    for ours, theirs in ((None, KEY), (KEY, None)):
        _, findings = judge(changed, baseline_of({"a.yaml": SECRET}, theirs), checks=SourceChecks(key=ours))
        assert statuses(findings) == BOTH


def test_another_key_makes_all_new_and_is_noticed() -> None:
    judged, findings = judge(
        {"a.yaml": SECRET}, baseline_of({"a.yaml": SECRET}, KEY), checks=SourceChecks(key=OTHER_KEY)
    )
    assert set(statuses(findings).values()) == {"new"}
    assert judged.changed == judged.compared == 2


def test_an_update_without_the_key_vouches_for_no_value() -> None:
    before = baseline_of({"a.yaml": SECRET}, KEY)
    changed = {"a.yaml": SECRET.replace(VALUE, OTHER)}
    after = judge(changed, before, Adopting.ALL)[0].updated()
    assert after == before
    assert judge(changed, before, Adopting.ALL, checks=SourceChecks(key=KEY))[0].updated() == baseline_of(changed, KEY)


def test_equal_values_at_two_places_do_not_look_equal() -> None:
    text = f"kind: Secret\nstringData:\n  a: {VALUE}\n  b: {VALUE}\n"
    digests = {digest for _, digest in entries(baseline_of({"a.yaml": text, "b.yaml": text}, KEY))}
    assert len(digests) == 4


@pytest.mark.parametrize("key", [None, KEY], ids=["without a key", "under a key"])
def test_nothing_in_the_file_tells_of_a_value(key: Key | None) -> None:
    block = f"kind: Secret\nstringData:\n  a: |\n    {VALUE}\n    {VALUE}\n  b: '{VALUE}'\n"
    written = write_baseline(baseline_of({"a.yaml": SECRET, "b.yaml": block}, key)).encode()
    assert written.count(b'"fingerprint"') == 4
    assert (b"hmac" in written) is (key is not None)
    for value in (VALUE, CODED, f"{VALUE}\n", f"{VALUE}\n{VALUE}\n", f"'{VALUE}'"):
        raw = value.encode()
        coded = [raw, base64.b64encode(raw), base64.urlsafe_b64encode(raw), raw.hex().encode(), raw[::-1]]
        hashed = [hashlib.new(name, form).digest() for name in ("md5", "sha1", "sha256", "sha512") for form in coded]
        plain = [base64.b64encode(digest)[:20] for digest in hashed] + [digest.hex()[:16].encode() for digest in hashed]
        assert [form for form in (*coded, *plain) if form in written or form.upper() in written] == []


def test_no_number_in_the_file_moves_with_the_text() -> None:
    one = write_baseline(baseline_of({"a.yaml": SECRET}))
    assert write_baseline(baseline_of({"a.yaml": f"# {VALUE}\n\n{SECRET}".replace(VALUE, OTHER * 3)})) == one
    assert "line" not in one


def test_a_key_does_not_show_itself() -> None:
    assert "0123" not in f"{KEY} {KEY!r} {SourceChecks(key=KEY)}"
    assert "0123" not in repr(Listed({"a": frozenset({"0123"})}))
    same = pickle.loads(pickle.dumps(KEY))
    finding, _ = judge({"a.yaml": SECRET})[1]
    assert same.digest(finding, VALUE) == KEY.digest(finding, VALUE) != OTHER_KEY.digest(finding, VALUE)


BROKEN = f"{SECRET}---\nkind: Secret\na: [\n".replace("  a:", "  c:")
FILES: dict[str, str | None] = {"a.yaml": SECRET, "d/b.yaml": SECRET, "d/c.yaml": SECRET}

WHOLE, PART = Scope.WHOLE, Scope.PART
LESS: dict[str, str | None] = {"a.yaml": "a: 1\n", "d/b.yaml": SECRET}

# What a second run sees, how much it is, and the files whose entries stay.
RUNS: dict[str, tuple[dict[str, str | None], Scope, set[str]]] = {
    "the same": (FILES, WHOLE, set(FILES)),
    "one is gone and one is clean": (LESS, WHOLE, {"d/b.yaml"}),
    "one was named and is clean": ({"a.yaml": "a: 1\n"}, PART, {"d/b.yaml", "d/c.yaml"}),
    "one was named": ({"a.yaml": SECRET}, PART, set(FILES)),
    "commits were looked at": (LESS, Scope.HISTORY, set(FILES)),
    "one was not read": ({"a.yaml": None, "d/b.yaml": SECRET}, WHOLE, {"a.yaml", "d/b.yaml"}),
    "a folder was not read": ({"a.yaml": SECRET, "d": None}, WHOLE, set(FILES)),
    "the root was not read": ({".": None}, WHOLE, set(FILES)),
    "another folder was not read": ({"a.yaml": "a: 1\n", "dd": None, "d/b.yamlx": None}, WHOLE, set()),
    "one is broken": ({**FILES, "a.yaml": BROKEN}, WHOLE, set(FILES)),
}


@pytest.mark.parametrize(("files", "scope", "kept"), RUNS.values(), ids=RUNS)
def test_what_a_run_leaves_of_the_baseline(files: dict[str, str | None], scope: Scope, kept: set[str]) -> None:
    before = baseline_of(FILES)
    after = judge(files, before, Adopting.ALL, scope=scope)[0].updated()
    gone = {place.path for place in before.keys() - after.keys()}
    assert gone == set(FILES) - kept
    assert judge(files, before, scope=scope)[0].stale() == (2 * len(gone) if scope is WHOLE else 0)


def test_a_place_may_have_several_values() -> None:
    changed = SECRET.replace(VALUE, OTHER)
    one, two = (baseline_of({"a.yaml": text}, KEY) for text in (SECRET, changed))
    both = {place: digests | two[place] for place, digests in one.items()}
    assert len(entries(both)) == 3
    checks = SourceChecks(key=KEY)
    for text in (SECRET, changed):
        assert statuses(judge({"a.yaml": text}, both, checks=checks)[1]) == BOTH
        assert judge({"a.yaml": text}, both, Adopting.ALL, checks=checks)[0].updated() == baseline_of(
            {"a.yaml": text}, KEY
        )
    assert judge({"a.yaml": changed}, one, Adopting.ALL, checks=checks, scope=Scope.HISTORY)[0].updated() == both
    third = SECRET.replace(VALUE, "Zaunkoenig-9")
    assert statuses(judge({"a.yaml": third}, both, checks=checks)[1]) == BOTH | {"stringData.a": "new"}


def test_an_update_takes_in_what_is_new_beside_what_was_not_read() -> None:
    after = judge({"a.yaml": BROKEN}, baseline_of({"a.yaml": SECRET}), Adopting.ALL)[0].updated()
    assert {place.field for place in after} == {"stringData.a", "stringData.c", "data.b"}


def test_what_is_allowed_or_comes_from_standard_input_is_not_taken_in() -> None:
    allowed = SECRET.replace(VALUE, f"{VALUE} # sealwright: allow[secret-string-data] a test")
    assert [place.field for place in baseline_of({"a.yaml": allowed})] == ["data.b"]
    assert baseline_of({"<stdin>": SECRET}) == {}
    unused = "# sealwright: allow[secret-data] nothing\na: 1\n"
    judged, findings = judge({"a.yaml": unused}, adopting=Adopting.ALL)
    assert ([finding.status.value for finding in findings], judged.updated()) == (["new"], {})


def test_an_entry_that_is_allowed_meanwhile_is_not_stale_but_leaves() -> None:
    allowed = {"a.yaml": SECRET.replace(VALUE, f"{VALUE} # sealwright: allow[secret-string-data] a test")}
    before = baseline_of({"a.yaml": SECRET})
    assert judge(allowed, before)[0].stale() == 0
    assert len(judge(allowed, before, Adopting.ALL)[0].updated()) == 1


ENTRY = json.loads(write_baseline(baseline_of({"a.yaml": SECRET})))["entries"][0]


def content(*entries: Any, **keys: Any) -> Any:
    return {"version": 1, "entries": list(entries), **keys}


MALFORMED: dict[str, Any] = {
    "a list": [],
    "nothing": None,
    "no entries": {"version": 1},
    "entries is a mapping": {"version": 1, "entries": {}},
    "another version": content(version=2),
    "no version": {"entries": []},
    "an entry is a word": content("x"),
    "an entry is null": content(None),
    "no path": content({key: value for key, value in ENTRY.items() if key != "path"}),
    "a path that is a number": content({**ENTRY, "path": 1}),
    "no fingerprint": content({key: value for key, value in ENTRY.items() if key != "fingerprint"}),
    "a fingerprint that is none": content({**ENTRY, "fingerprint": VALUE}),
    "an unknown key": content({**ENTRY, "value": VALUE}),
    "an unknown key beside the entries": content(ENTRY, comment=VALUE),
    "an occurrence that is true": content({**ENTRY, "occurrence": True}),
    "a resource that is a word": content({**ENTRY, "resource": "Secret"}),
    "an unknown key of a resource": content({**ENTRY, "resource": {**ENTRY["resource"], "uid": "1"}}),
    "half a surrogate pair": content({**ENTRY, "path": "\ud800"}),
    "a digest that is none": content({**ENTRY, "hmac": VALUE}),
}


@pytest.mark.parametrize("case", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_baseline_is_refused(case: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_baseline(case, "b.json")
    assert caught.value.hint
    assert VALUE not in f"{caught.value}"


@pytest.mark.parametrize(
    "data", [b"[", b"\xff", b"{" * 100_000, b"[" * 100_000, b"<<<<<<< x", b"1" * 10_000, b'{"a":', b'{"a": 1, "a": 1}']
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"b\.json.*it is not JSON"):
        parse_json(data, "b.json")


TEXTS = st.text(max_size=8)
PLACES = st.builds(Place, TEXTS, TEXTS, TEXTS, st.builds(ResourceRef, TEXTS, TEXTS, TEXTS, TEXTS), st.integers(0, 3))
DIGESTS = st.frozensets(st.sampled_from(["", "0" * 32, "f" * 32]), min_size=1)


@given(st.dictionaries(PLACES, DIGESTS, max_size=5))
def test_what_is_written_is_read(known: dict[Place, frozenset[str]]) -> None:
    text = write_baseline(known)
    assert read_baseline(parse_json(text.encode("ascii"), "b"), "b") == known
    assert write_baseline(dict(reversed(known.items()))) == text
    lines = text.splitlines()[3:-3]
    assert len(lines) == len(entries(known))
    assert all(line.startswith('    {"path": ') and line.endswith("},") for line in lines)


def test_what_an_entry_says_counts_whatever_its_fingerprint_says() -> None:
    [place] = read_baseline(content({**ENTRY, "path": "b.yaml"}), "b")
    assert place.path == "b.yaml"
    assert place.fingerprint != ENTRY["fingerprint"]


def test_a_name_that_is_not_utf8_comes_back() -> None:
    path = b"caf\xe9.yaml".decode("utf-8", "surrogateescape")
    before = baseline_of({path: SECRET})
    assert read_baseline(parse_json(write_baseline(before).encode(), "b"), "b") == before


@pytest.mark.parametrize("text", ["", "a\nb", "a\r\nb\rc\n\nd", "\u2028a\x85\x0b\nb", "\n\n", "é☃\r\n\U0001f600x\r"])
def test_offsets_are_the_way_back_from_positions(text: str) -> None:
    source = Source("a", text)
    offsets = Offsets(source)
    assert [offsets.offset(source.position(offset)) for offset in range(len(text) + 1)] == list(range(len(text) + 1))


SHAPES: dict[str, Callable[[int], str]] = {
    "many values": lambda size: (
        "kind: Secret\nstringData:\n" + "".join(f"  k{index}: x-Y-9\n" for index in range(size))
    ),
    "a long value": lambda size: "kind: Secret\nstringData:\n  a: |\n" + "    x-Y-9\n" * size,
    "many quotes": lambda size: "kind: Secret\nstringData:\n  a: 'x-Y-9" + "''" * size + "'\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_time_grows_with_the_length(shape: Callable[[int], str]) -> None:
    listed = Listed({"a.yaml": frozenset({"0" * 40})})

    def work(size: int) -> Callable[[], list[Finding]]:
        source = Source("a.yaml", shape(size))
        _, findings = judge({"a.yaml": source.text})
        assert findings
        return lambda: SourceChecks(key=KEY, listed=listed).apply(source, findings)

    assert growth(work, 1000) < 8


# As detect-secrets 1.5.0 writes it for the values below, with what a scan of its own adds left out.
RECORDED = json.dumps(
    {
        "version": "1.5.0",
        "plugins_used": [],
        "results": {
            "a.yaml": [
                {
                    "type": "Secret Keyword",
                    "filename": "a.yaml",
                    "hashed_secret": hashlib.sha1(VALUE.encode()).hexdigest(),
                    "is_verified": False,
                    "line_number": 5,
                },
                {
                    "type": "Base64 High Entropy String",
                    "filename": "a.yaml",
                    "hashed_secret": hashlib.sha1(CODED.encode()).hexdigest(),
                    "is_verified": False,
                    "line_number": 7,
                },
            ]
        },
        "generated_at": "2026-01-01T00:00:00Z",
    }
)


def listed_statuses(text: str, path: str = "a.yaml", recorded: str = RECORDED) -> dict[str, str]:
    listed = read_listed(json.loads(recorded))
    assert listed is not None
    return statuses(judge({path: text}, checks=SourceChecks(listed=listed))[1])


def test_values_that_detect_secrets_lists_are_known() -> None:
    new = {"stringData.a": "new", "data.b": "new"}
    assert listed_statuses(SECRET, "b.yaml") == new
    assert (
        listed_statuses(SECRET.replace(VALUE, OTHER).replace(CODED, base64.b64encode(OTHER.encode()).decode())) == new
    )
    assert listed_statuses(SECRET.replace(VALUE, f"{VALUE} and more")) == {"stringData.a": "new", "data.b": "known"}
    assert listed_statuses(SECRET) == BOTH
    assert listed_statuses(SECRET.replace(VALUE, f'"{VALUE}"')) == BOTH
    assert (
        listed_statuses(SECRET, recorded=RECORDED.replace(hashlib.sha1(CODED.encode()).hexdigest(), "0" * 40)) == BOTH
    )
    assert listed_statuses(SECRET, "d/a.yaml", RECORDED.replace('"a.yaml": [', '"d\\\\a.yaml": [')) == BOTH


def test_an_import_takes_in_what_is_listed_and_no_more() -> None:
    listed = read_listed(json.loads(RECORDED))
    two = SECRET.replace("data:\n  b", f"data:\n  c: {base64.b64encode(OTHER.encode()).decode()}\n  b")
    judged, findings = judge({"a.yaml": two}, adopting=Adopting.LISTED, checks=SourceChecks(key=KEY, listed=listed))
    assert statuses(findings) == {**BOTH, "data.c": "new"}
    written = write_baseline(judged.updated())
    assert sorted(place.field for place in judged.updated()) == ["data.b", "stringData.a"]
    assert written.count("hmac") == 2
    assert not any(form in written for form in RECORDED.split('"') if len(form) == 40)


@pytest.mark.parametrize(
    "results", [{"a": {}}, {"a": ["x"]}, {"a": [{}]}, {"a": [{"hashed_secret": VALUE}]}, {"a": [{"hashed_secret": 1}]}]
)
def test_a_malformed_baseline_of_detect_secrets_is_not_read(results: Any) -> None:
    assert is_listed({"results": results})
    assert read_listed({"results": results}) is None
    assert not is_listed({"results": []})
    assert not is_listed([])
