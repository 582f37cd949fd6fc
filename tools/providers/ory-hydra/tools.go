//go:build tools

// Pins the program that the tests build, see tools/install/provider-go.sh.
package tools

import _ "github.com/ory/hydra/v2"
