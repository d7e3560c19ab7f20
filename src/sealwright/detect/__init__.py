"""Finding plaintext secrets: one module per family of leak, named in `registry`.

`prefilter` decides from bytes alone which files are parsed at all; `scanner` runs the detectors over one source.
"""
