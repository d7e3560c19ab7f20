"""Where values live: AWS, Vault, Google Cloud, Azure, or an encrypted file; and how manifests refer to them."""
