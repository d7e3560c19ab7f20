"""The host, or another process, wants a pause."""

from __future__ import annotations

from sealwright.errors import SealwrightError

_MESSAGE = "the host wants a pause between requests"


class Deferred(SealwrightError):  # noqa: N818 - what a host says, not a mistake
    """The host, or another process, wants to be asked again later: in `seconds`."""

    def __init__(self, seconds: float, message: str = _MESSAGE, *, hint: str = "", place: str = "") -> None:
        super().__init__(message, hint=hint or "run again with --resume", place=place)
        self.seconds = seconds

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.seconds, self.message, self.hint, self.place)


def _again(seconds: float, message: str, hint: str, place: str) -> Deferred:
    return Deferred(seconds, message, hint=hint, place=place)
