"""Folders for files that are to be created."""

from __future__ import annotations

import os

from sealwright.errors import RewriteError


def make_folder(path: str) -> bool:
    """Make a folder and those above it, unless it is there; whether it was made. Raises RewriteError."""
    if os.path.isdir(path):
        return False
    try:
        os.makedirs(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise RewriteError(f"cannot be made: {reason}", place=path, hint="make the folder by hand") from None
    return True
