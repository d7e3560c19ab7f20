"""sealwright keeps plaintext Kubernetes Secrets out of Git."""

__version__ = "0.1.0"
