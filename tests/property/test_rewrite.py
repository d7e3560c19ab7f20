"""Laws of edits and of the transaction, for any text, any bytes and a failure at any step."""

from __future__ import annotations

import errno
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sealwright.errors import RewriteError
from sealwright.rewrite.edit import Edit, apply_edits
from sealwright.rewrite.transaction import FileChange, commit

texts = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\ufeff\u2028\0: ")), max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text and edits that may be applied to it, in the order of their places."""
    text = draw(texts)
    borders = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    edits = [Edit(start, end, draw(texts)) for start, end in zip(borders[::2], borders[1::2], strict=False)]
    places: set[int] = set()
    for edit in [edit for edit in edits if edit.start == edit.end]:
        if edit.start in places:
            edits.remove(edit)
        places.add(edit.start)
    return text, edits


def slow(text: str, edits: list[Edit]) -> str:
    """The obvious way: one after the other, from the end; an insertion where a replacement starts comes last."""
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@settings(deadline=None)
@given(texts)
def test_no_edits_give_the_identical_text(text: str) -> None:
    assert apply_edits(text, []) == text


@settings(deadline=None)
@given(edited())
def test_the_result_is_that_of_the_obvious_way(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply_edits(text, edits) == slow(text, edits)


@settings(deadline=None)
@given(edited())
def test_text_outside_of_the_edits_is_identical(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    rest, at = apply_edits(text, edits), 0
    for edit in edits:
        kept = text[at : edit.start]
        assert rest.startswith(kept + edit.text)
        rest, at = rest[len(kept) + len(edit.text) :], edit.end
    assert rest == text[at:]


@settings(deadline=None)
@given(edited(), st.randoms(use_true_random=False))
def test_the_order_of_the_edits_does_not_matter(case: tuple[str, list[Edit]], chance: random.Random) -> None:
    text, edits = case
    shuffled = list(edits)
    chance.shuffle(shuffled)
    assert apply_edits(text, shuffled) == apply_edits(text, edits)


@settings(deadline=None)
@given(edited())
def test_putting_back_what_was_there_gives_the_identical_text(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply_edits(text, [edit._replace(text=text[edit.start : edit.end]) for edit in edits]) == text


@settings(deadline=None)
@given(edited(), st.text(min_size=2, max_size=9), st.data())
def test_an_overlap_is_always_refused(case: tuple[str, list[Edit]], more: str, data: st.DataObject) -> None:
    text, edits = case
    victim = Edit(len(text), len(text + more), data.draw(texts))
    start = data.draw(st.integers(0, victim.end - 1))
    end = data.draw(st.integers(max(start, victim.start + 1), victim.end))
    culprit = Edit(start, end, data.draw(texts))
    everything = data.draw(st.permutations([*edits, victim, culprit]))
    with pytest.raises(RewriteError):
        apply_edits(text + more, everything)


STEPS = "open close fstat lstat lseek read write fsync replace unlink listdir urandom pathconf fchmod listxattr chmod"
REAL = {name: getattr(os, name) for name in STEPS.split() if hasattr(os, name)}

contents = st.one_of(
    st.binary(max_size=50),
    st.sampled_from([b"a\r\nb\r\n", b"\xef\xbb\xbfa: 1", b"no end", b"\0", b"\xff\xfea\0", b"x" * 3_000_000]),
)
trees = st.lists(st.tuples(contents, contents), min_size=1, max_size=4)


class Steps:
    """Counts the calls of functions of `os`; the call number `fatal` fails, before or after its work."""

    def __init__(self, fatal: int = 0, error: BaseException | None = None, *, after: bool = False) -> None:
        self.count = 0
        self._fatal = fatal
        self._error = error
        self._after = after

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.count += 1
            error = self._error if self.count == self._fatal else None
            if function is REAL["close"] and not isinstance(error, OSError):
                error = None  # a real interruption is held off where files are let go of
            if error and not self._after:
                raise error
            result = function(*arguments, **options)
            if error:
                if function is REAL["open"] and isinstance(result, int):
                    REAL["close"](result)
                raise error
            return result

        return call

    def during(self, action: Callable[[], object]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name, function in REAL.items():
                patch.setattr(os, name, self.wrap(function))
            action()


def plant(directory: str, tree: list[tuple[bytes, bytes]]) -> list[FileChange]:
    changes = []
    for number, (before, after) in enumerate(tree):
        folder = Path(directory, f"folder {number % 2}")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number}.yaml"
        path.write_bytes(before)
        changes.append(FileChange(str(path), before, after))
    return changes


def standing(directory: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(directory).rglob("*") if path.is_file()}


@settings(deadline=None, max_examples=40)
@given(trees)
def test_success_gives_every_file_its_new_bytes(tree: list[tuple[bytes, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        changes = plant(directory, tree)
        written = commit(changes)
        assert written == [change.path for change in changes if change.before != change.after]
        assert standing(directory) == {change.path: change.after for change in changes}


@settings(deadline=None, max_examples=150)
@given(
    trees,
    st.randoms(use_true_random=False),
    st.sampled_from([OSError(errno.EIO, "no"), OSError(errno.ENOSPC, "no"), KeyboardInterrupt(), MemoryError()]),
    st.booleans(),
)
def test_a_failure_at_any_step_leaves_every_file_as_it_was(
    tree: list[tuple[bytes, bytes]], chance: random.Random, error: BaseException, after: bool
) -> None:
    with tempfile.TemporaryDirectory() as dry, tempfile.TemporaryDirectory() as directory:
        steps = Steps()
        changes = plant(dry, tree)
        steps.during(lambda: commit(changes))
        changes = plant(directory, tree)
        assume(steps.count)
        failing = Steps(chance.randint(1, steps.count), error, after=after)
        try:
            failing.during(lambda: commit(changes))
        except (RewriteError, KeyboardInterrupt):
            expected = {change.path: change.before for change in changes}
        else:  # a failure that may be ignored: looking for leftovers, closing, extended attributes
            expected = {change.path: change.after for change in changes}
        assert {path: content for path, content in standing(directory).items() if path in expected} == expected
        assert after or len(standing(directory)) == len(expected)
