import type { HttpBrowser, Page } from '../parts/http-browser.ts'

/** What every provider is tried for, in the order of the documentation. */
export const FEATURES = {
  discovery: 'Discovery',
  plainLogin: 'Login with the plainest manifests',
  login: 'Login with the settings below',
  oddCredentials: 'Client id and secret with `-`, `_`, `.`, `~`',
  claims: 'Subject and e-mail at the upstream',
  refresh: 'Refresh',
  deadRefreshToken: 'A dead refresh token ends the session',
  signOut: 'Sign-out at the provider',
  backChannelLogout: 'Back-channel logout',
  bearer: 'The access token as a bearer',
  keyRotation: 'Key rotation',
} as const

/** One of the things that a provider is tried for. */
export type Feature = keyof typeof FEATURES

/** A client as it is to be registered. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Where the provider tells of logouts, by plain HTTP (Back-Channel Logout 1.0). */
  readonly backChannelLogoutUri: string
}

/** The two registrations of every provider. */
export interface Registrations {
  readonly web: Registration
  /** Its id and secret hold `-`, `_`, `.` and `~`. */
  readonly odd: Registration
}

/** What a provider is started with. */
export interface ProviderStart {
  /** Where its plain HTTP listener on 127.0.0.1 has to be. */
  readonly port: number
  /**
   * Where browsers and Sallyport find it: `https://idp.localhost:<port>`, an Envoy that sets
   * `x-forwarded-proto` and keeps the host.
   */
  readonly publicUrl: string
  readonly clients: Registrations
  /** The authority that made the certificate of `publicUrl`. */
  readonly caFile: string
  /** Of access tokens; a provider that knows no such short life says so in `cannot`. */
  readonly accessTokenLifetimeSeconds: number
}

/** The person who signs in, as far as the provider tells of her. */
export interface Person {
  /** Absent: one that the provider makes up. */
  readonly subject?: string
  readonly email: string
}

/** The id and the secret of a client. */
export type Credentials = Pick<Registration, 'clientId' | 'clientSecret'>

/** A provider that runs. */
export interface RunningProvider {
  /** Exactly as its metadata spell it. */
  readonly issuer: string
  readonly person: Person
  /** Set where the provider chooses ids and secrets itself. */
  readonly credentials?: { readonly web: Credentials; readonly odd?: Credentials }
  /** The audience of its access tokens, where they are JWTs. */
  readonly bearerAudiences?: readonly string[]
  /**
   * Leads from the first page that the provider shows, through login and consent, to where the
   * browser ends. A page that is not the provider's is handed back as it is.
   */
  readonly signIn: (browser: HttpBrowser, page: Page) => Promise<Page>
  /** The same from the page that the provider shows at sign-out. Absent: it asks nothing. */
  readonly signOut?: (browser: HttpBrowser, page: Page) => Promise<Page>
  /** Makes every refresh token issued so far worthless. */
  readonly killRefreshTokens?: () => Promise<void>
  /** Signs with a new key from now on, and publishes it. */
  readonly rotateKeys?: () => Promise<void>
  /** What it said, for failures. */
  readonly output: () => string
  readonly stop: () => Promise<unknown>
}

/** Fields below `spec`. */
export type Spec = Readonly<Record<string, unknown>>

/** A setting that a provider needs, and why. */
export interface Setting {
  /** The field, such as `scopes`. */
  readonly field: string
  /** One sentence. */
  readonly why: string
}

/** A real provider that Sallyport is run against. */
export interface ProviderUnderTest {
  /** Of the files, such as `ory-hydra`. */
  readonly name: string
  /** For people, such as `Ory Hydra`. */
  readonly title: string
  readonly version: string
  /** Where it comes from, such as "npm package `oidc-provider`". */
  readonly source: string
  readonly start: (options: ProviderStart) => Promise<RunningProvider>
  /** Below the `spec` of the IdentityProvider, besides `issuer`. */
  readonly providerSettings?: Spec
  /** Below the `spec` of the OIDCClient, besides the reference, the id and the secret. */
  readonly clientSettings?: Spec
  /** Below the `spec` of the route that is signed in at with these settings, besides its host. */
  readonly routeSettings?: Spec
  /** Why each of these settings is needed; none may be missing. */
  readonly settings: readonly Setting[]
  /** What it cannot do, with the reason in one sentence; everything else is tried. */
  readonly cannot: Readonly<Partial<Record<Feature, string>>>
  /**
   * The reason of Sallyport's answer to an access token as a bearer, where it cannot be used so.
   */
  readonly bearerRefusedFor?: string
  /** Whether it signs people in without asking, so that a sign-out there cannot be seen. */
  readonly asksNobody?: boolean
  /** What to set at the provider itself, and what surprises there; one sentence or two each. */
  readonly traps: readonly string[]
}
