//go:build tools

// Package gateways names the programs that tools/install/gateways.sh builds from pinned sources.
package gateways

import (
	_ "github.com/envoyproxy/gateway/cmd/envoy-gateway"
	_ "istio.io/istio/pilot/cmd/pilot-discovery"
)
