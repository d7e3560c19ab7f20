"""Telling: one module per output format, named in `registry.REPORTERS`. Reporters return text; they print nothing."""
