"""The controller's HTTP API: its certificate, whether it opens something, and re-encryption to its newest key.

Source: upstream pkg/controller/server.go. The controller answers errors with an empty body, the API server before it
with an object of kind `Status`; that is how the two are told apart.
"""
