"""Packs of rules: read, checked, and brought together."""
