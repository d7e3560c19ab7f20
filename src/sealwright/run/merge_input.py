"""The Secrets of an input that are to be merged: read and checked as for sealing, and not edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.renaming import renamed
from sealwright.convert.seal import is_secret, refuse_broken, refuse_place
from sealwright.convert.secret_model import read_secret
from sealwright.convert.template_merge import template_fields
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.run.merge import Wish
from sealwright.run.seal import read_sealable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.advice import Advice
    from sealwright.convert.merge import Merge
    from sealwright.convert.secret_model import SecretModel
    from sealwright.manifest.discover import Target
    from sealwright.manifest.resource import Resource
    from sealwright.run.seal import Sealing


def wishes_of(target: Target, merge: Merge, sealing: Sealing, advice: list[Advice]) -> Iterator[Wish]:
    """A wish for every Secret of the target; what there is to say about them goes to `advice`. Raises SealwrightError.

    Nothing is asked of the Secret's scope: that of the SealedSecret counts.
    """
    _, source = read_sealable(target)
    if source is None:
        return
    for document in read_documents(renamed(source, sealing.name, sealing.chosen) if sealing.name else source):
        for resource in resources(document):
            if is_secret(resource) and sealing.chosen(resource):
                refuse_place(resource)
                model = read_secret(resource, namespace=sealing.options.namespace)
                advice += _advice(resource, model, sealing)
                fields = template_fields(resource)
                wanted = merge._replace(values=model.values, template=fields, namespace=model.namespace)
                yield Wish(wanted, model.name, model.namespace, resource)
        refuse_broken(document)


def _advice(resource: Resource, model: SecretModel, sealing: Sealing) -> Iterator[Advice]:
    """The SealedSecret may well have other items than these."""
    if sealing.adviser is not None:
        from sealwright.convert.advice.adviser import subject_of

        yield from sealing.adviser.about(subject_of(resource, model, whole=False))
