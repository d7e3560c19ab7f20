"""The inventory as a CycloneDX bill of materials, for auditors and for programs that read such bills."""
