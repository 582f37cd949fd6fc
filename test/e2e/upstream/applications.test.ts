import { describe, expect, it } from 'vitest'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { TOLD, toldStack, toldTo } from '../../support/e2e/upstream-route.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import type { SeenRequest } from '../../support/parts/upstream.ts'

const textOf = (value: string | undefined): string =>
  Buffer.from(value ?? '', 'latin1').toString('utf8')

/** As `auth.proxy` of Grafana reads: names, and groups separated by commas. */
const asGrafana = ({ headers }: SeenRequest) => ({
  user: textOf(headers['x-webauth-user']),
  email: textOf(headers['x-webauth-email']),
  groups: textOf(headers['x-webauth-groups'])
    .split(',')
    .map((group) => group.trim()),
})

/** As Jenkins' reverse proxy authentication reads: its delimiter is `|`. */
const asJenkins = ({ headers }: SeenRequest) => ({
  user: headers['x-forwarded-user'],
  groups: textOf(headers['x-forwarded-groups']).split('|'),
})

describe('applications behind a proxy that says who is calling', () => {
  const stack = useStack(toldStack)
  const as = async (name: 'alice' | 'zoe') =>
    (await signedIn(stack(), stack().url(TOLD, '/open-for/sign-in'), name)).browser

  it('Grafana gets a user, an address and groups, and no token', async () => {
    const seen = await toldTo(stack(), await as('alice'), '/grafana/d/1')
    expect(asGrafana(seen)).toEqual({
      user: 'alice',
      email: 'alice@example.test',
      groups: ['buyers', 'admins'],
    })
    expect(seen.headers).not.toHaveProperty('authorization')
  })

  it('Jenkins gets a user and groups', async () => {
    const seen = await toldTo(stack(), await as('alice'), '/jenkins/job')
    expect(asJenkins(seen)).toEqual({ user: 'alice', groups: ['buyers', 'admins'] })
  })

  it('R9: a group that holds the separator is one group, and letters arrive as they are', async () => {
    const zoe = await as('zoe')
    expect(asGrafana(await toldTo(stack(), zoe, '/grafana/zoe')).groups).toEqual([
      'käufer',
      'a%2Cadmins',
      'b|admins',
    ])
    expect(asJenkins(await toldTo(stack(), zoe, '/jenkins/zoe')).groups).toEqual([
      'käufer',
      'a,admins',
      'b%7Cadmins',
    ])
  })

  it('R8: neither believes what a caller sends', async () => {
    const browser = await as('alice')
    const forged = {
      'x-webauth-user': 'root',
      'x-webauth-role': 'Admin',
      x_webauth_groups: 'admins',
      'x-forwarded-user': 'root',
      'x.forwarded.groups': 'admins',
    }
    for (const path of ['/grafana/forged', '/jenkins/forged', '/open/forged']) {
      const { headerLines } = await toldTo(stack(), browser, path, forged)
      const lines = headerLines.filter(([, value]) => /^(?:root|Admin|admins)$/.test(value))
      expect([path, lines]).toEqual([path, []])
    }
  })

  it('R8: a name that a rule lets pass arrives as it was sent, and no other spelling of it', async () => {
    const sent = { 'x-remote-user': 'somebody', x_remote_user: 'root', 'remote-user': 'root' }
    const { headers } = await toldTo(stack(), await as('alice'), '/passing/x', sent)
    expect(headers['x-remote-user']).toBe('somebody')
    expect(Object.values(headers)).not.toContain('root')
  })
})
