"""How long a host wants to be left alone: git does not tell, so the host is asked once more, without any credential.

`Retry-After` is seconds or a date (RFC 9110, 10.2.3). Git's own traces would have it as well, beside what git sends.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from sealwright.manifest.git_process import run

if TYPE_CHECKING:
    from email.message import Message

PAUSE_SECONDS = 60.0
"""Where nothing says how long."""
_LONGEST = 3600.0
_TIMEOUT_SECONDS = 10.0
_SERVICE = "service=git-upload-pack"


def pause(root: str, remote: str) -> float:
    """Seconds until the host of a remote of this repository may be asked again, as far as it says so by HTTP."""
    parts = urlsplit(_address(root, remote))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return PAUSE_SECONDS
    host = parts.netloc.rpartition("@")[2]
    return _asked(urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/info/refs", _SERVICE, "")))


def _address(root: str, remote: str) -> str:
    """As git would ask it: its configuration may lead elsewhere, and nobody else is to hear the name."""
    return os.fsdecode(run(root, "ls-remote", "--get-url", remote).stdout.rstrip(b"\r\n"))


def _asked(url: str) -> float:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, headers={"User-Agent": "git/sealwright"}), timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - http and https alone
            return _said(answer.headers)
    except HTTPError as error:
        with error:
            return _said(error.headers)
    except (OSError, ValueError, HTTPException):
        return PAUSE_SECONDS


def _said(headers: Message) -> float:
    from datetime import datetime, timezone
    from email.utils import parsedate_to_datetime

    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(max(float(text[:9]), 1.0), _LONGEST)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return PAUSE_SECONDS
    now = datetime.now(timezone.utc)
    date = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return min(max((date - now).total_seconds(), 1.0), _LONGEST)
