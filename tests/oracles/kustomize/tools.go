//go:build tools

// Package oracle pins the kustomize that the test suite renders with; nothing is ever built from this file.
package oracle

import _ "sigs.k8s.io/kustomize/kustomize/v5"
