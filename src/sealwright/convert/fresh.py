"""SealedSecrets as documents of their own, in the shape in which kubeseal prints them.

JSON indented by two with the fields in the API's order, or YAML with sorted keys and a `---` above each document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.convert.expected import sealed_object
from sealwright.convert.places import problem
from sealwright.convert.seal import SealedText, is_secret, sealed_resources
from sealwright.convert.yaml_words import word
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.convert.seal import SealedResource, SealOptions
    from sealwright.convert.sealer import Sealer
    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source

_LEAVE_OUT = "without -o (or with a file name of the input's own form) everything else stays as it is"
_ORDER = ("kind", "apiVersion", "metadata", "spec", "template", "encryptedData")
_NAMES = ("name", "generateName", "namespace", "labels", "annotations", "finalizers", "type", "immutable")
_BASE64 = Pattern(r"A[A-Za-z0-9+/]{100,}={0,2}\Z")


def fresh_source(  # noqa: PLR0913, PLR0917 - what `seal_source` takes, and the form
    source: Source,
    sealer: Sealer,
    options: SealOptions,
    chosen: Callable[[Resource], bool],
    form: str,
    seen: Callable[[SealedResource], None],
) -> SealedText:
    """The SealedSecrets of a file of Secrets as new documents; for the rest as `convert.seal.seal_source`.

    Raises SealingError for an object that is no Secret to seal: it would be lost.
    """
    documents = list(read_documents(source))
    objects: list[dict[str, Plain]] = []
    done: list[ResourceRef] = []
    stamped = len(sealer.stamps)
    _refuse_others(documents)
    for made in sealed_resources(documents, sealer, options, _or_refused(chosen)):
        objects.append(fresh_object(made))
        done.append(made.resource.ref)
        seen(made)
    return SealedText(as_text(objects, form), tuple(done), tuple(sealer.stamps[stamped:]))


def _refuse_others(documents: Iterable[Document]) -> None:
    for document in documents:
        for resource in resources(document):
            if not is_secret(resource) and not document.flaw:
                raise problem(resource, resource.node, "it is no Secret, and would be lost", _LEAVE_OUT)


def _or_refused(chosen: Callable[[Resource], bool]) -> Callable[[Resource], bool]:
    def every(resource: Resource) -> bool:
        if not chosen(resource):
            raise problem(resource, resource.node, "it is not to be sealed, and would be lost", _LEAVE_OUT)
        return True

    return every


def fresh_object(made: SealedResource) -> dict[str, Plain]:
    """The SealedSecret of a Secret, without what says nothing (null and empty fields), as Go leaves it out.

    Raises SealingError for a number where a string belongs.
    """
    try:
        plain = to_plain(made.resource.node)
    except TooLarge:
        raise problem(made.resource, made.resource.node, "its aliases stand for too much", "write them out") from None
    built = sealed_object(plain if isinstance(plain, dict) else {}, made.sealed)
    template = _holder(built, "spec", "template", "metadata")
    for field in ("labels", "annotations"):
        texts = template.get(field)
        if isinstance(texts, dict):  # null is an empty text to the API server
            template[field] = {name: "" if text is None else text for name, text in texts.items()}
    result = _without_nothing(built)
    if _has_number(result):
        message = "a number stands where a string belongs"
        raise problem(made.resource, made.resource.node, message, "quote it")
    spec = _holder(result, "spec")
    spec.setdefault("encryptedData", {})
    return result


def as_text(objects: Iterable[dict[str, Plain]], form: str) -> str:
    """All objects as one text."""
    if form == "json":
        return "".join(f"{json.dumps(_ordered(item), indent=2, ensure_ascii=False)}\n" for item in objects)
    return "".join(f"---\n{''.join(_lines(item, 0))}" for item in objects)


def _holder(plain: dict[str, Plain], *path: str) -> dict[str, Plain]:
    for step in path:
        below = plain.get(step)
        if not isinstance(below, dict):
            raise SealingError("it cannot be written anew", hint="leave -o out")
        plain = below
    return plain


def _without_nothing(plain: dict[str, Plain]) -> dict[str, Plain]:
    result: dict[str, Plain] = {}
    for name, value in plain.items():
        kept = _without_nothing(value) if isinstance(value, dict) else value
        if kept is not None and kept not in ({}, []):
            result[name] = kept
    return result


def _has_number(plain: Plain) -> bool:
    if isinstance(plain, dict):
        return any(_has_number(value) for value in plain.values())
    if isinstance(plain, list):
        return any(_has_number(value) for value in plain)
    return isinstance(plain, str) and plain.startswith("\0")


def _ordered(plain: dict[str, Plain], *, free: bool = False) -> dict[str, Plain]:
    """Fields in the API's order; keys that people choose, sorted."""
    known = () if free else (*_ORDER, *_NAMES)
    names = sorted(plain, key=lambda name: (known.index(name) if name in known else len(known), name))
    return {name: _ordered_value(plain[name], free=name not in _ORDER[2:5]) for name in names}


def _ordered_value(value: Plain, *, free: bool) -> Plain:
    return _ordered(value, free=free) if isinstance(value, dict) else value


def _lines(plain: dict[str, Plain], column: int) -> Iterator[str]:
    pad = " " * column
    for name in sorted(plain):
        value = plain[name]
        if isinstance(value, dict) and value:
            yield f"{pad}{word(name)}:\n"
            yield from _lines(value, column + 2)
        elif isinstance(value, list):
            yield f"{pad}{word(name)}:\n"
            yield from (f"{pad}- {_scalar(item)}\n" for item in value)
        else:
            yield f"{pad}{word(name)}: {_scalar(value)}\n"


def _scalar(value: Plain) -> str:
    if isinstance(value, str):
        return value if _BASE64.match(value) else word(value)
    return json.dumps(value, ensure_ascii=False)
