"""The gate: scan, verification and policy over a tree, and over what a change does to it."""
