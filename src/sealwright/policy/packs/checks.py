"""Rules on single objects that CEL cannot say well, by id: `module:function`.

Each function takes the object and the parameters, and yields what it has against it.
"""

from __future__ import annotations

CHECKS: dict[str, str] = {"AUD001": "sealwright.policy.packs.audit_policy:records_secret_bodies"}
