"""What kustomize makes a Secret of: literals in kustomizations, and whole files that they name."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from unit.detect.scans import PARSERS, b64, found, growth, places, scan

from sealwright.detect.prefilter import may_matter
from sealwright.finding import Confidence

RULE = "kustomize-secret-generator"
HEAD = "kind: Kustomization\nsecretGenerator:\n- name: db\n  literals:\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIDGzCCAgOgAwIBAgIU\n-----END CERTIFICATE-----\n"
ENC = "ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]"
META = f'{{"mac": "{ENC}", "lastmodified": "2026-01-01T00:00:00Z", "version": "3.8.1"}}'

SILENT = {
    "no literals": "kind: Kustomization\nsecretGenerator:\n- name: a\n  files: [a.txt]\n  envs: [b.env]\n",
    "empty": f"{HEAD}  - password=\n  - 'a=\"\"'\n",
    "a name alone": f"{HEAD}  - hunter2\n",
    "placeholders": f'{HEAD}  - a=CHANGEME\n  - b=${{PASSWORD}}\n  - c=<token>\n  - d="changeme"\n',
    "references": f"{HEAD}  - a=op://vault/item/field\n  - op://vault/item/field\n  - c={ENC}\n",
    "a public key": f"{HEAD}  - key=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFoo0123 me@example.com\n",
    "deleted": HEAD.replace("  literals", "  behavior: delete\n  literals") + "  - a=hunter2\n",
    "options": "kind: Kustomization\ngeneratorOptions:\n  labels: {team: shop}\n  literals: [mode=hunter2]\n",
    "a config map without credentials": "kind: Kustomization\nconfigMapGenerator:\n- name: a\n  literals: [host=db, port=5432, log=debug]\n",
    "another kind": "apiVersion: example.com/v1\nkind: Other\nsecretGenerator:\n- literals: [mode=hunter2]\n",
    "template": HEAD + "  - password={{ .Values.password }}\n",
    "encrypted": HEAD + f"  - {ENC}\nsops: {META}\n",
    "a note": "kind: Kustomization\n# secretGenerator with literals: a=b\nresources: [secretGenerator.yaml]\n",
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: str, libyaml: bool) -> None:
    assert scan(content, "kustomization.yaml", libyaml=libyaml)[:2] == ([], [])


# Content, the text at each finding.
FOUND = {
    "plain": (f"{HEAD}  - password=hunter2\n", ["hunter2"]),
    "whatever the name": (f"{HEAD}  - a=b\n  - port=5432\n  - on=true\n  - nil=null\n", ["b", "5432", "true"]),
    "single quotes around": (f"{HEAD}  - 'password=hunter2'\n", ["hunter2"]),
    "double quotes around": (f'{HEAD}  - "password=hunter2"\n', ["hunter2"]),
    "quotes inside": (f"{HEAD}  - password=\"hunter2\"\n  - p='hunter3'\n", ["hunter2", "hunter3"]),
    "quotes inside quotes": (f"{HEAD}  - 'password=\"hunter2\"'\n", ["hunter2"]),
    "one quote": (f"{HEAD}  - password='hunter2\n", ["'hunter2"]),
    "equal signs": (f"{HEAD}  - password=hun=ter=2=\n", ["hun=ter=2="]),
    "escapes": (HEAD + r'  - "password=hun\x74er2"' + "\n", [r'"password=hun\x74er2"']),
    "an escaped sign": (HEAD + r'  - "password\x3dhunter2"' + "\n", [r'"password\x3dhunter2"']),
    "doubled quotes": (f"{HEAD}  - 'password=hunter''2'\n", ["'password=hunter''2'"]),
    "block": (f"{HEAD}  - |\n    password=hunter2\n", ["hunter2"]),
    "block of lines": (f"{HEAD}  - |-\n    conf=a: 1\n    b: hunter2\n", ["a: 1\n    b: hunter2"]),
    "folded": (f"{HEAD}  - >-\n    password=hunter2\n", [">-\n    password=hunter2"]),
    "flow": ("{kind: Kustomization, secretGenerator: [{name: a, literals: [password=hunter2, b=c]}]}\n", ["hunter2", "c"]),
    "json": (json.dumps({"kind": "Kustomization", "secretGenerator": [{"literals": ["password=hunter2"]}]}), ["hunter2"]),
    "a generator by itself, not in a list": ("kind: Kustomization\nsecretGenerator:\n  literals:\n  - a=hunter2\n", ["hunter2"]),
    "one literal, not in a list": ("kind: Kustomization\nsecretGenerator:\n- literals: a=hunter2\n", ["hunter2"]),
    "a mapping": ("kind: Kustomization\nsecretGenerator:\n- literals: {a: hunter2}\n", ["hunter2"]),
    "a list of mappings": (f"{HEAD}  - password: hunter2\n", ["hunter2"]),
    "a colon without a blank": (f"{HEAD}  - password:hunter2\n", ["hunter2"]),
    "no kind": ("secretGenerator:\n- literals: [a=hunter2]\n", ["hunter2"]),
    "a component": ("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nsecretGenerator:\n- literals: [a=hunter2]\n", ["hunter2"]),
    "its version": ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- literals: [a=hunter2]\n", ["hunter2"]),
    "a built-in plug-in": ("apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: a}\nliterals:\n- a=hunter2\n", ["hunter2"]),
    "a plug-in in a kustomization": (
        "kind: Kustomization\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: SecretGenerator\n  metadata: {name: a}\n  literals:\n  - password=hunter2\n", ["hunter2"]
    ),
    "twice": (f"{HEAD}  - a=b\nsecretGenerator:\n- literals: [c=d]\n", ["b", "d"]),
    "merged in": ("kind: Kustomization\nx: &x {literals: [a=hunter2]}\nsecretGenerator:\n- <<: *x\n  name: b\n", ["hunter2"]),
    "shared by two generators": ("kind: Kustomization\nsecretGenerator:\n- literals: &a [a=hunter2]\n- literals: *a\n", ["hunter2"]),
    "an alias": ("kind: Kustomization\nx: &x a=hunter2\nsecretGenerator:\n- literals: [*x]\n", ["hunter2"]),
    "second document": (f"kind: X\n---\n{HEAD}  - a=hunter2\n", ["hunter2"]),
    "a template": (HEAD + "{{ if .x }}\n  - a=hunter2\n{{ end }}\n", ["hunter2"]),
    "beside a reference": (f"{HEAD}  - a=${{B}}\n  - c=hunter2\n", ["hunter2"]),
}  # fmt: skip


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("content", "expected"), FOUND.values(), ids=FOUND)
def test_found(content: str, expected: list[str], libyaml: bool) -> None:
    result = scan(content, "kustomization.yaml", libyaml=libyaml)
    assert {finding.rule for finding in result.findings} == {RULE}
    sure = Confidence.LIKELY if "{{" in content else Confidence.CERTAIN
    assert {finding.confidence for finding in result.findings} == {sure}
    assert places(content, "kustomization.yaml", libyaml=libyaml) == expected


@pytest.mark.parametrize("content", [content for content, _ in FOUND.values()], ids=FOUND)
def test_the_byte_test_lets_it_through(content: str) -> None:
    assert may_matter(content.encode(), "kustomization.yaml")


def test_no_kind_by_the_file_name() -> None:
    content = "generators:\n- |-\n  kind: SecretGenerator\n  literals: [a=hunter2]\n"
    assert found(content, "apps/kustomization.yml") == [(RULE, "literals.a", 4)]
    assert found(content, "apps/values.yaml") == []


def test_who_it_is_and_where() -> None:
    content = "kind: Kustomization\nnamespace: shop\nsecretGenerator:\n- name: db\n  literals:\n  - password=hunter2\n"
    [finding] = scan(content).findings
    assert (finding.resource.kind, finding.resource.namespace, finding.resource.name) == ("Secret", "shop", "db")
    assert finding.field == "secretGenerator.literals.password"
    assert finding.location.start == (6, 14)
    assert finding.location.end == (6, 21)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_any_encoding_and_line_end(encoding: str) -> None:
    content = f"{HEAD}  - password=hunter2\n".replace("\n", "\r\n").encode(encoding)
    assert found(content) == [(RULE, "secretGenerator.literals.password", 5)]


@pytest.mark.parametrize(
    "literal", ["c4nAry7vAlue9==", "postgres://app:c4nAry7vAlue9@db/app?x=y", "'c4nAry7vAlue9 x'=y", "c4nAry7vAlue9!=y"]
)
def test_a_value_in_the_place_of_a_key_is_not_repeated(literal: str) -> None:
    assert "c4nAry7vAlue9" not in repr(scan(f"{HEAD}  - {json.dumps(literal)}\n"))


def test_a_config_map_is_judged_by_names() -> None:
    content = (
        "kind: Kustomization\nconfigMapGenerator:\n- name: a\n  literals:\n  - host=db\n  - DB_PASS=Vq70KnXJR_Quoizn1\n"
    )
    assert found(content) == [("config-map", "configMapGenerator[0].literals[1]:DB_PASS", 6)]


WHOLE_SILENT = {
    "empty": "",
    "blank": " \n\n",
    "placeholder": "CHANGEME\n",
    "substitution": "${PASSWORD}\n",
    "certificate": CERTIFICATE,
    "two certificates": CERTIFICATE * 2,
    "public key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFoo0123 me@example.com\n",
    "age": "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24\n-----END AGE ENCRYPTED FILE-----\n",
    "much age": f"-----BEGIN AGE ENCRYPTED FILE-----\n{'YWdlLWVuY3J5cHRpb24' * 9000}\n-----END AGE ENCRYPTED FILE-----\n",
    "binary age": b"age-encryption.org/v1\n-> X25519 abc\n\x00\xff\xfe",
    "pgp": "-----BEGIN PGP MESSAGE-----\n\nhQEMAwAAAAAAAAAAAQf\n=abcd\n-----END PGP MESSAGE-----\n",
    "git-crypt": b"\0GITCRYPT\0\x01\x02\x03",
    "ansible": "$ANSIBLE_VAULT;1.1;AES256\n6638643965323633\n3464383736\n",
    "sops, binary": f'{{"data": "{ENC}", "sops": {META}}}',
    "sops, yaml": f"password: {ENC}\nsops: {META}\n",
    "sops, dotenv": f"A={ENC}\nsops_lastmodified=2026-01-01\nsops_mac={ENC}\nsops_version=3.8.1\n",
    "sops, ini": f"[db]\npassword = {ENC}\n\n[sops]\nmac = {ENC}\nversion = 3.8.1\n",
}


@pytest.mark.parametrize("path", ["creds/admin.txt", "creds/admin"])
@pytest.mark.parametrize("content", WHOLE_SILENT.values(), ids=WHOLE_SILENT)
def test_a_file_that_shows_nothing(content: str | bytes, path: str) -> None:
    assert scan(content if isinstance(content, bytes) else content.encode(), path, purpose="secret")[:2] == ([], [])


def test_binary_ciphertext_by_its_name() -> None:
    assert found(b"\x85\x01\x0c\x03\xff\0", "a.gpg", purpose="secret") == []
    assert found(b"\x85\x01\x0c\x03\xff\0", "a.p12", purpose="secret") == [(RULE, "", 1)]


# Content, the line where it begins.
WHOLE_FOUND = {
    "a word": ("hunter2", 1),
    "a line": ("hunter2\n", 1),
    "below blank lines": ("\n  \n hunter2\n", 3),
    "several lines": ("a\nb\nc\n", 1),
    "a number": ("5432", 1),
    "yaml": ("password: hunter2\nhost: db\n", 1),
    "a Secret": ("kind: Secret\nstringData: {a: hunter2}\n", 1),
    "json": ('{"password": "hunter2"}', 1),
    "a key": ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n", 1),
    "a key below its certificate": (CERTIFICATE + "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", 1),
    "binary": (b"\xfe\xed\xfe\xed\0\0\0\2\xff", 1),
    "utf-16": ("hunter2\n".encode("utf-16"), 1),
    "a byte order mark": (b"\xef\xbb\xbfhunter2\r\n", 1),
    "sops that encrypted nothing": (f"password: hunter2\nsops: {META}\n", 1),
    "documentation about sops": (f"sops writes {ENC}, or sops: {{mac: x}}; hunter2\n", 1),
    "after the armour": ("-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\nhunter2\n", 1),
}


@pytest.mark.parametrize("path", ["creds/admin.txt", "creds/admin", "creds/README.md", "creds/run.py", "creds/.env"])
@pytest.mark.parametrize(("content", "line"), WHOLE_FOUND.values(), ids=WHOLE_FOUND)
def test_a_file_in_clear_is_one_finding(content: str | bytes, line: int, path: str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    assert found(data, path, purpose="secret") == [(RULE, "", line)]
    [finding] = scan(data, path, purpose="secret").findings
    assert finding.confidence is Confidence.CERTAIN


def test_the_span_is_the_content() -> None:
    assert places("\n hunter2\nhunter3 \n\n", "a.txt", purpose="secret") == ["hunter2\nhunter3"]


def test_what_sops_left_in_clear() -> None:
    ini = f"[db]\npassword = {ENC}\nother = hunter2\n[sops]\nmac = {ENC}\nversion = 3.8.1\n"
    assert found(ini, "a.ini", purpose="secret") == [(RULE, "other", 3)]
    dotenv = f"A={ENC}\nB=hunter2\nsops_mac={ENC}\nsops_version=3.8.1\n"
    assert found(dotenv, "a.txt", purpose="secret") == [(RULE, "B", 2)]
    document = f"kind: Secret\nstringData: {{a: hunter2, b: '{ENC}'}}\nsops: {META}\n"
    assert found(document, "a.yaml", purpose="secret") == [("sops-unencrypted", "stringData.a", 2)]


HOSTILE = {
    "literals": lambda size: HEAD + "".join(f"  - k{i}=hunter2\n" for i in range(size)),
    "generators": lambda size: "kind: Kustomization\nsecretGenerator:\n" + "- literals: [a=b]\n" * size,
    "aliases": lambda size: (
        "kind: Kustomization\nx: &x\n" + "- a=b\n" * size + "secretGenerator:\n" + "- literals: *x\n" * size
    ),
    "plug-ins": lambda size: (
        "kind: Kustomization\ngenerators:\n" + "- |\n  kind: SecretGenerator\n  literals: [a=b]\n" * (size // 4)
    ),
    "encoded": lambda size: f"{HEAD}  - a={b64('x' * size * 10)}\n",
    "quotes": lambda size: f"{HEAD}  - a={'=' * size}{chr(34) * size}\n",
}


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length(shape: Callable[[int], str]) -> None:
    def work(size: int) -> Callable[[], object]:
        text = shape(size).encode()
        return lambda: scan(text)

    assert growth(work, 1_000) < 9
