"""One Secret's edit to an ExternalSecret, and the object that must come out of it, checked as a cluster would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.external_secret.document import expected_object, external_secret_edit
from sealwright.convert.external_secret.validate import flaws
from sealwright.convert.layout import Unmovable
from sealwright.errors import ConvertError
from sealwright.manifest.scalars import TooLarge

if TYPE_CHECKING:
    from sealwright.convert.external_secret.options import Wanted
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.rewrite.edit import Edit

_BLOCK_STYLE = "write it in plain block style, one `key: value` in a line"


def planned(secret: Resource, facts: SecretFacts, wanted: Wanted) -> tuple[Edit, Plain]:
    """The edit, and the object that must come out of it. Raises ConvertError, with the place."""
    if {value.key for value in facts.values} != set(wanted.refs):
        raise _problem(secret, "not every key has a place in the store", "this is a defect; please report it")
    try:
        expected = expected_object(secret, facts, wanted)
        edit = external_secret_edit(secret, facts, *wanted)
    except Unmovable as error:
        raise _problem(secret, f"{error} cannot be kept while converting", _BLOCK_STYLE) from None
    except TooLarge:
        raise _problem(secret, "its aliases stand for too much", "write the values out") from None
    wrong = next(flaws(expected), None)
    if wrong is not None:
        raise _problem(secret, f"no cluster would take the result: {wrong}", "mend that in the Secret first")
    return edit, expected


def _problem(secret: Resource, message: str, hint: str) -> ConvertError:
    source = secret.document.source
    line, column = source.position(secret.node.start)
    return ConvertError(f"{secret.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
