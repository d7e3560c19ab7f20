"""What a run found, for others: one module for each format, named in `registry.FORMATS`."""
