"""The Sealed Secrets scheme, bytes in and bytes out: scope, sealing, opening, certificates, keys, diagnosis.

What is sealed here opens with the controller and with `kubeseal --recovery-unseal`, and the reverse. Nothing
in this package knows manifests, and nothing but `exchange`, which is loaded when something is asked, touches the
network.
"""
