"""What MkDocs does not do by itself: folders in the navigation, and links to files of the repository beside docs/."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

REPOSITORY = "https://github.com/sealwright/sealwright/blob/main/"
LINK = re.compile(r"(\]\()(\.\./[^)\s]+)(\))")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of a folder where the navigation names the folder, its index first."""
    config.nav = _filled(config.nav, Path(config.docs_dir))
    return config


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that leave docs/ lead to the repository. Raises SystemExit for one that leads nowhere."""
    del files
    root, folder = Path(config.docs_dir).parent, posixpath.join("docs", posixpath.dirname(page.file.src_uri))

    def replaced(found: re.Match[str]) -> str:
        target, _, anchor = found.group(2).partition("#")
        path = posixpath.normpath(posixpath.join(folder, target))
        if path.startswith("docs/"):
            return found.group(0)
        if not (root / path).exists():
            raise SystemExit(f"{page.file.src_uri}: nothing is at {found.group(2)}")
        return f"]({REPOSITORY}{path}{'#' * bool(anchor)}{anchor})"

    return LINK.sub(replaced, markdown)


def _filled(node: Any, docs: Path) -> Any:
    if isinstance(node, list):
        return [_filled(one, docs) for one in node]
    if isinstance(node, dict):
        return {title: _filled(below, docs) for title, below in node.items()}
    return _pages(docs, node) if isinstance(node, str) and node.endswith("/") else node


def _pages(docs: Path, folder: str) -> list[str]:
    names = sorted(path.name for path in (docs / folder).glob("*.md"))
    return [folder + name for name in sorted(names, key=lambda name: name != "index.md")]
