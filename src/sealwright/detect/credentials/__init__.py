"""Credentials outside of Secrets: which names promise one, which values are one, where text joins the two."""
