"""What goes wrong in a task crosses to the client as an error of ours: no text of others, and nothing that cannot."""

from __future__ import annotations

import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from sealwright.errors import SealwrightError
from sealwright.fleet.engines.base import Done, Engine, FailedError
from sealwright.fleet.engines.dask import DaskEngine
from sealwright.fleet.engines.guarded import PROTOCOL, packed
from sealwright.fleet.engines.inline import InlineEngine

VALUE = "moss-and-tide-9"


class UnpicklableError(Exception):
    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.lock = threading.Lock()


class UnbuildableError(Exception):
    """Can be pickled, and not be made again: it wants two arguments and gets one."""

    def __init__(self, value: str, _more: int) -> None:
        super().__init__(value)


class Unpicklable:
    def __reduce__(self) -> Any:
        raise TypeError(VALUE)


def unpicklable() -> None:
    raise UnpicklableError(VALUE)


def unbuildable() -> None:
    try:
        raise UnpicklableError(VALUE)
    except UnpicklableError as error:
        raise UnbuildableError(VALUE, 1) from error


def undecodable() -> None:
    VALUE.encode().decode("utf-16")
    VALUE.encode("utf-16").decode("ascii")


def ours() -> None:
    try:
        raise UnpicklableError(VALUE)
    except UnpicklableError:
        raise SealwrightError("it is broken", place="db.yaml", hint="mend it") from None


def no_result() -> object:
    return Unpicklable()


TASKS = [unpicklable, unbuildable, undecodable, no_result]


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error.args) + repr(vars(error))


@pytest.mark.parametrize("task", TASKS)
def test_nothing_but_the_kind_of_it_leaves_the_worker(task: Callable[[], object]) -> None:
    with pytest.raises(FailedError) as caught:
        packed(task, pickle.dumps([], PROTOCOL), (), False)
    assert VALUE not in told(pickle.loads(pickle.dumps(caught.value)))
    assert caught.value.__context__ is None


@pytest.fixture(scope="module")
def dask() -> Iterator[DaskEngine]:
    with closing(DaskEngine(None, 1)) as engine:
        yield engine


def done(engine: Engine, task: Callable[[], object]) -> Done:
    engine.submit(task)
    return engine.next()


@pytest.mark.parametrize("task", TASKS)
def test_on_dask_as_in_this_process(dask: DaskEngine, task: Callable[[], object]) -> None:
    error = done(dask, task).error
    assert isinstance(error, FailedError)
    assert VALUE not in told(error)
    if task is not no_result:
        here = done(InlineEngine(), task).error
        assert type(here) is FailedError
        assert here.message == error.message


def test_errors_of_ours_keep_their_words(dask: DaskEngine) -> None:
    error = done(dask, ours).error
    assert type(error) is SealwrightError
    assert (error.message, error.place, error.hint) == ("it is broken", "db.yaml", "mend it")
    assert VALUE not in told(error)
