//go:build tools

// Package oracle pins the helm that the test suite renders with; nothing is ever built from this file.
package oracle

import _ "helm.sh/helm/v3/cmd/helm"
