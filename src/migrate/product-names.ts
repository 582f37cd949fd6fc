/** The products whose configuration is read, by the words of the command line. */
export const PRODUCT_NAMES = ['oauth2-proxy', 'kong', 'authservice', 'envoy-gateway'] as const

/** One of them. */
export type ProductName = (typeof PRODUCT_NAMES)[number]
