"""All .tf files of a folder as one module: what its variables, locals and policy documents are worth."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sealwright.manifest.limits import Unparsable
from sealwright.policy.infrastructure.hcl_blocks import split_blocks
from sealwright.policy.infrastructure.hcl_bodies import Body
from sealwright.policy.infrastructure.hcl_policies import policy_of
from sealwright.policy.infrastructure.hcl_syntax import entries_of, parse_body, parts
from sealwright.policy.infrastructure.hcl_values import Text, bounded, evaluate, walk
from sealwright.policy.infrastructure.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.manifest.source import Source
    from sealwright.policy.infrastructure.hcl_blocks import Block
    from sealwright.policy.infrastructure.hcl_syntax import Code

_DOCUMENT = "aws_iam_policy_document"
_ONLY_LATER = frozenset({"module", "each", "count", "self", "path", "terraform", "ephemeral"})
_DEEPEST = 60
"""Names that lead to names."""


class File:
    """The blocks of one text; each is parsed once, when it is asked for. `flaws` are the places that are no blocks."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(split_blocks(text))
        self.flaws = [item for item in found if isinstance(item, Unparsable)]
        self.blocks = [item for item in found if not isinstance(item, Unparsable)]
        self._bodies: dict[int, Code | Unparsable] = {}

    def body(self, block: Block) -> Code:
        """The content of one of the blocks. Raises Unparsable."""
        found = self._bodies.get(block.start)
        if found is None:
            try:
                whole = parse_body(self.text, block.start, block.end)
                found = whole.inner(parts(parts(whole.tree)[0])[-1])
            except Unparsable as error:
                found = error
            self._bodies[block.start] = found
        if isinstance(found, Unparsable):
            raise found
        return found


@lru_cache(maxsize=512)
def file_of(text: str) -> File:
    """A text's blocks. Kept, since every file of a module asks for those of all the others."""
    return File(text)


class Module:
    """The names of one folder. `rest` are its other files, read when a name is not in `file`."""

    def __init__(self, file: File, rest: Iterable[Source] = ()) -> None:
        self._rest: Iterable[Source] | None = rest
        self._named: dict[tuple[str, str], tuple[File, Block]] = {}
        self._locals: dict[str, Code] = {}
        self._given: dict[str, Code] = {}
        self._values: dict[tuple[str, str], Any] = {}
        self._depth = 0
        self._enter(file)

    def resolve(self, root: str, steps: tuple[Any, ...]) -> Any:
        """As `Scope.resolve`; what only a provider or a caller knows is UNKNOWN or a Text."""
        if not steps or root in _ONLY_LATER or any(step is UNKNOWN for step in steps):
            return UNKNOWN
        name = steps[0]
        if root in {"var", "local"} and isinstance(name, str):
            return walk(self._value(root, name), steps[1:])
        if root == "data" and name == _DOCUMENT and steps[-1] == "json" and isinstance(steps[1], str):
            return self._value("data", steps[1])
        return Text(f"${{{'.'.join(str(step) for step in (root, *steps))}}}")

    def _value(self, root: str, name: str) -> Any:
        key = (root, name)
        if key not in self._values:
            self._values[key] = UNKNOWN  # what is defined by itself is not known
            if self._depth < _DEEPEST:
                self._depth += 1
                try:
                    self._values[key] = bounded(self._defined(root, name))
                except Unparsable:
                    pass  # told where that block's own file is read
                finally:
                    self._depth -= 1
        return self._values[key]

    def _defined(self, root: str, name: str) -> Any:
        if root == "var":
            self._load()
            return self._variable(name)
        if root == "local":
            if name not in self._locals:
                self._load()
            return evaluate(self._locals[name], self) if name in self._locals else UNKNOWN
        if ("data", name) not in self._named:
            self._load()
        if ("data", name) not in self._named:
            return UNKNOWN
        file, block = self._named["data", name]
        return policy_of(Body(file.body(block), self).value)

    def _variable(self, name: str) -> Any:
        if name in self._given:
            return evaluate(self._given[name], self)
        if ("variable", name) not in self._named:
            return UNKNOWN
        file, block = self._named["variable", name]
        body = file.body(block)
        for key, _, value in entries_of(body):
            if key == "default" and value is not None:
                default = evaluate(value, self)
                return UNKNOWN if default is None else default  # null: the caller says
        return UNKNOWN

    def _load(self) -> None:
        rest, self._rest = self._rest, None
        for source in rest or ():
            if source.path.endswith(".tfvars"):
                self._enter_values(source)
            else:
                self._enter(file_of(source.text))

    def _enter(self, file: File) -> None:
        for block in file.blocks:
            if block.type == "variable" and block.labels:
                self._named.setdefault(("variable", block.labels[0]), (file, block))
            elif block.type == "data" and len(block.labels) > 1 and block.labels[0] == _DOCUMENT:
                self._named.setdefault(("data", block.labels[1]), (file, block))
            elif block.type == "locals":
                try:
                    body = file.body(block)
                except Unparsable:
                    continue
                self._locals.update((key, value) for key, _, value in entries_of(body) if value is not None)

    def _enter_values(self, source: Source) -> None:
        try:
            body = parse_body(source.text, 0, len(source.text))
        except Unparsable:
            return
        self._given.update((key, value) for key, _, value in entries_of(body) if value is not None)
