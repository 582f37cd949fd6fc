/** A proxy without the credentials that its URL may hold, which would stand in a manifest. */
export const proxyUrl = (written: string): string => {
  const { protocol, host } = URL.parse(written) ?? {}
  return host === undefined || host === '' ? 'INVALID' : `${protocol}//${host}`
}
