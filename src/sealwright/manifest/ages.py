"""When lines of a file were last changed, as its history tells."""

from __future__ import annotations

from datetime import datetime, timezone

from sealwright.manifest.git_process import run

_TIME = b"committer-time "


def changed_on(root: str, path: str, first: int, last: int, commit: str = "") -> str:
    """The day (YYYY-MM-DD) of the newest commit that touched these lines; '' where git does not know.

    Without `commit` the file as it is in the work tree; lines that are not committed count as of today.
    """
    lines = f"-L{first},{last}"
    result = run(root, "blame", "--porcelain", lines, *([commit] if commit else []), "--", path)
    if result.returncode != 0:
        return ""
    times = [int(line[len(_TIME) :]) for line in result.stdout.split(b"\n") if line.startswith(_TIME)]
    return datetime.fromtimestamp(max(times), timezone.utc).date().isoformat() if times else ""
