"""A conversion of many repositories: for each a branch with one commit, ready to be applied, and nothing of a value.

`converting` does it in a checkout, `commits` makes the commit, `bundles` and `patches` put it into files, of which each
holds the lines that were added and refers to all others (`deltas`), and `pushing` hands it to the remote.
"""
