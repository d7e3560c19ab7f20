"""What each provider of the driver can make of what stands in its store.

Sources: secrets-store-csi-driver-provider-aws 3.1 (no decoding; temporary files, so no folders), -azure 1.8 (no
properties of JSON), -gcp 1.15 (no decoding), vault-csi-provider 1.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.model import PROVIDERS

if TYPE_CHECKING:
    from sealwright import config
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.plaintext import Plaintext


def provider_of(settings: config.Store) -> str:
    """The provider's name in a SecretProviderClass, '' where none can read the store."""
    return PROVIDERS.get(settings.backend, "")


def keys_to_split(facts: SecretFacts, settings: config.Store) -> frozenset[str]:
    """The keys whose values need a remote object each, because the provider could not take them out of a bundle.

    AWS and GCP: what is not text, since neither decodes base64. Azure: every key, since it takes nothing out of JSON.
    """
    provider = provider_of(settings)
    if provider == "azure":
        return frozenset(value.key for value in facts.values)
    if provider in {"aws", "gcp"}:
        return frozenset(value.key for value in facts.values if not is_text(value.plaintext))
    return frozenset()


def is_text(value: Plaintext) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        value.reveal().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def has_folders(settings: config.Store) -> bool:
    """Whether a file's name may have slashes in it."""
    return provider_of(settings) != "aws"


def decodes(settings: config.Store) -> bool:
    """Whether the provider turns base64 into the bytes that it stands for."""
    return provider_of(settings) in {"vault", "azure"}
