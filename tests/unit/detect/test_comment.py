"""Credentials in comments, and what only looks like a comment or like a credential."""

from __future__ import annotations

import pytest
from unit.detect.scans import PARSERS, b64, found, growth, places, scan

RULE = "comment"
RANDOM = "xB2MP9mTC!KXRzSqB"

SILENT = {
    "prose": "# This namespace holds one Secret (kind: Secret) named db; its data: lives in Vault.\n",
    "prose about passwords": "# data: password is rotated weekly\n# password: see the vault of the team\n",
    "word": "# password: hunter2\n",
    "sample": "# password: my-S3cret-passw0rd\n# token: xxxxxxxxxxxxxxxx1\n",
    "placeholder": "# password: ${PASSWORD}\n# token: <your-token-1>\n# secret: CHANGEME\n",
    "command": "# kubectl create secret generic db --from-literal=password=$DB_PASSWORD\n",
    "reference": "# password: op://vault/item/field1\n# token: vault:secret/data/shop#token1\n",
    "documented parameter": f"# @param auth.password={RANDOM}\n# -- password: {RANDOM}\n",
    "digest": "# secret: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
    "image": "# token: registry.example.com/team/app:v1.2.3\n",
    "identifier": "# client_secret: a391df94-dd1f-46d6-b3ab-60e90f23e8a2\n",
    "name without a promise": f"# color: {RANDOM}\n",
    "data of another kind": f"# kind: ConfigMap\n# data:\n#   a: {b64(RANDOM)}\n",
    "plain words under base64": f"# kind: Secret\n# data:\n#   a: {b64('hello world')}\n",
    "behind stringData": f"# stringData:\n#   a: b\n# color: {RANDOM}\n",
    "in a block": f"kind: A\nb: |\n  # password: {RANDOM[:4]}\n  # color: {RANDOM}\n",
    "in quotes": f'kind: A\nb: "a # color: {RANDOM}"\n',
    "an allowance": f"# sealwright: allow[comment] password: {RANDOM}\n",
    "no comment": f"a: b#password:{RANDOM}\n",
}
FOUND = {
    "value": (f"# password: {RANDOM}\n", "password", RANDOM, 1),
    "indented": (f"a:\n    #   password: '{RANDOM}'\n", "password", RANDOM, 2),
    "behind a value": (f"a: b # old password: {RANDOM}\n", "password", RANDOM, 1),
    "assignment": (f"#DB_PASSWORD={RANDOM}\n", "DB_PASSWORD", RANDOM, 1),
    "command": (f"# a --password={RANDOM} b\n", "password", RANDOM, 1),
    "Secret": (f"# kind: Secret\n# data:\n#   a: {b64(RANDOM)}\n", "a", b64(RANDOM), 3),
    "part of a Secret": (f"kind: Secret\n# data:\n#   a: {b64(RANDOM)}\n", "a", b64(RANDOM), 3),
    "stringData": (f'a: b\n#stringData:\n#  c: d\n#  a: "{RANDOM}" # old\n', "a", RANDOM, 4),
    "in flow style": (f"a: [1, # password: {RANDOM}\n  2]\n", "password", RANDOM, 1),
    "template's comment": (f"{{{{- /*\n  password: {RANDOM}\n*/ -}}}}\na: b\n", "password", RANDOM, 2),
    "windows": (f"a: b\r\n# password: {RANDOM}\r\n", "password", RANDOM, 2),
}


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_comments_without_credentials(text: str, libyaml: bool) -> None:
    assert [each for each in found(text, libyaml=libyaml) if each[0] == RULE] == []


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("text", "name", "place", "line"), FOUND.values(), ids=FOUND)
def test_comments_with_credentials(text: str, name: str, place: str, line: int, libyaml: bool) -> None:
    assert found(text, libyaml=libyaml) == [(RULE, name, line)]
    assert [each.rstrip("\r") for each in places(text, libyaml=libyaml)] == [place]


def test_what_is_no_comment_is_told_by_other_rules_alone() -> None:
    text = f"kind: ConfigMap\ndata:\n  a: |\n    # password: {RANDOM}\n    b\n"
    assert [rule for rule, _, _ in found(text)] == ["config-map"]


@pytest.mark.parametrize("path", ["a.env", "b.properties", "a.yaml.tmpl", ".env"])
def test_in_settings(path: str) -> None:
    assert found(f"A=b\n# DB_PASSWORD={RANDOM}\n", path) == [(RULE, "DB_PASSWORD", 2)]


@pytest.mark.parametrize("path", ["a.md", "a.py", "a.csv"])
def test_not_in_other_files(path: str) -> None:
    assert [each for each in found(f"# DB_PASSWORD={RANDOM}\n", path) if each[0] == RULE] == []


@pytest.mark.parametrize(
    "text", ["# a\n", "# stringData:\n#   a: b\n", "{{/* a */}}\n", "{{/*", "a: b # c\n", "#   \t", "# password: \n"]
)
def test_the_time_grows_with_the_length(text: str) -> None:
    assert growth(lambda size: lambda: scan(text * size), 300) < 8
