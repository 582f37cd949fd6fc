import type { Client } from '../../../core/registration/client.ts'
import { isWithin } from '../../matching/cookie-domain.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'
import type { TokenCookie } from './methods.ts'

/** A client of a route, and where it is named. */
export interface Member {
  readonly client: Client
  readonly field: FieldPath
}

const finding = (field: FieldPath, message: string): Finding => ({
  field,
  message,
  reason: 'ClientUnsuitable',
})

const list = (hosts: readonly string[]): string => hosts.map((host) => `"${host}"`).join(', ')

/** A cookie that no browser would send to a host is refused here instead of looping there. */
const outsideDomain = (hosts: readonly string[], client: Client): readonly Finding[] => {
  const { domain } = client.session.cookie
  const outside = domain === undefined ? [] : hosts.filter((host) => !isWithin(host, domain))
  if (outside.length === 0) return []
  const message =
    `OIDCClient ${client.name} shares its sessions over "${domain}" (\`session.cookie.domain\`), ` +
    `and no browser would send that cookie to ${list(outside)}: use another client there`
  return [finding(['spec', 'hosts'], message)]
}

const frontChannel = ({ logout }: Client): readonly (readonly [string, string])[] =>
  logout.frontChannelPath === undefined
    ? []
    : [['logout.path` with `/frontchannel', logout.frontChannelPath]]

const boundCookie = ({ session }: Client): readonly (readonly [string, string])[] =>
  session.deviceBound === undefined
    ? []
    : [['session.cookie.name` with `-bound', session.deviceBound.cookieName]]

/** What tells the clients of one host apart, by the field that an operator sets. */
const marksOf = (client: Client): readonly (readonly [field: string, value: string])[] => [
  ['callback.path', client.callbackPath],
  ['logout.path', client.logout.path],
  ...frontChannel(client),
  ['session.cookie.name', client.session.cookie.name],
  ...boundCookie(client),
  ['displayName', client.displayName],
]

/** Of two that the route lists no one is the wrong one. */
const placeOf = ({ field }: Member): FieldPath =>
  field[1] === 'rules' ? field : ['spec', 'clientRefs']

const sameMark = ({ client: a }: Member, other: Member): readonly Finding[] =>
  marksOf(a).flatMap(([field, value]) =>
    marksOf(other.client).flatMap(([otherField, same]) => {
      if (value !== same) return []
      const fields =
        field === otherField
          ? `\`${field}\` of both`
          : `\`${field}\` of the one and \`${otherField}\` of the other`
      const message = `OIDCClient ${a.name} and OIDCClient ${other.client.name} cannot be told apart on one host, as ${fields} is "${value}": change one of them`
      return [finding(placeOf(other), message)]
    }),
  )

/**
 * Why clients do not suit a route: a host where the cookie of one is not sent, or two that share
 * what must tell their logins, sessions and sign-outs apart (R17).
 */
export const unsuitable = (
  hosts: readonly string[],
  members: readonly Member[],
): readonly Finding[] => [
  ...members.flatMap(({ client }) => outsideDomain(hosts, client)),
  ...members.flatMap((member, index) =>
    members.slice(index + 1).flatMap((other) => sameMark(member, other)),
  ),
]

/** A ticket is no token: whoever has a session would be refused for it. */
export const heldBySessions = (
  cookies: readonly TokenCookie[],
  members: readonly Member[],
): readonly Finding[] =>
  cookies.flatMap(({ name, field }) => {
    const holder = members.find(({ client }) => client.session.cookie.name === name)?.client
    if (holder === undefined) return []
    const message = `The cookie "${name}" holds the sessions of OIDCClient ${holder.name} (\`session.cookie.name\`) and cannot hold a token: name the cookie that does, or rename that of the sessions`
    return [finding(field, message)]
  })
