"""Headless Chromium, and pages that are opened in it with every way out closed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser_path() -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_ORACLE_CHROMIUM, and the usual names on the PATH."""
    for candidate in (os.environ.get("SEALWRIGHT_ORACLE_CHROMIUM"), *BROWSERS):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


class Opened:
    """A page, and what it did that it must not: `complaints` are what its console said and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def note_request(self, url: str) -> None:
        """Something was asked for."""
        self.complaints.append(f"request: {url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = browser_path()
    if path is None:
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with api.sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=["--no-sandbox"] if as_root else [])
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Writes a page to a file and opens it there; nothing but that file can be fetched."""
    contexts: list[Any] = []

    def open_(content: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Opened:
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(content, encoding="utf-8", errors="backslashreplace")
        height = 800 if width > 600 else 844
        options: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        context = browser.new_context(java_script_enabled=scripts, **options)
        contexts.append(context)
        page = context.new_page()
        shown = Opened(page)

        def route(request: Any) -> None:
            if request.request.url.split("#")[0] == file.as_uri():
                request.continue_()
            else:
                shown.note_request(request.request.url)
                request.abort()

        context.route("**/*", route)
        page.goto(file.as_uri())
        return shown

    yield open_
    for context in contexts:
        context.close()
