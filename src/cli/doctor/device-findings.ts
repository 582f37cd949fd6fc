import type { Policy } from '../../core/policy/policy.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import type { AskPublic } from '../live/public-paths.ts'
import type { RouteFinding } from './report.ts'

/** What asking the hosts of a route takes. */
export interface DevicePathParts {
  readonly askPublic: AskPublic
}

const found = (state: RouteFinding['state'], message: string): RouteFinding => ({
  check: 'devices',
  state,
  message,
})

/** A browser, as far as the gateway can tell, whose session nobody knows. */
const HEADERS = {
  accept: 'application/json',
  'sec-fetch-mode': 'no-cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
  'sec-secure-session-id': 'sallyport-doctor',
  'secure-session-response': 'sallyport-doctor',
}

/** Both paths of a client, and a cookie as its sessions have, of a session that is none. */
interface Asked {
  readonly paths: DeviceBound['paths']
  readonly cookie: string
}

const askedOf = ({ session }: Client): readonly Asked[] => {
  const { deviceBound, cookie } = session
  return deviceBound === undefined
    ? []
    : [{ paths: deviceBound.paths, cookie: `${cookie.name}=sallyport-doctor` }]
}

interface Said {
  readonly status: number
  readonly continue: unknown
  readonly reason: unknown
}

const saidIn = ({ status, text }: Answer): Said => {
  const members = parseJsonObject(text) ?? {}
  return { status, continue: members.continue, reason: members.reason }
}

/** What is well, or wrong by an answer of our own; `undefined`: somebody else has answered. */
const ours = (path: string, { bind }: DeviceBound['paths'], said: Said): string | undefined => {
  if (path === bind) return said.reason === 'device_binding_refused' ? '' : undefined
  if (said.status === 200 && said.continue === false) return ''
  return said.reason === 'device_refresh_unreadable'
    ? 'reaches Sallyport without the header Sec-Secure-Session-Id or the cookies, so that no session is renewed: let the gateway send them and Secure-Session-Response along (allowed_headers of ext_authz)'
    : undefined
}

const EXCEPT = 'let the gateway leave this path alone, and ask Sallyport about it'

const foreign = ({ status, location }: Answer, reason: unknown): string => {
  if (location !== undefined) {
    return `is redirected (${status}), upon which browsers end the session of the device: except this path`
  }
  if (status === 429) {
    return 'is answered 429, upon which browsers end the session of the device: except this path from the rate limiter, or let it answer 503'
  }
  return typeof reason === 'string'
    ? `is answered ${status} ${reason}, as a page of the application is: another version of Sallyport or of these resources serves the host, or the path is rewritten before the check`
    : `is answered ${status} by somebody else than Sallyport: ${EXCEPT}`
}

const askOne = async (
  host: string,
  path: string,
  { paths, cookie }: Asked,
  { askPublic }: DevicePathParts,
): Promise<RouteFinding> => {
  const url = `https://${host}${path}`
  try {
    const answer = await askPublic(url, { ...HEADERS, cookie })
    const said = saidIn(answer)
    const trouble = ours(path, paths, said)
    if (trouble === '') return found('well', `${url} is answered as browsers need it.`)
    return found('problem', `${url} ${trouble ?? foreign(answer, said.reason)}.`)
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    const text = `${thrown.message} Where a browser does not trust the certificate either, it binds no session, and says nothing.`
    return found('warning', text)
  }
}

const cannotAsk = (host: string): RouteFinding =>
  found('unknown', `Whether devices can be bound was not asked at ${host}: it is a wildcard.`)

/**
 * Asks both paths by which browsers bind sessions and prove devices, at each host of a route whose
 * clients bind them. Nothing follows from it: the session that it names is none.
 */
export const devicePathFindings = async (
  policy: Pick<Policy, 'clients'> | undefined,
  hosts: readonly string[],
  parts: DevicePathParts,
): Promise<readonly RouteFinding[]> => {
  const bound = (policy?.clients ?? []).flatMap(askedOf)
  const each = new Map(bound.map((asked) => [asked.paths.bind, asked]))
  const findings: RouteFinding[] = []
  for (const host of each.size === 0 ? [] : hosts) {
    if (host.startsWith('*')) {
      findings.push(cannotAsk(host))
      continue
    }
    for (const asked of each.values()) {
      findings.push(await askOne(host, asked.paths.bind, asked, parts))
      findings.push(await askOne(host, asked.paths.refresh, asked, parts))
    }
  }
  return findings
}
