"""JSON: what is refused, and exact places."""

from __future__ import annotations

import pytest
from unit.manifest.trees import plain, written

from sealwright.manifest.json_text import compose_json
from sealwright.manifest.limits import Unparsable

REFUSED = [
    '{"a":1,}', "[1,]", "[,]", "[01]", "{}01", '{"a" 1}', '{"a":}', "[1 2]", "[", "{", "[}", "{]", "[1]]", '["\t"]',
    "[tru]", "[truex]", "[-]", "[1.]", "[1e]", "[NaN]", "['a']", "{a: 1}", '["\\x"]', '["a', "[] x", "[1] // c",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        compose_json(text)
    assert 0 <= caught.value.offset <= len(text)


def test_everything_has_its_place() -> None:
    text = ' {"a" : [1, {"b":null}] ,"a":"\\u0041"}\n[]'
    roots = compose_json(text)
    assert written(roots[0], text) == [('"a"', ["1", [('"b"', "null")]]), ('"a"', '"\\u0041"')]
    assert [text[root.start : root.end] for root in roots] == [text[1:-3], "[]"]
    assert compose_json(text, 7)[0].start == 8


def test_half_of_a_surrogate_pair_is_no_character() -> None:
    assert plain(compose_json('["\\ud83d\\ude00", "\\ud83d", "\\ude00\\ud83d"]')[0]) == ["😀", "\ufffd", "\ufffd\ufffd"]
