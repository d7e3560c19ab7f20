"""Infrastructure code put into the shape of objects, so that rules can be written about it."""
