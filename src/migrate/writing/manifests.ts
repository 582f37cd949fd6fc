import type { WrittenManifest } from '../model/migration.ts'
import type { JsonObject } from '../reading/json.ts'
import { credentialComments, withoutCredentials } from './credentials.ts'
import { insecureUrls } from './insecure-urls.ts'
import { oneLine } from './one-line.ts'

const API_VERSION = 'sallyport.dev/v1alpha1'

/** Where an object is. */
export interface Place {
  readonly name: string
  readonly namespace: string
}

/** An object of one of our kinds. */
export const manifestOf = (
  kind: 'IdentityProvider' | 'OIDCClient' | 'ProtectedRoute',
  metadata: Place,
  spec: JsonObject,
  comments: readonly string[] = [],
): WrittenManifest => {
  const kept = kind === 'ProtectedRoute' ? spec : withoutCredentials(spec)
  return {
    comments: [
      ...(kind === 'IdentityProvider' ? insecureUrls(kept) : []),
      ...credentialComments(spec, kept),
      ...comments,
    ],
    object: { apiVersion: API_VERSION, kind, metadata, spec: kept },
  }
}

/** A ConfigMap with certificates, which are no secret. */
export const certificatesMap = (metadata: Place, pem: string): WrittenManifest => ({
  comments: [],
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': pem } },
})

/** How a Secret is made whose value stands in no manifest. */
export const secretComments = ({ name, namespace }: Place, key = 'client-secret') => [
  `The client secret is not written here. Make the Secret from a file that holds it and nothing else:`,
  `  kubectl -n ${namespace} create secret generic ${name} --from-file=${key}=FILE`,
]

/** How a ConfigMap with certificates is made. */
export const certificateComments = ({ name, namespace }: Place, files: string) => [
  `The certificates of the provider are in ${files}:`,
  `  kubectl -n ${namespace} create configmap ${name} --from-file=ca.crt=FILE`,
]

/** A clause that nobody fulfils, which names what has to be decided. */
export const closingClause = (settings: readonly string[]): JsonObject => ({
  cel: `// Closed by the migration: ${oneLine([...new Set(settings)].join(', ')).slice(0, 1500)}\nfalse`,
})

/** The comment above a route that denies. */
export const closingComments = (settings: readonly string[]): readonly string[] =>
  settings.length === 0
    ? []
    : [
        'CLOSED: this route lets nobody in until you have decided what takes the place of these settings,',
        'and have taken the clause that ends in "false" out of authorize:',
        ...[...new Set(settings)].map((one) => `  ${one}`),
      ]

/** A clause that sessions do not fulfil, where what restricted them cannot be asked of them. */
export const sessionClosingClause = (settings: readonly string[]): JsonObject => ({
  cel: `// Closed to sessions by the migration: ${oneLine(settings.join(', ')).slice(0, 1500)}\nidentity.via != "session"`,
})
