import type { CheckPorts } from '../../core/check-ports.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { DEVICE_ALGORITHMS, FIRST_MS } from '../../core/session/session-device.ts'

/** A session that a browser was asked to bind. */
export interface Offered {
  /** `namespace/name` of the OIDCClient. */
  readonly client: string
  readonly ticket: string
  readonly expiresAtMs: number
}

/** What asks browsers to bind new sessions, and knows again what they were asked. */
export interface Offers {
  /** Goes with the answer that sets the ticket; empty where the client binds no sessions. */
  readonly headers: (
    request: Pick<Request, 'host'>,
    client: Client,
    ticket: string,
  ) => readonly Header[]
  /** `undefined` for anything that was not offered at this host, or not with this challenge. */
  readonly open: (
    request: Pick<Request, 'host'>,
    authorization: string,
    challenge: string,
  ) => Offered | undefined
}

const contextOf = ({ host }: Pick<Request, 'host'>): readonly string[] => [
  'device registration',
  host,
]

/**
 * The offer holds the ticket, sealed: after a login at another site, a browser binds the session by
 * a request without the cookie that was set a moment before.
 */
export const createOffers = ({
  seal,
  deviceProofs,
  clock,
}: Pick<CheckPorts, 'seal' | 'deviceProofs' | 'clock'>): Offers => ({
  headers: (request, { name, session }, ticket) => {
    const { deviceBound } = session
    if (deviceBound === undefined) return []
    const offered: Offered = { client: name, ticket, expiresAtMs: clock.nowMs() + FIRST_MS }
    const authorization = seal.seal(contextOf(request), JSON.stringify(offered))
    const challenge = deviceProofs.tag('registration', authorization)
    const parameters = [
      `path="${deviceBound.paths.bind}"`,
      `challenge="${challenge}"`,
      `authorization="${authorization}"`,
    ]
    const value = [`(${DEVICE_ALGORITHMS.join(' ')})`, ...parameters].join(';')
    return [['secure-session-registration', value]]
  },
  open: (request, authorization, challenge) => {
    const isAsked = deviceProofs.sameTag('registration', authorization, challenge) !== undefined
    const opened = isAsked ? seal.open(contextOf(request), authorization) : undefined
    return opened === undefined ? undefined : (JSON.parse(opened) as Offered)
  },
})
