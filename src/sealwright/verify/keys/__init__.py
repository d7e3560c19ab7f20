"""Evidence by private keys: which keys there are, which to try on an item, and why none opens it."""
