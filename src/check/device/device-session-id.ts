import type { CheckPorts } from '../../core/check-ports.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'

/** The session that a browser means by the name that it knows it by. */
export interface NamedSession {
  /** `namespace/name` of the OIDCClient. */
  readonly client: string
  readonly ticket: string
}

/** Names for sessions of browsers, which say to this service and to nobody else which they are. */
export interface DeviceSessionIds {
  readonly nameOf: (
    request: Pick<Request, 'host'>,
    client: Pick<Client, 'name'>,
    ticket: string,
  ) => string
  /** `undefined` for what was not sealed here for this host, or under a key that has left. */
  readonly named: (request: Pick<Request, 'host'>, id: string) => NamedSession | undefined
}

const contextOf = ({ host }: Pick<Request, 'host'>): readonly string[] => ['device session', host]

const NAME = /^[A-Za-z0-9_-]{1,1024}$/

/** Whether a text looks like a name: nothing else is written into an answer. */
export const mayBeName = (text: string): boolean => NAME.test(text)

/**
 * The name is the sealed ticket. A browser proves its device for requests of other sites as well,
 * to which it adds no cookie that could say whose session it is.
 */
export const createDeviceSessionIds = ({ seal }: Pick<CheckPorts, 'seal'>): DeviceSessionIds => ({
  nameOf: (request, { name }, ticket) =>
    seal.seal(contextOf(request), JSON.stringify({ client: name, ticket })),
  named: (request, id) => {
    const opened = seal.open(contextOf(request), id)
    return opened === undefined ? undefined : (JSON.parse(opened) as NamedSession)
  },
})
