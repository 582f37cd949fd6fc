import type { Rule } from '../../core/policy/policy.ts'

/** The token of a session that has to be valid, as somebody is to get it. */
export type WantedToken = 'access_token' | 'id_token' | 'none'

type Asking = Pick<Rule, 'upstream' | 'decisionPoint'>

/** What a rule wants of a session besides who it is: for the upstream, or for a decision point. */
export const wantedToken = ({ upstream, decisionPoint }: Asking): WantedToken => {
  switch (upstream.authorization) {
    case 'AccessToken':
      return 'access_token'
    case 'IDToken':
      return 'id_token'
    case 'Keep':
    case 'Remove':
      return decisionPoint?.sendsAccessToken === true ? 'access_token' : 'none'
  }
}
