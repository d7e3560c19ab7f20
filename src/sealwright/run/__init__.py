"""The pipelines: where reading and writing meet. One module per command; nothing here prints, exits or writes files."""
