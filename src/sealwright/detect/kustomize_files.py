"""Files that a kustomization names: what of them is in clear. Shared by the rules that report them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.credentials.owners import CUSTOM_RESOURCE, HELM_VALUES
from sealwright.detect.credentials.search import named_hits
from sealwright.detect.dotenv import variables
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.public import is_public
from sealwright.detect.secret_values import key_shown
from sealwright.detect.sops import is_encrypted, sops_metadata
from sealwright.finding import Span
from sealwright.manifest.documents import read_documents
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.nodes import Mapping, text_of, walk
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.detect.base import View
    from sealwright.manifest.documents import Document

_VALUE = "ENC[AES256_GCM,"
_SOPS_SECTION = Pattern(r"^\[sops\][ \t]*$", re.MULTILINE)
_ARMOUR = Pattern(r"-----BEGIN (AGE ENCRYPTED FILE|PGP MESSAGE)-----[^-]*-----END \1-----\Z")
_BINARY_CIPHERTEXT = (".gpg", ".pgp", ".age")
_AGE = "age-encryption.org/v1"
_OWNER = "This file, of which kustomize makes a"


def secret_file(view: View) -> Iterator[Hit]:
    """The file as a whole where it becomes a value of a Secret in clear; of a SOPS file what is in clear."""
    source, text = view.source, view.source.text
    visible = text.strip()
    if is_placeholder(visible) or is_public(visible) or _is_ciphertext(visible):
        return
    if source.flaw and source.path.lower().endswith(_BINARY_CIPHERTEXT):
        return
    if _VALUE in text:
        if _is_sops_document(view.documents or list(read_documents(source))):
            return  # what of it is not encrypted is for other rules to judge
        if "sops_mac=" in text or _SOPS_SECTION.search(text):
            yield from secret_variables(text)
            return
    start = text.index(visible[0])
    yield Hit(Span(start, start + len(visible)), "kustomize makes a Secret of this file, which is in clear")


def secret_variables(text: str) -> Iterator[Hit]:
    """Every value in clear of a file that becomes a Secret line by line; what SOPS says of itself left out."""
    section = _SOPS_SECTION.search(text)
    end = section.start() if section else len(text)
    for variable in variables(text):
        if variable.span.start > end or variable.name.startswith("sops_"):
            continue
        value = variable.value
        if value.strip("=") and not (variable.is_encrypted or is_placeholder(value) or is_public(value)):
            name = key_shown(variable.name)
            yield Hit(variable.span, f"{_OWNER} Secret, keeps `{name}` in clear", field=name)


def config_file(view: View) -> Iterator[Hit]:
    """Credentials by their names in a file that becomes part of a ConfigMap."""
    if any(isinstance(document.root, Mapping) for document in view.documents):
        for rule in (HELM_VALUES, CUSTOM_RESOURCE):
            yield from named_hits(view, rule)
        return
    text = view.source.text
    code = family_of(view.source.path, text) is Family.CODE
    for assignment in assignments(text):
        if code and text[max(assignment.span.start - 1, 0)] not in "\"'`":
            continue  # an expression
        name = key_shown(assignment.name)
        message = f"{_OWNER} ConfigMap, keeps `{name}` in clear"
        yield Hit(assignment.span, message, field=name, confidence=assignment.confidence)


def _is_ciphertext(visible: str) -> bool:
    return visible.startswith(_AGE) or (visible.startswith("-----BEGIN") and _ARMOUR.match(visible) is not None)


def _is_sops_document(documents: Sequence[Document]) -> bool:
    """Whether SOPS has encrypted something in the file besides its own metadata."""
    for document in documents:
        if sops_metadata(document) is not None and isinstance(document.root, Mapping):
            for key, value in document.root.entries:
                if text_of(key) != "sops" and any(is_encrypted(text_of(node)) for node in walk(value)):
                    return True
    return False
