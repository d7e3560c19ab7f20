"""The pipelines: where reading and writing meet. One module per command; nothing here prints, exits or writes files."""

from sealwright.run.scan import scan_bytes as scan_bytes
