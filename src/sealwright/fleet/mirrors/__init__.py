"""Where a repository's objects are: as it is on this machine, or in a mirror that is made once and then updated.

`located` gives a folder to start git in. What a host wants to be asked for later is `Deferred`.
"""

from __future__ import annotations

from sealwright.fleet.mirrors.blobs import fetched
from sealwright.fleet.mirrors.deferred import Deferred
from sealwright.fleet.mirrors.depth import Depth
from sealwright.fleet.mirrors.places import located

__all__ = ["Deferred", "Depth", "fetched", "located"]
