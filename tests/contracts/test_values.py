"""What is reported has no room for a secret's value, and the type that carries values shows them to nobody."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from sealwright import finding
from sealwright.plaintext import MASK, Plaintext

SECRET = "correct horse battery staple"
VALUE = Plaintext(SECRET.encode())

REPORTED = sorted(
    (thing for thing in vars(finding).values() if isinstance(thing, type) and hasattr(thing, "_fields")),
    key=lambda thing: thing.__name__,
)


def may_stand_in_a_report(kind: Any) -> bool:
    """Words, numbers, enumerations, other reported types, and tuples of these."""
    if get_origin(kind) in (tuple, Union, UnionType):
        return all(may_stand_in_a_report(argument) for argument in get_args(kind) if argument is not Ellipsis)
    if kind in (str, int, bool, type(None)) or kind in REPORTED:
        return True
    return isinstance(kind, type) and issubclass(kind, Enum)


def test_the_reported_types_are_found() -> None:
    assert {"Finding", "Verdict", "Problem", "Location", "ResourceRef"} <= {kind.__name__ for kind in REPORTED}


@pytest.mark.parametrize("kind", REPORTED)
def test_no_field_can_hold_a_value(kind: type) -> None:
    refused = {name: hint for name, hint in get_type_hints(kind).items() if not may_stand_in_a_report(hint)}
    assert refused == {}


@pytest.mark.parametrize(
    "kind", [bytes, object, Any, Plaintext, dict[str, str], list[str], tuple[str, bytes], str | bytes]
)
def test_types_that_could_hold_a_value_are_refused(kind: Any) -> None:
    assert not may_stand_in_a_report(kind)


@pytest.mark.parametrize("kind", REPORTED)
def test_what_is_reported_cannot_be_changed(kind: type) -> None:
    name = next(iter(get_type_hints(kind)))
    arguments = dict.fromkeys(get_type_hints(kind), "x")
    with pytest.raises(AttributeError):
        setattr(kind(**arguments), name, "y")


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        format,
        "{}".format,
        "{!r:>40}".format,
        lambda value: f"{value}{value!r}{value!a}{value:>60}",
        lambda value: "%s %r %a" % (value, value, value),  # noqa: UP031
        lambda value: repr([value, {"key": value}, (value,)]),
        lambda value: repr(ValueError(value)),
        lambda value: json.dumps({"value": value}, default=str),
        lambda value: str(dir(value)),
    ],
)
def test_a_plaintext_shows_nothing(show: Callable[[Plaintext], str]) -> None:
    assert SECRET not in show(VALUE)


def test_a_mask_says_nothing_of_the_length() -> None:
    assert {str(Plaintext(b"x" * length)) for length in (0, 1, 8, 1000)} == {f"Plaintext({MASK})"}
    assert {format(Plaintext(b"x" * length)) for length in (0, 1, 8, 1000)} == {MASK}


def pickles() -> list[Callable[[Plaintext], object]]:
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    return [lambda value, protocol=protocol: pickle.dumps(value, protocol) for protocol in protocols]  # type: ignore[misc]


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, lambda value: copy.deepcopy({"a": [value]}), *pickles()])
def test_a_plaintext_is_not_copied_out(take: Callable[[Plaintext], object]) -> None:
    with pytest.raises(TypeError) as caught:
        take(VALUE)
    assert SECRET not in str(caught.value)


def test_a_plaintext_has_no_hash_and_no_attributes() -> None:
    with pytest.raises(TypeError):
        hash(VALUE)
    with pytest.raises(AttributeError):
        VALUE.value = b""  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        vars(VALUE)


@pytest.mark.parametrize("convert", [bytes, json.dumps, list, len, int])
def test_a_plaintext_is_not_bytes_by_itself(convert: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as caught:
        convert(VALUE)
    assert SECRET not in str(caught.value)


def test_a_log_line_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("sealwright.test").error("value %s %r", VALUE, VALUE, extra={"value": VALUE})
    assert MASK in caplog.text
    assert SECRET not in caplog.text


def test_a_traceback_with_local_variables_shows_nothing() -> None:
    def fail(value: Plaintext) -> None:
        raise ValueError(value)

    with pytest.raises(ValueError) as caught:  # noqa: PT011
        fail(VALUE)
    report = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRET not in report
    assert f"value = Plaintext({MASK})" in report


def test_plaintexts_are_equal_when_their_values_are() -> None:
    assert Plaintext(b"a") == Plaintext(b"a")
    assert Plaintext(b"a") != Plaintext(b"b")
    assert Plaintext(b"a") != b"a"
    assert VALUE.reveal() == SECRET.encode()
    assert not Plaintext(b"")


def test_what_carries_a_files_bytes_does_not_show_them() -> None:
    from sealwright.manifest.discover import Target
    from sealwright.rewrite.transaction import FileChange
    from sealwright.run.seal import SealedFile

    content = b"password: hunter2"
    target = Target("a.yaml", "a.yaml", content)
    for carrier in (target, FileChange("a.yaml", content, content), SealedFile(target, content, content, ())):
        assert "hunter2" not in f"{carrier!r} {carrier!s} {carrier} {[carrier]}"
