"""What of a line may be shown: never anything that could be a value."""

from __future__ import annotations

import re

import pytest

from sealwright.finding import Excerpt, Span
from sealwright.gate.excerpt import excerpt
from sealwright.manifest.source import decode
from sealwright.plaintext import MASK

MUST_NOT_SHOW = [
    ("password: hunter2canary", "hunter2canary"),
    ("- hunter2canary", "hunter2canary"),
    ("- hunter2canary\n", "hunter2canary"),
    ("{a: hunter2canary, name: x}", "x"),
    ("name: x  # hunter2canary", "x"),
    ("server: https://me:hunter2canary@host", "https://me:hunter2canary@host"),
    ("name: hunter2canary is here", "hunter2canary is here"),
    ("hunter2canary = 1; password = 'x'", "x"),
    ('value: "12345hunter2canary"', '"12345hunter2canary"'),
    ("command: [psql, --password, hunter2canary]", "[psql, --password, hunter2canary]"),
    ("hunter2canary\n", "hunter2canary"),
    ("{a: 'hunter2canary', b: x}", "x"),
    ("{a: [hunter2canary, b: x]}", "x"),
    ("[hunter2canary, x]", "x"),
    ("{password: hunter2canary, b: x}", "hunter2canary"),
]


def shown_of(text: str, value: str, path: tuple[str | int, ...] | None) -> Excerpt | None:
    start = text.index(value)
    source = decode("a.yaml", text.encode())
    return excerpt(source, source.location(Span(start, start + len(value))), path)


@pytest.mark.parametrize("path", [None, ("name",), ("server",), ("spec", "args", 1), ("data", "a"), ()])
@pytest.mark.parametrize(("text", "value"), MUST_NOT_SHOW)
def test_a_value_is_never_shown(text: str, value: str, path: tuple[str | int, ...] | None) -> None:
    found = shown_of(text, value, path)
    assert found is None or "canary" not in found.text.removeprefix("hunter2canary: ")


@pytest.mark.parametrize("path", [None, ("data", "KEY"), ("spec", "encryptedData", "KEY"), ("stringData", "KEY", 0)])
@pytest.mark.parametrize("value", ["canary", "4711", "true", "'canary'", "*"])
@pytest.mark.parametrize("key", ["name", "pin-digits", "region", "server", "type", "kind", "path"])
def test_what_a_key_is_called_says_nothing_where_people_choose_keys(
    key: str, value: str, path: tuple[str, ...] | None
) -> None:
    path = path and tuple(key if step == "KEY" else step for step in path)
    for text in (f"  {key}: {value}\n", f"data: {{{key}: {value}, b: c}}\n", f"{key}={value}\n", f"  - {value}\n"):
        found = shown_of(text, value, path)
        assert found is None or found.text.endswith(MASK)
        assert found is None or value not in found.text.removesuffix(MASK)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("    privileged: true", "true", "    privileged: true"),
        ("  - name: api", "api", "  - name: api"),
        ("resources: [configmaps, secrets]", "secrets", "... secrets"),
        ("      secretKeyRef:\n        name: db", "secretKeyRef", "      secretKeyRef"),
        ("password: hunter2", "hunter2", "password: ********"),
        ("  enable_key_rotation = false", "false", "  enable_key_rotation = false"),
        ("  - '*'", "'*'", "  - '*'"),
        ("refreshInterval: 1h", "1h", "refreshInterval: 1h"),
        ("pin: '9876'", "'9876'", "pin: ********"),
        ("  - 9876", "9876", "  - ********"),
        ("deletion_window_in_days = 7", "7", "deletion_window_in_days = 7"),
        ("  - {env: x, defaultMode: 420}", "420", "  ... defaultMode: 420"),
        ("  - {env: x, valueFrom: {secretKeyRef: {name: s}}}", "secretKeyRef", "  ... secretKeyRef"),
        ("  - {a: x, password: hunter2}", "hunter2", "  ... password: ********"),
        ("args: [a, b]", "b", "... ********"),
    ],
)
def test_what_is_no_secret_is_shown_with_a_caret_under_it(text: str, value: str, shown: str) -> None:
    key = re.findall(r"(\w+)(?=['\"]?\s*[:=])", text[: text.index(value)])[-1:]
    found = shown_of(text, value, ("spec", *key, *((0,) if "[" in text else ())))
    assert found is not None
    assert found.text == shown
    assert found.text[found.start : found.start + found.width] in {value, "********"}
