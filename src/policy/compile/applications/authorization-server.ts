import type { Rule } from '../../../core/policy/policy.ts'
import {
  AUTHORIZATION_SERVER_PATHS,
  type AuthorizationServer,
  type DocumentHosts,
} from '../../../core/registration/authorization-server.ts'
import type { Client } from '../../../core/registration/client.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { cookieDomain } from '../../matching/cookie-domain.ts'
import { isLoopback, redirectURI } from '../../matching/redirect-uri.ts'
import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import type { ProtectedRouteProtectedResourceAuthorizationServer } from '../../resource/resource-specs.generated.ts'
import type { Finding, Findings } from '../object/findings.ts'
import { type Followed, follow, type Referables } from '../object/link.ts'
import { rulesFor } from './protected-resource.ts'
import { takesTokensFor, tenantFindings } from './resource-issuers.ts'

/** An authorization server as it was read, with the name of its client instead of the client. */
export interface ServerDraft {
  readonly client: { readonly namespace: string; readonly name: string }
  readonly settings: Omit<AuthorizationServer, 'client'>
}

const FIELD: FieldPath = ['spec', 'protectedResource', 'authorizationServer']

const ANY = '*'
const WILDCARD = '*.'

type Written = ProtectedRouteProtectedResourceAuthorizationServer

const redirectURIsOf = (
  { redirectURIs = [] }: Written,
  findings: Findings,
): ReadonlySet<string> => {
  const taken = redirectURIs.flatMap((written, index) => {
    const field = [...FIELD, 'redirectURIs', index]
    const uri = findings.take(field, 'redirect URI', written, redirectURI(written))
    if (uri === undefined) return []
    if (!isLoopback(uri)) return [uri]
    const message = `The redirect URI "${uri}" is on the loopback interface, which is allowed on every port already: remove it`
    findings.add(field, message)
    return []
  })
  return new Set(taken)
}

/** Whoever may register a name below a public suffix is nobody whom an operator knows. */
const documentHost = (written: string): Checked<string> => {
  if (!written.startsWith(WILDCARD)) return right(written)
  const domain = written.slice(WILDCARD.length).replace(/:[0-9]+$/, '')
  return cookieDomain(domain).ok
    ? right(written)
    : wrong('stands for everybody who has a name there: list the hosts')
}

const documentHostsOf = (
  { documentHosts: listed }: Written,
  findings: Findings,
): { readonly documentHosts?: DocumentHosts } => {
  if (listed === undefined) return {}
  const hosts = listed.flatMap((written, index) => {
    const field = [...FIELD, 'documentHosts', index]
    const host = findings.take(field, 'host', written, documentHost(written))
    return host === undefined ? [] : [host]
  })
  const isPlain = (host: string): boolean => host !== ANY && !host.startsWith(WILDCARD)
  return {
    documentHosts: {
      any: hosts.includes(ANY),
      hosts: new Set(hosts.filter(isPlain)),
      below: hosts.filter((host) => host.startsWith(WILDCARD)).map((host) => host.slice(1)),
    },
  }
}

/** What a route says of its authorization server, by itself. */
export const serverDraftOf = (
  { metadata: { namespace }, spec }: ProtectedRoute,
  findings: Findings,
): { readonly authorizationServer?: ServerDraft } => {
  const written = spec.protectedResource?.authorizationServer
  if (written === undefined) return {}
  return {
    authorizationServer: {
      client: { namespace, ...written.clientRef },
      settings: {
        redirectURIs: redirectURIsOf(written, findings),
        ...documentHostsOf(written, findings),
      },
    },
  }
}

/** Follows the client of an authorization server; nothing where there is none. */
export const followServer = (
  draft: { readonly namespace: string; readonly authorizationServer?: ServerDraft },
  clients: Referables<Client>,
): readonly Followed<Client>[] =>
  draft.authorizationServer === undefined
    ? []
    : [follow(draft.namespace, draft.authorizationServer.client, clients)]

/** An authorization server with its client; `undefined` where that cannot be used. */
export const completeServer = (
  draft: ServerDraft | undefined,
  [followed]: readonly Followed<Client>[],
): AuthorizationServer | undefined =>
  draft === undefined || followed?.kind !== 'usable'
    ? undefined
    : { client: followed.value, ...draft.settings }

const found = (field: FieldPath, message: string): Finding => ({
  field: [...FIELD, ...field],
  message,
  reason: 'Invalid',
})

/** What of a client makes tokens, or answers, that are of no use to other programs. */
const unfit = ({ name, senderConstrained, asking }: Client): readonly Finding[] => [
  ...(senderConstrained === 'None'
    ? []
    : [
        found(
          ['clientRef'],
          `OIDCClient ${name} has access tokens bound to what this service holds (\`senderConstrained: ${senderConstrained}\`), and no other program could use them: name a client whose tokens are not bound`,
        ),
      ]),
  ...(asking.responseMode.startsWith('form_post')
    ? [
        found(
          ['clientRef'],
          `OIDCClient ${name} has the provider answer by a form (\`authorizationRequest.responseMode: ${asking.responseMode}\`), which comes without the cookie of the browser that agreed: set it to query or query.jwt`,
        ),
      ]
    : []),
]

/** Tokens that no rule takes would lead every client round in a circle. */
const strange = (
  { name, provider }: Client,
  paths: readonly string[],
  rules: readonly Rule[],
): readonly Finding[] =>
  paths.flatMap((path) => {
    const takes = rulesFor(rules, path).some((rule) =>
      rule.authenticate.some(
        (method) =>
          'provider' in method && takesTokensFor(method) && method.provider.name === provider.name,
      ),
    )
    if (takes) return []
    const message = `OIDCClient ${name} is registered with IdentityProvider ${provider.name}, and no rule for "${path}" takes tokens of that one: name a client of the provider that \`bearer\` or \`introspection\` has there`
    return [found(['clientRef'], message)]
  })

const OWN: ReadonlySet<string> = new Set(Object.values(AUTHORIZATION_SERVER_PATHS))

/** Every path of a host that a client has for itself. */
const pathsOf = ({ callbackPath, logout, pagePaths, session }: Client): readonly string[] => [
  callbackPath,
  logout.path,
  ...(logout.frontChannelPath === undefined ? [] : [logout.frontChannelPath]),
  ...Object.values(pagePaths ?? {}),
  ...Object.values(session.deviceBound?.paths ?? {}),
]

/** A path is for one of them. */
const clashing = (clients: readonly Client[]): readonly Finding[] =>
  clients.flatMap((client) =>
    pathsOf(client)
      .filter((path) => OWN.has(path))
      .map((path) =>
        found(
          [],
          `The path "${path}" is one of OIDCClient ${client.name}, and of the authorization server: choose another \`callback.path\` or \`logout.path\` there`,
        ),
      ),
  )

/** What the resources of a route are held against, once everything was followed. */
interface Surroundings {
  readonly server: readonly Followed<Client>[]
  /** What the methods of the rules refer to: one that cannot be used says so itself. */
  readonly providers: readonly Followed<unknown>[]
  /** With their methods, in the order in which they are tried; the route-level one last. */
  readonly rules: () => readonly Rule[]
  /** Those that end-users sign in with on the host. */
  readonly clients: readonly Client[]
}

/** What is wrong with where the clients of resources are sent: to issuers, or to this host. */
export const resourceFindings = (
  { protectedResource }: Pick<ProtectedRoute['spec'], 'protectedResource'>,
  { server, providers, rules, clients }: Surroundings,
): readonly Finding[] => {
  if (protectedResource === undefined) return []
  const [followed] = server
  if (followed === undefined) return tenantFindings(rules())
  if (followed.kind === 'finding') {
    return [{ field: [...FIELD, 'clientRef'], ...followed.finding }]
  }
  if (followed.kind === 'unusable') return clashing(clients)
  const { value: client } = followed
  const isWhole = providers.every(({ kind }) => kind === 'usable')
  return [
    ...unfit(client),
    ...(isWhole ? strange(client, protectedResource.paths, rules()) : []),
    ...clashing(clients),
  ]
}
