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
  email_domain_mismatch: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not with an e-mail address that may use this.',
    remedy:
      'Compare `email` and `email_verified` of the identity with `emailDomains` of the rule: the log says which of them does not do.',
  },
  source_address_refused: {
    kind: 'forbid',
    status: 403,
    message: 'This may not be used from the network that you are in.',
    remedy:
      'Compare the address in the log with `sourceAddresses` of the rule. If it is that of a load balancer, see docs/authorization.md for what makes the gateway name the caller.',
  },
  expression_refused: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not permitted to use this.',
    remedy:
      'The expression `cel` of the rule comes to false: compare what it names with the identity and the request; see `sallyport explain`.',
  },
  expression_failed: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but it could not be established that you may use this.',
    remedy:
      'The expression `cel` of the rule comes to nothing that is true or false: the log says where it fails and why, as a rule because a claim is absent or of another type. Ask first, as in `has(claims.team) && claims.team == "a"`.',
  },
  authentication_context_refused: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not in a way that may use this.',
    remedy:
      'A clause `authenticationContext` does not hold, and no other sign-in would make it: the caller has a credential that tells of none, such as a name with a secret, or several clauses ask for lists of `acrValues` that have nothing in common.',
  },
  no_alternative_holds: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but meet none of the conditions for using this.',
    remedy: 'The log says what each alternative of `any` in `authorize` of the rule lacked.',
  },
  decision_denied: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not permitted to use this.',
    remedy:
      'The decision point of `external` said no. The detail of the decision holds the reason that it gave, if any, and says so where OPA has no result: check the path of the rule then.',
  },
  decision_facts_too_large: {
    kind: 'forbid',
    status: 403,
    message: 'What would have to be said about you and this request is too much.',
    remedy:
      'The facts for the decision point are more than 16 KiB; the detail of the decision names the largest part. List fewer claims and headers under `external.send`.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>

/** One of them. */
export type PermissionReason = keyof typeof permissionReasons
