"""Words and lists of others become repositories, or are refused without being repeated."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import Repository, posix_only

from sealwright.errors import UsageError
from sealwright.finding import STDIN_NAME, Problem
from sealwright.fleet.listing import members
from sealwright.fleet.listing.addresses import address, without_user
from sealwright.fleet.listing.json_values import values
from sealwright.fleet.listing.names import Names, printable
from sealwright.fleet.model import Member

TOKEN = "Kanarienvogel4711"


def listed(text: str | bytes, base: Path) -> list[Member | Problem]:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return list(members(["-"], stdin=lambda: content, base=str(base)))


def names(found: list[Member | Problem]) -> list[str]:
    return [one.name if isinstance(one, Member) else f"{one.path}:{one.line}: {one.message}" for one in found]


def places(found: list[Member | Problem]) -> list[str]:
    return [one.location for one in found if isinstance(one, Member)]


REFUSED = [
    f"https://user:{TOKEN}@example.com/a/b",
    f"https://{TOKEN}@example.com/a/b",
    f"https://:{TOKEN}@example.com/a/b",
    f"https://user:{TOKEN}@evil@example.com/a/b",
    f"https://user:{TOKEN}/x@example.com/a/b",
    f"https://user:1{TOKEN}@example.com",
    f"HTTPS://user:{TOKEN}@example.com/a/b",
    f"ssh://git:{TOKEN}@example.com/a/b",
    f"git://{TOKEN}@example.com/a/b",
    f"https://example.com/a/b?private_token={TOKEN}",
    f"https://example.com/a/b#{TOKEN}",
    f"https://{TOKEN}/x@example.com/a/b",
    f"user:{TOKEN}@example.com/a/b",
    f"git:{TOKEN}@example.com:a/b",
    f"a b:{TOKEN}@example.com:a/b",
    f"{TOKEN}://example.com/a/b",
    f"ext::sh -c '{TOKEN}'",
    f"fd::17/{TOKEN}",
    f"remote-x::{TOKEN}",
    f"::{TOKEN}",
    f"--upload-pack={TOKEN}",
    f"-u{TOKEN}",
    f"ssh://-oProxyCommand={TOKEN}/a/b",
    f"ssh://-o{TOKEN}@example.com/a/b",
    f"ssh://%2doProxyCommand={TOKEN}/a",
    f"-oProxyCommand={TOKEN}:a/b",
    f"x@-oProxyCommand={TOKEN}:a/b",
    f"-o{TOKEN}@example.com:a/b",
    f"ssh://example.com/-{TOKEN}",
    f"https://example.com/%0aprotocol=https%0ahost={TOKEN}",
    f"https://example.com/a\nhttps://{TOKEN}/b",
    f"https://example.com/\x1b[2J{TOKEN}",
    f"https://example.com/\u202e{TOKEN}",
    f"https://example.com/a {TOKEN}",
    f"https://exam\u00a0ple.com/{TOKEN}",
    f"https://example.com:99999/{TOKEN}",
    f"https://example.com:8x/{TOKEN}",
    f"https:///{TOKEN}",
    f"http://example.com/{TOKEN}",
    f"http://127.0.0.1.example.com/{TOKEN}",
    f"ftp://example.com/{TOKEN}",
    f"file://{TOKEN}/srv/git",
    "https://example.com",
    "https://example.com/",
    "https://",
    f"https://example.com/{'a' * 3000}",
]


@pytest.mark.parametrize("word", REFUSED)
def test_what_is_refused_is_not_repeated(word: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        list(members(["https://example.com/ok", word], base=str(tmp_path)))
    error = caught.value
    assert TOKEN not in f"{error} {error.hint} {error.place}"
    found = listed(f"{word.rsplit(chr(10), maxsplit=1)[-1]}\n", tmp_path) if "\n" not in word else []
    assert all(isinstance(one, Problem) and one.line == 1 and TOKEN not in repr(one) for one in found)


def test_a_word_that_means_nothing_stops_before_anything_is_read(tmp_path: Path) -> None:
    words = members(["-", "missing"], stdin=lambda: pytest.fail("was read"), base=str(tmp_path))
    with pytest.raises(UsageError, match="missing: there is no such"):
        next(words)


TAKEN = [
    ("https://github.com/Owner/Name", "github.com/Owner/Name", "https://github.com/Owner/Name"),
    ("https://GitHub.com:443/Owner/Name.git/", "github.com/Owner/Name", "https://github.com/Owner/Name.git/"),
    ("https://git.example.com:8443/a/b/c.git", "git.example.com:8443/a/b/c", "https://git.example.com:8443/a/b/c.git"),
    ("git@github.com:o/n.git", "github.com/o/n", "git@github.com:o/n.git"),
    ("work:o/n", "work/o/n", "work:o/n"),
    ("git@host:/srv/a.git", "host/srv/a", "git@host:/srv/a.git"),
    ("ssh://git@host:2222/~me/a.git", "host:2222/~me/a", "ssh://git@host:2222/~me/a.git"),
    ("ssh://[::1]/srv/a", "[::1]/srv/a", "ssh://[::1]/srv/a"),
    ("[::1]:srv/a", "[::1]/srv/a", "[::1]:srv/a"),
    ("git://host/a.git", "host/a", "git://host/a.git"),
    ("http://127.0.0.1:8080/a.git", "127.0.0.1:8080/a", "http://127.0.0.1:8080/a.git"),
    ("http://localhost/a", "localhost/a", "http://localhost/a"),
    ("file:///srv/git/my%20app.git", "srv/git/my app", "file:///srv/git/my%20app.git"),
]


@pytest.mark.parametrize(("word", "name", "location"), TAKEN)
def test_an_address_is_taken_as_git_takes_it(word: str, name: str, location: str, tmp_path: Path) -> None:
    assert list(members([word], base=str(tmp_path))) == [Member(name, location)]
    assert listed(f"  {word}  # why\r\n", tmp_path) == [Member(name, location)]


@pytest.mark.parametrize("word", ["C:\\git\\a", ".:x", "plain", "a/b:c", "host:"])
def test_a_path_is_no_address(word: str) -> None:
    assert address(word) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h/a.git", "https://H:443/a/", True),
        ("git@h:a.git", "git@H:a", True),
        ("ssh://git@h:22/a", "ssh://git@h/a.git", True),
        ("file:///srv/a.git", "file://localhost/srv/a", True),
        ("https://h/a", "https://h/A", False),
        ("https://h/a", "ssh://h/a", False),
        ("git@h:a", "git@h:/a", False),  # the first is in git's home
        ("ssh://one@h/~/a", "ssh://two@h/~/a", False),
        ("https://h/a", "https://h:8443/a", False),
    ],
)
def test_spellings_of_one_address_are_one_repository(one: str, other: str, same: bool, tmp_path: Path) -> None:
    found = names(list(members([one, other, one], base=str(tmp_path))))
    assert len(found) == (1 if same else 2)
    assert len(set(found)) == len(found)


def rest(number: int, **more: Any) -> dict[str, Any]:
    name = f"o/r{number}"
    owner = {"login": "o", "url": "https://api.github.com/users/o", "repos_url": "https://api.github.com/x"}
    return {
        "full_name": name,
        "owner": owner,
        "url": f"https://api.github.com/repos/{name}",
        "git_url": f"git://github.com/{name}.git",
        "ssh_url": f"git@github.com:{name}.git",
        "clone_url": f"https://github.com/{name}.git",
        "topics": ["https://example.com/not-one"],
        "default_branch": "trunk",
        "archived": number % 2 == 0,
        "parent": {"clone_url": "https://github.com/other/parent.git"},
        **more,
    }


def graphql(first: int, more: bool, **wrap: Any) -> dict[str, Any]:
    nodes = [
        {"nameWithOwner": f"o/r{n}", "url": f"https://github.com/o/r{n}", "defaultBranchRef": {"name": "trunk"}}
        for n in (first, first + 1)
    ]
    page = {"nodes": nodes, "pageInfo": {"hasNextPage": more, "endCursor": "x"}}
    return {"data": {"organization": {"name": "O", "url": "https://github.com/o", "repositories": page, **wrap}}}


def gitlab(number: int) -> dict[str, Any]:
    return {
        "path_with_namespace": f"g/s/r{number}",
        "namespace": {"full_path": "g/s", "web_url": "https://gitlab.com/groups/g/s"},
        "http_url_to_repo": f"https://gitlab.com/g/s/r{number}.git",
        "ssh_url_to_repo": f"git@gitlab.com:g/s/r{number}.git",
        "default_branch": "trunk",
        "archived": True,
    }


def bitbucket(number: int) -> dict[str, Any]:
    clone = [
        {"name": "https", "href": f"https://me@bitbucket.org/w/r{number}.git"},
        {"name": "ssh", "href": f"git@bitbucket.org:w/r{number}.git"},
    ]
    return {"full_name": f"w/r{number}", "mainbranch": {"name": "trunk"}, "links": {"clone": clone}}


GITHUB = ["https://github.com/o/r1", "https://github.com/o/r2"]
GH = [
    {"nameWithOwner": f"o/r{n}", "url": f"https://github.com/o/r{n}", "defaultBranchRef": {"name": "trunk"}}
    for n in (1, 2)
]
SERVER = {
    "slug": "r",
    "project": {"key": "P", "links": {"self": [{"href": "https://bb.example.com/projects/P"}]}},
    "links": {"clone": [{"href": "ssh://git@bb.example.com/p/r.git", "name": "ssh"}]},
}
SERVER["links"]["clone"].append({"href": "https://bb.example.com/scm/p/r.git", "name": "http"})  # type: ignore[index]
AZURE = {
    "name": "r",
    "defaultBranch": "refs/heads/trunk",
    "remoteUrl": "https://o@dev.azure.com/o/p/_git/r",
    "sshUrl": "git@ssh.dev.azure.com:v3/o/p/r",
    "url": "https://dev.azure.com/o/_apis/git/repositories/1",
    "project": {"name": "p", "url": "https://dev.azure.com/o/_apis/projects/1"},
}
GITLAB_NODE = {
    "fullPath": "g/r",
    "httpUrlToRepo": "https://gitlab.com/g/r.git",
    "repository": {"rootRef": "trunk"},
    "languages": [{"name": "Go"}],
}
EXPORTS: list[tuple[str, str, list[str]]] = [
    ("GitHub REST", json.dumps([rest(1), rest(2)]), GITHUB),
    ("pages, one behind the other", json.dumps([rest(1)]) + json.dumps([rest(2), rest(1)]) + "[]", GITHUB),
    ("pages in an array", json.dumps([[rest(1)], [rest(2)]], indent=2), GITHUB),
    ("JSON lines", json.dumps(rest(1)) + "\r\n" + json.dumps(rest(2)) + "\n", GITHUB),
    ("one object", json.dumps(rest(1)), GITHUB[:1]),
    ("ssh alone", json.dumps([{"full_name": "o/r", "ssh_url": "git@github.com:o/r.git"}]), ["git@github.com:o/r"]),
    ("a search", json.dumps({"total_count": 2, "items": [rest(1), rest(2)]}), GITHUB),
    ("gh repo list", json.dumps(GH), GITHUB),
    ("gh, an empty repository", json.dumps([{**GH[0], "defaultBranchRef": None}]), GITHUB[:1]),
    ("gh with name and url", json.dumps([{"name": "r1", "url": GITHUB[0]}]), GITHUB[:1]),
    ("GraphQL", json.dumps(graphql(0, more=True)) + json.dumps(graphql(1, more=False)), []),
    ("GitLab", json.dumps([gitlab(1), gitlab(2)]), ["https://gitlab.com/g/s/r1", "https://gitlab.com/g/s/r2"]),
    ("Bitbucket", json.dumps({"values": [bitbucket(1)], "pagelen": 10}), ["https://bitbucket.org/w/r1"]),
    ("Bitbucket Server", json.dumps({"values": [SERVER], "isLastPage": True}), ["https://bb.example.com/scm/p/r"]),
    ("Azure DevOps", json.dumps([AZURE]), ["https://dev.azure.com/o/p/_git/r"]),
    ("GraphQL of GitLab", json.dumps({"data": {"projects": {"nodes": [GITLAB_NODE]}}}), ["https://gitlab.com/g/r"]),
    ("addresses", json.dumps(GITHUB), GITHUB),
    ("a byte order mark", "\ufeff" + json.dumps(GH), GITHUB),
]


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in EXPORTS], ids=[case[0] for case in EXPORTS])
def test_an_export_is_read(text: str, wanted: list[str], tmp_path: Path) -> None:
    wanted = wanted or [f"https://github.com/o/r{n}" for n in range(3)]
    found = listed(text, tmp_path)
    assert [place.removesuffix(".git") for place in places(found)] == wanted
    assert len(found) == len(wanted)
    branches = {one.branch for one in found if isinstance(one, Member)}
    assert branches <= {"trunk", ""}
    assert (tmp_path / "export.json").write_bytes(text.lstrip("\ufeff").encode("utf-16"))  # as PowerShell writes it
    assert list(members(["export.json"], base=str(tmp_path))) == found


@pytest.mark.parametrize(
    ("text", "count", "message"),
    [
        ("", 0, "names no repository"),
        ("# nothing\n\n", 0, "names no repository"),
        ("[]", 0, "names no repository"),
        ("[][]\n", 0, "names no repository"),
        ('{"message": "Bad credentials", "status": "401"}', 0, "no repository"),
        ('{"data": null, "errors": [{"type": "RATE_LIMITED", "path": ["a"]}]}', 0, "no repository"),
        (json.dumps([rest(1), rest(2)])[:-1], 2, "breaks off"),
        (json.dumps([rest(1), rest(2)])[:-40], 1, "breaks off"),
        (json.dumps([rest(1)]) + "oops", 1, "no JSON"),
        ('{"a":' * 100_000, 0, "no JSON"),
        ("[" * 100_000, 0, "breaks off"),
        ('[{"full_name": 1' + "0" * 5000 + "}]", 0, "no JSON"),
        (json.dumps(graphql(1, more=True)), 2, "more follow"),
        (json.dumps({"values": [bitbucket(1)], "next": "https://api.bitbucket.org/x"}), 1, "more follow"),
        (json.dumps([{"full_name": "o/r"}, rest(1)]), 1, "does not say where"),
        (json.dumps([rest(1), 17, None]), 1, "no repository"),
        (json.dumps([rest(1, clone_url=f"https://x:{TOKEN}@github.com/o/r"), rest(2)]), 1, "entry 1: a URL with"),
        ("\0ELF", 0, "no list"),
        (f"https://h/a\n{'x' * 9000}\nhttps://h/b", 2, "longer"),
        ("https://h/a\nlist.txt\nhttps://h/b", 2, "list within a list"),
        ("https://h/a\nmissing\x1b[2J\nhttps://h/b", 2, "no repository here"),
        ("https://h/a\n\xff\xfe\n", 1, "no repository here"),
        (b"\xff\xfeh\0t\0\x00\xd8", 0, "UTF-16"),
    ],
)
def test_a_list_that_is_not_whole_is_told(text: str | bytes, count: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "list.txt").touch()
    found = listed(text, tmp_path)
    problems = [one for one in found if isinstance(one, Problem)]
    assert len(found) - len(problems) == count
    assert problems
    assert message in problems[0].message
    assert {problem.path for problem in problems} == {STDIN_NAME}
    assert TOKEN not in repr(found)


def test_a_name_in_front_of_the_host_is_left_out_of_exports_alone() -> None:
    assert without_user("https://me@h/a") == "https://h/a"
    for url in ("https://me:pw@h/a", "ssh://me@h/a", "https://h/a@b", "me@h:a"):
        assert without_user(url) == url


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_json_is_read_however_it_is_cut(size: int) -> None:
    wanted = [rest(number, text='\\" ]}[{ \u00e4 \U0001f600') for number in range(4)]
    text = json.dumps(wanted[:2], indent=1) + json.dumps(wanted[2]) + "\n\n" + json.dumps([[], [wanted[3]]])
    assert list(values(pieces(text, size))) == wanted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Repositories of every kind, and what looks like some."""
    top = tmp_path / "fleet"
    app = Repository.init(top / "app")
    app.write("a.yaml", "a: 1\n")
    app.commit()
    Repository.init(top / "app" / "vendored")
    app.git("worktree", "add", "--quiet", "--detach", top / "linked")
    Repository.init(top / "b").git("init", "--quiet", "--bare", top / "team" / "app.git")
    app.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", top / "app", "module")
    (top / "broken" / ".git").mkdir(parents=True)
    (top / "no repository" / "deeper").mkdir(parents=True)
    Repository.init(top / "with space\nand line")
    Repository.init(tmp_path / "outside")
    if os.name == "posix":
        (top / "link").symlink_to(tmp_path / "outside")
        (top / "round").symlink_to(top)
    return top


@posix_only
def test_a_folder_is_searched(folder: Path) -> None:
    found = list(members(["fleet", "fleet/app", "./fleet/app/.git"], base=str(folder.parent)))
    told = "fleet/broken:0: this is no repository: its .git leads to no repository"
    assert names(found) == ["app", "b", told, "linked", "team/app", "with space\\x0aand line"]
    wanted = ["app", "b", "linked", "team/app.git", "with space\nand line"]
    assert places(found) == [str((folder / name).resolve()) for name in wanted]


@posix_only
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["fleet/app"], ["fleet/app"]),
        (["./fleet/app/", "fleet/app"], ["fleet/app"]),
        (["fleet/app/module"], ["fleet/app/module"]),
        (["fleet/linked"], ["fleet/linked"]),
        (["fleet/team/app.git"], ["fleet/team/app"]),
        (["fleet/link"], ["fleet/link"]),
        (["fleet/team", "fleet/app"], ["app", "fleet/app"]),
        (["fleet/team", "fleet"], ["app", "fleet/app"]),
    ],
)
def test_a_path_is_called_as_it_is_written(words: list[str], wanted: list[str], folder: Path) -> None:
    (folder / "broken" / ".git").rmdir()
    assert names(list(members(words, base=str(folder.parent))))[: len(wanted)] == wanted


def test_a_path_that_begins_elsewhere_is_called_by_all_of_it(folder: Path) -> None:
    app = (folder / "app").resolve()
    whole = app.as_posix().lstrip("/")
    assert names(list(members([str(app)], base=str(folder)))) == [whole]
    assert names(list(members(["../app"], base=str(folder / "team")))) == [whole]
    assert names(list(members(["."], base=str(app)))) == ["app"]


def test_paths_in_a_file_begin_at_its_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "list.txt").write_text("app\n./app # again\nteam\nmissing\n../outside\nno repository\n", encoding="utf-8")
    found = list(members(["fleet/list.txt"], base=str(tmp_path)))
    outside = (tmp_path / "outside").resolve().as_posix().lstrip("/")
    assert names(found) == [
        "app",
        "team/app.git",
        "fleet/list.txt:4: there is no repository here",
        outside,
        "fleet/list.txt:6: the folder holds no repository",
    ]


@posix_only
def test_a_name_that_is_no_text_is_written_in_a_way_that_is(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9"
    Repository.init(Path(os.fsdecode(raw)))
    (tmp_path / "list").write_bytes(b"caf\xe9\n")
    for word in ("list", "."):
        (found,) = members([word], base=str(tmp_path))
        assert isinstance(found, Member)
        assert found.name == "caf\\xe9"
        assert os.fsencode(found.location) == os.path.realpath(raw)


def test_folders_without_repositories_are_no_clean_fleet(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no repository"):
        list(members(["."], base=str(tmp_path)))


@pytest.mark.parametrize("word", ["", "\0", "-", "--all"])
def test_words_that_cannot_be_paths(word: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(members([word], base=str(tmp_path)))


def test_names_are_unique_and_printable() -> None:
    given = Names()
    assert [given.given(["a", "x/a"]) for _ in range(4)] == ["a", "x/a", "x/a~2", "x/a~3"]
    assert printable("a\u202eb\udcffc\n\U000e0041") == "a\\u202eb\\xffc\\x0a\\U000e0041"


def test_a_long_list_is_not_held() -> None:
    """What is kept of an entry is a fraction of what an export says of it."""
    count = 4_000
    export = json.dumps([rest(0, description="d" * 5000)])[1:-1]  # as long as they are
    text = ("[" + ",".join(export.replace("o/r0", f"o/r{n}") for n in range(count)) + "]").encode()
    tracemalloc.start()
    try:
        assert sum(isinstance(one, Member) for one in members(["-"], stdin=lambda: text)) == count
        assert tracemalloc.get_traced_memory()[1] < len(text) / 4
    finally:
        tracemalloc.stop()
