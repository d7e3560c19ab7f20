"""What infrastructure code says of keys: Terraform and CloudFormation, and objects that define clusters."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.inventory.kms import CLOUDFORMATION_KINDS, TERRAFORM_KINDS, Protected, infrastructure_keys
from sealwright.manifest.source import decode
from sealwright.policy.infrastructure.reader import (
    MODULE_FILES,
    TERRAFORM_JSON,
    infrastructure_subjects,
    is_template,
)
from sealwright.policy.objects import subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.inventory.model import Key
    from sealwright.manifest.source import Source
    from sealwright.policy.subject import Subject

_CLUSTERS = (b"EncryptionConfiguration", b"secretsEncryption")
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".cfn")


class Infrastructure:
    """Shown file after file; asked in the end, since files of one Terraform module speak of each other."""

    def __init__(self) -> None:
        self._modules: dict[str, list[Source]] = {}
        self._keys: list[Key] = []
        self._protected: dict[str, set[str]] = {}

    def look(self, path: str, data: bytes) -> None:
        """Take what a file says."""
        if path.endswith((*MODULE_FILES, *TERRAFORM_JSON)):
            self._modules.setdefault(posixpath.dirname(path), []).append(decode(path, data))
        elif path.endswith(_TEMPLATES):
            if is_template(data):
                self._take(infrastructure_subjects(decode(path, data), kinds=CLOUDFORMATION_KINDS))
            elif any(word in data for word in _CLUSTERS):
                self._take(subjects_of(decode(path, data)))

    def finish(self) -> tuple[list[Key], dict[str, str]]:
        """All keys; and by the name that a secret has in its store the key that encrypts it, where only one does."""
        for module in self._modules.values():
            for source in module:
                if not source.path.endswith(".tfvars") and any(kind in source.text for kind in TERRAFORM_KINDS):
                    rest = [other for other in module if other is not source]
                    self._take(infrastructure_subjects(source, rest, TERRAFORM_KINDS))
        self._modules.clear()
        return self._keys, {name: next(iter(keys)) for name, keys in self._protected.items() if len(keys) == 1}

    def _take(self, subjects: Iterable[Subject]) -> None:
        for subject in subjects:
            for found in infrastructure_keys(subject.ref, subject.value, subject.path):
                if isinstance(found, Protected):
                    self._protected.setdefault(found.remote, set()).add(found.key)
                else:
                    self._keys.append(found)
