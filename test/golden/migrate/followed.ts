import { parseAllDocuments, stringify } from 'yaml'

type Json = Record<string, unknown>

interface Written {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: Json
}

const FILLED = 'filled'
const REFERENCE = { name: FILLED }

const put = (spec: Json, path: string, value: unknown): Json => {
  const [name = '', ...rest] = path.split('.')
  return rest.length === 0
    ? { ...spec, [name]: value }
    : { ...spec, [name]: put((spec[name] ?? {}) as Json, rest.join('.'), value) }
}

const TOKENS = [{ bearer: { providerRef: REFERENCE, audiences: [FILLED] } }]

/** What a person does who reads such a comment above an object. */
const EDITS: readonly (readonly [RegExp, (spec: Json, words: RegExpExecArray) => Json])[] = [
  [
    /and spec\.endpoints\.jwks/,
    (spec) => put(spec, 'endpoints.jwks', 'https://id.example.com/keys'),
  ],
  [/set spec\.issuer/, (spec) => put(spec, 'issuer', 'https://id.example.com')],
  [/set spec\.clientId/, (spec) => put(spec, 'clientId', FILLED)],
  [/set spec\.hosts/, (spec) => put(spec, 'hosts', ['filled.example.com'])],
  [
    /spec\.(\S+) has to be an https URL/,
    (spec, [, path = '']) => put(spec, path, 'https://id.example.com'),
  ],
  [/set clientRef/, (spec) => put(spec, 'clientRef', REFERENCE)],
  [/Give bearer an IdentityProvider|set authenticate/, (spec) => put(spec, 'authenticate', TOKENS)],
  [/clients of one host differ/, (spec) => spec],
]

const commentsOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('# INCOMPLETE: '))

const edited = ({ spec, ...rest }: Written, comments: readonly string[]): Written => ({
  ...rest,
  spec: comments.reduce((sum, comment) => {
    const edit = EDITS.find(([pattern]) => pattern.test(comment))
    if (edit === undefined) throw new Error(`Nobody knows what to do about ${comment}`)
    const [pattern, change] = edit
    return change(sum, pattern.exec(comment) as RegExpExecArray)
  }, spec),
})

/** Clients that share a host, each with paths and a cookie of its own. */
const apart = (one: Written): Written => {
  if (one.kind !== 'OIDCClient') return one
  const { name } = one.metadata
  const paths = put(
    put(one.spec, 'callback.path', `/${name}/callback`),
    'logout.path',
    `/${name}/out`,
  )
  return { ...one, spec: put(paths, 'session.cookie.name', `__Host-sallyport-${name}`) }
}

const helpers = (namespace: string): readonly unknown[] => [
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'IdentityProvider',
    metadata: { name: FILLED, namespace },
    spec: { issuer: 'https://id.example.com' },
  },
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'OIDCClient',
    metadata: { name: FILLED, namespace },
    spec: { providerRef: REFERENCE, clientId: FILLED, authentication: { method: 'none' } },
  },
]

/** The manifests as they are after somebody has done what their comments say. */
export const followed = (text: string): string => {
  const written = text.split(/^---$/m).flatMap((one) =>
    parseAllDocuments(one).flatMap((document) => {
      const object = document.toJS() as Written | null
      return object === null ? [] : [edited(object, commentsOf(one))]
    }),
  )
  const isShared = text.includes('clients of one host differ')
  const namespace = written[0]?.metadata.namespace ?? 'default'
  const all = [...(isShared ? written.map(apart) : written), ...helpers(namespace)]
  return all.map((one) => stringify(one)).join('---\n')
}
