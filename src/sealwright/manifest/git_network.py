"""How git talks to other hosts where nobody sits in front of it: what it may do, and what it may say.

Sources: git-config (fsck.<msg-id>, http.lowSpeedLimit), git (GIT_TERMINAL_PROMPT, GIT_ALLOW_PROTOCOL, GIT_TRACE...),
gitcredentials, and ssh_config (BatchMode).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_OLD_PROGRAMS = (
    *("zeroPaddedFilemode", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "missingNameBeforeEmail"),
    *("missingEmail", "badEmail", "badDate", "badDateOverflow", "badTimezone", "zeroPaddedDate", "multipleAuthors"),
    *("nullSha1", "duplicateEntries", "treeNotSorted", "missingTaggerEntry"),
    *("gitmodulesUrl", "gitmodulesName", "gitmodulesParse", "gitmodulesPath", "gitmodulesUpdate"),
)
"""Flaws that every git reads over. Such repositories are scanned as well; submodules of theirs are not fetched."""

OPTIONS = (
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "fetch.recurseSubmodules=false"),
    *("-c", "fetch.writeCommitGraph=false"),
    *("-c", "fetch.unpackLimit=1"),  # one pack for each fetch, not a file for each object
    *("-c", "fetch.fsckObjects=true"),
    *(word for flaw in _OF_OLD_PROGRAMS for word in ("-c", f"fetch.fsck.{flaw}=ignore")),
    *("-c", "http.lowSpeedLimit=1000"),  # bytes in a second, for as many seconds as the next line says
    *("-c", "http.lowSpeedTime=60"),
    *("-c", "credential.interactive=false"),
)
"""For every command that may use a network."""

_UNATTENDED = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "SSH_ASKPASS_REQUIRE": "never"}
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
_TRACES = ("GIT_TRACE", "GIT_CURL_VERBOSE", "GIT_TR2")
"""Beginnings of variables that make git show what it sends: credentials may be among it."""
_UNWANTED = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    *("GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "SSH_ASKPASS"),
)
"""What is said about another repository, and what would ask a person."""

_USERINFO = Pattern(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s'\"<>]*@")
_QUERY = Pattern(r"(?i)(\b[a-z][a-z0-9+.-]*://[^\s'\"<>?]*\?)[^\s'\"<>]+")
_HEADER = Pattern(r"(?i)\b(authorization|cookie|[a-z-]*(?:token|password|passwd|secret|api-?key)[a-z-]*)(\s*[:=]).*")


def unattended(environment: Mapping[str, str], transports: str, *, has_own_ssh: bool) -> dict[str, str]:
    """The environment for such a command. `transports` are those allowed, as GIT_ALLOW_PROTOCOL has them.

    Where the user has no ssh command of their own (`has_own_ssh`: the configuration names one), ssh may not ask either.
    """
    kept = {
        name: value for name, value in environment.items() if not name.startswith(_TRACES) and name not in _UNWANTED
    }
    if not has_own_ssh and not kept.get("GIT_SSH"):
        kept.setdefault("GIT_SSH_COMMAND", _SSH)
    return kept | _UNATTENDED | {"GIT_ALLOW_PROTOCOL": transports}


def scrubbed(text: bytes) -> bytes:
    """Words of git without what could be a credential: users and queries of URLs, headers, tokens with a name."""
    words = text.decode("utf-8", "replace")
    words = _HEADER.sub(r"\1\2 ***", _QUERY.sub(r"\1***", _USERINFO.sub(r"\1", words)))
    return words.encode("utf-8", "replace")
