"""A history as `git fast-import` reads it, and the account of what was planted in it.

Applications come, change, move and go; branches are merged, or stay; a merge may bring what none of its sides had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fleets import contents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random
    from typing import TypeAlias

    from benchmarks.fleets.contents import Content, Writer

    Tree: TypeAlias = Mapping[str, Mapping[str, Content]]
    Files: TypeAlias = dict[str, Content | None]

_BEGIN = 1_600_000_000
_TOP = ""
_LEAKY = 0.06
"""How many new applications have a Secret in clear, and as many more a kustomization that makes one of an `.env`."""


class Planted(NamedTuple):
    """A leak that a scan of the whole history reports once, whatever its value was from commit to commit."""

    path: str
    rule: str
    field: str


class Point(NamedTuple):
    """A commit from which a fork may go on: its id or mark, the files of each folder, and what was planted up to it."""

    commit: bytes
    tree: Tree
    planted: frozenset[Planted]
    time: int


BEGINNING = Point(b"", {}, frozenset(), _BEGIN)


class Story:
    """The commits of one repository, one line of development and what goes off it."""

    def __init__(self, random: Random, name: str, start: Point = BEGINNING) -> None:
        self._random = random
        self._name = name
        self._tree = dict(start.tree)
        self._tip = start.commit
        self._time = start.time
        self._marks = 0
        self._stream: list[bytes] = []
        self._on_main = set(start.planted)
        self.planted = set(start.planted)
        """What a scan of all branches has to report."""

    def stream(self) -> bytes:
        """What `git fast-import` is to read."""
        return b"".join(self._stream)

    def point(self) -> Point:
        """The newest commit of the branch `main`."""
        return Point(self._tip, dict(self._tree), frozenset(self._on_main), self._time)

    def tell(self, commits: int) -> None:
        """That many commits more on `main`, and what goes off it."""
        for number in range(commits):
            chance = self._random.random()
            if not self._tree:
                self._commit(b"refs/heads/main", self._application() | self._put("LICENSE", contents.licence))
            elif chance < 0.04 and number + 3 < commits:
                self._merge()
            elif chance < 0.07:
                self._branch(f"refs/heads/try-{self._marks}".encode())
            else:
                self._commit(b"refs/heads/main", self._change())
        if self._tip and self._random.random() < 0.3:
            self._stream.append(b"reset refs/tags/v1.0\nfrom %s\n\n" % self._tip)

    def _change(self) -> Files:
        chance = self._random.random()
        folders = list(self._tree)
        folder = self._random.choice(folders)
        if chance < 0.22:
            return self._application()
        if folder == _TOP or chance >= 0.31:
            return self._edited(folder)
        gone: Files = {f"{folder}/{name}": None for name in self._tree[folder]}
        if chance < 0.27:
            return gone if len(folders) > 3 else self._edited(folder)
        moved = f"moved-{self._marks}/{folder.rsplit('/', 1)[-1]}"
        return gone | {f"{moved}/{name}": content for name, content in self._tree[folder].items()}

    def _edited(self, folder: str) -> Files:
        names = self._random.sample(list(self._tree[folder]), self._random.randint(1, min(3, len(self._tree[folder]))))
        files: Files = {}
        for name in names:
            if name in contents.WRITERS:
                files |= self._put(f"{folder}/{name}", contents.WRITERS[name])
        return files or self._application()

    def _application(self) -> Files:
        folder = f"apps/{self._name}-{self._marks}"
        chosen = self._random.sample(contents.FILES[1:], self._random.randint(0, 4))
        files: Files = {}
        for name, writer in (contents.FILES[0], *chosen):
            files |= self._put(f"{folder}/{name}", writer)
        if self._random.random() < _LEAKY:
            files |= self._put(f"{folder}/secret.yaml", contents.secret)
        if self._random.random() < _LEAKY:
            files |= self._put(f"{folder}/kustomization.yaml", contents.kustomization)
            files |= self._put(f"{folder}/.env", contents.environment)
        return files

    def _put(self, path: str, writer: Writer) -> Files:
        return {path: writer(self._random, path.split("/")[-2] if "/" in path else self._name)}

    def _branch(self, name: bytes) -> None:
        """A branch that nobody has merged."""
        main = self.point()
        for _ in range(self._random.randint(1, 3)):
            self._commit(name, self._change())
        self._tree, self._tip, self._on_main = dict(main.tree), main.commit, set(main.planted)

    def _merge(self) -> None:
        """A branch that is merged and gone; one merge of five brings a Secret of its own."""
        main = self.point()
        side = self._application()
        self._commit(b"refs/heads/side", side)
        other, self._tree, self._tip = self._tip, dict(main.tree), main.commit
        self._commit(b"refs/heads/main", self._edited(self._random.choice(list(self._tree))))
        if self._random.random() < 0.2:
            side |= self._put(f"merged-{self._marks}/secret.yaml", contents.secret)
        self._commit(b"refs/heads/main", side, other)
        self._stream.append(b"reset refs/heads/side\nfrom %s\n\n" % (b"0" * 40))

    def _commit(self, branch: bytes, files: Files, other: bytes = b"") -> None:
        self._marks += 1
        self._time += self._random.randint(60, 200_000)
        lines = [b"commit %s\nmark :%d\n" % (branch, self._marks)]
        lines.append(b"committer A <a@example.com> %d +0000\ndata 7\nChange\n" % self._time)
        if self._tip:
            lines.append(b"from %s\n" % self._tip)
        if other:
            lines.append(b"merge %s\n" % other)
        for path, content in files.items():
            if content is None:
                lines.append(b"D %s\n" % path.encode())
                continue
            self._on_main.update(Planted(path, *leak) for leak in content.leaks)
            lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content.data), content.data))
        self._stream += [*lines, b"\n"]
        self._tip = b":%d" % self._marks
        self.planted |= self._on_main
        self._put_in_place(files)

    def _put_in_place(self, files: Files) -> None:
        for path, content in files.items():
            folder, _, name = path.rpartition("/")
            # A new mapping each time: the points before share the old one.
            kept = {other: old for other, old in self._tree.get(folder, {}).items() if other != name}
            if content is not None:
                kept[name] = content
            if kept:
                self._tree[folder] = kept
            else:
                del self._tree[folder]
