import type { ReasonEntry } from './reason-entry.ts'

/** Why an identity is not let through. */
export const permissionReasons = {
  insufficient_scope: {
    kind: 'forbid',
    status: 403,
    message: 'The access token or session does not carry the scope that is required here.',
    remedy:
      'Request the scopes that the rule names in `authorize`, and grant them at the provider.',
  },
  claim_mismatch: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not permitted to use this.',
    remedy:
      'Compare the claims of the identity with `authorize` of the rule; see `sallyport explain`.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>

/** One of them. */
export type PermissionReason = keyof typeof permissionReasons
