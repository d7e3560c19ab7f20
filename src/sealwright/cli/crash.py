"""Our own bugs: a report to paste that holds places in our code and nothing of what was being read.

An exception's message may quote a value, and so may a frame's variables; neither is printed. What remains is the type
of the exception and file, line and function of each frame.
"""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from sealwright import HOME, __version__

if TYPE_CHECKING:
    from types import TracebackType

ISSUES = f"{HOME}/issues"


def crash_report(error: BaseException) -> str:
    """Several lines for stderr: what happened, that nothing is in them, where to send them."""
    lines = [
        "error: a bug in sealwright stopped it: nothing that it was working on was changed",
        f"hint:  please paste the lines below at {ISSUES} (they hold no file content and no secret)",
        "",
        f"sealwright {__version__}, Python {platform.python_version()}, {platform.system()}",
    ]
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__name__}")
        lines.extend(_frames(current.__traceback__))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "".join(f"{line}\n" for line in lines)


def _frames(traceback: TracebackType | None) -> list[str]:
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"  {_short(code.co_filename)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return lines


def _short(filename: str) -> str:
    """The path from the package on; anything else by its last two parts, since homes carry people's names."""
    parts = filename.replace(os.sep, "/").split("/")
    if "sealwright" in parts:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("sealwright") :])
    return "/".join(parts[-2:])
