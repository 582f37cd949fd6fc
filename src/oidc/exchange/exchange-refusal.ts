import type { Exchange } from '../../core/policy/upstream.ts'
import type { Client } from '../../core/registration/client.ts'
import { isAboutClient, type Refusal, whyClientRefused } from '../client/refusal.ts'

/** Whom a refusal of an exchange is about. */
export type Blame =
  /** The token that was to be exchanged is not, or no longer, good. */
  | 'subject'
  /** The provider is unwell, and says so. */
  | 'provider'
  /** What is asked for, or who asks: an operator's mistake. */
  | 'operator'

const OF_SUBJECT: ReadonlySet<string | undefined> = new Set(['invalid_grant', 'invalid_token'])
const OF_PROVIDER: ReadonlySet<string | undefined> = new Set([
  'temporarily_unavailable',
  'server_error',
])

/** RFC 8693 section 2.2.2 has one error for a bad subject token and for a bad request. */
const SUBJECT_TOKEN = String.raw`(?:subject[ _]token|token)\b`
const BAD = String.raw`\b(?:invalid|expired|inactive|not active|not valid|revoked|unknown)\b`
const ABOUT_SUBJECT = [
  new RegExp(String.raw`:\s*${BAD} (?:\w+ )?${SUBJECT_TOKEN}`, 'i'),
  new RegExp(String.raw`\bsubject[ _]token\b.*${BAD}`, 'i'),
]

const ABOUT_ACTOR = /\b(?:actor|may_act)/i

/** Whether it is the token of the actor that was refused, or that it acts for this subject. */
export const isAboutActor = ({ detail }: Refusal): boolean => ABOUT_ACTOR.test(detail)

/** Whether it is said to be the token that was to be exchanged, and not the one of the actor. */
export const namesSubject = ({ detail }: Refusal): boolean => /\bsubject[ _]token\b/i.test(detail)

/** Whom a refusal is about. What tells nothing is for the operator, never for the caller. */
export const blameOf = (refusal: Refusal): Blame => {
  const { status, error, detail } = refusal
  const isActor = isAboutActor(refusal)
  if (OF_SUBJECT.has(error) && !isActor) return 'subject'
  if (OF_PROVIDER.has(error) || status === 429 || status >= 500) return 'provider'
  const isSubject =
    error === 'invalid_request' && !isActor && ABOUT_SUBJECT.some((one) => one.test(detail))
  return isSubject ? 'subject' : 'operator'
}

interface Remedy {
  readonly says: RegExp
  readonly mend: (client: Client, exchange: Exchange) => string
}

const quoted = (value: string | undefined): string => (value === undefined ? 'none' : `"${value}"`)

/** The first that fits what was said, error and description. */
const REMEDIES: readonly Remedy[] = [
  {
    says: /dpop/i,
    mend: () =>
      'the provider wants a proof by a key, and would bind the new token to the gateway, so that the upstream could not use it: set `upstream.authorization` to IDToken or Remove, with an `assertion` where the upstream has to know for certain who it is, or `senderConstrained` of the OIDCClient to None',
  },
  {
    says: ABOUT_ACTOR,
    mend: (_client, { actor }) =>
      actor === undefined
        ? 'the provider wants to know who acts: set `upstream.exchange.actor`'
        : `let the client ${quoted(actor.clientId)} act for others at the provider, or correct \`upstream.exchange.actor\``,
  },
  {
    says: /token exchange is not enabled/i,
    mend: ({ clientId }) =>
      `switch on token exchange for the client ${quoted(clientId)} at the provider (Keycloak: "Standard token exchange" under Capability config)`,
  },
  {
    says: /audience not found/i,
    mend: (_client, { audience }) =>
      `the provider has no client called ${quoted(audience)}: correct \`upstream.exchange.audience\`, or create it there`,
  },
  {
    says: /audience not available/i,
    mend: (_client, { audience }) =>
      `no token of this user and client may have the audience ${quoted(audience)}: give the client a client scope with an Audience mapper for it, and name that scope in \`upstream.exchange.scopes\` where it is optional`,
  },
  {
    says: /not within the token audience/i,
    mend: ({ clientId }) =>
      `the provider exchanges only tokens that are for the client which asks: have the tokens that come name ${quoted(clientId)} in \`aud\``,
  },
  {
    says: /^invalid_scope/,
    mend: () =>
      'each of `upstream.exchange.scopes` has to be one that the client may ask for at the provider: correct them',
  },
  {
    says: /requested_token_type/i,
    mend: () =>
      'the provider does not issue tokens of that type: remove `upstream.exchange.requestedTokenType`',
  },
  {
    says: /^invalid_target/,
    mend: () =>
      'the provider does not know that target, or does not let this client reach it: correct `audience` and `resource` of `upstream.exchange`',
  },
  {
    says: /^unsupported_grant_type/,
    mend: () => 'the provider does not exchange tokens, or not by RFC 8693',
  },
  {
    says: /^unauthorized_client/,
    mend: () =>
      'allow this client the grant type urn:ietf:params:oauth:grant-type:token-exchange, and check its credentials',
  },
]

/** What mends a refusal, for a client and what it asks for; `undefined`: that is not known. */
export const remedyFor = ({ detail }: Refusal): Remedy['mend'] | undefined =>
  REMEDIES.find(({ says }) => says.test(detail))?.mend

/**
 * What an operator reads of a refusal: what the provider said, and what mends it. `listed`: how
 * clients may prove themselves at the token endpoint, by the metadata.
 */
export const operatorSentence = (
  client: Client,
  exchange: Exchange,
  refusal: Refusal,
  listed: readonly string[] | undefined,
): string => {
  const { detail } = refusal
  const mend =
    remedyFor(refusal)?.(client, exchange) ??
    (isAboutClient(refusal) ? whyClientRefused(client, listed) : 'see what the provider logs of it')
  return `${client.name}: the token endpoint refused to exchange a token: ${detail}; ${mend}.`
}
