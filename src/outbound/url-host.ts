/** The host of a URL as it is looked up and compared: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string =>
  hostname.replace(/^\[|\]$/g, '')

/** A URL as messages may name it: without userinfo and query. */
export const nameOf = (url: URL): string => `${url.origin}${url.pathname}`
