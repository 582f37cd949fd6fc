import type { LoginState } from '../../src/core/provider/login-state.ts'

/** The login state of one attempt, with every default. */
export const aLogin = (changes: Partial<LoginState> = {}): LoginState => ({
  state: 'state-1',
  nonce: 'nonce-1',
  codeVerifier: 'verifier-of-forty-three-characters-or-more-1',
  returnPath: '/orders?page=2',
  redirectUri: 'https://shop.example.com/oauth2/callback',
  createdAtMs: 0,
  ...changes,
})
