"""Rules that need more than one object, other files, or their history: in Python, since no expression can say them."""
