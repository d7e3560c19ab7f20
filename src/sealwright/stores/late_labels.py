"""Labels that cost a call of their own, made when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping


class LateLabels(Mapping[str, str]):
    """The labels of an object; the first look at them may raise StoreError."""

    def __init__(self, fetch: Callable[[], Mapping[str, str]]) -> None:
        self._fetch = fetch
        self._found: Mapping[str, str] | None = None

    def _labels(self) -> Mapping[str, str]:
        if self._found is None:
            self._found = self._fetch()
        return self._found

    def __getitem__(self, label: str) -> str:
        return self._labels()[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels())

    def __len__(self) -> int:
        return len(self._labels())
