"""Every secret of a repository and how it is held, for `sealwright inventory`: names and places, never values."""
