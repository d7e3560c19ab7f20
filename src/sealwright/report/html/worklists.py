"""What is to be done about values that are known, and about what runs out: rotations and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.report.days import SOON, days_between, duration
from sealwright.report.html.answers import BAD, GOOD, UNSURE
from sealwright.report.html.document import Section
from sealwright.report.html.markup import Html, code, joined, path, tag, unbroken
from sealwright.report.html.table import Column, long_table
from sealwright.report.html.words import HELD, left_out, named, place
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.inventory.model import Certificate, Rotation

_MOST = 2000
_FOREVER = 10**9
_ROTATIONS = (
    Column("Value"),
    Column("In clear since"),
    Column("State"),
    Column("Rule"),
    Column("Held now"),
    Column("First commit"),
    Column("Place"),
)
_CERTIFICATES = (
    Column("Certificate"),
    Column("For"),
    Column("Ends"),
    Column("Left"),
    Column("Key"),
    Column("Fingerprint"),
    Column("Place"),
)


def rotation_section(rotations: Sequence[Rotation]) -> Section:
    """Values that are, or were, in clear: those that still are first, then by age."""
    title = "To rotate"
    if not rotations:
        return Section("rotation", title, tag("p", "No value is known to have been in clear."), "0")
    ordered = sorted(rotations, key=lambda one: (not one.at_tip, one.since or "9", one.path))
    shown = ordered[:_MOST]
    still = sum(one.at_tip for one in rotations)
    words = f"{plural(len(rotations), 'value')} can be read by whoever has a copy of this repository. "
    first = f"{still:,} of them still in clear: take these out first, then change all." if still else "Change them."
    rows = long_table("Values that have to be changed", _ROTATIONS, [_rotation(one) for one in shown])
    rest = left_out(len(shown), len(rotations), "value", "The JSON format has all of them.")
    return Section("rotation", title, joined((tag("p", f"{words}{first}"), rows, rest)), f"{len(rotations):,}")


def _rotation(one: Rotation) -> list[str]:
    field = joined((" ", code(one.field))) if one.field else "" if named(one.ref) else "a value in a file"
    state = sign("bad", "still in clear") if one.at_tip else unbroken(f"last seen {one.until}" if one.until else "gone")
    held = HELD[one.held] if one.held is not None else "gone"
    return [
        joined((named(one.ref), field)),
        unbroken(one.since),
        state,
        unbroken(one.rule),
        unbroken(held),
        code(one.first[:8]),
        path(one.path),
    ]


def certificates_section(certificates: Sequence[Certificate], today: str) -> Section:
    """Certificates by what is left of them."""
    title = "Certificates"

    def left(certificate: Certificate) -> int:
        days = days_between(today, certificate.expires)
        return _FOREVER if days is None else days

    ordered = sorted(certificates, key=left)[:_MOST]
    listed = [_certificate(one, left(one)) for one in ordered]
    rows = long_table("Certificates by the day they end", _CERTIFICATES, listed)
    rest = left_out(len(ordered), len(certificates), "certificate", "The JSON format has all of them.")
    return Section("certificates", title, joined((rows, rest)), f"{len(certificates):,}")


def _certificate(one: Certificate, left: int) -> list[str]:
    sized = not one.bits or str(one.bits) in one.algorithm  # the name of a curve says its size
    key = one.algorithm if sized else f"{one.algorithm} {one.bits}"
    fingerprint = one.fingerprint[:16] + ("…" if len(one.fingerprint) > 16 else "")
    subject = joined((tag("span", one.subject or "no subject"), " ", named(one.resource)))
    return [
        subject,
        unbroken(one.purpose),
        unbroken(one.expires or "not known"),
        _left(left),
        unbroken(key),
        code(fingerprint),
        place(one.location),
    ]


def _left(days: int) -> str:
    if days == _FOREVER:
        return ""
    if days < 0:
        return sign("bad", f"ended {duration(-days)} ago")
    return sign("unsure", duration(days)) if days <= SOON else unbroken(duration(days))


def sign(mood: str, words: str) -> Html:
    """Words with a sign in front, in the colour of what they mean."""
    shown = {each.name: each.sign for each in (GOOD, BAD, UNSURE)}[mood]
    return tag("span", tag("span", shown, class_="sign", aria_hidden="true"), words, class_=f"{mood} unbroken")
