"""Errors name places. What is no place may be what a file should have held."""

from __future__ import annotations

import pytest

from sealwright.errors import ExitCode, SealwrightError, UsageError

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize("text", [PEM, "QUJD/" * 400, "x" * 300, f"dir/{'y' * 300}"])
def test_a_text_given_for_a_path_is_not_repeated(text: str) -> None:
    error = SealwrightError("no such file", place=text)
    assert str(error) == "(a text that is no path): no such file"
    assert text not in repr(error.args)


@pytest.mark.parametrize(
    "path", ["a.yaml", "a.yaml:3:14", "/".join(["folder"] * 40), "name\nwith a line end", "z" * 255]
)
def test_paths_are_named(path: str) -> None:
    assert str(SealwrightError("broken", place=path)) == f"{path}: broken"


def test_without_a_place_there_is_only_the_message() -> None:
    error = UsageError("wrong", hint="do this")
    assert (str(error), error.hint, error.exit_code) == ("wrong", "do this", ExitCode.USAGE)
