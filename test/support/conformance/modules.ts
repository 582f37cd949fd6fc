/** A plan of the OpenID Foundation's conformance suite for clients, and the names of its modules. */
export interface Plan {
  readonly name: string
  /** What docs/conformance.md calls it. */
  readonly short: string
  readonly modules: readonly string[]
}

const named = (prefix: string, names: string): readonly string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${prefix}${name}`)

const OIDCC = 'oidcc-client-test-'

const FAPI2 = 'fapi2-security-profile-final-client-test-'

const OF_FAPI2 = [
  ...named(
    FAPI2,
    `
    happy-path discovery-issuer-mismatch invalid-iss invalid-aud invalid-secondary-aud
    invalid-null-alg invalid-alternate-alg invalid-expired-exp invalid-missing-exp
    invalid-missing-aud invalid-missing-iss valid-aud-as-array invalid-nonce invalid-missing-nonce
    invalid-authorization-response-iss remove-authorization-response-iss
    ensure-authorization-response-with-invalid-state-fails
    ensure-authorization-response-with-invalid-missing-state-fails
    token-endpoint-response-without-expires_in token-type-case-insensitivity
    rs-dpop-auth-scheme-case-insensitivity happy-path-no-dpop-nonce
    happy-path-no-mtls-endpoint-aliases
    `,
  ),
  'fapi2-security-profile-final-client-refresh-token-test',
  ...named(
    FAPI2,
    'grant-management-happy-path grant-management-query-and-revoke grant-management-invalid-grant-id-fails',
  ),
]

const OF_JARM = named(
  `${FAPI2}ensure-jarm-`,
  `
  without-iss-fails with-invalid-iss-fails without-aud-fails with-invalid-aud-fails
  without-exp-fails with-expired-exp-fails with-invalid-sig-fails signature-is-not-none
  `,
)

const OF_BACK_CHANNEL = [
  'oidcc-client-test-rp-backchannel-rpinitlogout',
  ...named(
    `${OIDCC}rp-backchannel-rpinitlogout-`,
    'alg-none no-event with-nonce wrong-alg wrong-aud wrong-event wrong-iss',
  ),
]

/** The plans, each with its modules in the order of the suite. */
export const PLANS: readonly Plan[] = [
  {
    name: 'oidcc-client-formpost-basic-certification-test-plan',
    short: 'form post',
    modules: [
      'oidcc-client-test',
      ...named(
        OIDCC,
        `
        invalid-iss missing-sub invalid-aud missing-iat kid-absent-single-jwks
        kid-absent-multiple-jwks idtoken-sig-rs256 idtoken-sig-none invalid-sig-rs256
        userinfo-invalid-sub nonce-invalid scope-userinfo-claims client-secret-basic
        `,
      ),
    ],
  },
  {
    name: 'fapi2-security-profile-final-client-test-plan',
    short: 'security profile',
    modules: OF_FAPI2,
  },
  {
    name: 'fapi2-message-signing-final-client-test-plan',
    short: 'message signing',
    modules: [...OF_FAPI2, ...OF_JARM],
  },
  {
    name: 'oidcc-client-config-certification-test-plan',
    short: 'configuration',
    modules: named(
      OIDCC,
      `
      discovery-openid-config discovery-jwks-uri-keys discovery-issuer-mismatch idtoken-sig-none
      signing-key-rotation-just-before-signing signing-key-rotation
      `,
    ),
  },
  {
    name: 'oidcc-client-refreshtoken-test-plan',
    short: 'refresh',
    modules: named(
      `${OIDCC}refresh-token`,
      '-invalid-issuer -invalid-sub -invalid-aud -invalid-azp',
    ).concat('oidcc-client-test-refresh-token'),
  },
  {
    name: 'oidcc-client-test-plan',
    short: 'others',
    modules: named(
      OIDCC,
      `
      missing-aud userinfo-bearer-header userinfo-bearer-body nonce-unless-code-flow missing-chash
      invalid-chash invalid-athash missing-athash form-post-error invalid-sig-hs256
      invalid-sig-es256 aggregated-claims distributed-claims mtls-endpoint-aliases
      ignores-unparseable-key-in-jwks
      `,
    ),
  },
  {
    name: 'oidcc-client-dynamic-certification-test-plan',
    short: 'dynamic',
    modules: named(
      OIDCC,
      `
      discovery-webfinger-acct discovery-webfinger-url discovery-openid-config
      discovery-jwks-uri-keys discovery-issuer-mismatch dynamic-registration
      request-uri-signed-rs256 request-uri-signed-none idtoken-sig-none
      signing-key-rotation-just-before-signing signing-key-rotation userinfo-signed
      `,
    ),
  },
  {
    name: 'oidcc-client-test-3rd-party-init-login-test-plan',
    short: 'login by a third party',
    modules: named(OIDCC, '3rd-party-init-login'),
  },
  {
    name: 'oidcc-client-rp-initiated-logout-rp-basic',
    short: 'logout',
    modules: named(`${OIDCC}rp-init-logout`, '-other-state -no-state').concat(
      'oidcc-client-test-rp-init-logout',
    ),
  },
  {
    name: 'oidcc-client-back-channel-logout-rp-basic',
    short: 'back-channel logout',
    modules: OF_BACK_CHANNEL,
  },
  {
    name: 'oidcc-client-front-channel-logout-rp-basic',
    short: 'front-channel logout',
    modules: named(`${OIDCC}rp-frontchannel-`, 'rpinitlogout opinitlogout'),
  },
  {
    name: 'oidcc-client-rp-session-management-rp-basic',
    short: 'session management',
    modules: named(OIDCC, 'session-management'),
  },
]

const FOLDER = 'test/integration'

const at = (file: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, file]))

/** What is tested elsewhere, in other words. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'oidcc-client-test-aggregated-claims': `${FOLDER}/oidc-claim-sources.test.ts`,
  'oidcc-client-test-distributed-claims': `${FOLDER}/oidc-claim-sources.test.ts`,
  'oidcc-client-test-mtls-endpoint-aliases': 'test/unit/oidc/client/mutual-tls.test.ts',
  'oidcc-client-test-userinfo-signed': `${FOLDER}/oidc-userinfo.test.ts`,
  ...at(`${FOLDER}/back-channel-logout.test.ts`, OF_BACK_CHANNEL),
  ...at(
    'test/unit/check/logout/front-channel-logout.test.ts',
    named(`${OIDCC}rp-frontchannel-`, 'rpinitlogout opinitlogout'),
  ),
  ...at(
    'test/unit/check/logout/logout.test.ts',
    ['', '-other-state', '-no-state'].map((end) => `${OIDCC}rp-init-logout${end}`),
  ),
}

/** Why a module is about nothing that there is here. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  'oidcc-client-test-userinfo-bearer-body': 'the access token is sent in the header alone',
  'oidcc-client-test-nonce-unless-code-flow': 'there is no flow but that of codes',
  'oidcc-client-test-missing-chash': 'there is no flow but that of codes',
  'oidcc-client-test-invalid-chash': 'there is no flow but that of codes',
  'oidcc-client-test-discovery-webfinger-acct': 'issuers are configured',
  'oidcc-client-test-discovery-webfinger-url': 'issuers are configured',
  'oidcc-client-test-dynamic-registration': 'clients are registered by whoever runs them',
  'oidcc-client-test-request-uri-signed-rs256': 'a reference is that of a pushed request alone',
  'oidcc-client-test-request-uri-signed-none': 'a reference is that of a pushed request alone',
  'oidcc-client-test-session-management': 'no page asks the provider by a frame',
  'oidcc-client-test-missing-athash': 'the ID token of the code flow need not have one',
  [`${FAPI2}grant-management-happy-path`]: 'grants are not managed',
  [`${FAPI2}grant-management-query-and-revoke`]: 'grants are not managed',
  [`${FAPI2}grant-management-invalid-grant-id-fails`]: 'grants are not managed',
}
