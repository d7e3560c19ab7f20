//go:build tools

// Package gitleaks pins the gitleaks that the quality figures compare with; nothing is ever built from this file.
package gitleaks

import _ "github.com/zricethezav/gitleaks/v8"
