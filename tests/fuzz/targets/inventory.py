"""What holds a secret, as names and places: no value in any of it, whatever is written where names belong."""

from __future__ import annotations

from fuzz.held import hold_no_value
from fuzz.manifests import SEEDS as MANIFESTS
from fuzz.manifests import SOPS, WORDS

from sealwright.manifest.source import decode
from sealwright.run.inventory.file import may_hold_secrets, read_file

PATHS = ("clusters/prod/a.yaml", "kustomization.yaml", "a.json", ".env")
SOPS_ENV = "a=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops_age__list_0__map_recipient=age1x\nsops_version=3\n"
SEEDS = tuple(bytes([number % 2]) + text for number, text in enumerate(MANIFESTS)) + tuple(
    bytes([number]) + text.encode() for number, text in ((2, SOPS), (3, SOPS_ENV))
)

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    path, content = PATHS[data[0] % len(PATHS)] if data else PATHS[0], data[1:]
    source = decode(path, content)
    may_hold_secrets(path, content)
    found = read_file(source)
    for entry in found.entries:
        assert entry.start <= entry.end
        secret = entry.secret._replace(ref=entry.secret.ref._replace(name=""))
        hold_no_value([repr(secret)], content)
    hold_no_value([repr(found.stores), repr(found.keys)], content)
