"""What the tests of merging share: a SealedSecret to merge into, in any form, and one call that merges."""

from __future__ import annotations

import json
from typing import Any

from unit.convert.sealing_again import certificate, load_all, opened, sealed

from sealwright.convert.merge import Merge, Merged, merge
from sealwright.convert.sealer import Sealer
from sealwright.convert.secret_model import Value
from sealwright.convert.template_merge import TemplateFields
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.plaintext import Plaintext

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: prod
  labels:
    app: web  # who
stringData:
  # the user
  api-user: app
  password: tide.Lantern.88  # rotate me
  url: postgres://db
type: Opaque
"""


def values(**given: str) -> tuple[Value, ...]:
    """Values by key; `_` stands for `-`."""
    return tuple(Value(key.replace("_", "-"), Plaintext(text.encode())) for key, text in given.items())


def merged(text: str, wanted: Merge, *, name: str = "db") -> Merged:
    """Merge into the SealedSecret of that name; nothing is remembered of what was sealed before."""
    source = Source("sealed.yaml", text)
    documents = list(read_documents(source))
    [resource] = [
        item
        for document in documents
        for item in resources(document)
        if (item.ref.kind, item.ref.name) == ("SealedSecret", name)
    ]
    return merge(source, documents, resource, wanted, Sealer(certificate))


def values_in(text: str, name: str = "db") -> dict[str, str]:
    """The values of the SealedSecret of that name, as its cluster would open them."""
    objects = [item for document in load_all(text) for item in (document.get("items") or [document])]
    [found] = [item for item in objects if item["kind"] == "SealedSecret" and item["metadata"]["name"] == name]
    return {key: value.decode() for key, value in opened(found).items()}


def sealed_yaml(text: str = SECRET) -> str:
    return sealed(text).text


def sealed_json(indent: int | None = 2, **changes: Any) -> str:
    return json.dumps(load_all(sealed_yaml())[0] | changes, indent=indent)


def template(**fields: Any) -> TemplateFields:
    return TemplateFields(**({"labels": {}, "annotations": {}} | fields))
