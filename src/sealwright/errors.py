"""Errors that a person can act on, and the one place where exit codes are defined.

Every error raised on purpose derives from `SealwrightError` and carries a hint: what to do next.
An error's text never contains a secret's value; it names places (path, line, field) instead.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says about itself when it ends. No output format changes it."""

    CLEAN = 0
    """Nothing to report, or the work was done."""
    FINDINGS = 1
    """Findings at or above the threshold, or a verification that failed."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    INCOMPLETE = 3
    """Something could not be finished: never to be mistaken for clean."""
    INTERRUPTED = 130
    """Stopped by the person (128 + SIGINT)."""


_NO_PATH = "(a text that is no path)"
_LONGEST_PATH = 1024
_LONGEST_NAME = 255


def _is_no_path(place: str) -> bool:
    """Whether a text stands where a file's name belongs: `--private-key "$(cat key.pem)"` must not end up in a log."""
    names_too_long = any(len(name) > _LONGEST_NAME + len(":1234567:1234567") for name in place.split("/"))
    return "-----BEGIN" in place or len(place) > _LONGEST_PATH or names_too_long


class SealwrightError(Exception):
    """An error with a hint. `place` is a path, or path:line or path:line:column, where one is known."""

    exit_code: ExitCode = ExitCode.INCOMPLETE

    def __init__(self, message: str, *, hint: str = "", place: str = "") -> None:
        place = _NO_PATH if _is_no_path(place) else place
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.hint = hint
        self.place = place


class UsageError(SealwrightError):
    """The command line asks for something that cannot be done."""

    exit_code = ExitCode.USAGE


class ConfigurationError(SealwrightError):
    """`.sealwright.yaml`, or a SEALWRIGHT_ variable, is wrong."""

    exit_code = ExitCode.USAGE


class UnreadableError(SealwrightError):
    """A file could not be read, decoded or parsed; whatever it holds was not checked."""


class CertificateError(SealwrightError):
    """A sealing certificate that must not be used: unreadable, expired, not RSA, too small, not the pinned one."""

    exit_code = ExitCode.USAGE


class KeyFileError(SealwrightError):
    """A private key or key backup that cannot be used."""

    exit_code = ExitCode.USAGE


class StampError(SealwrightError):
    """The lock file of stamps cannot be used: damaged, not a regular file, or in a merge conflict."""

    exit_code = ExitCode.USAGE


class SealingError(SealwrightError):
    """A Secret that cannot be sealed without losing or changing something."""


class RewriteError(SealwrightError):
    """A rewrite was refused or failed; every file is as it was."""


class ConvertError(SealwrightError):
    """Something that cannot be converted without losing or changing something."""


class StoreError(SealwrightError):
    """A store refused something, did not answer, or holds something else than it should."""


class AlreadyThere(StoreError):  # noqa: N818 - what a store says, not a mistake
    """An object of that name exists."""


class Changed(StoreError):  # noqa: N818 - what a store says, not a mistake
    """Somebody else has put a newer version."""


class NetworkError(SealwrightError):
    """An endpoint that the user named did not answer as it should."""
