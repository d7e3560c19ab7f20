"""A step of GitHub Actions: runs a command, and tells the workflow what came of it. `actions/` is the door to it.

`python -I -m sealwright.cli.github COMMAND`; options come from SEALWRIGHT_<OPTION>, as everywhere.
"""
