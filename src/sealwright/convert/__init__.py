"""Planning: a resource to the edits that turn it into another. Nothing here writes."""
