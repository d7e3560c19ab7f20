"""A conversion: what moves where, done step by step so that nothing is lost."""
