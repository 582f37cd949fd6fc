import type { Rule } from '../../core/policy/policy.ts'

/** The token of a session that has to be valid, as somebody is to get it. */
export type WantedToken = 'access_token' | 'id_token' | 'none'

/** What a rule wants of a session besides who it is. */
export const wantedToken = ({ upstream }: Pick<Rule, 'upstream'>): WantedToken => {
  switch (upstream.authorization) {
    case 'AccessToken':
      return 'access_token'
    case 'IDToken':
      return 'id_token'
    case 'Keep':
    case 'Remove':
      return 'none'
  }
}
