import type { AttachInputs } from './attachment.ts'

const route = (path: string, bytes: number): string => `
                        # A body that Sallyport reads itself; of a larger one, as much as fits.
                        - match: { path: ${JSON.stringify(path)} }
                          route: { cluster: upstream, timeout: 0s }
                          typed_per_filter_config:
                            envoy.filters.http.ext_authz:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
                              check_settings:
                                with_request_body: { max_request_bytes: ${bytes}, allow_partial_message: true }`

/** The routes of a plain Envoy for the paths whose bodies are sent along; before all others. */
export const envoyCallbackRoutes = ({ bodyPaths, bodyBytes }: AttachInputs): string =>
  bodyPaths.map((path) => route(path, bodyBytes)).join('')
