"""Reading: bytes to text, text to YAML nodes with spans, nodes to Kubernetes resources; and which files to read.

Nothing here writes, prints or knows what a leak is.
"""
