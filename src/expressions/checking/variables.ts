import { ANY, STRING, type Type } from './type.ts'

const TEXTS: Type = { kind: 'list', of: STRING }

/** What an expression may name, and what is known of it. */
export const variables: Readonly<Record<string, Type>> = {
  claims: { kind: 'map', keys: STRING, of: ANY },
  identity: {
    kind: 'object',
    fields: { subject: STRING, issuer: STRING, scopes: TEXTS, via: STRING, client: STRING },
  },
  request: {
    kind: 'object',
    fields: {
      method: STRING,
      path: STRING,
      host: STRING,
      headers: { kind: 'map', keys: STRING, of: STRING },
      query: { kind: 'map', keys: STRING, of: TEXTS },
    },
  },
  source: { kind: 'object', fields: { address: STRING } },
  now: { kind: 'timestamp' },
}

/** Those that say more than who is calling. */
export const ofRequest: ReadonlySet<string> = new Set(['request', 'source', 'now'])
