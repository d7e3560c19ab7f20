"""Which repositories: URLs, paths, folders, and lists of them as people and forges write them.

A listing is text of others: nothing in it is started, and what is no plain address of a repository is refused. A URL
that carries a password or a token is refused as well, and shown to nobody.
"""

from __future__ import annotations

from sealwright.fleet.listing.members import members

__all__ = ["members"]
