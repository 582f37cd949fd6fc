import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny } from '../../core/decision/decision.ts'
import { deny, denyFault } from '../../core/decision/deny.ts'
import { resourceUrlOf } from '../../core/policy/protected-resource.ts'
import { asFault } from '../../core/reason/fault.ts'
import { returnUriOf } from '../../core/registration/authorization-server.ts'
import type { RelayedGrant } from '../../core/relay/code-relay.ts'
import { requestFields } from '../../core/request/form.ts'
import { repeatedIn } from '../../core/request/query.ts'
import { type OAuthError, quoted, refuse } from './answers.ts'
import { resourceNamed } from './asked-for.ts'
import { readBody } from './bodies.ts'
import type { Clients } from './clients.ts'
import { CODE_TTL_MS, type Held, type HeldRefresh } from './grants.ts'
import { type Asking, aboutOf } from './issuer.ts'
import { createRotation } from './rotation.ts'

/** Answers a token request (RFC 6749 sections 4.1.3 and 6). */
export type Token = (asking: Asking) => Promise<Deny>

type Fields = ReadonlyMap<string, string>

type Tokens = Extract<RelayedGrant, { kind: 'tokens' }>

const UNREAD = 'The body is no form: send application/x-www-form-urlencoded.'

const NOT_GOOD =
  'It was not issued to this client at this host, or is over: have the person sign in again.'

const USED = 'The code was used before.'

const REUSED =
  'It was used before, and another took its place: whoever has that one is signed out as well, and the person has to sign in again.'

const UNNOTED =
  'It is spent, and that could not be noted, so that nobody gets what it was good for: have the person sign in again.'

const listOf = (scope: string): readonly string[] => scope.split(' ').filter((one) => one !== '')

/** RFC 6749 section 3.2: a parameter comes once, and without a value it is not there. */
const fieldsOf = (asking: Asking): Fields | string => {
  const body = readBody(asking.request)
  if (body.kind === 'unread') return body.why
  const all = requestFields(asking.request, body.text)
  if (all === undefined) return UNREAD
  const repeated = repeatedIn(all.map(([name]) => name))
  if (repeated !== undefined) return `The parameter ${quoted(repeated)} is repeated.`
  return new Map(all.filter(([, value]) => value !== ''))
}

/**
 * Gets a client what its code or refresh token is good for at the provider, as our own client: the
 * access token as it is, and the refresh token sealed for this client and host. Never an ID token,
 * which would be about our client.
 */
export const createToken = (
  { codeRelay, replay }: Pick<CheckPorts, 'codeRelay' | 'replay'>,
  clients: Clients,
  held: Held,
): Token => {
  const rotation = createRotation(replay)

  const bad = (asking: Asking, error: string, description: string): Deny =>
    refuse(asking, 'client_token_request_refused', { error, description })

  const notGood = (asking: Asking, description: string, detail = description): Deny =>
    refuse(asking, 'client_grant_refused', { error: 'invalid_grant', description }, { detail })

  const granted = (
    asking: Asking,
    key: string,
    tokens: Tokens,
    { scopes: had, ...next }: Omit<HeldRefresh, 'refreshToken' | 'expiresAtMs'>,
    of: { readonly wanted?: readonly string[] | undefined; readonly former?: string } = {},
  ): Deny => {
    const { accessToken, expiresInSeconds, scope, refreshToken = of.former } = tokens
    // RFC 6749 sections 5.1 and 6: without `scope` it is what was asked for, and a refresh token
    // stays good for all of what was told, also when it is used for less.
    const scopes = scope === undefined ? (of.wanted ?? had) : listOf(scope)
    const kept = of.wanted === undefined ? scopes : had
    return deny('client_tokens_granted', {
      headers: [['pragma', 'no-cache']],
      content: 'json',
      members: {
        access_token: accessToken,
        token_type: 'Bearer',
        ...(expiresInSeconds === undefined ? {} : { expires_in: expiresInSeconds }),
        scope: scopes.join(' '),
        ...(refreshToken === undefined
          ? {}
          : {
              refresh_token: held.refresh(asking, key, { ...next, refreshToken, scopes: kept }),
            }),
      },
      about: aboutOf(asking),
    })
  }

  const refusedBy = (
    asking: Asking,
    { error, detail }: Extract<RelayedGrant, { kind: 'refused' }>,
  ) =>
    error === 'invalid_grant'
      ? notGood(asking, 'The provider does not take it any more.', detail)
      : refuse(
          asking,
          'client_grant_refused',
          { error, description: 'The provider does not grant these scopes.' },
          { detail },
        )

  /** RFC 8707 section 2.2: a token is for what was agreed to, and no other resource of the host. */
  const whyNotFor = (asking: Asking, fields: Fields, agreed: string): Deny | undefined => {
    const named = fields.get('resource')
    const resource = named === undefined ? undefined : resourceNamed(asking, named)
    if (resource === undefined) return undefined
    return resourceUrlOf(asking.request.authority, resource) === agreed
      ? undefined
      : bad(asking, 'invalid_target', `${quoted(named ?? '')} is not what the person agreed to.`)
  }

  const byCode = async (asking: Asking, key: string, fields: Fields): Promise<Deny> => {
    const shown = fields.get('code')
    const redirectUri = fields.get('redirect_uri')
    const codeVerifier = fields.get('code_verifier')
    if (shown === undefined || redirectUri === undefined || codeVerifier === undefined) {
      const wanted = 'code, redirect_uri and code_verifier have to be there.'
      return bad(asking, 'invalid_request', wanted)
    }
    const code = held.openCode(asking, key, shown)
    if (code === undefined) return notGood(asking, NOT_GOOD)
    if (code.redirectUri !== redirectUri) {
      return notGood(asking, 'redirect_uri is another than that of the authorization request.')
    }
    const other = whyNotFor(asking, fields, code.resourceUrl)
    if (other !== undefined) return other
    const { codeChallenge, resourceUrl: resource } = code
    const ours = { redirectUri: returnUriOf(asking.request), codeVerifier }
    const relayed = { code: code.code, codeChallenge, resource, ...ours }
    const { client } = asking.server
    // Asked while the code is whole: whoever is told 503 may show it again.
    const used = `authorization-code:${code.attempt}`
    if (await replay.isClaimed(used, asking.budget)) return notGood(asking, USED)
    const grant = await codeRelay.exchange(client, relayed, asking.budget)
    if (grant.kind === 'refused') return refusedBy(asking, grant)
    // Providers take a code once; one that takes it twice is not asked to be trusted in that.
    try {
      const isFirst = await replay.claim(used, CODE_TTL_MS, asking.budget)
      if (!isFirst) return notGood(asking, USED)
      const next = {
        family: code.attempt,
        generation: 0,
        scopes: code.scopes,
        resourceUrl: resource,
      }
      return granted(asking, key, grant, next)
    } catch (thrown) {
      return notGood(asking, UNNOTED, `${UNNOTED} ${asFault(thrown).message}`)
    }
  }

  const byRefresh = async (asking: Asking, key: string, fields: Fields): Promise<Deny> => {
    const shown = fields.get('refresh_token')
    if (shown === undefined) return bad(asking, 'invalid_request', 'refresh_token has to be there.')
    const refresh = held.openRefresh(asking, key, shown)
    if (refresh === undefined) return notGood(asking, NOT_GOOD)
    const other = whyNotFor(asking, fields, refresh.resourceUrl)
    if (other !== undefined) return other
    const scope = fields.get('scope')
    const wanted = scope === undefined ? undefined : listOf(scope)
    const beyond = wanted?.filter((one) => !refresh.scopes.includes(one)) ?? []
    if (beyond.length > 0) {
      const description = `${quoted(beyond.join(' '))} was not granted before (RFC 6749 section 6): have the person agree to it.`
      return refuse(asking, 'client_grant_refused', { error: 'invalid_scope', description })
    }
    if (await rotation.isSpent(refresh, asking.budget)) return notGood(asking, REUSED)
    const { refreshToken, resourceUrl: resource, family, generation } = refresh
    const { client } = asking.server
    const fewer = wanted === undefined ? {} : { scopes: wanted }
    const asked = { refreshToken, use: `${family}:${generation}`, resource, ...fewer }
    const grant = await codeRelay.refresh(client, asked, asking.budget)
    if (grant.kind === 'refused') return refusedBy(asking, grant)
    try {
      await rotation.spend(refresh, asking.budget)
    } catch (thrown) {
      // What the provider has not replaced may be shown again.
      if (grant.refreshToken === undefined || grant.refreshToken === refreshToken) throw thrown
      return notGood(asking, UNNOTED, `${UNNOTED} ${asFault(thrown).message}`)
    }
    const next = {
      family,
      generation: generation + 1,
      scopes: refresh.scopes,
      resourceUrl: resource,
    }
    return granted(asking, key, grant, next, { wanted, former: refreshToken })
  }

  const answer = async (asking: Asking, fields: Fields): Promise<Deny> => {
    const clientId = fields.get('client_id')
    if (clientId === undefined) {
      return bad(asking, 'invalid_request', 'client_id has to be in the body: clients are public.')
    }
    const known = clients.keyOf(asking, clientId)
    if (known.kind === 'unknown') {
      const error: OAuthError = { error: 'invalid_client', description: known.why }
      return refuse(asking, 'client_unknown', error)
    }
    const resource = fields.get('resource')
    if (resource !== undefined && resourceNamed(asking, resource) === undefined) {
      return bad(asking, 'invalid_target', `${quoted(resource)} is no resource of this host.`)
    }
    switch (fields.get('grant_type')) {
      case 'authorization_code':
        return byCode(asking, known.key, fields)
      case 'refresh_token':
        return byRefresh(asking, known.key, fields)
      default: {
        const description = 'grant_type has to be authorization_code or refresh_token.'
        return bad(asking, 'unsupported_grant_type', description)
      }
    }
  }

  /** Also what fails is answered in JSON, as clients read nothing else. */
  const failed = (asking: Asking, thrown: unknown): Deny => {
    const fault = asFault(thrown)
    const isAway = fault.code !== 'provider_misconfigured' && fault.code !== 'internal'
    return denyFault(fault, {
      content: 'json',
      members: { error: isAway ? 'temporarily_unavailable' : 'server_error' },
      about: aboutOf(asking),
    })
  }

  return async (asking) => {
    const fields = fieldsOf(asking)
    if (typeof fields === 'string') return bad(asking, 'invalid_request', fields)
    return answer(asking, fields).catch((thrown) => failed(asking, thrown))
  }
}
