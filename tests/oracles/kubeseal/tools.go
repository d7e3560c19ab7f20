//go:build tools

// Package oracle pins the kubeseal that the test suite compares with; nothing is ever built from this file.
package oracle

import _ "github.com/bitnami/sealed-secrets/cmd/kubeseal"
