"""A cluster's entry written into `.sealwright.yaml`: the rest of the text stays, character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.config import parse_config
from sealwright.errors import ConfigurationError
from sealwright.run.clusters.entry import Line, with_cluster, word, words

PIN = f'"sha256:{"0a" * 32}"'
OLD = f"'sha256:{'0b' * 32}'"
CERTIFICATE = "    certificate: certs/prod.pem\n"
NEW = [Line("certificate", "certs/prod.pem"), Line("fingerprint", PIN)]
ENTRY = f"  prod:\n{CERTIFICATE}    fingerprint: {PIN}\n"


def edited(text: str, lines: list[Line] = NEW) -> str:
    return with_cluster(text.encode(), ".sealwright.yaml", "prod", lines).decode()


CASES = {
    "no file": ("", f"clusters:\n{ENTRY}"),
    "comments only": ("# ours\n", f"# ours\nclusters:\n{ENTRY}"),
    "no last line end": ("scan: {}", f"scan: {{}}\nclusters:\n{ENTRY}"),
    "a marker": ("---\nscan: {}\n", f"---\nscan: {{}}\nclusters:\n{ENTRY}"),
    "an empty section": ("clusters:\nscan: {}\n", f"clusters:\n{ENTRY}scan: {{}}\n"),
    "an empty section with a comment": ("clusters: # ours\n", f"clusters: # ours\n{ENTRY}"),
    "null": ("clusters: ~\n", f"clusters: \n{ENTRY}"),
    "braces": ("clusters: {}  # none\nscan: {}\n", f"clusters:   # none\n{ENTRY}scan: {{}}\n"),
    "another cluster": (
        "clusters:\n  # first\n  dev: {certificate: dev.pem}  # dev\n  # last\n\nscan: {}\n",
        "clusters:\n  # first\n  dev: {certificate: dev.pem}  # dev\n" + ENTRY + "  # last\n\nscan: {}\n",
    ),
    "another indentation": (
        "clusters:\n    dev:\n        certificate: dev.pem\n",
        "clusters:\n    dev:\n        certificate: dev.pem\n"
        + ENTRY.replace("\n  ", "\n    ").replace("  prod", "    prod"),
    ),
    "another cluster in braces": (
        "clusters: {dev: {certificate: dev.pem}}\n",
        f"clusters: {{prod: {{certificate: certs/prod.pem, fingerprint: {PIN}}}, dev: {{certificate: dev.pem}}}}\n",
    ),
    "the same cluster": (
        f"clusters:\n  prod:\n    # ours\n    fingerprint: {OLD}  # pin\n    paths: [a/**]\n  dev: {{}}\n",
        f"clusters:\n  prod:\n    # ours\n    fingerprint: {PIN}  # pin\n    paths: [a/**]\n{CERTIFICATE}  dev: {{}}\n",
    ),
    "the same cluster in braces": (
        "clusters: {prod: {certificate: old.pem}}\n",
        f"clusters: {{prod: {{fingerprint: {PIN}, certificate: certs/prod.pem}}}}\n",
    ),
    "sections that move down": (
        "clusters:\n  dev: {certificate: dev.pem}\npolicy: {packs: [baseline]}\n",
        "clusters:\n  dev: {certificate: dev.pem}\n" + ENTRY + "policy: {packs: [baseline]}\n",
    ),
    "line ends of Windows": (
        "scan: {}\r\n",
        f"scan: {{}}\r\nclusters:\n{ENTRY}".replace("\r\n", "\n").replace("\n", "\r\n"),
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_the_entry_is_put_where_it_belongs(before: str, after: str) -> None:
    assert edited(before) == after
    assert edited(after) == after
    cluster = parse_config(after.encode(), "").cluster("prod")
    assert cluster is not None
    assert (cluster.certificate, f'"{cluster.fingerprint}"') == ("certs/prod.pem", PIN)


REFUSED = {
    "broken": "scan: [\n",
    "a list": "- a\n",
    "an unknown key": "scam: {}\n",
    "ended": "scan: {}\n...\n",
    "two documents": "scan: {}\n---\nscan: {}\n",
    "in braces": "{scan: {}}\n",
    "an alias": "clusters: {dev: &dev {certificate: dev.pem}, prod: *dev}\n",
    "an empty entry": "clusters:\n  prod: {}\n",
    "merged from another": "clusters:\n  dev: &dev {certificate: a.pem}\n  prod:\n    <<: *dev\n    paths: [a]\n",
    "twice": "clusters: {dev: {}}\nclusters: {dev: {}}\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_edited_safely_is_left_to_people(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        edited(text)
    assert "cannot be edited safely" in caught.value.message
    assert "certificate: certs/prod.pem; fingerprint: " in caught.value.hint


@given(st.text(min_size=1, max_size=30))
def test_any_word_is_read_as_it_was_meant(text: str) -> None:
    try:
        after = edited("", [Line("certificate", word(text)), Line("paths", words((text, "b")))])
    except ConfigurationError:  # what no YAML can hold
        return
    cluster = parse_config(after.encode(), "").cluster("prod")
    assert cluster is not None
    assert (cluster.certificate, cluster.paths) == (text, (text, "b"))


@pytest.mark.parametrize("text", ["on", "No", "null", "~", "1", "a: b", "a #b", "*x", "https://h:1/x", "~/x", "ü"])
def test_words_of_yaml_are_quoted(text: str) -> None:
    after = edited("", [Line("certificate", word(text))])
    cluster = parse_config(after.encode(), "").cluster("prod")
    assert cluster is not None
    assert cluster.certificate == text
