"""The writing end: edits as data, and the only code that writes manifests, all of them or none."""
