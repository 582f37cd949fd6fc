import type { Rule } from '../../core/policy/policy.ts'

/** The token of a session that has to be valid, as somebody is to get it. */
export type WantedToken = 'access_token' | 'id_token' | 'both' | 'none'

/** Whether the ID token is among what is wanted. */
export const wantsIdToken = (wanted: WantedToken): boolean =>
  wanted === 'id_token' || wanted === 'both'

type Asking = Pick<Rule, 'upstream' | 'decisionPoint'>

/** What a rule wants of a session besides who it is: for the upstream, or for a decision point. */
export const wantedToken = ({ upstream, decisionPoint }: Asking): WantedToken => {
  const isAccessTokenSent = decisionPoint?.sendsAccessToken === true
  switch (upstream.authorization) {
    case 'AccessToken':
    case 'Exchange':
      return 'access_token'
    case 'IDToken':
      return isAccessTokenSent ? 'both' : 'id_token'
    case 'Keep':
    case 'Remove':
      return isAccessTokenSent ? 'access_token' : 'none'
  }
}
