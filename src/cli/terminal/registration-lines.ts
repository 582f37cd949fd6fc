import type { Registration } from '../../policy/compile/host/registrations.ts'

/** What to register of a client at its provider, in the words of providers. */
export interface RegisteredUris {
  readonly redirectURIs: readonly string[]
  readonly postLogoutRedirectURIs: readonly string[]
  readonly frontChannelLogoutURIs: readonly string[]
  /** The path at the port for providers: only the operator knows where that is exposed. */
  readonly backChannelLogoutPath?: string
  /** The path of the client's keys (`jwks_uri`) at the same port. */
  readonly keysPath?: string
}

/** The URIs of a registration, as they are printed for a program. */
export const urisOf = (registration: Registration): RegisteredUris => ({
  redirectURIs: registration.redirectUris,
  postLogoutRedirectURIs: registration.postLogoutRedirectUris,
  frontChannelLogoutURIs: registration.frontChannelLogoutUris,
  ...(registration.backChannelLogoutPath === undefined
    ? {}
    : { backChannelLogoutPath: registration.backChannelLogoutPath }),
  ...(registration.keysPath === undefined ? {} : { keysPath: registration.keysPath }),
})

const WIDTH = 30

const labelled = (label: string, uris: readonly string[]): readonly string[] =>
  uris.map((uri) => `${label.padEnd(WIDTH)}${uri}`)

const atPort = (path: string | undefined): readonly string[] =>
  path === undefined ? [] : [`https://<where you expose http.listen>${path}`]

const NO_HOSTS =
  'no ProtectedRoute that owns a host uses this client: there is nothing to register yet'

const WILDCARD =
  'providers take no `*` in a URI: register one for each host, or set `callback.host` of the OIDCClient'

const notesOn = ({ redirectURIs }: RegisteredUris): readonly string[] => {
  if (redirectURIs.length === 0) return labelled('Note', [NO_HOSTS])
  return redirectURIs.some((uri) => uri.includes('*')) ? labelled('Note', [WILDCARD]) : []
}

/** The same for a person. */
export const registrationLines = (uris: RegisteredUris): readonly string[] => [
  ...labelled('Redirect URI', uris.redirectURIs),
  ...labelled('Post-logout redirect URI', uris.postLogoutRedirectURIs),
  ...labelled('Front-channel logout URI', uris.frontChannelLogoutURIs),
  ...labelled('Back-channel logout URI', atPort(uris.backChannelLogoutPath)),
  ...labelled('JWKS URI of the client', atPort(uris.keysPath)),
  ...notesOn(uris),
]
