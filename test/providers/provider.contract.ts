import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createHttpBrowser, type HttpBrowser, type Page } from '../support/parts/http-browser.ts'
import { until } from '../support/parts/until.ts'
import type { SeenRequest } from '../support/parts/upstream.ts'
import { createProviderReport } from '../support/providers/provider-report.ts'
import {
  type HOSTS,
  type ProviderStack,
  startProviderStack,
} from '../support/providers/provider-stack.ts'
import {
  FEATURES,
  type Feature,
  type ProviderUnderTest,
} from '../support/providers/provider-under-test.ts'

type Host = keyof typeof HOSTS

const hostOf = (page: Page): string => new URL(page.url).hostname

/** What went to the upstream for a path, the last time. */
const seenAt = (stack: ProviderStack, path: string): SeenRequest => {
  const seen = stack.upstream.requests().findLast((request) => request.path === path)
  if (seen === undefined) throw new Error(`${path} did not reach the upstream.`)
  return seen
}

const tokenIn = (request: SeenRequest): string =>
  (request.headers.authorization ?? '').replace('Bearer ', '')

/**
 * Runs Sallyport, behind Envoy, against one provider. A feature that the provider declares it cannot
 * do is tried as far as it shows, and stands in the report with the reason.
 */
export const describeProvider = (tested: ProviderUnderTest): void => {
  describe(`${tested.title} ${tested.version}`, () => {
    let running: ProviderStack | undefined
    const stack = (): ProviderStack => {
      if (running === undefined) throw new Error('The stack is not running.')
      return running
    }
    const report = createProviderReport(tested)

    beforeAll(async () => {
      running = await startProviderStack(tested)
    })
    afterEach(({ task }) => {
      if (task.result?.state !== 'fail') return
      const said = [running?.sallyport.output(), running?.provider.output()]
      process.stderr.write(`\nSallyport and the provider said:\n${said.join('\n---\n')}\n`)
    })
    afterAll(async () => {
      await running?.stop()
    })

    /** A test of a feature, which the report then says works or does not. */
    const feature = (name: Feature, promise: string, run: () => Promise<void>): void => {
      it(`${FEATURES[name]}: ${promise}`, async () => {
        report.failed(name)
        await run()
        report.passed(name)
      })
    }
    const newBrowser = (): HttpBrowser => {
      const browser = createHttpBrowser({ caPem: stack().caPem })
      onTestFinished(() => browser.close())
      return browser
    }
    const signInAt = async (browser: HttpBrowser, host: Host, path: string): Promise<Page> => {
      const first = await browser.open(stack().url(host, path))
      return stack().provider.signIn(browser, first)
    }
    const landsAt = async (host: Host, path: string): Promise<HttpBrowser> => {
      const browser = newBrowser()
      const landed = await signInAt(browser, host, path)
      expect([landed.url, landed.status], landed.text).toEqual([stack().url(host, path), 200])
      return browser
    }
    const statusOf = async (browser: HttpBrowser, host: Host): Promise<number> =>
      (await browser.fetch(stack().url(host, '/data'))).status
    const metadata = async (): Promise<Readonly<Record<string, unknown>>> => {
      const { issuer } = stack().provider
      const path = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      return (await newBrowser().send(path)).json() as Readonly<Record<string, unknown>>
    }
    const keysOf = async (): Promise<string> => {
      const { jwks_uri: url } = await metadata()
      return (await newBrowser().send(String(url))).text
    }

    feature('discovery', 'the metadata name the issuer, and Sallyport is ready', async () => {
      const found = await metadata()
      expect(found.issuer).toBe(stack().provider.issuer)
      report.learn(found, stack().provider)
      const sent = await newBrowser().fetch(stack().url('app'), {
        headers: {
          accept: 'text/html',
          'sec-fetch-dest': 'document',
          'sec-fetch-mode': 'navigate',
        },
      })
      expect(sent.status, sent.text).toBe(302)
      expect(sent.headers.location).toContain(String(found.authorization_endpoint))
    })

    feature('plainLogin', 'a person lands on the page that she opened', async () => {
      if (tested.cannot.plainLogin === undefined) {
        await landsAt('plain', '/orders?id=7&q=a%2Fb')
        return
      }
      const landed = await signInAt(newBrowser(), 'plain', '/orders?id=7')
      expect(landed.status, tested.cannot.plainLogin).toBeGreaterThanOrEqual(400)
    })

    feature('login', 'a person lands on the page that she opened', async () => {
      await landsAt('app', '/orders?id=7&q=a%2Fb')
      const { headers } = seenAt(stack(), '/orders?id=7&q=a%2Fb')
      expect(headers).not.toHaveProperty('cookie')
    })

    if (tested.cannot.oddCredentials === undefined) {
      feature('oddCredentials', 'B2: they are sent so that the provider knows them', async () => {
        await landsAt('odd', '/orders')
      })
    }

    feature('claims', 'the upstream learns who it is', async () => {
      await landsAt('app', '/claims')
      const { headers } = seenAt(stack(), '/claims')
      const { issuer, person } = stack().provider
      expect(headers['x-auth-issuer']).toBe(issuer)
      if (person.subject === undefined) expect(headers['x-auth-subject']).toMatch(/./)
      else expect(headers['x-auth-subject']).toBe(person.subject)
      const email = tested.cannot.claims === undefined ? person.email : undefined
      expect(headers['x-auth-email']).toBe(email)
    })

    feature(
      'refresh',
      'the upstream gets a new access token, and nobody signs in again',
      async () => {
        const browser = await landsAt('app', '/refresh')
        const first = tokenIn(seenAt(stack(), '/refresh'))
        expect(first).not.toBe('')
        const works = tested.cannot.refresh === undefined
        await until(works ? 'the token was renewed' : 'the session ended', async () => {
          const { status } = await browser.fetch(stack().url('app', '/refreshed'))
          if (works) expect(status).toBe(200)
          return works ? tokenIn(seenAt(stack(), '/refreshed')) !== first : status === 401
        })
      },
    )

    const { deadRefreshToken, backChannelLogout } = tested.cannot
    if (tested.cannot.refresh === undefined && deadRefreshToken === undefined) {
      feature('deadRefreshToken', 'B1: the answer is 401, never 503', async () => {
        const browser = await landsAt('app', '/dead')
        if (stack().provider.killRefreshTokens === undefined)
          throw new Error('It cannot kill them.')
        await stack().provider.killRefreshTokens?.()
        const answers: (number | string | undefined)[] = []
        await until('the session ended', async () => {
          const answer = await browser.fetch(stack().url('app', '/data'))
          answers.push(answer.status, answer.headers['x-sallyport-reason'])
          return answer.status === 401
        })
        // Whoever asks next after a renewal behind an answer finds no session any more.
        expect(answers.filter((each) => each !== 200 && each !== undefined)).toEqual([
          401,
          expect.stringMatching(/^session_(ended|unknown)$/),
        ])
      })
    }

    const signOutAt = async (browser: HttpBrowser, host: Host): Promise<Page> => {
      const page = await browser.open(stack().url(host, '/oauth2/logout'))
      return (await stack().provider.signOut?.(browser, page)) ?? page
    }

    feature('signOut', 'the next login asks for the password again', async () => {
      const browser = await landsAt('app', '/orders')
      const end = await signOutAt(browser, 'app')
      expect(await statusOf(browser, 'app')).toBe(401)
      const { end_session_endpoint: endpoint } = await metadata()
      if (tested.cannot.signOut !== undefined) {
        expect(
          end.hops.some((hop) => endpoint !== undefined && hop.startsWith(String(endpoint))),
        ).toBe(false)
        return
      }
      expect([end.url.split('?')[0], end.status], end.text).toEqual([
        stack().url('app', '/oauth2/logout'),
        200,
      ])
      const again = await browser.open(stack().url('app', '/orders'))
      if (tested.asksNobody !== true) expect(hostOf(again)).toBe('idp.localhost')
    })

    if (backChannelLogout === undefined) {
      feature(
        'backChannelLogout',
        'B3: a sign-out at one client ends the session of another',
        async () => {
          const browser = await landsAt('app', '/orders')
          const other = await signInAt(browser, 'odd', '/orders')
          expect([other.url, other.status], other.text).toEqual([
            stack().url('odd', '/orders'),
            200,
          ])
          await signOutAt(browser, 'odd')
          await until(
            'the other session ended',
            async () => (await statusOf(browser, 'app')) === 401,
          )
          expect(stack().sallyport.log()).toContainEqual(
            expect.objectContaining({
              message: 'Back-channel logout.',
              client: 'shop/web',
              outcome: 'ended',
            }),
          )
        },
      )
    } else {
      feature('backChannelLogout', 'the metadata do not promise it either', async () => {
        expect((await metadata()).backchannel_logout_supported).not.toBe(true)
      })
    }

    const bear = (token: string) =>
      newBrowser().send(stack().url('api', '/bearer'), {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      })

    const bearerPromise = tested.cannot.bearer === undefined ? 'the API takes it' : 'it is refused'
    feature('bearer', bearerPromise, async () => {
      await landsAt('app', '/token')
      const answer = await bear(tokenIn(seenAt(stack(), '/token')))
      if (tested.cannot.bearer === undefined) {
        expect(answer.status, answer.text).toBe(200)
        expect(seenAt(stack(), '/bearer').headers['x-auth-issuer']).toBe(stack().provider.issuer)
        return
      }
      expect([answer.status, answer.headers['x-sallyport-reason']], answer.text).toEqual([
        401,
        tested.bearerRefusedFor,
      ])
    })

    if (tested.cannot.keyRotation === undefined) {
      feature('keyRotation', 'B15: the next login is as good as the last', async () => {
        await landsAt('app', '/orders')
        const before = await keysOf()
        if (stack().provider.rotateKeys === undefined) throw new Error('It cannot rotate its keys.')
        await stack().provider.rotateKeys?.()
        expect(await keysOf()).not.toBe(before)
        await landsAt('app', '/rotated')
        if (tested.cannot.bearer !== undefined) return
        const answer = await bear(tokenIn(seenAt(stack(), '/rotated')))
        expect(answer.status, answer.text).toBe(200)
      })
    }

    it('is documented as it is', () => {
      report.write()
      expect(report.recorded()).toEqual(report.result())
    })
  })
}
