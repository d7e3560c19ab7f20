"""What git and hosts say, as they said it, and what it is taken for."""

from __future__ import annotations

import pytest

from sealwright.errors import NetworkError
from sealwright.fleet.mirrors import Deferred
from sealwright.fleet.mirrors.failures import UnexplainedError, failure

URL = "https://git.example.com/team/tls-not found-certificate-timed out/"
RIGHTS = "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\n"

LATER = [
    f"fatal: unable to access '{URL}': The requested URL returned error: 429",
    "error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429",
    f"remote: You have exceeded a secondary rate limit\nfatal: unable to access '{URL}': returned error: 403",
    f"remote: abuse detection\nfatal: unable to access '{URL}': The requested URL returned error: 403",
    f"kex_exchange_identification: Connection closed by remote host\n{RIGHTS}",
    f"kex_exchange_identification: read: Connection reset by peer\n{RIGHTS}",
    f"Connection reset by 192.0.2.1 port 22\n{RIGHTS}",
    f"Connection closed by 192.0.2.1 port 22\r\n{RIGHTS}",
]
NOT_LATER = [
    (f"fatal: unable to access '{URL}': The requested URL returned error: 403", "refuses this user"),
    (f"fatal: could not read Username for '{URL}': terminal prompts disabled", "wants a user"),
    (f"remote: HTTP Basic: Access denied\nfatal: Authentication failed for '{URL}'", "wants a user"),
    (f"git@h: Permission denied (publickey).\r\n{RIGHTS}", "ssh keys"),
    (f"Host key verification failed.\r\n{RIGHTS}", "is not known"),
    (f"ERROR: Repository not found.\n{RIGHTS}", "no such repository"),
    (f"remote: Repository not found.\nfatal: repository '{URL}' not found", "no such repository"),
    (f"remote: ERROR: The project you were looking for could not be found\n{RIGHTS}", "no such repository"),
    ("fatal: remote error: access denied or repository not exported: /a.git", "no such repository"),
    (f"fatal: '/srv/a.git' does not appear to be a git repository\n{RIGHTS}", "no such repository"),
    (f"fatal: unable to access '{URL}': Could not resolve host: git.example.com", "name is not known"),
    (f"ssh: Could not resolve hostname h: Name or service not known\r\n{RIGHTS}", "name is not known"),
    (f"fatal: unable to access '{URL}': SSL certificate problem: self-signed certificate", "cannot be trusted"),
    (f"fatal: unable to access '{URL}': The requested URL returned error: 500", "does not answer"),
    (f"fatal: unable to access '{URL}': Failed to connect to h port 443: Connection refused", "does not answer"),
    (f"ssh: connect to host h port 22: Connection timed out\r\n{RIGHTS}", "does not answer"),
    ("error: RPC failed; curl 18 transfer closed with outstanding read data\nfatal: early EOF", "broke off"),
    ("fatal: the remote end hung up unexpectedly", "broke off"),
    ("fatal: transport 'ext' not allowed", "transport"),
    ("fatal: git upload-pack: aborting due to possible repository corruption on the remote side.", "all objects"),
]


@pytest.mark.parametrize("words", LATER)
def test_a_pause_is_wanted(words: str) -> None:
    error = failure(words, "shop")
    assert isinstance(error, Deferred)
    assert error.seconds > 0


@pytest.mark.parametrize(("words", "message"), NOT_LATER)
def test_a_reason_is_told_in_words_of_ours(words: str, message: str) -> None:
    error = failure(words, "shop")
    assert type(error) is NetworkError
    assert message in error.message
    assert error.hint
    assert error.place == "shop"
    assert "example.com" not in f"{error}{error.hint}"


def test_what_nobody_knows_is_told_as_git_tells_it() -> None:
    error = failure(f"warning: x\nfatal: something\x1b[2J odd {'x' * 1000}\nfatal: more", "shop")
    assert isinstance(error, UnexplainedError)
    assert error.message.startswith("git could not fetch it: something [2J odd xxx")
    assert len(error.message) < 300
    assert failure("", "shop").message == "git could not fetch it: no reason"
