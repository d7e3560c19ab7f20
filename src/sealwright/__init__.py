"""sealwright keeps plaintext Kubernetes Secrets out of Git."""

__version__ = "0.1.0"
HOME = "https://github.com/sealwright/sealwright"
"""Where the project is."""
PAGES = f"{HOME}/blob/v{__version__}"
"""Where its files are in this version: the address of `docs/rules.md` is that of this, a slash and the path."""
