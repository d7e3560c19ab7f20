"""Completion for shells, written out from the parser: scripts that need neither this program nor a library to run."""
