"""No spelling of a value is in a diff, wherever in the file it stands."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote

import pytest

from sealwright.plaintext import Plaintext
from sealwright.run.convert.masked import MaskedDiff

VALUE = 'pa"ss\\w0rd<x>&y'
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  password: {json.dumps(VALUE)}\n"
ENCODED = b64encode(VALUE.encode()).decode()
SPELLINGS = {
    "raw": VALUE,
    "json": json.dumps(VALUE)[1:-1],
    "json in json": json.dumps(json.dumps(VALUE))[1:-1],
    "base64": ENCODED,
    "base64 twice": b64encode(ENCODED.encode()).decode(),
    "url": quote(VALUE, safe=""),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("times", [1, 3])
def test_not_beside_the_secret(spelling: str, times: int) -> None:
    text = SPELLINGS[spelling]
    beside = "".join(f"# seen {number}: {text}\n" for number in range(times))
    before = f"{beside}{SECRET}{beside}"
    after = before.replace("kind: Secret", "kind: ExternalSecret").replace(json.dumps(VALUE), "gone")
    shown = MaskedDiff([Plaintext(VALUE.encode())]).of("a.yaml", before.encode(), after.encode())
    assert "+kind: ExternalSecret" in shown
    assert text not in shown


def test_not_in_a_line_of_json() -> None:
    objects = [{"kind": "ConfigMap", "data": {"a": VALUE}}, {"kind": "Secret", "stringData": {"p": VALUE}}]
    before = json.dumps({"kind": "List", "items": objects})
    shown = MaskedDiff([Plaintext(VALUE.encode())]).of(
        "a.json", before.encode(), before.replace("Secret", "X").encode()
    )
    assert json.dumps(VALUE)[1:-1] not in shown


def test_not_of_a_file_that_goes() -> None:
    shown = MaskedDiff([]).of(".env", b"A=x y\nB=hunter2\n", None)
    assert shown == "--- a/.env\n+++ /dev/null\n(removed: 2 lines that held values)\n"


def test_not_of_other_secrets_and_credentials() -> None:
    other = "---\nkind: Secret\napiVersion: v1\nmetadata: {name: b}\nstringData: {pin: abc}\n"
    workload = "---\nkind: ConfigMap\ndata: {DB_PASSWORD: hunter2X9}\n"
    before = f"{other}{workload}"
    shown = MaskedDiff([]).of("a.yaml", before.encode(), before.replace("---\n", "---\n# new\n").encode())
    assert "hunter2X9" not in shown
    assert "pin: abc" not in shown
    assert "pin: ********" in shown
