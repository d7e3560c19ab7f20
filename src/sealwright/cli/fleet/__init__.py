"""The verbs of `sealwright fleet`, one module each."""
