"""Patterns for paths: what they match, what not, and that none takes long."""

from __future__ import annotations

import pytest
from unit.manifest.trees import stays_linear

from sealwright.errors import UsageError
from sealwright.manifest.globs import compile_globs, exactly

NOT = [
    ("*.yaml", "a.yml"),
    ("*.yaml", "a.yaml.txt"),
    ("a/*.yaml", "a/b/c.yaml"),
    ("a/*.yaml", "x/a/c.yaml"),
    ("a?c", "a/c"),
    ("[!a]b", "ab"),
    ("[!a]", "/"),
    ("a/**", "a"),
    ("a/**/b", "a/xb"),
    ("**/test", "mytest/x"),
    ("test", "mytest/x"),
    ("a", "A"),
    ("", "a"),
    ("/", "a"),
    (r"\*", "a"),
    ("a.c", "abc"),
    ("b/", "ab"),
]
YES = [
    ("*.yaml", "a.yaml"),
    ("*.yaml", "x/y/a.yaml"),
    ("a/*.yaml", "a/c.yaml"),
    ("/a", "a"),
    ("a/b", "a/b/c/d"),
    ("test", "x/test/y"),
    ("test/", "x/test/y"),
    ("**/test", "test"),
    ("**/test", "x/y/test/z"),
    ("a/**", "a/b/c"),
    ("a/**/b", "a/b"),
    ("a/**/b", "a/x/y/b"),
    ("a/**/b/**/*.json", "a/b/x/b/y/z.json"),
    ("**", "a/b"),
    ("[a-c]x", "bx"),
    ("[!a]b", "bb"),
    ("[^a]b", "bb"),
    ("[]]x", "]x"),
    ("[[a]", "["),
    ("[a&&b||c--d~~e]", "&"),
    ("[z-a]", "[z-a]"),
    ("[", "["),
    (r"\*", "*"),
    (r"\[a]", "[a]"),
    ("a b", "a b"),
    ("a\nb", "a\nb"),
    ("*", "\udcff"),
    ("-x", "-x"),
    ("(a|b)+$", "(a|b)+$"),
]


@pytest.mark.parametrize(("pattern", "path"), NOT)
def test_patterns_do_not_match(pattern: str, path: str) -> None:
    globs = compile_globs((pattern,))
    assert globs is not None
    assert not globs.match(path)


@pytest.mark.parametrize(("pattern", "path"), [case for case in YES if case[0] != "[z-a]"])
def test_patterns_match(pattern: str, path: str) -> None:
    globs = compile_globs(("nothing.like.it", pattern))
    assert globs is not None
    assert globs.match(path)


def test_a_range_from_high_to_low_is_no_error() -> None:
    assert compile_globs(("[z-a]", "x[z-a-]y")) is not None


def test_no_patterns_are_none() -> None:
    assert compile_globs(()) is None


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [("**/" * 30 + "x", "a/"), ("a*" * 30 + "b", "a"), ("**/**/**/**/a*b*c*d", "abc/"), ("*a/**/" * 8 + "b", "a/")],
)
def test_no_pattern_takes_long(pattern: str, piece: str) -> None:
    globs = compile_globs((pattern,))
    assert globs is not None
    stays_linear(globs.match, lambda size: piece * size, 2000)


@pytest.mark.parametrize("patterns", [("!a",), ("**", "!clusters/prod/**")])
def test_nothing_is_taken_back(patterns: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="begins with `!`"):
        compile_globs(patterns)


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("db.yaml", ["apps/db.yaml", "db.yam"]),
        ("apps/db.yaml", ["x/apps/db.yaml"]),
        ("a [x], b/st: #ore.yaml", ["a x, b/st: #ore.yaml"]),
        ("*.yaml", ["a.yaml"]),
        ("a/**/b?.yaml", ["a/x/bc.yaml"]),
        ("!a.yaml", ["a.yaml"]),
        ("!a/b.yaml", ["a/b.yaml"]),
        ("a\\b.yaml", ["ab.yaml"]),
        ("a\\[b].yaml", ["a\\b.yaml"]),
        ("^[^]", ["x"]),
    ],
)
def test_a_path_can_be_meant_exactly(path: str, others: list[str]) -> None:
    globs = compile_globs((exactly(path),))
    assert globs is not None
    assert globs.match(path)
    assert [other for other in others if globs.match(other)] == []
