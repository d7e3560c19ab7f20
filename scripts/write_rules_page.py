"""Write docs/rules.md from the detectors' docstrings. With --check: exit 1 if the page is not up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from sealwright.report.rules import rule_pages

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """# Rules

<!-- Written by scripts/write_rules_page.py from the modules of src/sealwright/detect; change those. -->

`sealwright policy show RULE` prints the same.
"""


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [f"## {page.rule}\n\n{page.text}\n" for page in rule_pages().values()]
    return "\n".join(parts)


def main() -> int:
    """Write or check."""
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if current != text():
            print("docs/rules.md is not up to date: run scripts/write_rules_page.py")
            return 1
        return 0
    PAGE.write_text(text(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
