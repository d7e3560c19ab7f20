"""Who is to blame when workers die: what is lost alone, and never what was lost in company."""

from __future__ import annotations

import os
from typing import Any

import pytest

from sealwright.errors import SealwrightError
from sealwright.fleet.engines.base import Done, FailedError, LostError
from sealwright.fleet.engines.inline import InlineEngine
from sealwright.fleet.tasks import Tasks, Work


class Dying(InlineEngine):
    """Loses everything that is under way together with a task of a name that is deadly, as a worker does that dies."""

    def next(self) -> Done:
        deadly = any("deadly" in task[3] for task in self._tasks)
        done = super().next()
        return Done(done.ticket, error=LostError("gone")) if deadly else done


def name(text: str) -> str:
    return text


class Watched:
    def __init__(self, engine: InlineEngine) -> None:
        self.tasks = Tasks(engine)
        self.done: list[Any] = []
        self.lost: list[str] = []

    def work(self, text: str) -> Work:
        return Work(name, (text,), 0, done=self.done.append, lost=lambda: self.lost.append(text))

    def run(self, *texts: str) -> None:
        for text in texts:
            self.tasks.submit(self.work(text))
        while self.tasks:
            self.tasks.wait()


def test_only_what_is_lost_alone_is_to_blame() -> None:
    watched = Watched(Dying())
    watched.run("a", "deadly", "b", "c")
    assert watched.lost == ["deadly"]
    assert sorted(watched.done) == ["a", "b", "c"]
    assert watched.tasks.open


def test_nothing_else_is_begun_while_a_suspect_is_watched() -> None:
    watched = Watched(Dying())
    seen: list[bool] = []
    watched.tasks.suspect(Work(lambda: seen.append(watched.tasks.open), (), 0, done=lambda _: None, lost=lambda: None))
    assert len(watched.tasks) == 1
    watched.run()
    assert seen == [False]
    assert watched.tasks.open


def test_what_fails_by_itself_is_not_tried_again() -> None:
    count: list[int] = []

    def failing() -> None:
        count.append(1)
        raise FailedError("a task failed (ValueError)")

    watched = Watched(InlineEngine())
    for _ in range(2):
        watched.tasks.submit(Work(failing, (), 0, done=watched.done.append, lost=lambda: watched.lost.append("x")))
    watched.run()
    assert (len(count), watched.lost) == (2, ["x", "x"])


def test_workers_that_are_not_fit_end_the_run() -> None:
    def failing() -> None:
        raise SealwrightError("a worker runs another version")

    watched = Watched(InlineEngine())
    watched.tasks.submit(Work(failing, (), 0, done=watched.done.append, lost=lambda: watched.lost.append("x")))
    with pytest.raises(SealwrightError, match="another version"):
        watched.run()


def test_a_task_leaves_the_environment_of_this_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/somewhere")

    def changing() -> None:
        del os.environ["GIT_DIR"]
        os.environ["GIT_CEILING_DIRECTORIES"] = "/"

    watched = Watched(InlineEngine())
    watched.tasks.submit(Work(changing, (), 0, done=watched.done.append, lost=lambda: watched.lost.append("x")))
    watched.run()
    assert watched.lost == []
    assert (os.environ.get("GIT_DIR"), os.environ.get("GIT_CEILING_DIRECTORIES")) == ("/somewhere", None)
