"""What a commit of a campaign says: which Secrets became what. No value is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright import __version__
from sealwright.report.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 100
_KINDS = {
    "sealed-secret": "SealedSecret",
    "external-secret": "ExternalSecret",
    "secret-provider-class": "SecretProviderClass",
}


def message_of(report: Mapping[str, Any], campaign: str) -> str:
    """From the JSON of a conversion: a subject, a line for each Secret, and who did it."""
    moves = report["moves"]
    lines = [f"Convert {plural(len(moves), 'plaintext Secret')}", ""]
    for move in moves[:_MOST]:
        about = move["resource"]
        name = f"{about['namespace']}/{about['name']}" if about["namespace"] else about["name"]
        kind = _KINDS.get(move["to"], move["to"])
        where = f", values in store {move['store']}" if move["store"] else ""
        lines.append(printable(f"- {about['kind']} {name} in {move['path']}: {kind}{where}"))
    if len(moves) > _MOST:
        lines.append(f"- and {len(moves) - _MOST:,} more")
    return "\n".join([*lines, "", f"Prepared by sealwright {__version__}, campaign {campaign}.", ""])
