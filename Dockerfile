# Digests, platforms, contents and size: docs/image.md.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

# The packages that run, as the lock file has them. They are JavaScript alone, so one platform fetches them for all.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS dependencies
ARG SOURCE_DATE_EPOCH=0
WORKDIR /image/app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev
# What is read by people, compilers, debuggers and other runtimes than Node.js stays behind; licences do not.
RUN rm -r package-lock.json .npmrc node_modules/.package-lock.json node_modules/.bin \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.bare' \
      -o -name '*.md' ! -iname 'licen[cs]e*' \) -delete \
 && find node_modules -type d -empty -delete \
 && find /image -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
ARG SOURCE_DATE_EPOCH=0
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build -- --outDir /image/app/dist
COPY proto /image/app/proto
COPY deploy/crds /image/app/deploy/crds
RUN find /image -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# Node.js and the libraries that it is linked with, of the platform that the image is for. Nothing of it is run here.
# The platform is named for older buildahs, which go on with that of the stage before.
# hadolint ignore=DL3065
FROM --platform=$TARGETPLATFORM ${NODE_IMAGE} AS target

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS runtime
ARG SOURCE_DATE_EPOCH=0
ARG TARGETARCH
WORKDIR /build
COPY tools/image/collect-runtime.ts ./
RUN --mount=type=bind,from=target,target=/target node collect-runtime.ts "$TARGETARCH" /target /image \
 && find /image -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

FROM scratch
COPY --from=runtime /image /
COPY --from=dependencies /image /
COPY --from=build /image /
ENV NODE_ENV=production PATH=/usr/local/bin
WORKDIR /app
USER 65532:65532
EXPOSE 9001 9080 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["node", "dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4", "dist/main.js"]
CMD ["serve"]
ARG NODE_IMAGE
ARG VERSION=
LABEL org.opencontainers.image.title="Sallyport" \
      org.opencontainers.image.description="A gRPC Envoy external-authorization server: OpenID Connect logins, sessions and token checks" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
