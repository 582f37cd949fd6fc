import type { CheckPorts } from '../../core/check-ports.ts'
import {
  documentHostOf,
  goesTo,
  isAmongRedirectURIs,
  isDocumentHost,
  isLoopback,
  isSameHost,
} from '../../policy/matching/redirect-uri.ts'
import { quoted } from './answers.ts'
import { type Asking, askerOf, sealedFor } from './issuer.ts'

/** What a client said when it registered: all that is known of it. */
export interface Registered {
  /** Tells it from every other, in what is sealed for it. */
  readonly key: string
  readonly name?: string
  readonly redirectURIs: readonly string[]
}

/** A client, by whichever way it is known. */
export interface KnownClient extends Registered {
  /** The host of its document; absent: it has registered. */
  readonly documentHost?: string
}

/** A client, or why there is none: a sentence. */
export type ClientLookup =
  | { readonly kind: 'known'; readonly client: KnownClient }
  /** It was not looked for, and may be in so many seconds. */
  | { readonly kind: 'busy'; readonly why: string; readonly seconds: number }
  | { readonly kind: 'unknown'; readonly why: string }

/** Who a client id is of, without its document: what is sealed for it, or that there is none. */
export type KeyLookup =
  | { readonly kind: 'known'; readonly key: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** The clients of an authorization server, which keeps none of them. */
export interface Clients {
  /** The client id that holds a registration. */
  readonly idOf: (asking: Asking, registered: Omit<Registered, 'key'>) => string
  readonly find: (asking: Asking, clientId: string) => Promise<ClientLookup>
  /** For what was sealed for it: a document is not asked for. */
  readonly keyOf: (asking: Asking, clientId: string) => KeyLookup
}

const PURPOSE = 'client'

/** No client id is longer, sealed or a URL. */
const MAX_ID = 4_096
const MAX_URL = 512

const isUrl = (clientId: string): boolean => /^https?:/i.test(clientId)

const UNKNOWN =
  'The client id was not made here, or its key has left: the client has to register anew.'

const unknown = (why: string): { readonly kind: 'unknown'; readonly why: string } => ({
  kind: 'unknown',
  why,
})

/**
 * Clients that register hold their registration themselves: their id is what they said, sealed for
 * this host, so that every replica knows them and none keeps anything. Those that are known by a
 * URL say it there.
 */
export const createClients = ({
  seal,
  random,
  clientDocuments,
  documentRate,
}: Pick<CheckPorts, 'seal' | 'random' | 'clientDocuments' | 'documentRate'>): Clients => {
  const opened = (asking: Asking, clientId: string): Registered | undefined => {
    if (clientId.length > MAX_ID) return undefined
    const text = seal.open(sealedFor(PURPOSE, asking), clientId)
    return text === undefined ? undefined : (JSON.parse(text) as Registered)
  }

  /** The host of a document that may be asked for, or why it may not. */
  const hostOf = ({ server }: Asking, clientId: string): { host: string } | { why: string } => {
    const host = clientId.length > MAX_URL ? undefined : documentHostOf(clientId)
    if (host === undefined) {
      return {
        why: `The client id ${quoted(clientId)} is no https URL of a host that has documents.`,
      }
    }
    const { documentHosts } = server
    return documentHosts !== undefined && isDocumentHost(host, documentHosts)
      ? { host }
      : { why: `Documents of ${quoted(host)} are not taken: \`documentHosts\` does not list it.` }
  }

  const byDocument = async (asking: Asking, clientId: string): Promise<ClientLookup> => {
    const place = hostOf(asking, clientId)
    if ('why' in place) return unknown(place.why)
    const take = (): number => documentRate.take(askerOf(asking))
    const found = await clientDocuments.find(clientId, asking.budget, take)
    if (found.kind === 'busy') return { kind: 'busy', why: found.problem, seconds: found.seconds }
    if (found.kind === 'refused') return unknown(found.problem)
    const { name, redirectURIs } = found.document
    const named = name === undefined ? {} : { name }
    const client = { key: clientId, ...named, redirectURIs, documentHost: place.host }
    return { kind: 'known', client }
  }

  return {
    idOf: (asking, registered) =>
      seal.seal(
        sealedFor(PURPOSE, asking),
        JSON.stringify({ key: random.token(16), ...registered }),
      ),
    find: async (asking, clientId) => {
      if (isUrl(clientId)) return byDocument(asking, clientId)
      const client = opened(asking, clientId)
      return client === undefined ? unknown(UNKNOWN) : { kind: 'known', client }
    },
    keyOf: (asking, clientId) => {
      if (isUrl(clientId)) {
        const place = hostOf(asking, clientId)
        return 'why' in place ? unknown(place.why) : { kind: 'known', key: clientId }
      }
      const client = opened(asking, clientId)
      return client === undefined ? unknown(UNKNOWN) : { kind: 'known', key: client.key }
    },
  }
}

/** Whether a URI is good whoever names it: on this computer, or listed by the operator. */
export const isTrusted = (
  { redirectURIs }: Pick<Asking['server'], 'redirectURIs'>,
  uri: string,
): boolean => isLoopback(uri) || redirectURIs.has(uri)

/**
 * Whether the operator still lets codes for a client go to a URI that was its own: on this
 * computer, listed, or on the host of its document while such documents are taken.
 */
export const isAllowed = (
  server: Pick<Asking['server'], 'redirectURIs' | 'documentHosts'>,
  clientKey: string,
  uri: string,
): boolean => {
  const { documentHosts } = server
  const host = documentHostOf(clientKey)
  const isTaken =
    documentHosts !== undefined && host !== undefined && isDocumentHost(host, documentHosts)
  return isTrusted(server, uri) || (isTaken && isSameHost(clientKey, uri))
}

/**
 * Whether codes for a client may go to a URI: one of its own, and allowed, whatever it says of
 * itself.
 */
export const mayGoTo = (
  server: Pick<Asking['server'], 'redirectURIs' | 'documentHosts'>,
  { key, redirectURIs }: KnownClient,
  uri: string,
): boolean => isAmongRedirectURIs(uri, redirectURIs) && isAllowed(server, key, uri)

/** Where a person is told that a code goes; nothing for this computer. */
export const goesToOf = (uri: string): { readonly goesTo?: string } =>
  isLoopback(uri) ? {} : { goesTo: goesTo(uri) }
