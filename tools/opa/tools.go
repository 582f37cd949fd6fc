//go:build tools

// Package opa names the program that tools/install/opa.sh builds from pinned sources.
package opa

import _ "github.com/open-policy-agent/opa"
