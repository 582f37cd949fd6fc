import type { Client } from '../../core/policy.ts'
import { isWithin } from '../cookie-domain.ts'
import type { Finding } from './findings.ts'

const list = (hosts: readonly string[]): string => hosts.map((host) => `"${host}"`).join(', ')

/**
 * Why a client does not suit the hosts of a route. A cookie that no browser would send to one of
 * them is refused here instead of looping there.
 */
export const unsuitable = (hosts: readonly string[], client: Client): readonly Finding[] => {
  const { domain } = client.session.cookie
  const outside = domain === undefined ? [] : hosts.filter((host) => !isWithin(host, domain))
  if (outside.length === 0) return []
  const message =
    `OIDCClient ${client.name} shares its sessions over "${domain}" (\`session.cookie.domain\`), ` +
    `and no browser would send that cookie to ${list(outside)}: use another client there`
  return [{ field: ['spec', 'hosts'], message, reason: 'ClientUnsuitable' }]
}
