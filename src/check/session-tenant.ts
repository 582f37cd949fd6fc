import type { Client } from '../core/policy.ts'
import type { Request } from '../core/request.ts'

/**
 * What a session and a login state are bound to (R13): the client, and the host whose browser
 * cookie holds them. Hosts of several routes may share a client; whoever gets hold of a ticket at
 * one of them has nothing for the others.
 */
export const sessionTenant = (
  client: Pick<Client, 'tenant'>,
  request: Pick<Request, 'host'>,
): string => `${client.tenant} ${request.host}`
