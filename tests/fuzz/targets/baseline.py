"""Baselines, ours and those of others: what is read is written the same again, or is refused."""

from __future__ import annotations

import json

from sealwright.errors import ConfigurationError
from sealwright.finding import ResourceRef
from sealwright.gate.baseline import Place, entries, growth, parse_json, read_baseline, write_baseline
from sealwright.gate.listed import is_listed, read_listed

_KNOWN = {
    Place("apps/a.yaml", "secret-data", "data.a", ResourceRef("v1", "Secret", "shop", "db")): frozenset(
        {"", "ab" * 16}
    ),
    Place("b é.yaml", "known-token", "", ResourceRef(), 2): frozenset({""}),
}
_OTHERS = {"version": "1.5.0", "results": {"a.yaml": [{"hashed_secret": "a" * 40, "type": "x", "filename": "a.yaml"}]}}
SEEDS = (write_baseline(_KNOWN).encode(), write_baseline({}).encode(), json.dumps(_OTHERS).encode(), b"[]")
WORDS = (
    *(
        b'{"path": "a"}',
        b'"occurrence": 1e999',
        b'"occurrence": -1',
        b'"field": null',
        b"NaN",
        b"1" * 5000,
        b'"\\ud800"',
        b"{}",
    ),
    *(
        b'"resource": {"kind": 1}',
        b'"hmac": "' + b"a" * 32 + b'"',
        b'"version": true',
        b'"entries": [',
        b"]",
        b",",
        b'"',
        b"[" * 50,
    ),
)


def run(data: bytes) -> None:
    try:
        content = parse_json(data, "baseline")
        listed = read_listed(content) if is_listed(content) else None
        assert listed is None or "a" * 40 not in repr(listed)
        known = read_baseline(content, "baseline")
    except ConfigurationError as error:
        assert error.place.startswith("baseline")
        return
    again = read_baseline(parse_json(write_baseline(known).encode("utf-8", "surrogateescape"), "x"), "x")
    assert entries(again) == entries(known)
    assert not growth(known, again)
