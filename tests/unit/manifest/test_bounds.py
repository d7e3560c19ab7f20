"""Texts that were made to take long, to take all memory or to break the reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.manifest.trees import both_loaders, stays_linear

from sealwright.manifest.compose import compose
from sealwright.manifest.documents import read_documents, split_documents
from sealwright.manifest.json_text import compose_json
from sealwright.manifest.limits import MAX_DEPTH, MAX_MERGED, MAX_NODES, Unparsable
from sealwright.manifest.nodes import Mapping, entries, lookup, walk
from sealwright.manifest.outline import outline
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source
from sealwright.manifest.template import is_template, mask

DEEP = 100_000


def tree_of(text: str, *, libyaml: bool = True) -> Mapping:
    tree = compose(text, libyaml=libyaml)
    assert isinstance(tree, Mapping)
    return tree


@both_loaders
@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "{a: " * DEEP,
        "[" * DEEP + "]" * DEEP,
        "- " * DEEP,
        "? " * DEEP,
        "".join(" " * depth + "a:\n" for depth in range(1000)),
        "&a " * DEEP,
        "!a " * DEEP,
    ],
    ids=["[", "{", "[]", "-", "?", "block", "anchors", "tags"],
)
def test_endless_nesting_is_refused(text: str, libyaml: bool) -> None:
    with pytest.raises(Unparsable):
        compose(text, libyaml=libyaml)
    documents = list(read_documents(Source("x", text), libyaml=libyaml))
    assert documents
    assert all(document.flaw for document in documents)
    for document in documents:
        list(resources(document))


@pytest.mark.parametrize("text", ["[" * DEEP, '{"a":' * DEEP, "[" * DEEP + "]" * DEEP])
def test_endless_json_is_refused(text: str) -> None:
    with pytest.raises(Unparsable, match="too deeply"):
        compose_json(text)


@both_loaders
@pytest.mark.parametrize("extra", [0, 1])
def test_the_bound_on_depth_is_the_same_in_both_readers(extra: int, libyaml: bool) -> None:
    text = "[" * (MAX_DEPTH + extra) + "]" * (MAX_DEPTH + extra)
    for read in (lambda: compose(text, libyaml=libyaml), lambda: compose_json(text)):
        if extra:
            with pytest.raises(Unparsable, match="too deeply"):
                read()
        else:
            assert read()


@pytest.mark.parametrize("read", [compose, compose_json])
def test_nodes_are_counted(read: Callable[[str], object]) -> None:
    with pytest.raises(Unparsable, match=f"more than {MAX_NODES:,} nodes"):
        read("[" + "1," * MAX_NODES + "1]")


LAUGHS = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
MERGES = "a0: &a0 {k: v}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: v}}\n" for n in range(1, 30)
)


@both_loaders
def test_a_billion_laughs_stay_as_small_as_they_are_written(libyaml: bool) -> None:
    tree = tree_of(LAUGHS, libyaml=libyaml)
    assert sum(1 for _ in walk(tree)) < 1000
    with pytest.raises(TooLarge):
        to_plain(tree)


@both_loaders
def test_merged_laughs_are_each_merged_once(libyaml: bool) -> None:
    last = tree_of(MERGES, libyaml=libyaml).entries[-1][1]
    assert isinstance(last, Mapping)
    assert [name for name, _, _ in entries(last)] == [*(f"k{n}" for n in range(29, 0, -1)), "k"]
    assert lookup(last, "none") is None


def test_a_list_of_lists_of_aliases_is_read_once() -> None:
    text = "kind: List\nitems:\n- &a0 {kind: Secret}\n" + "".join(
        f"- &a{n} {{kind: List, items: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 30)
    )
    (document,) = read_documents(Source("x", text))
    assert [resource.ref.kind for resource in resources(document)] == ["Secret"]


def test_chains_of_merges_are_bounded() -> None:
    text = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: v}}\n" for n in range(1, 3000))
    assert MAX_MERGED < 3000 * 3000 / 2
    with pytest.raises(Unparsable, match="merge keys"):
        compose(text)


@both_loaders
def test_a_mapping_that_merges_itself_ends(libyaml: bool) -> None:
    tree = tree_of("a: &a\n  <<: [*a, *a]\n  k: v\n  b:\n    <<: *a\n", libyaml=libyaml)
    inner = tree.entries[0][1]
    assert isinstance(inner, Mapping)
    assert [name for name, _, _ in entries(inner)] == ["k", "b"]


def test_many_duplicate_keys_stay_small_as_plain_data() -> None:
    plain = to_plain(tree_of("a: 1\n" * 20_000))
    assert isinstance(plain, dict)
    assert len(plain) == 20_000
    assert sum(map(len, plain)) < 200_000


def test_aliases_inside_aliases_end_before_the_stack_does() -> None:
    text = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} [{{b: *a{n - 1}}}]\n" for n in range(1, 2000))
    with pytest.raises(TooLarge):
        to_plain(tree_of(text).entries[-1][1])


def documents_of(text: str) -> object:
    return [(d.form, d.flaw) for d in read_documents(Source("x", text))]


LINEAR: list[tuple[str, Callable[[str], object], Callable[[int], str], int]] = [
    ("documents", documents_of, lambda n: "--- {a: b}\n" * n, 2000),
    ("empty documents", documents_of, lambda n: "---\n" * n, 2000),
    ("comments", lambda t: list(split_documents(t)), lambda n: "# c\n" * n + "---\na: 1\n", 50_000),
    ("comments and ends", lambda t: list(split_documents(t)), lambda n: "# c\n...\n" * n, 50_000),
    ("blank", lambda t: list(split_documents(t)), lambda n: " " * n + "\n---\n", 100_000),
    ("directives", lambda t: list(split_documents(t)), lambda n: "%a\n" * n + "x\n---\n", 50_000),
    ("long line", documents_of, lambda n: "a: '" + "x " * n + "'\n", 200_000),
    ("openings", mask, lambda n: "{{ " * n, 20_000),
    ("openings of all kinds", mask, lambda n: "{{ {% {# " * n, 20_000),
    ("comments in actions", mask, lambda n: "{{/* " * n, 20_000),
    ("comments and one end", mask, lambda n: "{{/* " * n + "*/", 20_000),
    ("quotes in an action", mask, lambda n: "{{ " + "\"'`\\" * n, 20_000),
    ("escaped quotes", mask, lambda n: "{{ " + "\\\"'" * n, 20_000),
    ("actions", is_template, lambda n: "{{ `" * n + "{{ x }}", 20_000),
    ("filled lines", mask, lambda n: "{{ x }}" + " " * n + "x\n{{ y }}\n", 100_000),
    ("control lines", mask, lambda n: "  a: |\n    {{ x }}\n" * n, 5_000),
    ("headers", mask, lambda n: ": &a" * n + "\n{{ x }}\n", 100_000),
    ("outline of keys", outline, lambda n: "a: b\n" * n, 10_000),
    (
        "outline of depth",
        outline,
        lambda n: "".join(" " * d + "a:\n" for d in range(300)) + (" " * 300 + "b: 1\n") * n,
        500,
    ),
    ("outline of blanks", outline, lambda n: "a" + " " * n + "x\n", 100_000),
    ("outline of colons", outline, lambda n: "a" + ":x" * n + "\n", 100_000),
    ("outline of comments", outline, lambda n: "a: b" + " #" * n + "\n", 100_000),
    ("outline of quotes", outline, lambda n: 'a: "b\n' * n, 5_000),
    ("outline of text", outline, lambda n: "a: b\n" + "  c\n" * n, 20_000),
    ("outline of blocks", outline, lambda n: "a: |\n" + "  c\n" * n, 20_000),
    ("outline of openings", outline, lambda n: "a: [\n" * n, 1_000),
    ("outline of dashes", outline, lambda n: "- " * n, 20_000),
    ("positions", lambda t: Source("x", t).position(len(t)), lambda n: "a\n" * n, 200_000),
    ("anchors", documents_of, lambda n: "".join(f"- &a{i} x\n- *a{i}\n" for i in range(n)), 5_000),
    ("json texts", documents_of, lambda n: '{"a": [1]}\n' * n, 3_000),
    ("json string", documents_of, lambda n: '{"a": "' + "x" * n + '"}', 400_000),
]


@pytest.mark.parametrize(("run", "make", "size"), [case[1:] for case in LINEAR], ids=[case[0] for case in LINEAR])
def test_time_grows_with_the_text_and_not_faster(
    run: Callable[[str], object], make: Callable[[int], str], size: int
) -> None:
    stays_linear(run, make, size)


@both_loaders
def test_a_hundred_thousand_documents_are_all_read(libyaml: bool) -> None:
    count = 100_000 if libyaml else 5_000
    documents = read_documents(Source("x", "---\n" * count + "a: 1\n"), libyaml=libyaml)
    assert sum(1 for _ in documents) == count
