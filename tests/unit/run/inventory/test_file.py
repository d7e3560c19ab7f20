"""One file to the secrets in it; and findings joined with them: what is no secret of its own stands first."""

from __future__ import annotations

import pytest
from unit.run.inventory.every_kind import CIPHER, VALUE, encrypted, secret

from sealwright.finding import Finding, Status
from sealwright.inventory.model import Held
from sealwright.inventory.model import Secret as Entry
from sealwright.manifest.source import Source
from sealwright.run.inventory.file import read_file
from sealwright.run.inventory.joining import joined
from sealwright.run.scan import scan_bytes

TEMPLATE = secret("{{ .Release.Name }}-db", "password: {{ .Values.password | quote }}")
SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db, namespace: shop}
spec:
  encryptedData: {password: AgBx}
  template:
    type: kubernetes.io/tls
    data: {dsn: "postgres://shop:tide.Lantern.88@db.example.com/shop"}
"""


def held(text: str, path: str = "a.yaml", status: Status = Status.NEW) -> list[Entry]:
    found = [one for one in scan_bytes(path, text.encode()) if isinstance(one, Finding)]
    return joined([read_file(Source(path, text))], [one._replace(status=status) for one in found])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: secret}\ndata: {colour: blue}\n",
        "kind: Deployment\napiVersion: apps/v1\nspec: {secretName: db}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n$patch: delete\n",
        "apiVersion: external-secrets.io/v1\nkind: PushSecret\nmetadata: {name: db}\nspec: {}\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: db}\nsecrets: [{name: db}]\n",
        "kind: Secret: no: manifest\n",
    ],
)
def test_what_holds_no_secret(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize(
    ("text", "how", "keys"),
    [
        (secret("db", f"password: {VALUE}", "user: shop"), Held.PLAINTEXT, ["password", "user"]),
        (secret("db", "password: ${PASSWORD}"), Held.REFERENCE, ["password"]),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n", Held.REFERENCE, []),
        (TEMPLATE, Held.REFERENCE, ["password"]),
        (encrypted(secret("db", f"password: {CIPHER}")), Held.SOPS, ["password"]),
        (encrypted(secret("db", f"password: {VALUE}")), Held.PLAINTEXT, ["password"]),
        (encrypted(f"auth:\n  password: {CIPHER}\n"), Held.SOPS, ["auth.password"]),
        (f"auth:\n  password: {VALUE}\n", Held.PLAINTEXT, ["auth.password"]),
        (
            "kind: Kustomization\nsecretGenerator: [{name: db, files: [a.txt, b=c.txt]}]\n",
            Held.REFERENCE,
            ["a.txt", "b"],
        ),
        (f"kind: Kustomization\nsecretGenerator: [{{name: db, literals: [a={VALUE}]}}]\n", Held.PLAINTEXT, ["a"]),
    ],
)
def test_how_it_is_held(text: str, how: Held, keys: list[str]) -> None:
    path = "kustomization.yaml" if "Kustomization" in text else "values.yaml" if text.startswith("auth") else "a.yaml"
    (only,) = held(text, path)
    assert (only.held, [item.key for item in only.items]) == (how, keys)
    assert VALUE not in repr(only)


def test_a_value_in_the_template_of_what_is_sealed_is_a_secret_of_its_own() -> None:
    first, second = held(SEALED)
    assert {first.held, second.held} == {Held.SEALED, Held.PLAINTEXT}
    sealed = first if first.held is Held.SEALED else second
    assert (sealed.type, [item.key for item in sealed.items]) == ("kubernetes.io/tls", ["password"])


def test_two_of_one_name_keep_their_findings_apart() -> None:
    one = secret("db", f"password: {VALUE}")
    found = held(f"{one}---\n{secret('db', 'password: <later>')}---\n{one}")
    assert [(entry.held, len(entry.findings)) for entry in found] == [
        (Held.PLAINTEXT, 1),
        (Held.REFERENCE, 0),
        (Held.PLAINTEXT, 1),
    ]
    assert len({finding for entry in found for finding in entry.findings}) == 2


@pytest.mark.parametrize(("status", "accepted"), [(Status.NEW, False), (Status.KNOWN, True), (Status.WAIVED, True)])
def test_what_is_accepted_is_in_clear(status: Status, accepted: bool) -> None:
    (only,) = held(secret("db", f"password: {VALUE}"), status=status)
    assert (only.held, only.accepted) == (Held.PLAINTEXT, accepted)


def test_a_list_has_each_of_its_items() -> None:
    items = "".join(f"  - {{metadata: {{name: n{number}}}, data: {{a: {VALUE}}}}}\n" for number in range(3))
    found = held(f"apiVersion: v1\nkind: SecretList\nitems:\n{items}")
    assert [entry.ref.name for entry in found] == ["n0", "n1", "n2"]
