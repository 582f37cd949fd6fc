import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { listed } from './input/lists.ts'

/** The issuers of providers that have the same one for everybody. */
const ISSUERS: Readonly<Record<string, string>> = {
  google: 'https://accounts.google.com',
  gitlab: 'https://gitlab.com',
}

const MICROSOFT = 'https://login.microsoftonline.com'
const SPEAKS = ['oidc', 'keycloak-oidc', 'entra-id', 'azure', 'google', 'gitlab', 'adfs', 'cidaas']
const ANY_TENANT = ['common', 'organizations', 'consumers']

const tenantOf = (issuer: string): string | undefined =>
  /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0\/?$/.exec(issuer)?.[1]

const ofSeveralTenants = (ledger: Ledger, tenant: string): JsonObject => {
  const tenants = listed(ledger, 'entra_id_allowed_tenants')
  if (tenants.length === 0) {
    const by = ledger.has('oidc_issuer_url') ? 'oidc_issuer_url' : 'azure_tenant'
    ledger.close(
      by,
      'the issuer is that of every tenant: list those that may sign in as `tenants` of the IdentityProvider',
    )
  }
  return {
    issuer: `${MICROSOFT}/{tenantid}/v2.0`,
    metadataURL: `${MICROSOFT}/${tenant}/v2.0/.well-known/openid-configuration`,
    tenants: tenants.length === 0 ? ['00000000-0000-0000-0000-000000000000'] : tenants,
  }
}

const azureIssuer = (ledger: Ledger): string | undefined => {
  const tenant = ledger.text('azure_tenant')
  return tenant === undefined ? undefined : `${MICROSOFT}/${tenant}/v2.0`
}

/** The issuer of the provider, and what belongs to it; nothing where there is none. */
export const issuerOf = (ledger: Ledger): JsonObject => {
  const type = ledger.text('provider') ?? 'google'
  if (!SPEAKS.includes(type)) {
    ledger.close(
      'provider',
      `${type} speaks no OpenID Connect that can be used here: choose a provider that does, and set its issuer`,
    )
    return {}
  }
  const azure = type === 'azure' ? azureIssuer(ledger) : undefined
  const issuer = ledger.text('oidc_issuer_url') ?? azure ?? ISSUERS[type]
  if (issuer === undefined) return {}
  const tenant = tenantOf(issuer)
  return tenant !== undefined && ANY_TENANT.includes(tenant)
    ? ofSeveralTenants(ledger, tenant)
    : { issuer }
}
