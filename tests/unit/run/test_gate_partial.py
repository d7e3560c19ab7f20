"""What a rule says of a patch: what is wrong in it, and what could not be judged; not what it leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.finding import Confidence, Severity
from sealwright.manifest.source import Source
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.model import Rule, Rules
from sealwright.run.gate.partial import of_what_is_there

POD = Source("a.yaml", "apiVersion: v1\nkind: Pod\nspec: {name: a, list: [x]}\n")
LOOP = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
for _name in "abcdefgh":
    LOOP = f"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map({_name}, {LOOP})"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"expression": "object.spec.absent == 'b'"}, []),
        ({"expression": "has(object.spec.absent)"}, []),
        ({"expression": "has(object.absent.more)"}, []),
        ({"expression": "object.spec.list[0] == 'x'"}, []),
        ({"expression": "object.spec.name == 'b'"}, ["spec.name"]),
        ({"expression": "object.spec.name > 1"}, ["spec.name"]),
        ({"expression": "object.spec.list[0] == 'y'"}, ["spec.list[0]"]),
        ({"expression": f"size({LOOP}) > 0"}, [""]),
        ({"schema": {"$ref": "#"}}, [""]),
    ],
)
def test_what_counts_in_a_patch(fields: dict[str, Any], expected: list[str]) -> None:
    texts: tuple[Any, ...] = ("OUR001", "ours", "t", "w", Severity.LOW, Confidence.CERTAIN, ("v1/Pod",), "m", "r", {})
    rules = Rules((Rule(*texts, **fields),), {}, {})
    for _ in range(5):  # a rule that takes too long is given up, which counts as well
        assert [each.field for each in of_what_is_there(objects_in(POD).subjects, rules, POD)] == expected
