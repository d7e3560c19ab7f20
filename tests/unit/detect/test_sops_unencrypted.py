"""Documents that SOPS has encrypted: what its rule promises, and what stands in clear all the same."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.detect.scans import PARSERS, found, growth, scan

from sealwright.detect.sops import Rule, is_encrypted

ENC = "ENC[AES256_GCM,data:3l9jZfuc,iv:YwBsdFXI,tag:6J+KbSPm,type:str]"
META = f"sops:\n  mac: {ENC}\n  lastmodified: x\n"


def sops(body: str, rule: str = "") -> str:
    return f"{body}{META}{f'  {rule}' if rule else ''}\n"


SILENT = {
    "everything encrypted": sops(f"kind: Secret\ndata: {{a: '{ENC}'}}\nstringData: {{b: '{ENC}'}}\n"),
    "empty values": sops("kind: Secret\nstringData: {a: '', b: , c: null}\n"),
    "Secret in JSON": f'{{"kind": "Secret", "stringData": {{"a": "{ENC}"}}, "sops": {{"mac": "{ENC}"}}}}',
    "only some keys are promised": sops(
        f"kind: X\nspec: {{user: me, password: '{ENC}'}}\n", "encrypted_regex: ^(password)$"
    ),
    "a parent is promised": sops(f"kind: X\nspec: {{a: {{b: ['{ENC}']}}}}\n", "encrypted_regex: ^spec$"),
    "some keys are left": sops(f"kind: X\nspec: {{user: me, password: '{ENC}'}}\n", "unencrypted_regex: ^user$"),
    "by suffix": sops(f"kind: X\nspec: {{a_enc: '{ENC}', b: x}}\n", "encrypted_suffix: _enc"),
    "but for a suffix": sops(f"kind: X\nspec: {{a: '{ENC}', b_plain: x}}\n", "unencrypted_suffix: _plain"),
    "the default suffix": sops(f"kind: X\nspec: {{a: '{ENC}', b_unencrypted: x}}\n"),
    "names and types": sops("kind: X\napiVersion: v1\nmetadata: {name: a, labels: {b: c}}\n"),
    "by comment": sops("kind: X\nspec: {a: x}\n", "encrypted_comment_regex: secret"),
    "no kind": sops(f"a: '{ENC}'\n"),
    "a pattern with a look ahead": sops("kind: X\nspec: {a: x}\n", "encrypted_regex: '(?=a)'"),
    "no pattern at all": sops("kind: X\nspec: {a: x}\n", "encrypted_regex: '('"),
    "a huge repetition": sops("kind: X\nspec: {a: x}\n", "encrypted_regex: 'a{99999999999}'"),
    "its own configuration": "creation_rules: [{encrypted_regex: ^data$}]\n",
    "another use of the word": "kind: X\nsops: {enabled: true}\nspec: {a: x}\n",
}
R = "sops-unencrypted"
FOUND = {
    "plain in a Secret": (sops("kind: Secret\nstringData:\n  a: x\n"), [(R, "stringData.a", 3)]),
    "plain outside the rule": (sops("kind: Secret\ndata:\n  a: eA==\n", "encrypted_regex: ^dat$"), [(R, "data.a", 3)]),
    "half": (sops(f"kind: Secret\nstringData:\n  a: '{ENC}'\n  b: x\n"), [(R, "stringData.b", 4)]),
    "with the suffix": (sops("kind: Secret\nstringData:\n  a_unencrypted: x\n"), [(R, "stringData.a_unencrypted", 3)]),
    "not the form": (sops("kind: Secret\nstringData:\n  a: ENC[foo]\n"), [(R, "stringData.a", 3)]),
    "the form in longer text": (sops(f"kind: Secret\nstringData:\n  a: x {ENC}\n"), [(R, "stringData.a", 3)]),
    "promised in another kind": (sops("kind: X\nspec:\n  a: {b: x}\n", "encrypted_regex: ^a$"), [(R, "spec.a.b", 3)]),
    "promised in a list": (sops("kind: X\nspec:\n- x\n", "encrypted_regex: ^spec$"), [(R, "spec", 3)]),
    "promised by a pattern of RE2 alone": (sops("kind: X\nspec:\n  a: x\n", "encrypted_regex: '^[[:alpha:]]$'"), [(R, "spec.a", 3)]),
    "promised by a pattern with late flags": (sops("kind: X\nspec:\n  A: x\n", "encrypted_regex: 'b|(?i)^a$'"), [(R, "spec.A", 3)]),
    "promised by a pattern of nested repetitions": (sops("kind: X\nspec:\n  a: x\n", "encrypted_regex: ^(a+)+$"), [(R, "spec.a", 3)]),
    "everything is promised": (sops("kind: X\nspec:\n  a: x\n"), [(R, "spec.a", 3)]),
    "not left": (sops("kind: X\nspec:\n  a: x\n  b: y\n", "unencrypted_regex: ^b$"), [(R, "spec.a", 3)]),
    "no kind": (sops("a: x\n"), [(R, "a", 1)]),
    "metadata without its mark": ("kind: Secret\nstringData:\n  a: x\nsops: {age: []}\n", [("secret-string-data", "stringData.a", 3)]),
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: str, libyaml: bool) -> None:
    assert scan(content, libyaml=libyaml)[:2] == ([], [])


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("content", "expected"), FOUND.values(), ids=FOUND)
def test_found(content: str, expected: list[tuple[str, str, int]], libyaml: bool) -> None:
    assert found(content, libyaml=libyaml) == expected


@pytest.mark.parametrize("text", ["", "ENC[]", "ENC[foo]", f"{ENC} x", f"x{ENC}", ENC.replace("str", "list"), ENC[:-1]])
def test_not_encrypted(text: str) -> None:
    assert not is_encrypted(text)


@pytest.mark.parametrize("kind", ["str", "int", "float", "bool", "bytes", "time", "comment"])
def test_encrypted(kind: str) -> None:
    assert is_encrypted(ENC.replace("str", kind))
    assert is_encrypted(f"{ENC.replace('data:3l9jZfuc', 'data:')}\n")


def test_any_key_on_the_way_decides() -> None:
    assert Rule(encrypted_suffix="_enc").covers(("a", "b_enc", "c"))
    assert not Rule(encrypted_suffix="_enc").covers(("a", "b"))
    assert Rule().covers(("a",))
    assert not Rule().covers(("a_unencrypted", "b"))


@pytest.mark.parametrize(
    "pattern", ["^(a*)*b$", f"^{'a?' * 60}{'a' * 60}$", f"^{'(aa|a)' * 40}b$", f"^{'.*' * 9}b$", "(x?){1,99}y"]
)
def test_no_pattern_of_a_stranger_holds_the_scan_up(pattern: str) -> None:
    """A backtracking engine would take 2**40 steps and more for these."""
    keys = "".join(f"  {'a' * 55}{number}: {ENC}\n" for number in range(100))
    assert found(sops(f"kind: X\nspec:\n{keys}", f"encrypted_regex: '{pattern}'")) == []


def test_deep_paths_and_many_keys_stay_linear() -> None:
    def work(size: int) -> Callable[[], object]:
        deep = "".join(f"{' ' * level}k{level}:\n" for level in range(100))
        text = sops(f"{deep}{''.join(f'{100 * chr(32)}v{index}: {ENC}{chr(10)}' for index in range(size))}")
        return lambda: scan(text.encode())

    assert growth(work, 500) < 9
