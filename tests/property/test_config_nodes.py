"""A configuration that is read without the parser gives the nodes that the parser gives, or is left to it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from property.test_plain_reader import FLOWS, LINES, SECRET

from sealwright.cli.start.starters import CONFIGURATION
from sealwright.config.usual import compose_usual
from sealwright.manifest.plain import Unsure

EXAMPLE = """\
clusters:
  prod:
    paths: [clusters/prod/**, 'x/**']
    certificate: certs/prod.pem
    fingerprint: "sha256:00ff"
    controller: https://sealed-secrets.example.com
policy:
  packs: [baseline]   # others: see the list
  overrides: [{paths: [clusters/dev/**], rules: {WRK001: off, ESO003: "off"}}]
scan:
  depth: 3
  jobs:
waivers:
  - {rule: WRK001, path: apps/legacy/**, reason: "...", owner: team-a, expires: 2027-01-31}
"""
WORDS = st.sampled_from(
    (
        *("yes", "No", "ON", "oFF", "off", "true", "FALSE", "null", "~", "y", "n", "Null", "nULL", "None", "inf"),
        *("0", "1", "007", "0x1f", "0o7", "0b1", "1_000", "1:30", "1.5", ".5", "1e3", "+1", "-1", "-", "=", "<<"),
        *("2027-01-31", "2027-1-3", "2027-01-31T00:00:00Z", "2027-01-31x", "12", "v1", "/a", "$x", "_1", "a/**"),
        *("**", ".inf", "nan"),
    )
)
SCALARS = WORDS | st.text(st.sampled_from("abeEnNoOfFyY019-+._:/~=x "), max_size=8)


def shape(node: Any) -> Any:
    """What the configuration asks of a node. A collection's end and a block scalar's are asked by nobody."""
    if node is None:
        return None
    value = node.value
    if node.id == "mapping":
        value = [(shape(key), shape(item)) for key, item in value]
    elif node.id == "sequence":
        value = [shape(item) for item in value]
    ends = (node.end_mark.line, node.end_mark.column) if node.id == "scalar" else None
    return node.id, node.tag, (node.start_mark.line, node.start_mark.column), ends, value


def check(text: str) -> bool:
    """Whether it was read without the parser; it must be the same then."""
    try:
        found = compose_usual(text)
    except Unsure:
        return False
    assert shape(found) == shape(yaml.compose(text, Loader=yaml.SafeLoader))
    return True


@pytest.mark.parametrize("text", ["# nothing\n", CONFIGURATION, EXAMPLE])
def test_the_usual_configuration_needs_no_parser(text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(
    "text",
    [
        *("a: |\n  b\n", "a: 1.5\n", "a: 0x1\n", "a: <<\n", "<<: {a: b}\n"),
        *("a: &x b\n", "a: !!str 1\n", "a: -1\n", "a: é\n", "a: b", "a: b\tc\n"),
    ],
)
def test_what_is_less_usual_is_left_to_the_parser(text: str) -> None:
    assert not check(text)


@given(SCALARS, st.sampled_from(("a: {}\n", "- {}\n", "a: [{}, b]\n", "{}: a\n", "a:\n  - {}: {}\n", "a: '{}'\n")))
def test_scalars_have_the_types_of_the_parser(word: str, place: str) -> None:
    check(place.replace("{}", word))


@settings(max_examples=300)
@given(LINES | FLOWS.map(lambda flow: [f"a: {flow}"]), st.integers(0, len(SECRET)))
def test_nodes_are_those_of_the_parser(lines: list[str], cut: int) -> None:
    check("\n".join(lines) + "\n")
    check(SECRET[:cut].rpartition("\n")[0] + "\n")
