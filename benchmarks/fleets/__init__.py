"""Synthetic fleets: many bare repositories that share contents as forks do, with a known number of leaks.

`python -m benchmarks.fleets FOLDER --repositories N --seed S` writes one. The same N and S give the same commits.
"""
