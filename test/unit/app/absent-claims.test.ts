import { beforeEach, expect, it } from 'vitest'
import {
  type AbsentClaimsMemory,
  createAbsentClaims,
} from '../../../src/app/providers/absent-claims.ts'
import type { Claims } from '../../../src/core/identity/identity.ts'
import type { CodeOutcome, RelyingParty } from '../../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../../src/core/provider/tokens.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import { aClient, someTokens } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { type HandSetClock, handSetClock } from '../../support/hand-set-clock.ts'
import { aLogin } from '../../support/logins.ts'

const CLIENT = aClient()

const wantedOf = (names: readonly string[], client: Client = CLIENT) =>
  new Map([[client.name, names.map((name) => ({ name, path: name.split('.') }))]])

let clock: HandSetClock
let memory: AbsentClaimsMemory

beforeEach(() => {
  clock = handSetClock()
  memory = createAbsentClaims(clock)
  memory.want([CLIENT], wantedOf(['email', 'realm_access.roles']))
})

const finish = async (outcome: CodeOutcome, client: Client = CLIENT): Promise<void> => {
  const party: Pick<RelyingParty, 'exchange'> = { exchange: async () => outcome }
  const noting = memory.noting(party as RelyingParty)
  const got = await noting.exchange(client, aLogin(), new URLSearchParams(), unlimited)
  expect(got).toBe(outcome)
}

const login = (claims: Claims, changes: Partial<Tokens> = {}, client?: Client): Promise<void> =>
  finish({ kind: 'tokens', tokens: someTokens(clock.nowMs(), { claims, ...changes }) }, client)

it('B12: what was absent at the last login is named, with the fields that look further', async () => {
  expect(memory.of(CLIENT.name)).toBeUndefined()
  await login({ sub: 'alice', realm_access: {} })
  expect(memory.of(CLIENT.name)).toEqual({
    names: ['email', 'realm_access.roles'],
    fields: ['claims.accessToken', 'claims.userinfo'],
  })
})

it('B12: null is absent; what came with the access token or userinfo is there', async () => {
  await login(
    { sub: 'alice', email: null },
    { accessTokenClaims: { realm_access: { roles: [] } }, userinfo: { sub: 'alice' } },
  )
  expect(memory.of(CLIENT.name)?.names).toEqual(['email'])
  clock.advance(60_000)
  await login({ sub: 'bob', realm_access: { roles: [] } }, { userinfo: { email: 'b@example.com' } })
  expect(memory.of(CLIENT.name)).toBeUndefined()
})

it('B12: a login that was refused says nothing', async () => {
  await finish({ kind: 'refused', reason: 'code_refused', detail: 'no' })
  expect(memory.of(CLIENT.name)).toBeUndefined()
})

it('B12: what is absent is told at once, though nothing was a moment ago', async () => {
  await login({ sub: 'bob', email: 'b@example.com', realm_access: { roles: [] } })
  expect(memory.of(CLIENT.name)).toBeUndefined()
  await login({ sub: 'alice', realm_access: {} })
  expect(memory.of(CLIENT.name)?.names).toEqual(['email', 'realm_access.roles'])
})

it('B12: what was told moves once a minute, however people differ', async () => {
  await login({ sub: 'alice' })
  const before = memory.of(CLIENT.name)
  await login({ sub: 'bob', email: 'b@example.com', realm_access: { roles: [] } })
  clock.advance(59_999)
  expect(memory.of(CLIENT.name)).toBe(before)
  clock.advance(1)
  expect(memory.of(CLIENT.name)).toBeUndefined()
})

it('B12: what is noted of a client ends with it, with an edit, and with what wanted it', async () => {
  const wanted = wantedOf(['email', 'realm_access.roles'])
  const edits: readonly (() => void)[] = [
    () => memory.want([], new Map()),
    () => memory.want([aClient({ generation: 'c2' })], wanted),
    () => memory.want([CLIENT], wantedOf(['email'])),
  ]
  for (const edit of edits) {
    memory.want([CLIENT], wanted)
    await login({ sub: 'alice' })
    memory.want([CLIENT], wanted)
    expect(memory.of(CLIENT.name)).toBeDefined()
    edit()
    expect(memory.of(CLIENT.name)).toBeUndefined()
  }
})

it('B12: a few names are kept, and of clients alone that something wants claims of', async () => {
  memory.want([CLIENT], wantedOf(Array.from({ length: 40 }, (_, index) => `claim${index}`)))
  await login({ sub: 'alice' })
  expect(memory.of(CLIENT.name)?.names).toHaveLength(16)
  const other = aClient({ name: 'shop/other' })
  await login({ sub: 'alice' }, {}, other)
  expect(memory.of('shop/other')).toBeUndefined()
})
