"""From a Secret and its uses to the changes of all files: what other packages call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.change import Change
from sealwright.convert.layout import Unmovable
from sealwright.convert.secret_provider_class.block_text import block_text
from sealwright.convert.secret_provider_class.model import Conversion, Identity
from sealwright.convert.secret_provider_class.objects import class_object, spec_of
from sealwright.convert.secret_provider_class.plan import planned
from sealwright.convert.secret_provider_class.secret_text import secret_edit
from sealwright.convert.secret_provider_class.validate import flaws
from sealwright.convert.secret_provider_class.volume_files import Unclear
from sealwright.errors import ConvertError
from sealwright.manifest.scalars import TooLarge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sealwright import config
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.stores.reference import Reference


def conversion_of(
    facts: SecretFacts,
    uses: Sequence[Use],
    settings: config.Store,
    identity: Identity | None = None,
    taken: Collection[str] = (),
) -> Conversion:
    """What becomes of a Secret that `refusals.fits` accepts.

    `taken` are the names of the other Secrets and SecretProviderClasses of its namespace. Raises ConvertError.
    """
    try:
        plan = planned(facts, uses, taken)
    except Unclear as error:
        raise ConvertError(f"Secret {facts.name}: {error}", hint="convert it to an ExternalSecret") from None
    return Conversion(facts, tuple(uses), settings, identity or Identity(), plan)


def secret_change(secret: Resource, conversion: Conversion, references: Mapping[str, Reference]) -> Change:
    """The Secret replaced by its SecretProviderClasses. Raises ConvertError, with the place.

    `references` say where the value of each key is, by a placement that split what `capabilities.keys_to_split` names.
    """
    source = secret.document.source
    line, column = source.position(secret.node.start)
    place = f"{source.path}:{line}:{column}"
    try:
        made = secret_edit(secret, conversion, references)
    except Unmovable as error:
        hint = "write it in plain block style, one `key: value` in a line"
        raise ConvertError(f"{secret.ref}: {error} cannot be kept while converting", hint=hint, place=place) from None
    except TooLarge:
        message = f"{secret.ref}: its aliases stand for too much"
        raise ConvertError(message, hint="write the values out", place=place) from None
    except ConvertError as error:
        raise ConvertError(f"{secret.ref}: {error.message}", hint=error.hint, place=place) from None
    for plain in (made.first, *made.others):
        found = flaws(plain)
        if found:
            message = f"{secret.ref}: the provider would refuse what it becomes: {found[0]}"
            raise ConvertError(message, hint="convert it to an ExternalSecret", place=place)
    replaced = (((secret.node.start, secret.node.end), made.first),)
    added = ((secret.node.start, made.others),) if made.others else ()
    return Change((made.edit,), replaced, added)


def class_text(conversion: Conversion, references: Mapping[str, Reference]) -> str:
    """The SecretProviderClasses as documents of their own, for a Secret that no manifest has. Raises ConvertError."""
    facts = conversion.facts
    metadata: dict[str, Plain] = {"name": facts.name}
    if facts.namespace:
        metadata["namespace"] = facts.namespace
    for field, words in (("labels", facts.labels), ("annotations", facts.annotations)):
        if words:
            metadata[field] = dict(words)
    secret: dict[str, Plain] = {"apiVersion": "", "kind": "", "metadata": metadata}
    texts = []
    for made in conversion.plan.classes:
        plain = class_object(secret, made, spec_of(conversion, made, references))
        for flaw in flaws(plain)[:1]:
            message = f"Secret {facts.name}: the provider would refuse what it becomes: {flaw}"
            raise ConvertError(message, hint="convert it to an ExternalSecret")
        texts.append(block_text(plain))
    return "---\n".join(texts)
