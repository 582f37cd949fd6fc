/**
 * Whether a page of this very host sent a request, by what the browser says of it and no page can
 * change: `Sec-Fetch-Site` (Fetch Metadata Request Headers), or, where that is absent, the host of
 * `Origin`. A request that says neither counts as a stranger's.
 */
export const isSameOrigin = (header: (name: string) => string | undefined): boolean => {
  const site = header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const [origin, host] = [header('origin'), header('host')]
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host.toLowerCase()
}
