"""Every detector, in the order in which findings of equal place are preferred. Adding one adds a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect import (
    embedded_manifest,
    last_applied,
    private_key,
    secret_data,
    secret_string_data,
    sops_unencrypted,
)

if TYPE_CHECKING:
    from sealwright.detect.base import Detector

DETECTORS: tuple[Detector, ...] = (
    secret_data,
    secret_string_data,
    sops_unencrypted,
    last_applied,
    embedded_manifest,
    private_key,
)
