"""Objects of repositories elsewhere: from real servers on the loopback, with everything that goes wrong with them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from git_host import GitHost, git_daemon
from loopback_server import Answered, Asked, Fault, serving
from support import Repository, posix_only
from unit.fleet.mirror_tips import tips

from sealwright.errors import NetworkError, SealwrightError
from sealwright.fleet.mirrors import Deferred, Depth, fetched, located
from sealwright.fleet.model import Member
from sealwright.manifest.git_network import scrubbed
from sealwright.manifest.git_process import run

PASSWORD = "Kanarienvogel-4711"


class World:
    """A repository as its people have it, the host that others get it from, and a folder of mirrors."""

    def __init__(self, folder: Path) -> None:
        self.source = Repository.init(folder / "source")
        self.source.write("a.yaml", "a: 1\n")
        self.first = self.source.commit("One")
        self.source.write("b.yaml", "b: 1\n")
        self.second = self.source.commit("Two")
        self.source.git("branch", "side/one", self.first)
        self.source.git("tag", "-a", "v1", "-m", "v1", self.first)
        self.host = GitHost(folder / "host")
        self.bare = Repository(Path(self.host.add("shop.git", self.source)))
        self.bare.git("update-ref", "refs/pull/7/head", self._commit_beside())
        self.mirrors = str(folder / "mirrors")

    def _commit_beside(self) -> str:
        tree = self.bare.git("mktree", stdin=b"")
        return self.bare.git("commit-tree", "-m", "Proposed", tree)

    @property
    def member(self) -> Member:
        return Member("shop", f"{self.host.base}/shop.git")

    @property
    def by_file(self) -> Member:
        return Member("shop", f"file://{self.bare.path.as_posix()}")

    def located(self, wanted: Depth = Depth.HISTORY, pinned: tuple[str, ...] = ()) -> Repository:
        return Repository(Path(located(self.member, self.mirrors, wanted, pinned=pinned)))

    def push(self, *more: str) -> None:
        self.source.git("push", "--quiet", "--force", "at-shop.git", "--all", *more)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    with serving(made.host):
        yield made


def commits(repository: Repository) -> int:
    return int(repository.git("rev-list", "--all", "--count"))


def objects(repository: Repository) -> int:
    lines = dict(line.split(": ") for line in repository.git("count-objects", "-v").splitlines())
    return int(lines["in-pack"]) + int(lines["count"])


def refs(repository: Repository) -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname)").splitlines()


# What must not happen.


@pytest.mark.parametrize(
    ("answer", "seconds", "message"),
    [
        (Answered(429, b"slow down"), 60.0, "pause"),
        (Answered(503), 60.0, "pause"),
        (Answered(403, b"You have exceeded a secondary rate limit", {"Content-Type": "text/plain"}), 60.0, "pause"),
        (Answered(403), None, "refuses"),
        (Answered(404), None, "no such repository"),
        (Answered(401, headers={"WWW-Authenticate": "Basic"}), None, "wants a user"),
        (Answered(500), None, "does not answer"),
        (Answered(200, b"<html>login</html>", {"Content-Type": "text/html"}), None, "shop"),
        (None, None, "does not answer"),
    ],
)
def test_a_host_that_refuses(answer: Answered | None, seconds: float | None, message: str, world: World) -> None:
    world.host.faults = [Fault("GET", "info/refs", answer, times=9)]
    with pytest.raises(SealwrightError, match=message) as caught:
        world.located()
    assert getattr(caught.value, "seconds", None) == seconds
    assert str(caught.value).startswith("shop: ")
    assert caught.value.hint
    world.host.faults = []
    assert commits(world.located()) == 2


def test_a_repository_that_is_not_there(world: World) -> None:
    for location in (f"{world.host.base}/gone.git", "file:///nowhere/gone.git"):
        with pytest.raises(NetworkError, match="no such repository"):
            located(Member("gone", location), world.mirrors, Depth.HEAD)
    with pytest.raises(NetworkError, match="does not answer"):
        located(Member("closed", "http://127.0.0.1:1/a.git"), world.mirrors, Depth.HEAD)


def test_nothing_but_plain_transports(world: World, tmp_path: Path) -> None:
    """Also where the user's configuration leads elsewhere."""
    with pytest.raises(SealwrightError):
        located(Member("x", f"ext::touch {tmp_path}/ran"), world.mirrors, Depth.HEAD)
    settings = tmp_path / "settings"
    settings.write_text(f'[url "ext::touch {tmp_path}/ran "]\n\tinsteadOf = {world.host.base}/\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        patch.setenv("GIT_ALLOW_PROTOCOL", "ext")
        with pytest.raises(NetworkError, match="transport"):
            world.located()
    assert not (tmp_path / "ran").exists()


@posix_only
def test_nothing_is_run_that_a_repository_or_a_hook_says(world: World, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    script.chmod(0o755)
    world.bare.git("config", "uploadpack.packObjectsHook", script)
    world.bare.git("config", "core.fsmonitor", script)
    located(world.by_file, world.mirrors, Depth.HISTORY)
    settings = tmp_path / "settings"
    words = f"[core]\n\thooksPath = {tmp_path}/hooks\n\tfsmonitor = {script}\n[init]\n\ttemplateDir = {tmp_path}/t\n"
    settings.write_text(words, encoding="utf-8")
    for folder in (tmp_path / "hooks", tmp_path / "t" / "hooks"):
        folder.mkdir(parents=True)
        for name in ("reference-transaction", "post-update", "post-checkout"):
            (folder / name).symlink_to(script)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        world.located()
    assert not (tmp_path / "ran").exists()


def test_no_word_of_git_has_a_credential() -> None:
    text = (
        f"fatal: unable to access 'https://me:{PASSWORD}@h/a?token={PASSWORD}': x\n"
        f"fatal: https://{PASSWORD}/x:{PASSWORD}@h/a\n> Authorization: Basic {PASSWORD}\nPRIVATE-TOKEN: {PASSWORD}\n"
        f"remote: password={PASSWORD}\nfatal: could not read Password for 'https://{PASSWORD}@h': no\n"
    )
    assert PASSWORD not in scrubbed(text.encode()).decode()
    assert b"'https://h/a?***'" in scrubbed(text.encode())


@posix_only
def test_a_credential_comes_from_gits_helper_and_is_seen_nowhere(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.host.passwords = {"me": PASSWORD}
    store = tmp_path / "store"
    store.write_text(world.host.base.replace("//", f"//me:{PASSWORD}@") + "\n", encoding="utf-8")
    settings = tmp_path / "settings"
    settings.write_text(f"[credential]\n\thelper = store --file {store}\n", encoding="utf-8")
    log = tmp_path / "log"
    code = (
        "import sys; from sealwright.fleet.mirrors import *; from sealwright.fleet.model import Member;"
        "print(located(Member('shop', sys.argv[1]), sys.argv[2], Depth.HISTORY))"
    )
    command = [sys.executable, "-c", code, world.member.location, world.mirrors]
    tracing = ["strace", "-f", "-e", "trace=execve", "-s", "4096", "-v", "-o", str(log)]
    environment = dict(os.environ) | {"GIT_CONFIG_GLOBAL": str(settings), "GIT_TRACE_CURL": "1", "GIT_TRACE": "2"}
    try:
        result = subprocess.run([*tracing, *command], env=environment, capture_output=True, check=False, timeout=120)
    except FileNotFoundError:
        pytest.skip("strace is not installed")
    assert result.returncode == 0, result.stderr
    assert commits(Repository(Path(os.fsdecode(result.stdout.strip())))) == 2
    text = log.read_text(encoding="utf-8")
    assert "git-remote-http" in text  # else nothing was looked at
    assert "credential-store" in text
    kept = [
        path for path in Path(world.mirrors).rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]
    assert PASSWORD not in text + str(result)
    assert kept == []
    world.host.passwords = {"me": "another"}
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    with pytest.raises(NetworkError, match="wants a user") as caught:
        world.located()
    assert PASSWORD not in f"{caught.value}{caught.value.hint}"


def test_a_host_that_hangs_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sealwright.fleet.mirrors.remote._ASK_SECONDS", 0.5)
    world.host.going.clear()
    try:
        with pytest.raises(NetworkError, match="shop: git was not done"):
            world.located()
    finally:
        world.host.going.set()


@pytest.mark.parametrize("cut", [0, 12, 60])
def test_a_pack_that_breaks_off_changes_nothing(cut: int, world: World) -> None:
    world.host.cut = cut
    for _ in range(2):
        with pytest.raises(NetworkError, match=r"broke off|could not fetch"):
            world.located()
    world.host.cut = None
    mirror = world.located()
    assert commits(mirror) == 2
    world.source.write("c.yaml", "c: 1\n")
    world.source.commit()
    world.push()
    world.host.cut = cut
    before = refs(mirror), mirror.git("rev-parse", "HEAD")
    with pytest.raises(NetworkError):
        world.located()
    assert (refs(mirror), mirror.git("rev-parse", "HEAD")) == before
    world.host.cut = None
    assert commits(world.located()) == 3
    mirror.git("fsck", "--strict")


FETCH = """
import sys
from sealwright.fleet.mirrors import Depth, located
from sealwright.fleet.model import Member
print(located(Member("shop", sys.argv[1]), sys.argv[2], Depth.HISTORY), flush=True)
"""


def fetching_elsewhere(world: World) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", FETCH, world.member.location, world.mirrors]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@posix_only
@pytest.mark.parametrize("there", [False, True])
def test_a_process_killed_at_work_is_in_nobodys_way(there: bool, world: World) -> None:
    if there:
        world.located()
        world.source.write("c.yaml", "c: 1\n")
        world.source.commit()
        world.push()
    reached, released = threading.Event(), threading.Event()
    answer = world.host.answer

    def waiting(asked: Asked) -> Answered:
        if b"command=fetch" in asked.body:
            reached.set()
            released.wait(60)
        return answer(asked)

    world.host.answer = waiting  # type: ignore[method-assign]
    with fetching_elsewhere(world) as process:
        assert reached.wait(60)
        process.kill()
    (folder,) = (path for path in Path(world.mirrors).iterdir())
    if there:
        (next(folder.glob("*/.git")) / "packed-refs.lock").touch()
    released.set()
    world.host.answer = answer  # type: ignore[method-assign]
    mirror = world.located()
    assert commits(mirror) == (3 if there else 2)
    assert sorted(path.name for path in folder.iterdir()) == [mirror.path.name, f"{mirror.path.name}.lock"]


def test_processes_at_the_same_mirror_take_turns(world: World) -> None:
    processes = [fetching_elsewhere(world) for _ in range(3)]
    results = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], results
    assert len({out for out, _ in results}) == 1
    packs = [asked for asked in world.host.asked("POST", "upload-pack") if b"command=fetch" in asked.body]
    assert len({asked.headers["user-agent"] for asked in packs}) == 1
    assert objects(world.located()) == objects(world.bare) - 2  # but for what was proposed


@pytest.mark.parametrize("damage", ["no packs", "cut packs", "no HEAD", "no config", "half made", "another's", "ref"])
def test_a_damaged_mirror_is_made_anew(damage: str, world: World) -> None:
    mirror = world.located()
    git = mirror.path / ".git"
    for path in git.rglob("*.pack"):
        path.chmod(0o600)
        if damage == "no packs":
            path.unlink()
        elif damage == "cut packs":
            path.write_bytes(path.read_bytes()[:-30])
    if damage == "no HEAD":
        (git / "HEAD").unlink()
    elif damage == "no config":
        (git / "config").write_bytes(b"[core\n")
    elif damage == "half made":
        for name in ("HEAD", "config", "packed-refs"):
            (git / name).unlink(missing_ok=True)
    elif damage == "another's":
        mirror.git("config", "remote.sealwright.url", "https://example.com/other")
    elif damage == "ref":
        (git / "refs" / "heads" / "main").write_text("f" * 40 + "\n", encoding="ascii")
    again = world.located()
    assert again.path == mirror.path
    assert commits(again) == 2
    again.git("fsck", "--strict", "--no-dangling")


# What must happen.


def test_what_suffices_is_fetched_and_no_more(world: World) -> None:
    mirror = world.located(Depth.HEAD)
    assert (refs(mirror), commits(mirror), objects(mirror)) == (["refs/heads/main"], 1, 4)
    assert mirror.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert refs(world.located(Depth.BRANCHES)) == ["refs/heads/main", "refs/heads/side/one"]
    assert mirror.git("rev-parse", "--is-shallow-repository") == "true"
    world.located(Depth.HISTORY)
    assert refs(mirror) == ["refs/heads/main", "refs/heads/side/one", "refs/tags/v1"]
    assert mirror.git("rev-parse", "--is-shallow-repository") == "false"
    assert commits(mirror) == 2
    world.located(Depth.REQUESTS)
    assert refs(mirror)[2:] == ["refs/pull/7/head", "refs/tags/v1"]
    world.located(Depth.HEAD)
    assert commits(mirror) == 3  # nothing is thrown away
    mirror.git("fsck", "--strict")
    assert Depth.of("", branches=True) is Depth.BRANCHES
    assert Depth.of("--all", branches=False) is Depth.HISTORY
    assert Depth.of("main..refs/pull/7/head", branches=False) is Depth.REQUESTS


@pytest.mark.parametrize("wanted", list(Depth))
def test_one_new_commit_is_all_that_comes(wanted: Depth, world: World) -> None:
    mirror = world.located(wanted)
    before = objects(mirror)
    asked = len(world.host.seen)
    world.located(wanted)
    assert not any(b"command=fetch" in one.body for one in world.host.seen[asked:])
    world.source.write("c.yaml", "c: 1\n")
    world.source.commit()
    world.push()
    assert world.located(wanted).path == mirror.path
    assert objects(mirror) - before == 3  # a commit, a tree, a content
    assert mirror.git("show", "HEAD:c.yaml") == "c: 1"


def test_names_go_as_they_go_there(world: World) -> None:
    mirror = world.located()
    world.bare.git("branch", "-D", "side/one")
    world.bare.git("tag", "-d", "v1")
    world.bare.git("branch", "side", world.first)  # where a folder of names was
    world.bare.git("branch", "-m", "main", "trunk")
    world.located()
    assert refs(mirror) == ["refs/heads/side", "refs/heads/trunk"]
    assert mirror.git("symbolic-ref", "HEAD") == "refs/heads/trunk"
    world.bare.git("update-ref", "refs/heads/trunk", world.first)  # backwards
    world.located(Depth.HEAD)
    assert mirror.git("rev-parse", "HEAD") == world.first


def test_a_branch_where_another_depth_left_a_folder(world: World) -> None:
    world.located(Depth.BRANCHES)
    world.bare.git("branch", "-D", "side/one")
    world.bare.git("branch", "-m", "main", "side")
    mirror = world.located(Depth.HEAD)
    assert tips(str(mirror.path), Depth.HEAD) == (("refs/heads/side", world.second),)


def test_what_was_asked_before_does_not_change_what_all_means(world: World) -> None:
    world.located(Depth.REQUESTS)
    mirror = world.located(Depth.HISTORY)
    assert refs(mirror) == ["refs/heads/main", "refs/heads/side/one", "refs/tags/v1"]
    assert commits(mirror) == 2


def test_contents_come_when_they_are_asked_for(world: World) -> None:
    root = located(world.member, world.mirrors, Depth.HISTORY, blobless=True)
    mirror = Repository(Path(root))
    before = objects(mirror)
    (content, other) = (world.source.git("rev-parse", f"HEAD:{name}.yaml") for name in "ab")
    missing = run(root, "cat-file", "--batch-check", request=f"{content}\n{other}\n".encode()).stdout
    assert missing == f"{content} missing\n{other} missing\n".encode()  # and git does not bring it by itself
    fetched(root, [content])
    fetched(root, [content])
    assert objects(mirror) == before + 1
    world.source.write("c.yaml", "c: 1\n")
    world.source.commit()
    world.push()
    located(world.member, world.mirrors, Depth.HISTORY, blobless=True)
    assert objects(mirror) == before + 3  # a commit and a tree
    with pytest.raises(SealwrightError, match="all objects"):
        fetched(root, ["1" * 40])
    world.located(Depth.HISTORY, pinned=(world.second,))
    assert objects(mirror) == before + 5
    assert mirror.git("show", "HEAD:c.yaml") == "c: 1"
    asked = len(world.host.seen)
    assert world.located(Depth.HISTORY, pinned=(world.second,)).path == mirror.path
    assert len(world.host.seen) == asked


def test_a_host_that_leaves_nothing_out(world: World) -> None:
    world.bare.git("config", "uploadpack.allowFilter", "false")
    root = located(world.member, world.mirrors, Depth.HEAD, blobless=True)
    assert Repository(Path(root)).git("show", "HEAD:b.yaml") == "b: 1"


def test_ids_of_the_newer_kind(world: World, tmp_path: Path) -> None:
    made = Repository(tmp_path / "newer")
    Repository.init(tmp_path).git("init", "--quiet", "--object-format=sha256", "--initial-branch=main", "newer")
    made.write("a.yaml", "a: 1\n")
    commit = made.commit()
    member = Member("newer", f"file://{made.path.as_posix()}")
    for _ in range(2):
        assert tips(located(member, world.mirrors, Depth.HEAD), Depth.HEAD) == (("refs/heads/main", commit),)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("17", 17, 17), ("0", 1, 1), ("9999999999999", 3600, 3600), ("soon", 60, 60), (None, 60, 60)],
)
def test_a_host_says_how_long(said: str | None, least: float, most: float, world: World) -> None:
    headers = {"Retry-After": said} if said else {}
    world.host.faults = [Fault("GET", "info/refs", Answered(429, headers=headers), times=2)]
    with pytest.raises(Deferred) as caught:
        world.located()
    assert least <= caught.value.seconds <= most
    assert "authorization" not in world.host.seen[-1].headers


def test_a_host_says_until_when(world: World) -> None:
    for when, most in ((time.time() + 900, 900.0), (time.time() - 900, 1.0)):
        answer = Answered(429, headers={"Retry-After": formatdate(when)})
        world.host.faults = [Fault("GET", "info/refs", answer, times=2)]
        with pytest.raises(Deferred) as caught:
            world.located()
        assert most / 2 < caught.value.seconds <= most


def test_an_empty_repository_is_no_error(world: World) -> None:
    Repository.init(world.host.folder).git("init", "--quiet", "--bare", "empty.git")
    member = Member("empty", f"{world.host.base}/empty.git")
    for wanted in Depth:
        root = located(member, world.mirrors, wanted)
        assert tips(root, wanted) == tips(root, wanted, "--all") == ()


@pytest.mark.parametrize(
    ("head", "branches", "branch", "wanted"),
    [
        ("refs/heads/gone", ["main", "x"], "", "refs/heads/main"),
        ("refs/heads/gone", ["main", "x"], "x", "refs/heads/x"),
        ("refs/heads/gone", ["y"], "", "refs/heads/y"),
        ("refs/heads/gone", ["y", "z"], "", None),
        ("detached", ["main"], "", "HEAD"),
    ],
)
def test_a_head_that_is_on_no_branch(
    head: str, branches: list[str], branch: str, wanted: str | None, world: World
) -> None:
    for name in branches:
        world.bare.git("branch", "-f", name, world.first)
    for name in {"main", "side/one"} - set(branches):
        world.bare.git("update-ref", "-d", f"refs/heads/{name}")
    if head == "detached":
        world.bare.git("update-ref", "--no-deref", "HEAD", world.bare.git("rev-parse", "refs/pull/7/head"))
        (world.bare.path / "HEAD").write_text(world.bare.git("rev-parse", "refs/pull/7/head") + "\n", encoding="ascii")
    else:
        world.bare.git("symbolic-ref", "HEAD", head)
    member = world.member._replace(branch=branch)
    if wanted is None:
        with pytest.raises(SealwrightError, match="HEAD names a branch that does not exist"):
            located(member, world.mirrors, Depth.HEAD)
        with pytest.raises(SealwrightError, match="HEAD names a branch that does not exist"):
            tips(str(world.bare.path), Depth.HEAD)
        return
    root = located(member, world.mirrors, Depth.HEAD)
    assert tips(root, Depth.HEAD) == ((wanted, Repository(Path(root)).git("rev-parse", "HEAD")),)
    assert tips(located(member, world.mirrors, Depth.BRANCHES), Depth.BRANCHES)[0][0] == "HEAD"


def test_what_is_pinned_is_not_asked_for_again(world: World) -> None:
    mirror = world.located(Depth.HEAD)
    asked = len(world.host.seen)
    world.source.write("c.yaml", "c: 1\n")
    world.source.commit("Three")
    world.source.git("commit", "--amend", "--quiet", "--message", "Another three")
    world.push()
    assert world.located(Depth.HEAD, pinned=(world.second,)).path == mirror.path
    assert len(world.host.seen) == asked
    assert mirror.git("rev-parse", "HEAD") == world.second
    world.located(Depth.HEAD, pinned=(world.first, world.second))  # the first is in nobody's tip
    assert mirror.git("cat-file", "-t", f"{world.first}^{{tree}}") == "tree"
    world.located(Depth.HISTORY, pinned=(world.second,))  # is there, but not what came before it
    assert commits(mirror) == 3
    with pytest.raises(SealwrightError):
        world.located(Depth.HISTORY, pinned=("1" * 40,))


def test_a_mirror_of_a_shallow_repository(world: World, tmp_path: Path) -> None:
    Repository.init(tmp_path).git("clone", "--quiet", "--bare", "--depth=1", world.by_file.location, "shallow.git")
    root = located(Member("s", f"file://{tmp_path.as_posix()}/shallow.git"), world.mirrors, Depth.HISTORY)
    assert commits(Repository(Path(root))) == 1


@pytest.mark.parametrize("transport", ["file", "git", "http"])
def test_transports(transport: str, world: World) -> None:
    if transport == "git":
        with git_daemon(world.host.folder) as base:
            root = located(Member("shop", f"{base}/shop.git"), world.mirrors, Depth.HISTORY)
            with pytest.raises(NetworkError, match="no such repository"):
                located(Member("gone", f"{base}/gone.git"), world.mirrors, Depth.HISTORY)
    else:
        root = located(world.by_file if transport == "file" else world.member, world.mirrors, Depth.HISTORY)
    assert commits(Repository(Path(root))) == 2


def test_a_mirror_is_found_by_its_address_alone(world: World) -> None:
    one = world.located()
    other = Member("called otherwise", world.member.location.removesuffix(".git") + "/")
    asked = len(world.host.seen)
    assert located(other, world.mirrors, Depth.HEAD) == str(one.path)
    assert not any(b"command=fetch" in request.body for request in world.host.seen[asked:])
    mode = Path(world.mirrors).stat().st_mode & 0o777
    assert os.name != "posix" or mode == 0o700


def test_a_mirror_is_readable_where_bare_repositories_are_not_entered(world: World, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("[safe]\n\tbareRepository = explicit\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        assert tips(str(world.located().path), Depth.HEAD) == (("refs/heads/main", world.second),)


def test_a_repository_here_stays_as_it_is(world: World) -> None:
    root = world.source.path.resolve()
    before = sorted(path for path in root.rglob("*"))
    assert located(Member("x", str(root)), world.mirrors, Depth.HISTORY) == str(root)
    assert sorted(path for path in root.rglob("*")) == before
    assert not Path(world.mirrors).exists()
    assert dict(tips(str(root), Depth.BRANCHES)) == {"HEAD": world.second, "refs/heads/side/one": world.first}
    assert tips(str(root), Depth.HISTORY, "v1") == (("refs/heads/side/one", world.first),)


def test_a_repository_here_is_not_taken_for_the_one_around_it(world: World) -> None:
    inner = world.source.path / "inner"
    inner.mkdir()
    with pytest.raises(SealwrightError, match="no repository any more"):
        located(Member("x", str(inner.resolve())), world.mirrors, Depth.HEAD)
    for name in ("objects", "refs"):
        (inner / ".git" / name).mkdir(parents=True)
    (inner / ".git" / "HEAD").write_text("nonsense\n", encoding="ascii")
    with pytest.raises(SealwrightError, match="damaged"):
        located(Member("x", str(inner.resolve())), world.mirrors, Depth.HEAD)


def test_a_pause_travels_between_processes() -> None:
    again = pickle.loads(pickle.dumps(Deferred(7.5, "later", hint="do this", place="shop")))
    assert isinstance(again, Deferred)
    assert (again.seconds, str(again), again.hint, again.exit_code) == (
        7.5,
        "shop: later",
        "do this",
        3,
    )


HOSTILE = [
    "refs/heads/../../../../../../ran",
    "refs/heads/a:refs/heads/b",
    "refs/heads/*",
    "refs/heads/--upload-pack=touch ran",
    "--upload-pack=touch ran",
    "refs/heads/a\tb",
    "refs/heads/\x1b[2J",
    "refs/heads/x.lock",
    "refs/heads/caf\udce9",
    "HEAD",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("wanted", [Depth.HEAD, Depth.HISTORY])
def test_names_that_a_host_makes_up(name: str, wanted: Depth, world: World, tmp_path: Path) -> None:
    """A host may say anything. Either it is a name that git takes, or an error; nothing appears beside the mirror."""
    shown = os.fsencode(name)
    lines = [
        b"# service=git-upload-pack\n",
        b"",
        world.second.encode() + b" HEAD\0symref=HEAD:" + shown + b" shallow agent=x\n",
        world.second.encode() + b" " + shown + b"\n",
        b"",
    ]
    body = b"".join(b"%04x" % (len(line) + 4) + line if line else b"0000" for line in lines)
    kind = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    world.host.faults = [Fault("GET", "info/refs", Answered(200, body, kind), times=99)]
    before = {path for path in tmp_path.rglob("*") if "mirrors" not in path.parts}
    said = ""
    try:
        mirror = world.located(wanted)
        assert set(mirror.git("rev-list", "--all").split()) <= {world.first, world.second}
    except SealwrightError as error:
        said = str(error)
    assert said.isprintable()
    assert {path for path in tmp_path.rglob("*") if "mirrors" not in path.parts} == before
    assert not any(path.name == "ran" for path in tmp_path.rglob("*"))


@posix_only
@pytest.mark.parametrize("own", [False, True])
def test_ssh_asks_nobody(own: bool, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ssh that tells how it was started, and runs what it is given here."""
    log = tmp_path / "log"
    name = "our-ssh" if own else "ssh"
    stand_in = tmp_path / "bin" / name
    stand_in.parent.mkdir()
    stand_in.write_text(
        f'#!/bin/sh\necho "$@ $SSH_ASKPASS_REQUIRE $GIT_TERMINAL_PROMPT" >> {log}\n(: < /dev/tty) 2>/dev/null && '
        f'echo a terminal >> {log}\nfor last; do :; done\ncd {world.host.folder} && exec sh -c "$last"\n',
        encoding="utf-8",
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")
    settings = tmp_path / "settings"
    settings.write_text(f"[core]\n\tsshCommand = {name} -i key\n" if own else "", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    root = located(Member("shop", "git@example.com:shop.git"), world.mirrors, Depth.HISTORY)
    assert commits(Repository(Path(root))) == 2
    said = log.read_text(encoding="utf-8")
    assert "git@example.com git-upload-pack 'shop.git' never 0" in said
    assert "a terminal" not in said
    assert ("-i key" in said) is own
    assert ("BatchMode=yes" in said) is not own
