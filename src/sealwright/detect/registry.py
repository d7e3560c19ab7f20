"""Every detector, in the order in which findings of equal place are preferred. Adding one adds a line here.

A line names the module and says what a file must show for it to be loaded: most files concern two or three rules, and
a hook starts before every commit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sealwright.detect import clues
from sealwright.detect.clues import says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.detect.base import Detector
    from sealwright.detect.clues import Clues

_REGISTERED: tuple[tuple[str, Callable[[Clues], bool]], ...] = (
    ("kustomize_secret_generator", lambda seen: bool(seen.purpose) or says("ecretGenerator")(seen)),
    ("secret_data", says("ecret")),
    ("secret_string_data", says("ecret")),
    ("sops_unencrypted", says("sops")),
    ("last_applied", says("last-applied", "kapp.k14s.io")),
    ("dotenv_file", clues.is_dotenv),
    ("kustomize_patch", clues.other_objects),
    ("embedded_manifest", clues.may_embed_secret),
    ("fake_store", says("fake", "Fake")),
    ("encryption_configuration", says("EncryptionConfig")),
    ("kubeconfig", says("users")),
    ("docker_config", clues.may_hold_docker_auth),
    ("url_credentials", clues.may_hold_url_credential),
    ("sealed_secret_template", clues.other_objects),
    ("external_secret_template", clues.other_objects),
    ("env_literal", clues.other_objects),
    ("container_arguments", clues.other_objects),
    ("config_map", clues.other_objects),
    ("helm_values", clues.other_objects),
    ("custom_resource", clues.other_objects),
    ("template_literal", says("{{", "{%")),
    ("infrastructure_code", clues.is_code),
    ("shell_command", clues.may_hold_commands),
    ("comment", clues.has_remarks),
    ("private_key", clues.always),
    ("known_token", clues.may_hold_token),
)


def detectors(seen: Clues | None = None) -> Iterator[tuple[int, Detector]]:
    """(rank, detector) of those that may find something in a file with these clues; of all where there are none."""
    for rank, (module, may_find) in enumerate(_REGISTERED):
        if seen is None or may_find(seen):
            yield rank, cast("Detector", import_module(f"sealwright.detect.{module}"))


def rule_names() -> tuple[str, ...]:
    """The rules of all detectors, in their order."""
    return tuple(detector.RULE for _, detector in detectors())
