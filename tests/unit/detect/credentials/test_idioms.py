"""Texts of servers that give a credential without a sign: where it stands, and what only looks like it."""

from __future__ import annotations

import pytest

from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.prefilter import manifest_may_matter

V = "tide-Lantern-88"

SILENT = [
    "user worker off",
    "user worker on #5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8 ~* +@all",
    "user worker on nopass ~* +@all",
    "user worker on >${PASSWORD} allkeys +@all",
    "a user may get > 10 keys with +@all",
    "the user of a machine > another +@",
    ": PSK 0x1a2b",
    ': PSK "${PSK}"',
    ': RSA "server.key"',
    "cache_peer proxy.example.com parent 3128 0 login=PASS",
    "cache_peer proxy.example.com parent 3128 0 login=*:$PASSWORD",
]
TOLD = {
    "redis, users.acl": (f"user default off\nuser worker on >{V} ~jobs:* +@all\n", "password"),
    "redis, redis.conf": (f"user alice on allkeys >{V}\n", "password"),
    "strongswan": (f'10.0.0.1 10.0.0.2 : PSK "{V}"\n', "secret"),
    "strongswan, a person": (f'ann : EAP "{V}"\n', "secret"),
    "squid": (f"cache_peer proxy.example.com parent 3128 0 no-query login=shop:{V}\n", "login"),
    "keycloak, in one line": (f'{{"credentials":[{{"type":"password","value":"{V}"}}]}}', "password"),
}


@pytest.mark.parametrize("text", SILENT)
def test_what_is_no_credential(text: str) -> None:
    assert list(assignments(f"{text}\n")) == []


@pytest.mark.parametrize(("text", "name"), TOLD.values(), ids=TOLD)
def test_each_is_told_where_it_stands(text: str, name: str) -> None:
    assert [(text[slice(*found.span)], found.name) for found in assignments(text)] == [(V, name)]
    assert manifest_may_matter(text.encode())
