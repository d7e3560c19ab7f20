"""A Secret to an ExternalSecret, in place or as a new document, and the store objects that it needs."""
