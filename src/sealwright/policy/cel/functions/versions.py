"""Semantic versions, as semver.org has them."""

from __future__ import annotations

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import Semver

_NUMBER = r"(0|[1-9][0-9]{0,18})"
_WORDS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_SEMVER = Pattern(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_WORDS}))?(?:\+({_WORDS}))?")
_LEADING_ZERO = Pattern(r"0[0-9]+")
_NUMBERS = 3


def _read(text: str, *, normalize: bool) -> Semver | None:
    """The version, or None where it is none; `normalize` forgives a `v`, missing numbers and leading zeros."""
    parts = _SEMVER.fullmatch(_normalized(text) if normalize else text)
    if parts is None:
        return None
    prerelease: list[str | int] = []
    for word in parts[4].split(".") if parts[4] else ():
        if _LEADING_ZERO.fullmatch(word):
            return None
        prerelease.append(int(word) if word.isdigit() and len(word) <= 20 else word)
    build = tuple(parts[5].split(".")) if parts[5] else ()
    return Semver(int(parts[1]), int(parts[2]), int(parts[3]), tuple(prerelease), build)


def _normalized(text: str) -> str:
    numbers = [_without_zeros(number) for number in text.removeprefix("v").split(".", 2)]
    if len(numbers) < _NUMBERS and ("+" in numbers[-1] or "-" in numbers[-1]):
        return ""
    return ".".join([*numbers, *["0"] * (_NUMBERS - len(numbers))])


def _without_zeros(number: str) -> str:
    if len(number) <= 1:
        return number
    bare = number.lstrip("0")
    return bare if bare[:1].isdigit() else f"0{bare}"


def _semver(text: str, normalize: bool = False) -> Semver:
    version = _read(text, normalize=normalize)
    if version is None:
        raise EvaluationError("semver(): the string is not a semantic version")
    return version


def _is_semver(text: str, normalize: bool = False) -> bool:
    return _read(text, normalize=normalize) is not None


def _rank(version: Semver) -> tuple[object, ...]:
    """For comparison: a release comes after its pre-releases, numbers come before words."""
    words = tuple((isinstance(word, str), word) for word in version.prerelease)
    return (*version[:3], not words, words)


def _compare(one: Semver, other: Semver) -> int:
    first, second = _rank(one), _rank(other)
    return (first > second) - (first < second)


def _is_greater(one: Semver, other: Semver) -> bool:
    return _rank(one) > _rank(other)


def _is_less(one: Semver, other: Semver) -> bool:
    return _rank(one) < _rank(other)


def _major(version: Semver) -> int:
    return version.major


def _minor(version: Semver) -> int:
    return version.minor


def _patch(version: Semver) -> int:
    return version.patch


FUNCTIONS = (
    *define(_semver, "semver(string): semver", "semver(string, bool): semver", since=33),
    *define(_is_semver, "isSemver(string): bool", "isSemver(string, bool): bool", since=33),
    *define(_major, "semver major(): int", since=33),
    *define(_minor, "semver minor(): int", since=33),
    *define(_patch, "semver patch(): int", since=33),
    *define(_is_greater, "semver isGreaterThan(semver): bool", since=33),
    *define(_is_less, "semver isLessThan(semver): bool", since=33),
    *define(_compare, "semver compareTo(semver): int", since=33),
)
