"""Repositories as forges export them: which fields say where one is, and which is its default branch.

GitHub REST (and Gitea, Forgejo), `gh repo list --json`, GitHub and GitLab GraphQL, GitLab REST, Bitbucket Cloud and
Server, Azure DevOps: docs.github.com/rest/repos, docs.gitlab.com/api/projects, developer.atlassian.com/cloud/bitbucket,
learn.microsoft.com/rest/api/azure/devops/git. Archived repositories are as good as others: their secrets leak as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.fleet.listing.addresses import without_user

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BY_HTTPS = ("clone_url", "http_url_to_repo", "httpUrlToRepo")
_BY_SSH = ("ssh_url", "ssh_url_to_repo", "sshUrlToRepo", "sshUrl")
_BRANCHES = ("default_branch", "defaultBranch", "defaultBranchRef", "mainbranch", "repository")
_BRANCH_NAMES = ("name", "rootRef", "displayId")
_GRAPHQL = frozenset(("nameWithOwner", "sshUrl", "name"))
"""Beside one of these, `url` is what git takes; elsewhere it is the API's, or a person's page."""
_DEEPEST = 8


class Entry(NamedTuple):
    """A repository of an export: what git takes, '' where the export does not say it; its default branch, or ''."""

    word: str
    branch: str = ""


class More(NamedTuple):
    """A page says whether another one follows it."""

    follows: bool


def entries(value: Any, depth: int = 0) -> Iterator[Entry | More]:
    """The repositories in a value of an export, in order: it is one, or a page of them, however the page is wrapped."""
    if isinstance(value, str):
        yield Entry(value)
    elif isinstance(value, list):
        for inner in value:
            yield from entries(inner, depth)
    elif isinstance(value, dict):
        location = _location(value)
        if location or _is_repository(value):
            yield Entry(location, _branch(value))
        elif depth < _DEEPEST:
            yield from _page(value, depth)


def _page(value: Mapping[str, Any], depth: int) -> Iterator[Entry | More]:
    if isinstance(value.get("hasNextPage"), bool):
        yield More(value["hasNextPage"])
    elif isinstance(value.get("isLastPage"), bool):
        yield More(not value["isLastPage"])
    elif isinstance(value.get("values"), list):
        yield More(isinstance(value.get("next"), str))
    for inner in value.values():
        if isinstance(inner, (dict, list)):
            yield from (entry for entry in entries(inner, depth + 1) if not _is_text_of(inner, entry))


def _is_text_of(inner: Any, entry: Entry | More) -> bool:
    """A text in an array inside of an object (topics, languages) is no address."""
    return isinstance(inner, list) and isinstance(entry, Entry) and entry.word in inner


def _location(value: Mapping[str, Any]) -> str:
    """https rather than ssh: git's configuration (`url.BASE.insteadOf`) makes the one of the other where wanted."""
    found = [value.get(name) for name in _BY_HTTPS]
    found += [_without_user(value.get("remoteUrl"))]
    if _GRAPHQL.intersection(value) and "repositories" not in value:
        found += [value.get("url")]
    found += [*_cloned_by(value), *(value.get(name) for name in _BY_SSH)]
    return next((one for one in found if isinstance(one, str) and one), "")


def _cloned_by(value: Mapping[str, Any]) -> Iterator[str | None]:
    """Bitbucket: `links.clone`, a list of addresses that have names."""
    links = value.get("links")
    clones = links.get("clone") if isinstance(links, dict) else None
    found = {
        str(clone.get("name")): clone.get("href")
        for clone in (clones if isinstance(clones, list) else ())
        if isinstance(clone, dict)
    }
    yield from (_without_user(found.get(name)) for name in ("https", "http"))
    yield found.get("ssh")


def _without_user(url: Any) -> str | None:
    return without_user(url) if isinstance(url, str) else None


def _is_repository(value: Mapping[str, Any]) -> bool:
    """Something that says whose repository it is, and not where."""
    names = ("full_name", "nameWithOwner", "path_with_namespace", "fullPath")
    return any(isinstance(value.get(name), str) for name in names)


def _branch(value: Mapping[str, Any]) -> str:
    for name in _BRANCHES:
        branch = value.get(name)
        if isinstance(branch, dict):
            branch = next((branch[key] for key in _BRANCH_NAMES if isinstance(branch.get(key), str)), None)
        if isinstance(branch, str) and branch.isprintable() and not branch.startswith("-"):
            return branch.removeprefix("refs/heads/")
    return ""
