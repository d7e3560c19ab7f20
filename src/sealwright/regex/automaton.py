"""Expressions as automata whose states are made while they run: time grows with the text, never faster."""

from __future__ import annotations

from typing import Any, NamedTuple

from sealwright.patterns import TooLong
from sealwright.regex.nodes import (
    BEGIN,
    BOUNDARY,
    END,
    LAST_CODE_POINT,
    LINE_BEGIN,
    LINE_END,
    Assertion,
    Characters,
    Choice,
    Node,
    Repeat,
    Sequence,
    is_nullable,
)

_MOST_STEPS = 10_000_000
"""Instructions that one search may look at while it makes states."""
_MOST_STATES, _MOST_MOVES = 2_000, 100_000
"""What is kept of them."""
_EDGE, _NEWLINE, _WORD, _OTHER = range(4)
_ANY = Characters(((0, LAST_CODE_POINT),))
_MIRRORED = {BEGIN: END, END: BEGIN, LINE_BEGIN: LINE_END, LINE_END: LINE_BEGIN}


class _Instruction(NamedTuple):
    """Exactly one of: read one of `characters`, pass if `assertion` holds, go both ways (the first is preferred)."""

    characters: Characters | None = None
    assertion: int | None = None
    ways: tuple[int, ...] = ()


_MATCH = _Instruction()


class _State(NamedTuple):
    """Where the threads are, the preferred first; what the character before was; where characters lead."""

    threads: tuple[int, ...]
    before: int
    moves: dict[str, tuple[bool, Any]]


class Automaton:
    """One direction of an expression. `longest`: any match counts, not only the preferred one."""

    def __init__(self, node: Node, *, backwards: bool, floating: bool, longest: bool) -> None:
        self._program: list[_Instruction] = [_MATCH]
        self._longest = longest
        start = self._emit(_mirrored(node) if backwards else node, 0)
        if floating:  # skip characters, but rather begin here
            loop = self._reserve()
            self._program[loop] = _Instruction(ways=(start, self._add(_Instruction(_ANY, ways=(loop,)))))
            start = loop
        self._start = start
        self._states: dict[tuple[tuple[int, ...], int], _State] = {}
        self._moves = 0
        self._steps = 0

    def _add(self, instruction: _Instruction) -> int:
        self._program.append(instruction)
        return len(self._program) - 1

    def _reserve(self) -> int:
        return self._add(_MATCH)

    def _emit(self, node: Node, after: int) -> int:
        """Instructions for the node with `after` behind them; gives the first of them."""
        if isinstance(node, Characters):
            return self._add(_Instruction(node, ways=(after,)))
        if isinstance(node, Assertion):
            return self._add(_Instruction(assertion=node.kind, ways=(after,)))
        if isinstance(node, Choice):
            return self._add(_Instruction(ways=tuple(self._emit(option, after) for option in node.options)))
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                after = self._emit(part, after)
            return after
        return self._emit_repeat(node, after)

    def _emit_repeat(self, node: Repeat, after: int) -> int:
        if node.high is None:
            first = self._emit_loop(node, after)
            more = max(node.low - 1, 0)
        else:
            first, more = after, node.low
            for _ in range(node.high - node.low):
                first = self._fork(self._emit(node.part, first), after, greedy=node.greedy)
        for _ in range(more):
            first = self._emit(node.part, first)
        return first

    def _emit_loop(self, node: Repeat, after: int) -> int:
        loop = self._reserve()
        body = self._emit(node.part, loop)
        self._program[loop] = self._forked(body, after, greedy=node.greedy)
        if node.low:
            return body
        # What can be empty is tried once before it is left out, as in Perl.
        return self._fork(body, after, greedy=node.greedy) if is_nullable(node.part) else loop

    def _fork(self, body: int, after: int, *, greedy: bool) -> int:
        return self._add(self._forked(body, after, greedy=greedy))

    def _forked(self, body: int, after: int, *, greedy: bool) -> _Instruction:
        return _Instruction(ways=(body, after) if greedy else (after, body))

    def forwards(self, text: str, position: int, *, shortest: bool = False) -> int:
        """Where the match from `position` on ends, or -1; `shortest`: as soon as there is one."""
        self._steps, found = 0, -1
        state: _State | None = self._state((self._start,), _kind(text, position - 1))
        for place in range(position, len(text)):
            if state is None:
                return found
            character = text[place]
            matched, state = state.moves.get(character) or self._move(state, character)
            if matched:
                found = place
                if shortest:
                    return found
        return len(text) if state is not None and self._move(state, "")[0] else found

    def backwards(self, text: str, end: int, limit: int) -> int:
        """Where the longest match that ends at `end` begins, not before `limit`; there is one."""
        self._steps, found = 0, end
        state: _State | None = self._state((self._start,), _kind(text, end))
        for place in range(end, limit - 1, -1):
            if state is None:
                break
            character = text[place - 1] if place else ""
            matched, state = state.moves.get(character) or self._move(state, character)
            if matched:
                found = place
        return found

    def _state(self, threads: tuple[int, ...], before: int) -> _State:
        key = (threads, before)
        state = self._states.get(key)
        if state is None:
            if len(self._states) > _MOST_STATES or self._moves > _MOST_MOVES:
                self._states.clear()
                self._moves = 0
            state = self._states[key] = _State(threads, before, {})
        return state

    def _move(self, state: _State, character: str) -> tuple[bool, _State | None]:
        """Whether there is a match before the character ('' at the end of the text), and the state after it."""
        matched, reading = self._closure(state, _kind(character, 0))
        threads: dict[int, None] = {}
        code = ord(character) if character else -1
        for instruction in reading if character else ():
            if instruction.ways[0] not in threads and instruction.characters and instruction.characters.hold(code):
                threads[instruction.ways[0]] = None
        after = self._state(tuple(threads), _kind(character, 0)) if threads else None
        state.moves[character] = (matched, after)
        self._moves += 1
        return matched, after

    def _closure(self, state: _State, following: int) -> tuple[bool, list[_Instruction]]:
        """What the threads would read, the preferred first; those behind a match are given up, unless `longest`."""
        seen: set[int] = set()
        reading: list[_Instruction] = []
        matched = False
        pending = list(reversed(state.threads))
        while pending:
            thread = pending.pop()
            if thread in seen:
                continue
            seen.add(thread)
            instruction = self._program[thread]
            if thread == 0:
                matched = True
                if not self._longest:
                    break
            elif instruction.characters:
                reading.append(instruction)
            elif instruction.assertion is None or _holds(instruction.assertion, state.before, following):
                pending.extend(reversed(instruction.ways))
        self._steps += len(seen)
        if self._steps > _MOST_STEPS:
            raise TooLong("a regular expression takes too long")
        return matched, reading


def _kind(text: str, position: int) -> int:
    if not 0 <= position < len(text):
        return _EDGE
    character = text[position]
    if character == "\n":
        return _NEWLINE
    return _WORD if character.isascii() and (character.isalnum() or character == "_") else _OTHER


def _holds(assertion: int, before: int, after: int) -> bool:
    if assertion == BEGIN:
        return before == _EDGE
    if assertion == END:
        return after == _EDGE
    if assertion == LINE_BEGIN:
        return before in {_EDGE, _NEWLINE}
    if assertion == LINE_END:
        return after in {_EDGE, _NEWLINE}
    return ((before == _WORD) != (after == _WORD)) == (assertion == BOUNDARY)


def _mirrored(node: Node) -> Node:
    """The expression for texts read from their end."""
    if isinstance(node, Sequence):
        return Sequence(tuple(_mirrored(part) for part in reversed(node.parts)))
    if isinstance(node, Choice):
        return Choice(tuple(_mirrored(option) for option in node.options))
    if isinstance(node, Repeat):
        return node._replace(part=_mirrored(node.part))
    return Assertion(_MIRRORED.get(node.kind, node.kind)) if isinstance(node, Assertion) else node
