"""The verbs of `sealwright policy`."""
