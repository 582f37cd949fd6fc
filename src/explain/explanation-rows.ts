import type { Answer } from './answer.ts'
import type { ClauseVerdict } from './clause-verdicts.ts'
import type { TokenFacts } from './credentials.ts'
import type { Explanation, ProviderFacts } from './explanation.ts'
import type { ClientFacts, ServerFacts } from './host-facts.ts'
import type { IdentityFacts } from './identity-facts.ts'
import { shortened } from './words/printable.ts'

/** What is said about one thing, in lines. */
export type Row = readonly [label: string, ...lines: readonly string[]]

const ROADS = {
  callback: 'the callback: the provider sends browsers back here; the upstream never sees it',
  logout: 'the sign-out path: ends the session; the upstream never sees it',
  front_channel_logout:
    'the front-channel logout: the provider loads it in a frame; the upstream never sees it',
  resource_metadata:
    'the metadata of a protected resource: answered to anybody; the upstream never sees it',
  authorization_server:
    'the authorization server that this host is for clients: answered here; the upstream never sees it',
  session_info: 'the session path: tells a page about its own session; the upstream never sees it',
  device_bind:
    'where a browser shows the key of its device after a login; the upstream never sees it',
  device_refresh: 'where a browser proves its device; the upstream never sees it',
  login_link: 'the sign-in path: begins a login; the upstream never sees it',
  public: 'public: let through without an identity, forged identity headers removed',
  protected: 'protected: needs an identity',
  ambiguous: 'refused: the path can be read in two ways, and paths decide here',
} as const

const clientLine = (client: ClientFacts): string => {
  const { name, issuer, callbackHost, cookieDomain, claimSources } = client
  const { signsWith, tokensBoundTo } = client
  return [
    `OIDCClient ${name} at ${issuer}`,
    ...(signsWith === undefined ? [] : [`signs with ${signsWith}`]),
    ...(callbackHost === undefined ? [] : [`called back at ${callbackHost}`]),
    ...(cookieDomain === undefined ? [] : [`sessions shared over ${cookieDomain}`]),
    ...(claimSources === undefined ? [] : [`further claims from ${claimSources.join(' and ')}`]),
    ...(tokensBoundTo === undefined ? [] : [`access tokens bound to ${tokensBoundTo}`]),
  ].join(', ')
}

const clientLines = (clients: readonly ClientFacts[]): readonly string[] =>
  clients.length === 0 ? ['none: this host takes bearer tokens only'] : clients.map(clientLine)

const unique = (uris: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(uris.filter((uri) => uri !== undefined)),
]

const registeredRows = (clients: readonly ClientFacts[]): readonly Row[] => [
  ...listRow('Redirect URI', unique(clients.map(({ redirectURI }) => redirectURI))),
  ...listRow(
    'Post-logout URI',
    unique(clients.map(({ postLogoutRedirectURI }) => postLogoutRedirectURI)),
  ),
]

/** Of several clients, each line says whose it is. */
const loginRows = (clients: readonly ClientFacts[]): readonly Row[] =>
  listRow(
    'Login',
    clients.flatMap(({ name, asks }) =>
      clients.length === 1 ? asks : asks.map((line) => `${name}: ${line}`),
    ),
  )

const serverRows = (server: ServerFacts | undefined): readonly Row[] =>
  server === undefined
    ? []
    : [
        [
          'Stands in',
          `as authorization server, by OIDCClient ${server.client}`,
          `whose redirect URI is ${server.redirectURI}`,
        ],
      ]

const hostRows = (host: Explanation['host']): readonly Row[] => {
  switch (host.state) {
    case 'found':
      return [
        ['Policy', `ProtectedRoute ${host.policy}`],
        [host.clients.length > 1 ? 'Clients' : 'Client', ...clientLines(host.clients)],
        ...loginRows(host.clients),
        ...registeredRows(host.clients),
        ...serverRows(host.authorizationServer),
      ]
    case 'broken':
      return [['Policy', `ProtectedRoute ${host.policy}, which cannot be used`, host.detail]]
    case 'callbacks':
      return [
        [
          'Policy',
          'none: a callback host, which serves nothing else',
          ...host.callbacks.map(
            ({ client, path }) => `OIDCClient ${client} is called back at ${path}`,
          ),
        ],
      ]
    case 'conflict':
      return [['Policy', `ProtectedRoute ${host.policy}, but the gateway names another one`]]
    case 'none':
      return [
        [
          'Policy',
          'none: no ProtectedRoute names this host',
          ...(host.nearest === undefined ? [] : [`the nearest one is ${host.nearest}`]),
        ],
      ]
    case 'not_synced':
      return [['Policy', 'unknown: nothing has been read']]
  }
}

const answerLine = ({ status, reason, message }: Answer): string =>
  `${status} ${reason}: ${message}`

const answerRow = (label: string, answer: Answer | undefined): readonly Row[] => {
  if (answer === undefined) return []
  const login = answer.decision === 'login' ? ['The browser is sent to the provider.'] : []
  const detail = answer.detail === undefined ? [] : [answer.detail]
  return [[label, answerLine(answer), ...login, ...detail]]
}

const providerLines = ({ name, problems, warnings }: ProviderFacts): readonly string[] => {
  const told = [...problems, ...warnings.map((warning) => `Warning: ${warning}`)]
  const head = `IdentityProvider ${name}`
  if (problems.length === 0) return [`${head} can be reached, and is right`, ...told]
  return [`${head} cannot be used as it is: see \`sallyport doctor\``, ...told]
}

const providerRow = (providers: readonly ProviderFacts[] | undefined): readonly Row[] =>
  listRow('Provider', (providers ?? []).flatMap(providerLines))

const tokenRow = (token: TokenFacts | undefined, isVerified: boolean): readonly Row[] => {
  if (token === undefined) return []
  const { issuer, subject, audiences, scopes, expiresAt } = token
  return [
    [
      isVerified ? 'Token, as it says' : 'Token, not verified',
      `iss ${issuer ?? '(none)'}`,
      `sub ${subject ?? '(none)'}`,
      `aud ${audiences.join(', ') || '(none)'}`,
      `scopes ${scopes.join(' ') || '(none)'}`,
      `exp ${expiresAt ?? '(none)'}`,
    ],
  ]
}

const listRow = (label: string, lines: readonly string[]): readonly Row[] =>
  lines.length === 0 ? [] : [[label, ...lines]]

const identityRow = (identity: IdentityFacts | undefined): readonly Row[] => {
  if (identity === undefined) return []
  const { via, client, filledIn, known } = identity
  const session = client === undefined ? 'a session' : `a session of OIDCClient ${client}`
  return [
    [
      'Asked as',
      via === 'session' ? session : 'the bearer of an access token',
      ...(known === undefined
        ? []
        : [
            `iss ${shortened(known.issuer)}`,
            `sub ${shortened(known.subject)}`,
            `scopes ${shortened(known.scopes.join(' ')) || '(none)'}`,
          ]),
      ...(filledIn.length === 0 ? [] : [`not among the claims, filled in: ${filledIn.join(', ')}`]),
    ],
  ]
}

const clauseLine = ({ clause, holds, saw, decides }: ClauseVerdict): string =>
  `${holds ? 'holds' : 'FAILS'}  ${clause}; ${saw.join(', ')}${decides === true ? '; this decides' : ''}`

const requiresRow = ({ requires, identity }: Explanation): readonly Row[] =>
  listRow('Requires', identity?.known?.clauses.map(clauseLine) ?? requires)

/** The rule, why it is that one, and why no rule before it. */
const ruleRow = ({ rule, choice }: Explanation): readonly Row[] => {
  if (rule === undefined || choice === undefined) return []
  const { by, passedOver } = choice
  const why = by.length === 0 ? 'no rule matches, so what the route itself says' : by.join(' and ')
  return [
    [
      'Rule',
      `${rule}: ${why}`,
      ...passedOver.map(
        ({ rule: other, wants }) => `not ${other}, which wants ${wants.join(', or ')}`,
      ),
    ],
  ]
}

/** With somebody known, the headers as they are set; else what they are made of. */
const upstreamRow = ({ upstream, identity, answer }: Explanation): readonly Row[] => {
  const forwarded = identity === undefined ? undefined : answer?.forwarded
  return forwarded === undefined
    ? listRow('Upstream gets', upstream)
    : [
        ...listRow('Upstream gets', [
          ...(forwarded.path === undefined ? [] : [`:path: ${forwarded.path}`]),
          ...forwarded.set,
        ]),
        ...listRow('Upstream does not', forwarded.removed),
        ...listRow('Answer gets', forwarded.response),
      ]
}

const metadataRow = ({ metadata, identity, answer }: Explanation): readonly Row[] =>
  listRow(
    'Envoy is told',
    identity === undefined || answer === undefined ? metadata : answer.metadata,
  )

const readAs = ({ path, canonicalPath }: Explanation['request']): readonly string[] =>
  path === canonicalPath ? [] : [`matched as ${canonicalPath}`]

/** An explanation for a person, whatever it is shown on. */
export const explanationRows = (explanation: Explanation): readonly Row[] => {
  const { request, host, road, notes } = explanation
  return [
    ['Request', `${request.method} ${request.path} of ${request.host}`, ...readAs(request)],
    ...hostRows(host),
    ...(road === undefined ? [] : [['Road', ROADS[road]] as const]),
    ...ruleRow(explanation),
    ...listRow('Accepts', explanation.accepts),
    ...listRow('Other origins', explanation.sharing),
    ...identityRow(explanation.identity),
    ...requiresRow(explanation),
    ...listRow('Asks last', explanation.asks),
    ...upstreamRow(explanation),
    ...metadataRow(explanation),
    ...providerRow(explanation.providers),
    ...tokenRow(explanation.token, explanation.providers !== undefined),
    ...answerRow('Without credential', explanation.withoutCredential),
    ...answerRow('Answer', explanation.answer),
    ...listRow('Note', notes),
  ]
}
