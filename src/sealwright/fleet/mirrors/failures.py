"""What it means that git could not fetch, from its words: gone, locked, asked too often, or broken off.

Git's messages are those of git 2.39 (http.c, remote-curl.c, connect.c, fetch-pack.c) under LC_ALL=C; those of hosts
are what GitHub, GitLab, Bitbucket, Gitea and OpenSSH say. What is raised names the repository and has none of the
host's words, but for messages that nobody knows, which come scrubbed and short.
"""

from __future__ import annotations

from typing import NamedTuple

from sealwright.errors import NetworkError, SealwrightError
from sealwright.fleet.mirrors.deferred import Deferred
from sealwright.fleet.mirrors.retry_after import PAUSE_SECONDS
from sealwright.patterns import Pattern

_LONGEST = 200


class UnexplainedError(NetworkError):
    """What git says is not known to be the other side's doing."""


class _Kind(NamedTuple):
    words: Pattern
    message: str
    hint: str


_LATER = (
    Pattern(r"(?i)returned error: (?:429|503)\b|HTTP (?:429|503)\b|too many requests"),
    Pattern(r"(?is)(?=.*returned error: 403\b|.*HTTP 403\b).*(?:rate.?limit|abuse detection|too many)"),
    Pattern(r"(?i)(?:api|secondary) rate limit|rate limit exceeded"),
    Pattern(r"(?i)kex_exchange_identification|ssh_exchange_identification|exceeded MaxStartups"),
    Pattern(r"(?i)connection (?:reset|closed) by [^\n]* port \d+|connection reset by peer"),
)
_KINDS = (
    _Kind(
        Pattern(
            r"(?i)terminal prompts disabled|authentication failed|returned error: 401|could not read (?:user|pass)"
        ),
        "the host wants a user and a password or token",
        "store them in git's credential helper: git credential approve; for a forge, its command's `auth setup-git`",
    ),
    _Kind(
        Pattern(r"(?i)permission denied \(|no supported authentication|too many authentication failures"),
        "the host takes none of the ssh keys",
        "add the key to ssh-agent, or name it in ~/.ssh/config; see whether it may read this repository",
    ),
    _Kind(
        Pattern(r"(?i)host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED"),
        "the host's ssh key is not known, or is another one than before",
        "compare it with what the host publishes, and add it to ~/.ssh/known_hosts",
    ),
    _Kind(
        Pattern(r"(?i)returned error: 403"),
        "the host refuses this user",
        "see whether the token may read this repository, and whether the organisation wants it authorised (SSO)",
    ),
    _Kind(
        Pattern(
            r"(?i)repository [^\n]*not found|returned error: (?:404|410)|could not be found|not a git repository"
            r"|does not exist|repository not exported|not appear to be a git|no such file or directory|no such project"
        ),
        "there is no such repository, or this user may not see it",
        "it may have been renamed or removed; a private one needs a credential: see git's credential helpers",
    ),
    _Kind(
        Pattern(r"(?i)possible repository corruption on the remote side|upload-pack: not our ref"),
        "the host does not have all objects of this repository",
        "it is damaged, or a partial clone itself: see git fsck there",
    ),
    _Kind(
        Pattern(r"(?i)could not resolve|name or service not known|temporary failure in name resolution"),
        "the host's name is not known",
        "check the URL, and the name servers and proxies of this machine",
    ),
    _Kind(
        Pattern(r"(?i)certificate|SSL|TLS"),
        "the host's certificate cannot be trusted",
        "an authority of your own goes into git's http.sslCAInfo or GIT_SSL_CAINFO",
    ),
    _Kind(
        Pattern(r"(?i)transport '[^\n]*' not allowed"),
        "git's configuration leads to a transport that is not taken",
        "see url.*.insteadOf in git's configuration: only https, ssh, git and file are used",
    ),
    _Kind(
        Pattern(
            r"(?i)failed to connect|connection refused|connection timed out|operation too slow|timed out|unreachable"
            r"|returned error: 5\d\d|HTTP 5\d\d|unable to connect|couldn't connect|empty reply"
        ),
        "the host does not answer",
        "try again later; proxies are git's http.proxy and https_proxy",
    ),
    _Kind(
        Pattern(
            r"(?i)early eof|hung up unexpectedly|unexpected disconnect|RPC failed|invalid index-pack output"
            r"|expected flush|transfer closed|bad pack header|unexpected end"
        ),
        "the connection broke off",
        "try again later",
    ),
)
_QUOTED = Pattern(r"'[^'\n]*'")
_FATAL = Pattern(r"(?m)^(?:fatal|error): (.*)$")


def failure(words: str, name: str) -> SealwrightError:
    """The error for git's words about the repository of this name."""
    said = _QUOTED.sub("''", words)  # a repository may be called `tls`, or `not found`
    if any(pattern.search(said) for pattern in _LATER):
        return Deferred(PAUSE_SECONDS, place=name)
    for kind in _KINDS:
        if kind.words.search(said):
            return NetworkError(kind.message, hint=kind.hint, place=name)
    match = _FATAL.search(words)
    told = "".join(char if char.isprintable() else " " for char in match.group(1))[:_LONGEST] if match else "no reason"
    hint = "run git ls-remote by hand to see more"
    return UnexplainedError(f"git could not fetch it: {told}", hint=hint, place=name)
