import { nearest } from '../../core/wording/nearest.ts'
import type { Kind, ObjectMeta, ObjectRef, Resource } from '../../policy/resource/resource.ts'
import type {
  IdentityProviderSpec,
  OIDCClientSpec,
  ProtectedRouteSpec,
} from '../../policy/resource/resource-specs.generated.ts'
import { CONFIG_MAP, customResource, METADATA, NAMESPACE, SECRET } from './core-schemas.ts'
import { definitions } from './definitions.generated.ts'
import type { FieldProblem } from './field-path.ts'
import { isObject, type StructuralSchema } from './structural-schema.ts'
import { createValidator, type Validation } from './validator.ts'

/** The API group and version of the custom resources. */
const API_VERSION = 'sallyport.dev/v1alpha1'

/** What a manifest turned out to be. */
export type Decoded =
  | { readonly kind: 'resource'; readonly resource: Resource }
  /** `ref` is absent where not even the name can be read. */
  | {
      readonly kind: 'refused'
      readonly ref?: ObjectRef
      readonly problems: readonly FieldProblem[]
    }

/** Turns a manifest, as parsed from YAML or JSON, into a resource. */
export interface ResourceSchema {
  /** Never throws; names every problem of the manifest at once. */
  readonly decode: (manifest: unknown) => Decoded
}

interface Metadata {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
}

interface Custom<Spec> {
  readonly metadata: Metadata
  readonly spec: Spec
}

type StringMap = Readonly<Record<string, string>>

interface SecretManifest {
  readonly metadata: Metadata
  readonly data: StringMap
  readonly stringData: StringMap
}

interface ConfigMapManifest {
  readonly metadata: Metadata
  readonly data: StringMap
}

interface NamespaceManifest {
  readonly metadata: Omit<Metadata, 'namespace'>
}

type Decoder = (manifest: unknown) => Decoded

const apiVersions: Readonly<Record<Kind, string>> = {
  IdentityProvider: API_VERSION,
  OIDCClient: API_VERSION,
  ProtectedRoute: API_VERSION,
  Secret: 'v1',
  ConfigMap: 'v1',
  Namespace: 'v1',
}

const KINDS = Object.keys(apiVersions)

const isKind = (kind: unknown): kind is Kind =>
  typeof kind === 'string' && Object.hasOwn(apiVersions, kind)

const metaOf = ({ creationTimestamp, ...metadata }: Metadata): ObjectMeta => ({
  namespace: metadata.namespace,
  name: metadata.name,
  labels: metadata.labels,
  annotations: metadata.annotations,
  ...(creationTimestamp === undefined
    ? {}
    : { creationTimestampMs: Date.parse(creationTimestamp) }),
})

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The decoded value as one entry; none if it is not text, which no reference here can use. */
const textEntry = ([key, base64]: readonly [string, string]): (readonly [string, string])[] => {
  try {
    return [[key, utf8.decode(Buffer.from(base64, 'base64'))]]
  } catch {
    return []
  }
}

const dataOfSecret = ({ data, stringData }: SecretManifest): StringMap => ({
  ...Object.fromEntries(Object.entries(data).flatMap(textEntry)),
  ...stringData,
})

const decoder =
  <T>(validate: (manifest: unknown) => Validation<T>, build: (value: T) => Resource): Decoder =>
  (manifest) => {
    const result = validate(manifest)
    return result.ok
      ? { kind: 'resource', resource: build(result.value) }
      : { kind: 'refused', problems: result.problems }
  }

const requireSchema = (kind: Kind): StructuralSchema => {
  const spec = definitions.get(kind)
  if (spec === undefined) throw new Error(`deploy/crds holds no definition of ${kind}`)
  return customResource(spec)
}

const createDecoders = (): Readonly<Record<Kind, Decoder>> => {
  const custom = <T>(kind: Kind) =>
    createValidator<Custom<T>>(requireSchema(kind), { secret: false })
  return {
    IdentityProvider: decoder(custom<IdentityProviderSpec>('IdentityProvider'), (value) => ({
      kind: 'IdentityProvider',
      metadata: metaOf(value.metadata),
      spec: value.spec,
    })),
    OIDCClient: decoder(custom<OIDCClientSpec>('OIDCClient'), (value) => ({
      kind: 'OIDCClient',
      metadata: metaOf(value.metadata),
      spec: value.spec,
    })),
    ProtectedRoute: decoder(custom<ProtectedRouteSpec>('ProtectedRoute'), (value) => ({
      kind: 'ProtectedRoute',
      metadata: metaOf(value.metadata),
      spec: value.spec,
    })),
    Secret: decoder(createValidator<SecretManifest>(SECRET, { secret: true }), (value) => ({
      kind: 'Secret',
      metadata: metaOf(value.metadata),
      data: dataOfSecret(value),
    })),
    ConfigMap: decoder(
      createValidator<ConfigMapManifest>(CONFIG_MAP, { secret: false }),
      (value) => ({
        kind: 'ConfigMap',
        metadata: metaOf(value.metadata),
        data: value.data,
      }),
    ),
    Namespace: decoder(
      createValidator<NamespaceManifest>(NAMESPACE, { secret: false }),
      ({ metadata }) => ({ kind: 'Namespace', metadata: metaOf({ ...metadata, namespace: '' }) }),
    ),
  }
}

const refused = (field: FieldProblem['field'], message: string): Decoded => ({
  kind: 'refused',
  problems: [{ field, message }],
})

const refuseKind = (kind: unknown): Decoded => {
  const known = KINDS.join(', ')
  if (kind === undefined)
    return refused(['kind'], `is required but not set; the kinds are ${known}`)
  const near = nearest(String(kind), KINDS)
  const advice = near === undefined ? `the kinds are ${known}` : `did you mean \`${near}\`?`
  return refused(
    ['kind'],
    `${JSON.stringify(String(kind))} is not a kind that is read here; ${advice}`,
  )
}

const checkApiVersion = (kind: Kind, written: unknown): readonly FieldProblem[] => {
  const wanted = apiVersions[kind]
  if (written === wanted) return []
  const was = typeof written === 'string' ? JSON.stringify(written) : 'nothing'
  return [{ field: ['apiVersion'], message: `must be \`${wanted}\` for ${kind}, but is ${was}` }]
}

const withoutStatus = ({
  status: _,
  ...manifest
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => manifest

/**
 * The rules of the definitions in deploy/crds, as code: accepts what the API server accepts, with
 * the same defaults. `status` is passed over, as the API server passes it over when it is written
 * with the rest. Values of a Secret that are not UTF-8 text are left out.
 */
export const createResourceSchema = (): ResourceSchema => {
  const decoders = createDecoders()
  const metadata = createValidator<Metadata>(METADATA, { secret: true })
  const refIn = (
    kind: Kind,
    manifest: Readonly<Record<string, unknown>>,
  ): ObjectRef | undefined => {
    const { name, namespace } = isObject(manifest.metadata) ? manifest.metadata : {}
    const result = metadata({ name, ...(namespace === undefined ? {} : { namespace }) })
    return result.ok
      ? {
          kind,
          namespace: kind === 'Namespace' ? '' : result.value.namespace,
          name: result.value.name,
        }
      : undefined
  }
  const decode = (manifest: unknown): Decoded => {
    if (!isObject(manifest)) {
      return refused([], 'is not an object: a manifest has apiVersion, kind, metadata and spec')
    }
    const { kind } = manifest
    if (!isKind(kind)) return refuseKind(kind)
    const wrongVersion = checkApiVersion(kind, manifest.apiVersion)
    const decoded = decoders[kind](withoutStatus(manifest))
    if (decoded.kind === 'resource' && wrongVersion.length === 0) return decoded
    const ref = refIn(kind, manifest)
    const problems = decoded.kind === 'refused' ? decoded.problems : []
    return { kind: 'refused', problems: [...wrongVersion, ...problems], ...(ref && { ref }) }
  }
  return { decode }
}
