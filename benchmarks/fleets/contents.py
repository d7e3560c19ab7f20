"""What the files of a synthetic repository say: manifests, values, prose, code, pictures; some have a value planted."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random
    from typing import TypeAlias

    Writer: TypeAlias = Callable[["Random", str], "Content"]

CANARY = "Kanarie"
"""The beginning of every planted value, so that whoever looks for one anywhere knows what to look for."""

_CODED = tuple(base64.b64encode(b"\0" * shift + CANARY.encode()).decode()[shift + 1 : -4] for shift in range(3))
CANARY_FORMS = (CANARY, CANARY.encode().hex(), *_CODED)
"""Pieces of it in every coding that could carry it."""

_IMAGES = ("nginx", "redis", "ghcr.io/example/api", "quay.io/example/worker", "postgres")
_WORDS = ("the", "service", "reads", "what", "it", "needs", "from", "its", "own", "store", "and", "nobody", "else")


class Leak(NamedTuple):
    """One finding that a file has to give: the rule, and the field that it names."""

    rule: str
    field: str


class Content(NamedTuple):
    """A file. `leaks` are what a scan has to find in it, whatever its name."""

    data: bytes
    leaks: tuple[Leak, ...] = ()

    def __repr__(self) -> str:
        return f"Content({self.leaks!r})"


def canary(random: Random) -> str:
    """A value like a generated password, never the same again."""
    return f"{CANARY}-{random.getrandbits(96):024x}"


def deployment(random: Random, name: str) -> Content:
    """A workload that takes its values from a Secret, as it should."""
    settings = "".join(
        f"            - name: SETTING_{number}\n              value: {_words(random, 2)!r}\n"
        for number in range(random.randint(2, 12))
    )
    text = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels: {{app: {name}}}\n"
        f"spec:\n  replicas: {random.randint(1, 9)}\n  selector:\n    matchLabels: {{app: {name}}}\n  template:\n"
        f"    metadata:\n      labels: {{app: {name}}}\n    spec:\n      containers:\n        - name: main\n"
        f"          image: {random.choice(_IMAGES)}:{random.randint(1, 30)}.{random.randint(0, 99)}\n          env:\n"
        f"{settings}"
        f"            - name: PASSWORD\n              valueFrom:\n"
        f"                secretKeyRef: {{name: {name}, key: password}}\n"
    )
    return Content(text.encode())


def config_map(random: Random, name: str) -> Content:
    """Settings that are none of anybody's secrets."""
    lines = "".join(f"  option-{number}: {_words(random, 3)!r}\n" for number in range(random.randint(3, 30)))
    return Content(f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n{lines}".encode())


def values(random: Random, name: str) -> Content:
    """Values for a chart."""
    lines = "".join(f"  key{number}: {_words(random, 2)!r}\n" for number in range(random.randint(2, 20)))
    text = f"replicaCount: {random.randint(1, 5)}\nimage:\n  repository: {name}\n  tag: '{random.randint(1, 99)}'\n"
    return Content(f"{text}resources: {{}}\nconfig:\n{lines}".encode())


def sealed_secret(random: Random, name: str) -> Content:
    """What should be there instead: no finding."""
    keys = ("user", "password")
    lines = "".join(f"    {key}: AgB{base64.b64encode(random.randbytes(270)).decode()}\n" for key in keys)
    text = f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: shop\n"
    return Content(f"{text}spec:\n  encryptedData:\n{lines}".encode())


def secret(random: Random, name: str) -> Content:
    """A Secret in clear, in `data` or in `stringData`."""
    head = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: shop\n"
    value = canary(random)
    if random.random() < 0.5:
        return Content(
            f"{head}stringData:\n  password: {value}\n".encode(), (Leak("secret-string-data", "stringData.password"),)
        )
    coded = base64.b64encode(value.encode()).decode()
    return Content(
        f"{head}type: Opaque\ndata:\n  password: {coded}\n".encode(), (Leak("secret-data", "data.password"),)
    )


def environment(random: Random, _name: str) -> Content:
    """What a kustomization makes a Secret of: every line is a leak because the kustomization says so."""
    keys = ("DATABASE_PASSWORD", "GREETING")[: random.randint(1, 2)]
    leaks = tuple(Leak("dotenv-file", key) for key in keys)
    return Content("".join(f"{key}={canary(random)}\n" for key in keys).encode(), leaks)


def kustomization(_random: Random, name: str) -> Content:
    """The one that names the file above."""
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [deployment.yaml]\n"
    return Content(f"{text}secretGenerator:\n  - name: {name}-env\n    envs: [.env]\n".encode())


def prose(random: Random, name: str) -> Content:
    """Documentation."""
    return Content(f"# {name}\n\n{_paragraphs(random, random.randint(1, 20))}".encode())


def code(random: Random, name: str) -> Content:
    """A script without credentials."""
    functions = (f'def step_{n}():\n    return "{_words(random, 5)}"\n\n\n' for n in range(random.randint(1, 15)))
    return Content(f'"""{name}"""\n\n\n{"".join(functions)}'.encode())


def picture(random: Random, _name: str) -> Content:
    """Bytes that are no text."""
    return Content(b"\x89PNG\r\n\x1a\n\0\0" + random.randbytes(random.randint(200, 4000)))


def licence(_random: Random, _name: str) -> Content:
    """The same in every repository of the fleet."""
    return Content(("Permission is granted to whoever asks, for whatever it is good for.\n" * 15).encode())


FILES: tuple[tuple[str, Writer], ...] = (
    ("deployment.yaml", deployment),
    ("config-map.yaml", config_map),
    ("values.yaml", values),
    ("sealed-secret.yaml", sealed_secret),
    ("README.md", prose),
    ("tool.py", code),
    ("picture.png", picture),
)
"""The names that files have in the folder of an application, and who writes them."""

WRITERS = dict(FILES) | {"secret.yaml": secret, ".env": environment}
"""Who writes a file of that name anew."""


def _words(random: Random, number: int) -> str:
    return " ".join([*random.choices(_WORDS, k=number), f"{random.getrandbits(24):x}"])


def _paragraphs(random: Random, number: int) -> str:
    return "".join(f"{_words(random, 12)}.\n\n" for _ in range(number))
