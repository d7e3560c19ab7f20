"""A Secret to a SecretProviderClass of the Secrets Store CSI driver, and the pods that use it."""
