"""The first steps in a repository: what to write into it, and whether all that is needed is there."""
