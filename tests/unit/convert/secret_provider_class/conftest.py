"""A local store, in which values stand as any other store would have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sealwright import config
from sealwright.stores.registry import open_store
from sealwright.stores.store import Store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("SEALWRIGHT_LOCAL_KEY", str(tmp_path / "key" / "local.key"))
    (tmp_path / "key").mkdir(mode=0o700)
    return open_store(config.Store("local", "local", path=str(tmp_path / "store")))
