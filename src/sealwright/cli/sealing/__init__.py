"""The parts of `sealwright seal`: its options, what it writes where, single values, merging."""
