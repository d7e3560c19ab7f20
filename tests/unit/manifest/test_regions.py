"""Which parts of documentation and of scripts are manifests, with every offset true; and what family a file is of."""

from __future__ import annotations

import pytest
from unit.detect.scans import growth

from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.heredocs import heredocs
from sealwright.manifest.nodes import FILL
from sealwright.manifest.regions import fences, regions
from sealwright.manifest.source import Source

FAMILIES = {
    Family.MANIFEST: [
        "a.yaml",
        "a.json",
        "secret",
        "a.yaml.tmpl",
        "_helpers.tpl",
        ".env",
        "kubeconfig",
        "a.conf",
        "a.tf.json",
    ],
    Family.PROSE: ["README.md", "a/NOTES.txt", "x.adoc", "x.rst", "README.md.gotmpl"],
    Family.SHELL: ["a.sh", "Makefile", "Dockerfile", "Dockerfile.prod", "a/justfile", "Jenkinsfile", "x.mk", "a.sh.j2"],
    Family.CODE: ["main.tf", "a.libsonnet", "a.ts", "sync.py", "a_test.go", "Tiltfile", "a.tf.tmpl"],
}


@pytest.mark.parametrize(("family", "path"), [(family, path) for family, paths in FAMILIES.items() for path in paths])
def test_the_name_says_the_family(family: Family, path: str) -> None:
    assert family_of(path, "") is family


@pytest.mark.parametrize(
    ("first", "family"),
    [
        ("#!/bin/sh\n", Family.SHELL),
        ("#!/usr/bin/env -S bash -e\n", Family.SHELL),
        ("#!/usr/bin/env python3\n", Family.CODE),
        ("kind: Secret\n", Family.MANIFEST),
    ],
)
def test_the_first_line_says_it_where_the_name_does_not(first: str, family: Family) -> None:
    assert family_of("bin/run", first) is family


def found(family: Family, text: str) -> list[tuple[int, str]]:
    """(line, first line) of every region; each stands for text of its own length, with its line breaks."""
    result = []
    for region in regions(family, text):
        part = text[region.start : region.start + len(region.text)]
        assert len(part) == len(region.text)
        assert [i for i, char in enumerate(part) if char == "\n"] == [
            i for i, char in enumerate(region.text) if char == "\n"
        ]
        result.append((text.count("\n", 0, region.start) + 1, region.text.strip().split("\n")[0]))
    return result


NOTHING = {
    "no manifest": "```yaml\npassword: a\n```\n",
    "prose": "A Secret has `kind: Secret` in it.\n",
    "another language": "```go\nkind: Secret\n```\n",
    "text after the fence's end": "```yaml\na: b\n```\nand kind: is a word\n",
    "a table": "| kind: | apiVersion: |\n",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_prose_without_manifests_has_no_regions(text: str) -> None:
    assert found(Family.PROSE, text) == []


PROSE = {
    "fence": ("Hello\n\n```yaml\nkind: A\n```\n", [(4, "kind: A")]),
    "tildes, more of them, attributes": ('~~~~ {.yaml title="x"}\nkind: A\n~~~\n~~~~\n', [(2, "kind: A")]),
    "no language": ("```\nkind: A\n```\n", [(2, "kind: A")]),
    "json": ('```json\n{\n  "kind": "A"\n}\n```\n', [(2, "{")]),
    "never closed": ("```yaml\nkind: A\n", [(2, "kind: A")]),
    "two": ("```yaml\nkind: A\n```\nx\n```yaml\nkind: B\n```\n", [(2, "kind: A"), (6, "kind: B")]),
    "in a list": ("1. Do:\n\n   ```yaml\n   kind: A\n   ---\n   kind: B\n   ```\n", [(4, "kind: A"), (6, "kind: B")]),
    "in a list item": ("- ```yaml\n  kind: A\n  ```\n", [(2, "kind: A")]),
    "in a quotation": ("> ```yaml\n> kind: A\n> b: c\n> ```\n", [(2, "kind: A")]),
    "indented": ("Do:\n\n    kind: A\n    b: c\n\nand then\n", [(3, "kind: A")]),
    "by tabs": ("Do:\n\n\tkind: A\n\tb: c\n", [(3, "kind: A")]),
    "asciidoc": ("[source,yaml]\n----\nkind: A\nb:\n- c\n----\nkind words\n", [(3, "kind: A")]),
    "what a command printed": ("```console\n$ kubectl get a -o yaml\nkind: A\nb: c\n```\n", [(3, "kind: A")]),
    "in a heredoc": ("```sh\ncat <<EOF | kubectl apply -f -\nkind: A\nEOF\n```\n", [(3, "kind: A")]),
    "windows": ("```yaml\r\nkind: A\r\n```\r\n", [(2, "kind: A")]),
}


@pytest.mark.parametrize(("text", "expected"), PROSE.values(), ids=PROSE)
def test_manifests_in_documentation(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(Family.PROSE, text) == expected


SHELL = {
    "heredoc": ("cat <<EOF\nkind: A\nEOF\n", [(2, "kind: A")]),
    "quoted word": ("cat <<'EOF'\nkind: $a\nEOF\n", [(2, "kind: $a")]),
    "two, one of them nothing": ("cat <<A\nx\nA\ncat <<B\nkind: B\nB\n", [(5, "kind: B")]),
    "with tabs": ("\tcat <<-EOF\n\tkind: A\n\tb: c\n\tEOF\n", [(2, "kind: A")]),
    "never closed": ("cat <<EOF\nkind: A\n", [(2, "kind: A")]),
    "a here-string": ("cat <<<EOF\nkind: A\nEOF\n", [(2, "kind: A")]),
    "in quotes": ('echo "\nkind: A\nb: $c\n" | kubectl apply -f -\n', [(2, "kind: A")]),
}


@pytest.mark.parametrize(("text", "expected"), SHELL.values(), ids=SHELL)
def test_manifests_in_scripts(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(Family.SHELL, text) == expected


def test_what_the_shell_puts_in_is_filled() -> None:
    text = 'cat <<EOF\nkind: $kind\na: $(b "$(c)")\nd: `e`\nf: \\$g\nh: ${i}\nj: a$1\nEOF\n'
    [region] = regions(Family.SHELL, text)
    values = [line.partition(": ")[2] for line in region.text.splitlines()]
    assert [value.replace(FILL, "") for value in values] == ["", "", "", "\\$g", "${i}", "a"]
    documents = list(read_documents(Source("a.sh", text), [region]))
    assert [document.form for document in documents] == [Form.TEMPLATE]


def test_documents_of_regions_keep_their_offsets() -> None:
    text = "# Title\n\n```yaml\nkind: A\n---\nkind: B\n```\n"
    documents = list(read_documents(Source("a.md", text), regions(Family.PROSE, text)))
    assert [text[document.start : document.end] for document in documents] == ["kind: A\n", "---\nkind: B\n"]


@pytest.mark.parametrize(
    "text",
    [
        "cat <<EOF\n",
        "cat <<EOF\nEOF\n",
        "```yaml\nkind: a\n",
        "    kind: a\n\n",
        "kind: a\nb\n",
        "> kind: a\n",
        "cat <<E kind: a\n",
    ],
)
@pytest.mark.parametrize("family", [Family.PROSE, Family.SHELL])
def test_the_time_grows_with_the_length(text: str, family: Family) -> None:
    assert growth(lambda size: lambda: list(regions(family, f"kind: a\n{text * size}")), 500) < 8
    assert growth(lambda size: lambda: (list(heredocs(text * size)), list(fences(text * size))), 500) < 8
