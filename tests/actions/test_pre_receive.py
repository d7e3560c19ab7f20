"""The pre-receive hook for servers: real pushes into bare repositories that have it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from actions.ci_shell import SECRET, VALUE, path_with_engine, path_without_engine, shell_check
from support import ROOT, Repository, posix_only, program, scrubbed

EXECUTES = ("actions/pre-receive/pre-receive",)
HOOK = ROOT / "actions" / "pre-receive" / "pre-receive"
SKIP = ("--push-option", "sealwright-skip=")

pytestmark = posix_only


class Server(Repository):
    """A bare repository with the hook, and what its own configuration says of it."""

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.git("config", f"sealwright.{name}", value)

    def refs(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)").split()


class Clone(Repository):
    """A work tree without hooks, whose `origin` is the server."""

    def push(self, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Exit code and everything that the pusher reads, which never holds the value."""
        environment = scrubbed(os.environ) | {"PATH": path_with_engine()} | dict(env or {})
        result = subprocess.run(
            ["git", "push", *arguments],
            cwd=self.path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        assert VALUE not in result.stdout
        assert "Traceback" not in result.stdout
        return result.returncode, result.stdout

    def refused(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        code, output = self.push(*arguments, env=env)
        assert code == 1, output
        assert "pre-receive hook declined" in output
        return output

    def accepted(self, *arguments: str) -> str:
        code, output = self.push(*arguments)
        assert code == 0, output
        return output

    def leak_and_remove(self) -> str:
        """Two commits; the id of the one with the value."""
        self.write("apps/db.yaml", SECRET)
        leaking = self.commit("Add")
        (self.path / "apps" / "db.yaml").unlink()
        self.commit("Remove")
        return leaking


@pytest.fixture(params=["sha1", "sha256"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(tmp_path: Path, form: str) -> Server:
    server = Server(tmp_path / "a server.git")
    server.path.mkdir()
    server.git("init", "--quiet", "--bare", "--initial-branch=main", f"--object-format={form}")
    shutil.copy(HOOK, server.path / "hooks" / "pre-receive")
    return server


@pytest.fixture
def clone(tmp_path: Path, server: Server, form: str) -> Clone:
    clone = Clone(tmp_path / "clone")
    clone.path.mkdir()
    clone.git("init", "--quiet", "--initial-branch=main", f"--object-format={form}")
    clone.git("remote", "add", "origin", server.path)
    clone.write("README.md", "x\n")
    clone.commit()
    clone.accepted("origin", "main")
    return clone


only_sha1 = pytest.mark.parametrize("form", ["sha1"], indirect=True)


def test_what_was_added_and_removed_is_refused(clone: Clone, server: Server) -> None:
    leaking = clone.leak_and_remove()
    output = clone.refused("origin", "main")
    said = [line.removeprefix("remote:").strip() for line in output.splitlines() if line.startswith("remote:")]
    assert any(f"first {leaking[:8]}" in line for line in said)
    assert any("apps/db.yaml" in line for line in said)
    assert any(line.startswith("sealwright: refused.") for line in said)
    assert server.git("rev-parse", "main") == clone.git("rev-parse", "main~2")


def test_every_way_in_is_looked_at(clone: Clone, server: Server) -> None:
    clone.leak_and_remove()
    clone.refused("origin", "main:refs/heads/new")
    clone.refused("origin", "main~2:refs/heads/clean", "main:refs/heads/new")  # several refs, all or none
    clone.git("tag", "light", "main~1")
    clone.git("tag", "--annotate", "--message", "x", "v1", "main")
    for tag in ("light", "v1"):
        clone.refused("origin", tag)
    clone.refused("origin", "main:refs/notes/x")
    clone.refused("--mirror", "origin")
    assert server.refs() == ["main"]


def test_what_is_clean_passes(clone: Clone, server: Server) -> None:
    clone.git("tag", "--annotate", "--message", "x", "v1")
    clone.accepted("origin", "main:refs/heads/other", "v1")
    clone.write("a.txt", "clean\n")
    clone.commit()
    clone.accepted("origin", "main")
    clone.git("reset", "--quiet", "--hard", "main~1")
    clone.write("b.txt", "clean\n")
    clone.commit()
    clone.accepted("--force", "origin", "main")
    clone.accepted("origin", ":other", ":v1")
    assert server.refs() == ["main"]


def test_a_forced_push_is_looked_at(clone: Clone) -> None:
    clone.write("a.txt", "clean\n")
    clone.commit()
    clone.accepted("origin", "main")
    clone.git("reset", "--quiet", "--hard", "main~1")
    clone.leak_and_remove()
    clone.refused("--force", "origin", "main")


@only_sha1
def test_what_the_server_has_already_is_not_looked_at_again(clone: Clone, server: Server) -> None:
    clone.leak_and_remove()
    hook = server.path / "hooks" / "pre-receive"
    hook.chmod(0o644)
    clone.accepted("origin", "main")
    hook.chmod(0o755)
    clone.accepted("origin", "main:refs/heads/new")
    # As many branches as a team has, none of them with anything new.
    clone.accepted("origin", *(f"main:refs/heads/topic/{number}" for number in range(300)))
    clone.write("apps/other.yaml", SECRET)
    clone.commit()
    clone.refused("origin", "main")


@only_sha1
@pytest.mark.parametrize("configured", ["", "/nowhere/sealwright-history"])
def test_without_the_engine_nothing_is_accepted(clone: Clone, server: Server, configured: str) -> None:
    if configured:
        server.set(program=configured)
    clone.write("a.txt", "clean\n")
    clone.commit()
    bare = {"PATH": path_without_engine()}
    output = clone.refused("origin", "main", env=bare)
    assert "nothing is accepted" in output
    server.set(program=program("sealwright-history"))
    assert clone.push("origin", "main", env=bare)[0] == 0


@only_sha1
@pytest.mark.parametrize(
    "variables",
    [{"SEALWRIGHT_EXIT_ZERO": "1"}, {"SEALWRIGHT_SKIP_FILES": "**"}, {"PRE_COMMIT": "1", "PRE_COMMIT_TO_REF": "main"}],
)
def test_the_pushers_environment_does_not_count(clone: Clone, variables: dict[str, str]) -> None:
    clone.leak_and_remove()
    clone.refused("origin", "main", env=variables)


@only_sha1
def test_the_server_chooses_the_options(clone: Clone, server: Server) -> None:
    clone.leak_and_remove()
    server.git("config", "--add", "sealwright.option", "--skip-files=apps/**")
    server.git("config", "--add", "sealwright.option", "--severity-threshold=high")
    clone.accepted("origin", "main")


@only_sha1
def test_a_push_that_takes_too_long_is_refused(clone: Clone, server: Server, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    server.set(program=str(slow), seconds="1")
    clone.write("a.txt", "clean\n")
    clone.commit()
    assert "longer than the server allows" in clone.refused("origin", "main")


@only_sha1
def test_what_cannot_be_checked_is_refused(clone: Clone, server: Server) -> None:
    server.git("config", "sealwright.option", "--nonsense")
    clone.write("a.txt", "clean\n")
    clone.commit()
    assert "not everything could be checked" in clone.refused("origin", "main")


@only_sha1
def test_the_emergency_switch_is_off(clone: Clone, server: Server) -> None:
    server.git("config", "receive.advertisePushOptions", "true")
    clone.leak_and_remove()
    for setting in ("", "false", "perhaps"):
        if setting:
            server.set(emergency=setting)
        assert "cannot be skipped here" in clone.refused(SKIP[0], f"{SKIP[1]}please", "origin", "main")
    assert not (server.path / "sealwright-skipped.log").exists()


@only_sha1
def test_the_emergency_switch_is_written_down(clone: Clone, server: Server) -> None:
    server.git("config", "receive.advertisePushOptions", "true")
    server.set(emergency="true")
    clone.leak_and_remove()
    for option in (SKIP[1], "other=1", "sealwright-skip", "xsealwright-skip=1"):
        clone.refused(SKIP[0], option, "origin", "main")  # without a reason
    said = clone.accepted("--push-option", "ci.skip", SKIP[0], f"{SKIP[1]}outage \x1b[31m 4711 é", "origin", "main")
    assert "NOT CHECKED" in said
    (line,) = (server.path / "sealwright-skipped.log").read_text().splitlines()
    when, who, old, new, ref, *why = line.split(" ")
    assert when.endswith("Z")
    assert who
    assert (new, ref) == (clone.git("rev-parse", "main"), "refs/heads/main")
    assert old == clone.git("rev-parse", "main~2")
    assert why[0] == "outage"
    assert "\x1b" not in line
    assert line.isascii()


@only_sha1
def test_a_skip_that_cannot_be_written_down_is_refused(clone: Clone, server: Server) -> None:
    server.git("config", "receive.advertisePushOptions", "true")
    server.set(emergency="true", log="/nowhere/at/all.log")
    clone.leak_and_remove()
    assert "cannot be written" in clone.refused(SKIP[0], f"{SKIP[1]}please", "origin", "main")


def test_shell_check_has_nothing_to_say() -> None:
    assert shell_check(HOOK.read_text(encoding="utf-8"), "sh") == ""
