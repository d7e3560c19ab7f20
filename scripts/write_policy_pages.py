"""Write policies/compiled.json and docs/policies/ from policies/*.yaml. With --check: exit 1 if they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from sealwright.policy.packs.compiling import compiled
from sealwright.report.policies import pack_pages

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ROOT / "policies" / "compiled.json"
PAGES = ROOT / "docs" / "policies"


def files() -> dict[Path, str]:
    """What is generated, by path. The pages are made of the compact form, so that has to be written first."""
    pages = {PAGES / name: text for name, text in pack_pages().items()}
    return {COMPILED: compiled(str(ROOT / "policies")), **pages}


def main() -> int:
    """Write or check."""
    if "--check" not in sys.argv[1:]:
        COMPILED.write_text(compiled(str(ROOT / "policies")), encoding="utf-8", newline="\n")
        PAGES.mkdir(exist_ok=True)
        for path in set(PAGES.glob("*.md")) - files().keys():
            path.unlink()
        for path, text in files().items():
            path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    wanted = files()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    stale += sorted(set(PAGES.glob("*.md")) - wanted.keys())
    if stale:
        print(f"not up to date: {', '.join(str(path.relative_to(ROOT)) for path in stale)}")
        print("run scripts/write_policy_pages.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
