"""Kubeconfigs of a stranger: a server and what stands in the file, or a refusal that shows no credential."""

from __future__ import annotations

import ssl

from fuzz.held import CANARY, hold_no_value

from sealwright.config.plain import plain_yaml
from sealwright.errors import SealwrightError
from sealwright.sealing.kubeconfig.choice import _access
from sealwright.sealing.kubeconfig.files import Entry, Kubeconfig, _named

WHOLE = f"""\
apiVersion: v1
kind: Config
current-context: c
contexts: [{{name: c, context: {{cluster: k, user: u, namespace: n}}}}]
clusters: [{{name: k, cluster: {{server: "https://example.com:6443", tls-server-name: x, proxy-url: "http://p:1"}}}}]
users: [{{name: u, user: {{token: {CANARY}}}}}]
""".encode()
BASIC = WHOLE.replace(f"token: {CANARY}".encode(), f"username: a, password: {CANARY}".encode())
SEEDS = (
    WHOLE,
    BASIC,
    WHOLE.replace(b"token: ", b"tokenFile: /etc/passwd, exec: {command: x, apiVersion: v1, args: [a]}, x: "),
    WHOLE.replace(b"tls-server-name: x", b"certificate-authority-data: QUJD, insecure-skip-tls-verify: true"),
    WHOLE.replace(b"token: ", b"client-certificate-data: QUJD, client-key-data: QUJD, x: "),
)
WORDS = (
    *(
        b"exec: {command: /bin/false}",
        b"auth-provider: {name: x}",
        b"http://",
        b"https://",
        b"server: ",
        b"user: ",
        b"{",
        b"}",
        b"[",
        b"]",
    ),
    *(
        b"certificate-authority: /etc/hosts",
        b"client-certificate-data: ",
        b"~",
        b"1",
        b"true",
        b"@",
        b"\\",
        b"'",
        b'"',
        b": ",
        b"&a ",
        b"*a",
    ),
    *(b"password: " + CANARY.encode(), b"\xc3\xa9", b"\x00", b"as: root", b"impersonate"),
)
_SECTIONS = (("contexts", "context"), ("clusters", "cluster"), ("users", "user"))


def run(data: bytes) -> None:
    try:
        content = plain_yaml(data, "kubeconfig")
        if not isinstance(content, dict):
            return
        contexts, clusters, users = (
            {name: Entry(values, "kubeconfig") for name, values in _named(content, section, kind, "kubeconfig")}
            for section, kind in _SECTIONS
        )
        current = content.get("current-context")
        files = Kubeconfig(contexts, clusters, users, current if isinstance(current, str) else "")
        assert CANARY not in repr(files)
        _, access = _access(files, "", "kubeconfig", ["."])
    except SealwrightError as error:
        hold_no_value([error.message, error.hint], data)
        return
    assert CANARY not in repr(access)
    assert isinstance(access.tls, ssl.SSLContext)
