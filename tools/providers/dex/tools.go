//go:build tools

// Package tools pins the program that tools/install/provider-go.sh builds.
package tools

import _ "github.com/dexidp/dex/cmd/dex"
