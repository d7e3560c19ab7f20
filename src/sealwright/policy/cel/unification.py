"""Which types fit where: type parameters are bound as an expression is walked."""

from __future__ import annotations

from sealwright.policy.cel.types import BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, UINT, Type

_NEVER_NULL = frozenset({kind.name for kind in (BOOL, BYTES, DOUBLE, INT, STRING, UINT)} | {"list", "map", "type"})


class Bindings:
    """What the type parameters of an expression stand for, as far as that is known."""

    def __init__(self) -> None:
        self._bound: dict[str, Type] = {}
        self._changes: list[tuple[str, Type | None]] = []
        self._count = 0

    def fresh(self) -> Type:
        """A parameter that nothing else has."""
        self._count += 1
        return Type(f"${self._count}", parameter=True)

    def instance(self, *types: Type) -> tuple[Type, ...]:
        """The types with parameters of their own in place of those of a signature."""
        own: dict[str, Type] = {}
        return tuple(self._renamed(kind, own) for kind in types)

    def _renamed(self, kind: Type, own: dict[str, Type]) -> Type:
        if kind.parameter:
            if kind.name not in own:
                own[kind.name] = self.fresh()
            return own[kind.name]
        if not kind.parameters:
            return kind
        return kind._replace(parameters=tuple(self._renamed(inner, own) for inner in kind.parameters))

    def resolved(self, kind: Type) -> Type:
        """The type as it is known now; only a parameter that is not bound is given as such."""
        while kind.parameter and kind.name in self._bound:
            kind = self._bound[kind.name]
        return kind

    def final(self, kind: Type) -> Type:
        """The type with everything in it; what was never bound can be anything."""
        kind = self.resolved(kind)
        if kind.parameter:
            return DYN
        if not kind.parameters:
            return kind
        return kind._replace(parameters=tuple(self.final(inner) for inner in kind.parameters))

    def saved(self) -> int:
        """How much was bound, for `restore`."""
        return len(self._changes)

    def restore(self, changes: int) -> None:
        """Forget what was bound since."""
        while len(self._changes) > changes:
            name, before = self._changes.pop()
            if before is None:
                del self._bound[name]
            else:
                self._bound[name] = before

    def _bind(self, name: str, kind: Type) -> None:
        self._changes.append((name, self._bound.get(name)))
        self._bound[name] = kind

    def fits(self, wanted: Type, given: Type) -> bool:
        """Whether a value of the type may stand where the other is wanted; binds parameters of both."""
        if given is wanted or (given is DYN and not wanted.parameter):
            return True
        target, source = self.resolved(wanted), self.resolved(given)
        if target == source:
            return True
        if target.parameter or source.parameter:
            free, other = (target, source) if target.parameter else (source, target)
            if self._occurs(free.name, other):
                return False
            self._bind(free.name, other)
            return True
        if DYN in (target, source):
            if source == DYN and wanted.parameter:
                self._widen(wanted)
            return True
        if NULL in (target, source):
            other = source if target == NULL else target
            return other.name not in _NEVER_NULL
        if target.name == source.name == "type":
            return True
        same = target.name == source.name and len(target.parameters) == len(source.parameters)
        return same and all(map(self.fits, target.parameters, source.parameters))

    def _widen(self, kind: Type) -> None:
        """A parameter that was bound to something, and turns out to be able to be anything."""
        while kind.parameter and self._bound[kind.name].parameter:
            kind = self._bound[kind.name]
        self._bind(kind.name, DYN)

    def _occurs(self, name: str, kind: Type) -> bool:
        kind = self.resolved(kind)
        return (kind.parameter and kind.name == name) or any(self._occurs(name, inner) for inner in kind.parameters)
