import type { StructuralSchema } from './structural-schema.ts'

const ANYTHING: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true }

const KEY: StructuralSchema = { type: 'string', maxLength: 253, pattern: '^[A-Za-z0-9._-]+$' }

const QUALIFIED_NAME: StructuralSchema = {
  type: 'string',
  maxLength: 317,
  pattern: '^([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$',
}

/**
 * What the API server writes into metadata; tolerated, so that `kubectl get -o yaml` can be read
 * back.
 */
const WRITTEN_BY_THE_SERVER = [
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
  'managedFields',
  'finalizers',
  'ownerReferences',
  'generateName',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

/** Kubernetes' ObjectMeta, as far as a manifest sets it. */
export const METADATA: StructuralSchema = {
  description: 'The name and namespace of the object.',
  type: 'object',
  required: ['name'],
  properties: {
    name: {
      description: 'The name of the object, unique for its kind in its namespace.',
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: String.raw`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`,
    },
    namespace: {
      description: 'The namespace of the object. Unset, `default`.',
      type: 'string',
      minLength: 1,
      maxLength: 63,
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
      default: 'default',
    },
    labels: {
      type: 'object',
      propertyNames: QUALIFIED_NAME,
      default: {},
      additionalProperties: {
        type: 'string',
        maxLength: 63,
        pattern: '^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$',
      },
    },
    annotations: {
      type: 'object',
      propertyNames: QUALIFIED_NAME,
      default: {},
      additionalProperties: { type: 'string' },
    },
    creationTimestamp: { type: 'string', format: 'date-time' },
    ...Object.fromEntries(WRITTEN_BY_THE_SERVER.map((name) => [name, ANYTHING])),
  },
}

const HEAD = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: METADATA,
} as const satisfies StructuralSchema['properties']

const withoutNamespace = ({ properties, ...schema }: StructuralSchema): StructuralSchema => {
  const { namespace: _, ...others } = properties ?? {}
  return { ...schema, properties: others }
}

/** A custom resource whose `spec` has this schema. */
export const customResource = (spec: StructuralSchema): StructuralSchema => ({
  type: 'object',
  required: ['metadata', 'spec'],
  properties: { ...HEAD, spec },
})

/** A core/v1 Secret. */
export const SECRET: StructuralSchema = {
  type: 'object',
  required: ['metadata'],
  properties: {
    ...HEAD,
    type: { type: 'string', maxLength: 253 },
    immutable: { type: 'boolean' },
    data: {
      type: 'object',
      propertyNames: KEY,
      default: {},
      additionalProperties: { type: 'string', format: 'byte' },
    },
    stringData: {
      type: 'object',
      propertyNames: KEY,
      default: {},
      additionalProperties: { type: 'string' },
    },
  },
}

/** A core/v1 Namespace, which is in none itself. */
export const NAMESPACE: StructuralSchema = {
  type: 'object',
  required: ['metadata'],
  properties: { ...HEAD, metadata: withoutNamespace(METADATA), spec: ANYTHING },
}

/** A core/v1 ConfigMap. */
export const CONFIG_MAP: StructuralSchema = {
  type: 'object',
  required: ['metadata'],
  properties: {
    ...HEAD,
    immutable: { type: 'boolean' },
    data: {
      type: 'object',
      propertyNames: KEY,
      default: {},
      additionalProperties: { type: 'string' },
    },
    binaryData: {
      type: 'object',
      propertyNames: KEY,
      additionalProperties: { type: 'string', format: 'byte' },
    },
  },
}
