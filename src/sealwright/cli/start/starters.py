"""The files that a repository begins with. Each is whole, valid, and says in comments what else there is."""

from __future__ import annotations

from sealwright import __version__

CONFIGURATION = """\
# What sealwright is told about this repository. An unknown key is an error that names the nearest known one.
# Every key: https://github.com/sealwright/sealwright/blob/main/docs/reference/configuration.md
policy:
  packs: [baseline]             # others: sealwright policy list
  severity-threshold: medium    # what a merge fails for

# clusters:                     # sealwright cluster add NAME --certificate FILE writes these
#   prod:
#     paths: [clusters/prod/**]
#     certificate: certs/prod.pem
#     fingerprint: "sha256:..."

# waivers:                      # findings that are accepted, by whom, why, and until when
#   - {rule: WRK001, path: apps/legacy/**, reason: "...", owner: team-a, expires: 2027-01-31}
"""

HOOKS = f"""\
repos:
  - repo: https://github.com/sealwright/sealwright
    rev: v{__version__}
    hooks:
      - id: sealwright-scan
      - id: sealwright-verify
      - id: sealwright-gate
"""
