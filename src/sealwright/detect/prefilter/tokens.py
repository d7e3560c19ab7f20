"""Whether a text holds something long enough to be a provider's token: a run of letters and digits with both in it.

The formats have some 160 beginnings, too many to look for one by one in every file; long runs with a digit are rare,
and only around these the beginnings are looked for.
"""

from __future__ import annotations

from sealwright.detect.prefilter.skim import holds_any, with_rests

SHORTEST = 20
"""Letters, digits, `_` and `-` that stand together in every token that `token_formats` knows."""
_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_TABLE = bytes(97 if char in _WORD else 32 for char in range(256))
_LONG = b"a" * SHORTEST
_DIGITS = b"0123456789"
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FEW = 4
"""Capitals in names of many words; a token without a digit, which is rare, has more."""
_HEXADECIMAL = b"0123456789abcdef"
_REACH = 24
"""Bytes around a long run in which its beginning stands."""
_LOOSE = (b"hooks.slack.com", b"/api/webhooks/", b".office.com/webhook", b"sig=", b"AccountKey=", b"hf_", b"api_org_")
"""Beginnings that may stand far from the long run, or before one without a digit."""
_LOOSE_WITH_RESTS = with_rests(_LOOSE)
_MOST = 20_000
_LONGEST = 120
_harmless: set[bytes] = set()
"""Runs, with what stands around them, in which no format begins: the same names of images are in file after file."""


def holds_token(data: bytes) -> bool:
    """Whether one of the formats may match."""
    if holds_any(data, _LOOSE_WITH_RESTS):
        return True
    runs = set(_runs(data)) - _harmless
    if not runs:
        return False
    from sealwright.detect.prefilter.anchors import ANCHORS

    joined = b"\n".join(runs)
    for anchor in ANCHORS:
        if anchor in joined:
            return True
    if len(_harmless) + len(runs) <= _MOST:
        _harmless.update(run for run in runs if len(run) <= _LONGEST)
    return False


def _runs(data: bytes) -> list[bytes]:
    """The long runs with a digit, and what stands around them; digests of nothing but hexadecimal digits left out."""
    mask = data.translate(_TABLE)
    found = []
    start = mask.find(_LONG)
    while start >= 0:
        end = mask.find(b" ", start)
        end = len(mask) if end < 0 else end
        run = data[start:end]
        digits = len(run) - len(run.translate(None, _DIGITS))
        if (digits and run.strip(_HEXADECIMAL)) or (
            not digits and len(run) - len(run.translate(None, _CAPITALS)) > _FEW
        ):
            found.append(data[max(start - _REACH, 0) : end + _REACH])
        start = mask.find(_LONG, end)
    return found
