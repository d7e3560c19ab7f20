"""Pre-commit hooks: one small module each."""
