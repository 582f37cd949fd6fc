import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'

/**
 * What a session is bound to (R13): the client, and where its browser cookie is sent: one host, or
 * the parent domain that the client shares it over. Hosts of several routes may use a client;
 * without a domain, whoever gets hold of a ticket at one of them has nothing for the others.
 */
export const sessionTenant = (
  { tenant, session }: Pick<Client, 'tenant' | 'session'>,
  request: Pick<Request, 'host'>,
): string => {
  const { domain } = session.cookie
  return `${tenant} ${domain === undefined ? request.host : `.${domain}`}`
}
