import type { ReasonEntry } from './reason-entry.ts'

/** What should work and does not. */
export const unavailableReasons = {
  policy_broken: {
    kind: 'unavailable',
    status: 503,
    message: 'This host is not set up correctly.',
    remedy:
      'A resource that the route refers to is missing or invalid; the log names it, and `sallyport validate` does.',
  },
  provider_unreachable: {
    kind: 'unavailable',
    status: 503,
    message: 'The sign-in service cannot be reached at the moment. Please try again shortly.',
    remedy:
      'The detail of the decision says what failed and which field mends it: its name, the connection, a proxy, its certificate (`tls.caRef`, `outbound.caFile`) or its answer. It is asked again by itself.',
  },
  provider_misconfigured: {
    kind: 'unavailable',
    status: 503,
    message: 'The sign-in service is not set up correctly.',
    remedy:
      'Its metadata name another issuer or lack an endpoint that is needed, it redirects, its address is in a denied network, or it refuses the client credentials or the login that is announced to it; the detail of the decision says which, and what came.',
  },
  exchange_refused: {
    kind: 'unavailable',
    status: 503,
    message: 'This service is not set up correctly.',
    remedy:
      'The rule has access tokens exchanged (`upstream.exchange`), and the provider refused that, or its answer is not the token that was asked for, or whoever acts in it may not, or is not named. The detail of the decision says which and what mends it; docs/token-exchange.md has the recipe. The token that came is not sent instead.',
  },
  access_token_bound: {
    kind: 'unavailable',
    status: 503,
    message: 'This service is not set up correctly.',
    remedy:
      'The rule forwards the access token (`upstream.authorization: AccessToken`, which is the default), and the provider has bound that token to the gateway, so that the upstream could not use it. Set `upstream.authorization` to Exchange, IDToken or Remove, or have the provider bind no tokens of this client; docs/sender-constrained.md says more.',
  },
  decision_point_unavailable: {
    kind: 'unavailable',
    status: 503,
    message:
      'Whether you may use this cannot be found out at the moment. Please try again shortly.',
    remedy:
      'The decision point of `external` could not be asked, or its answer is none. The detail of the decision says what failed and which field mends it. Nobody is let through meanwhile.',
  },
  session_store_unavailable: {
    kind: 'unavailable',
    status: 503,
    message: 'Sessions cannot be read at the moment. Please try again shortly.',
    remedy: 'Check Redis. Sessions are kept; nobody is signed out by this.',
  },
  assertion_key_unavailable: {
    kind: 'unavailable',
    status: 503,
    message: 'The service is starting. Please try again shortly.',
    remedy:
      'The rule has an assertion signed (`upstream.assertion`), and there is no key for that yet: the session store, where replicas share them, cannot be reached. Rules without one go on. Check Redis.',
  },
  client_key_unavailable: {
    kind: 'unavailable',
    status: 503,
    message: 'Signing in is not possible at the moment. Please try again shortly.',
    remedy:
      'The keys of the client are made here (`authentication.managedKey`), and there is none yet: the session store, where replicas share them, cannot be reached. Sessions go on until their access tokens end; a key that is known signs on. Check Redis.',
  },
  not_synced: {
    kind: 'unavailable',
    status: 503,
    message: 'The service is starting. Please try again shortly.',
    remedy: 'The first snapshot of resources is not complete yet.',
  },
  budget_exceeded: {
    kind: 'unavailable',
    status: 503,
    message: 'The answer took too long. Please try again shortly.',
    remedy: 'A dependency is slow: see the latency metrics. `check.budget` bounds a check.',
  },
  internal: {
    kind: 'unavailable',
    status: 503,
    message: 'Something went wrong here.',
    remedy: 'A defect: please report it with the log line of this request id.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
