import { createHmac } from 'node:crypto'
import type { RunningKeycloak } from '../parts/keycloak.ts'
import {
  type KeycloakAdmin,
  type KeycloakObject,
  keycloakAdmin,
  makeRealm,
} from '../parts/keycloak-admin.ts'
import { WEB_CLIENT } from '../parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../parts/oidc-provider-settings.ts'
import type { Name } from './sign-in.ts'

type Keycloak = Pick<RunningKeycloak, 'port' | 'publicUrl'> | undefined

/** What the one-time passwords of everybody are made from. */
const OTP_SECRET = 'sallyport-one-time'
const OTP_PERIOD_MS = 30_000

/** The one-time password of a time (RFC 6238, RFC 4226 section 5.3). */
export const oneTimePassword = (nowMs: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / OTP_PERIOD_MS)))
  const digest = createHmac('sha1', OTP_SECRET).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0')
}

const OTP: KeycloakObject = {
  type: 'otp',
  secretData: JSON.stringify({ value: OTP_SECRET }),
  credentialData: JSON.stringify({
    subType: 'totp',
    algorithm: 'HmacSHA1',
    digits: 6,
    period: OTP_PERIOD_MS / 1_000,
    counter: 0,
  }),
}

/** Keycloak takes the whole of it, or nothing. */
const OTP_POLICY = {
  otpPolicyType: 'totp',
  otpPolicyAlgorithm: 'HmacSHA1',
  otpPolicyDigits: 6,
  otpPolicyPeriod: OTP_PERIOD_MS / 1_000,
  otpPolicyLookAheadWindow: 1,
  otpPolicyInitialCounter: 0,
  otpPolicyCodeReusable: true,
} as const

const personOf = ({ name, email, password }: (typeof endUsers)[Name]): KeycloakObject => ({
  username: name,
  enabled: true,
  email,
  emailVerified: true,
  firstName: name,
  lastName: 'Example',
  credentials: [{ type: 'password', value: password }, OTP],
})

const AUDIENCE: KeycloakObject = {
  name: 'audience',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-audience-mapper',
  config: { 'included.custom.audience': API_AUDIENCE, 'access.token.claim': 'true' },
}

/** A client for browsers, with the secret of the tests. */
export const webClient = (clientId: string): KeycloakObject => ({
  clientId,
  secret: WEB_CLIENT.clientSecret,
  publicClient: false,
  redirectUris: ['https://*'],
  protocolMappers: [AUDIENCE],
})

/**
 * Makes a realm as Keycloak makes one by itself: its flows and client scopes are the default ones.
 * The people of the tests have a password and a one-time password, which is taken more than once.
 */
export const makePlainRealm = (keycloak: Keycloak, realm: string): Promise<void> =>
  makeRealm(keycloak, {
    realm,
    enabled: true,
    ...OTP_POLICY,
    users: Object.values(endUsers).map(personOf),
    clients: [webClient(WEB_CLIENT.clientId)],
  })

const FLOW = 'browser with levels'
const FORMS = `${FLOW} forms`

/** One level of the flow, as the recipe of docs/step-up.md has it. */
interface Level {
  readonly level: number
  readonly maxAgeSeconds: number
  /** The authenticator of Keycloak. */
  readonly factor: string
}

const flowPath = (name: string): string => `/authentication/flows/${encodeURIComponent(name)}`

const executionsOf = (admin: KeycloakAdmin): Promise<readonly KeycloakObject[]> =>
  admin.call('GET', `${flowPath(FLOW)}/executions`)

const demand = async (
  admin: KeycloakAdmin,
  isMeant: (execution: KeycloakObject) => boolean,
  requirement: 'REQUIRED' | 'CONDITIONAL',
): Promise<void> => {
  const found = (await executionsOf(admin)).find(isMeant)
  await admin.call('PUT', `${flowPath(FLOW)}/executions`, { ...found, requirement })
}

const addLevel = async (admin: KeycloakAdmin, { level, maxAgeSeconds, factor }: Level) => {
  const name = `level ${level}`
  await admin.call('POST', `${flowPath(FORMS)}/executions/flow`, {
    alias: name,
    type: 'basic-flow',
    provider: 'registration-page-form',
  })
  await demand(admin, ({ displayName }) => displayName === name, 'CONDITIONAL')
  const add = async (provider: string) => {
    const path = `${flowPath(name)}/executions/execution`
    const [made] = await admin.call('POST', path, { provider })
    await demand(admin, ({ id }) => id === made?.id, 'REQUIRED')
    return made?.id
  }
  const condition = await add('conditional-level-of-authentication')
  await admin.call('POST', `/authentication/executions/${condition}/config`, {
    alias: name,
    config: { 'loa-condition-level': String(level), 'loa-max-age': String(maxAgeSeconds) },
  })
  await add(factor)
}

/** What of the copied flow the levels take the place of: all that its forms hold. */
const emptyForms = async (admin: KeycloakAdmin): Promise<void> => {
  const executions = await executionsOf(admin)
  const forms = executions.findIndex(({ displayName }) => displayName === FORMS)
  const depth = Number(executions[forms]?.level)
  const after = executions.slice(forms + 1)
  const end = after.findIndex(({ level }) => Number(level) <= depth)
  const within = end === -1 ? after : after.slice(0, end)
  for (const { id } of within.filter(({ level }) => level === depth + 1)) {
    await admin.call('DELETE', `/authentication/executions/${id}`)
  }
}

/** Has a realm know levels: the recipe for Keycloak in docs/step-up.md, step by step. */
export const teachLevels = async (keycloak: Keycloak, realm: string): Promise<void> => {
  const admin = keycloakAdmin(keycloak, realm)
  const [own] = await admin.call('GET', '')
  const levels = { 'acr.loa.map': JSON.stringify({ pwd: 1, mfa: 2 }) }
  await admin.call('PUT', '', { attributes: { ...Object(own?.attributes), ...levels } })
  await admin.call('POST', `${flowPath('browser')}/copy`, { newName: FLOW })
  await emptyForms(admin)
  await addLevel(admin, {
    level: 1,
    maxAgeSeconds: 36_000,
    factor: 'auth-username-password-form',
  })
  await addLevel(admin, { level: 2, maxAgeSeconds: 300, factor: 'auth-otp-form' })
  await admin.call('PUT', '', { browserFlow: FLOW })
}
