//go:build tools

// Package h2spec names the program that tools/install/h2spec.sh builds from pinned sources.
package h2spec

import _ "github.com/summerwind/h2spec/cmd/h2spec"
