"""Whether what stands in a file may matter because of another file: a kustomization that makes a Secret of it.

Such a file holds none of the words that the byte test looks for (`hunter2` may be all of it), so the question goes to
the kustomizations in its folder and in those above, by their bytes. As with the byte test, answers err towards yes, and
nothing heavy is imported: this runs before every commit.
"""

from __future__ import annotations

import os

from sealwright.manifest.endings import MANIFESTS
from sealwright.manifest.spelling import escapes_words, is_wide

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Iterator

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The names that kustomize looks for, in its order."""
_LARGEST = 10 * 1024 * 1024
"""Bytes above which a file is not looked into."""

_APART = bytes.maketrans(b"[]{},\"'", b"       ")
_SECRET_GENERATOR = b"ecretGenerator"  # the field `secretGenerator`, the kind `SecretGenerator`
_GENERATOR = b"Generator"


def may_generate(data: bytes) -> bool:
    """Whether a kustomization of these bytes may make ConfigMaps or Secrets."""
    return _GENERATOR in data or may_hide_words(data)


def may_generate_secrets(data: bytes) -> bool:
    """Whether a kustomization of these bytes may make Secrets."""
    return _SECRET_GENERATOR in data or may_hide_words(data)


def names_others(data: bytes) -> bool:
    """Whether a word may be the name of a file that is no manifest by its ending."""
    for word in data.translate(_APART).split():
        _, dot, ending = word.rsplit(b"/", 1)[-1].rpartition(b".")
        if dot and not ending.isdigit() and ending not in {b"", b"yaml", b"yml", b"json"}:
            return True
    return False


def may_hide_words(data: bytes) -> bool:
    """Whether the bytes may spell a word in a way that a search does not see."""
    return is_wide(data) or escapes_words(data)


class Neighbours:
    """Answers for one run; what was seen in a folder is kept."""

    __slots__ = ("_folders",)

    def __init__(self) -> None:
        self._folders: dict[str, bool] = {}

    def may_concern(self, path: str, data: bytes) -> bool:
        """Whether more than the bytes of a file has to be looked at: it may be named, or name others itself."""
        named = os.path.basename(path) in KUSTOMIZATIONS and (may_generate(data) or names_others(data))
        return named or self.may_name(path) or (not path.endswith(MANIFESTS) and _may_be_applied(path))

    def may_name(self, path: str) -> bool:
        """Whether a kustomization in the file's folder or above may make Secrets, of this file perhaps.

        Goes on to the top of the file system: to tell where the repository begins would cost as much.
        """
        folder = os.path.dirname(os.path.abspath(path))
        passed: list[str] = []
        answer = self._folders.get(folder)
        while answer is None:
            passed.append(folder)
            above = os.path.dirname(folder)
            if _makes_secrets(folder):
                answer = True
            elif above == folder:
                answer = False
            else:
                folder, answer = above, self._folders.get(above)
        self._folders.update(dict.fromkeys(passed, answer))
        return answer


def _may_be_applied(path: str) -> bool:
    """Whether a kustomization in the file's folder or above may name it as one that holds objects."""
    folder, name = os.path.split(os.path.abspath(path))
    written = os.fsencode(name)
    while True:
        for data in _kustomizations(folder):
            if data is None or written in data or may_hide_words(data):
                return True
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def _makes_secrets(folder: str) -> bool:
    return any(data is None or may_generate_secrets(data) for data in _kustomizations(folder))


def _kustomizations(folder: str) -> Iterator[bytes | None]:
    """The content of each in the folder, None for one that is too large or cannot be read."""
    for name in KUSTOMIZATIONS:
        path = os.path.join(folder, name)
        try:
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    data = file.read(_LARGEST + 1)
                yield None if len(data) > _LARGEST else data
        except OSError:
            yield None
