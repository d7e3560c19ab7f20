"""MRG001: one change touches secrets of several waves of regions, which are there so that a mistake stops at the first.

Speaks of changes only: of paths that differ from where the branch began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.manifest.globs import compile_globs
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

PARAM = "regionWaves"
_OF_GROUPS = {
    "Secret": ("v1",),
    "SealedSecret": ("bitnami.com/",),
    "SecretProviderClass": ("secrets-store.csi.x-k8s.io/",),
    **dict.fromkeys(
        ("ExternalSecret", "ClusterExternalSecret", "PushSecret", "SecretStore", "ClusterSecretStore"),
        ("external-secrets.io/",),
    ),
    **dict.fromkeys(("aws_secretsmanager_secret", "aws_secretsmanager_secret_version"), ("terraform",)),
    "AWS::SecretsManager::Secret": ("cloudformation",),
}
"""What is about secrets, by kind, with beginnings of the apiVersion."""


def check(world: World) -> Iterator[Blame]:
    """The first secret of each wave, where the change touches several."""
    touched = frozenset(world.touched)
    waves = _waves(world.params.get(PARAM)) if touched else {}
    if len(waves) < 2:
        return
    first: dict[str, Subject] = {}
    for subject in world.subjects:
        if subject.path in touched and _is_about_secrets(subject):
            for wave, globs in waves.items():
                if globs.match(subject.path):
                    first.setdefault(wave, subject)
    for wave, subject in first.items() if len(first) > 1 else ():
        others = ", ".join(sorted(first.keys() - {wave}))
        yield Blame(subject, ((),), f"{wave}, together with {others}")


def _waves(value: object) -> dict[str, Any]:
    """Globs by the name of the wave; what is no such mapping is no wave."""
    named = value.items() if isinstance(value, dict) else ()
    texts = {
        str(name): tuple(glob for glob in globs if isinstance(glob, str)) if isinstance(globs, list) else ()
        for name, globs in named
    }
    compiled = {name: compile_globs(globs) for name, globs in texts.items()}
    return {name: globs for name, globs in compiled.items() if globs is not None}


def _is_about_secrets(subject: Subject) -> bool:
    return subject.ref.api_version.startswith(_OF_GROUPS.get(subject.ref.kind, ("\n",)))
