/** The full name of the service that Envoy calls; also its name in health checks. */
export const AUTHORIZATION_SERVICE = 'envoy.service.auth.v3.Authorization'

/** The path of its one method in HTTP/2. */
export const CHECK_PATH = `/${AUTHORIZATION_SERVICE}/Check`
