"""The Common Expression Language in the dialect of Kubernetes: parsed, checked, evaluated, and blamed.

Sources: the CEL specification (github.com/google/cel-spec, doc/langdef.md) and the libraries that the Kubernetes API
server adds (k8s.io/apiserver/pkg/cel).
"""
