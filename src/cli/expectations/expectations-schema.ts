import type { StructuralSchema } from '../../resources/schema/structural-schema.ts'

const TEXT: StructuralSchema = { type: 'string', minLength: 1, maxLength: 65_536 }

/** The names that a decision goes by. */
export const VERDICTS = [
  'allow',
  'login',
  'challenge',
  'forbid',
  'reject',
  'unavailable',
  'page',
  'redirect',
] as const

/** What a group of headers that are expected may hold; their values are looked at apart. */
const HEADERS: StructuralSchema = {
  type: 'object',
  required: ['headers'],
  properties: {
    headers: {
      type: 'object',
      description: 'A value for each name, `null` for one that is not to be there.',
      additionalProperties: {},
    },
  },
}

const EXPECT: StructuralSchema = {
  type: 'object',
  description: 'What the answer has to be.',
  properties: {
    verdict: { type: 'string', enum: VERDICTS },
    status: { type: 'integer', minimum: 100, maximum: 599 },
    reason: TEXT,
    route: TEXT,
    rule: TEXT,
    upstream: HEADERS,
    response: HEADERS,
    metadata: { type: 'object', additionalProperties: {} },
  },
}

const CASE: StructuralSchema = {
  type: 'object',
  required: ['name', 'url', 'expect'],
  properties: {
    name: {
      type: 'string',
      description: 'What is expected, in words.',
      minLength: 1,
      maxLength: 200,
    },
    url: { ...TEXT, description: 'The URL that is asked for.' },
    method: TEXT,
    headers: { type: 'object', maxProperties: 64, additionalProperties: { type: 'string' } },
    sourceAddress: TEXT,
    now: { type: 'string', format: 'date-time' },
    as: { type: 'string', enum: ['session', 'bearer', 'nobody'] },
    claims: {},
    claimsFile: TEXT,
    scopes: { type: 'array', maxItems: 256, items: TEXT },
    client: TEXT,
    decisionPoint: { type: 'string', enum: ['permits', 'denies', 'fails'] },
    expect: EXPECT,
  },
}

/** What a file of expectations may hold. */
export const EXPECTATIONS: StructuralSchema = {
  type: 'object',
  required: ['cases'],
  properties: {
    resources: { type: 'array', minItems: 1, maxItems: 64, items: TEXT },
    now: { type: 'string', format: 'date-time' },
    cases: {
      type: 'array',
      description: 'The requests, and what is expected of each.',
      minItems: 1,
      maxItems: 10_000,
      items: CASE,
    },
  },
}
