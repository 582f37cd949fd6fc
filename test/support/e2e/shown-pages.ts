import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Deny } from '../../../src/core/decision/decision.ts'
import { deny, denyFault } from '../../../src/core/decision/deny.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { accentOf } from '../../../src/http/brand/color.ts'
import type { Texts } from '../../../src/http/language/texts.ts'
import { createLook, type Look } from '../../../src/http/look.ts'
import { createPresent } from '../../../src/http/present.ts'

const named = (name: string) => ({ key: 'sign_in_with', values: { name } }) as const

/** Where pages that go on by themselves lead: an answer that leaves the browser where it is. */
const NOWHERE = '/nowhere'

/** A page of every form, by name. */
export const SHOWN_PAGES: Readonly<Record<string, Deny>> = {
  choose: deny('provider_choice_required', {
    ways: [
      { label: named('Staff'), href: '/?a' },
      { label: { key: 'sign_in_with_and_stay', values: { name: 'Staff' } }, href: '/?b' },
      { label: named('Customers of the Donaudampfschifffahrtsgesellschaft'), href: '/?c' },
    ],
  }),
  expired: deny('session_expired', { ways: [{ label: 'sign_in', href: '/' }] }),
  framed: deny('login_framed', { ways: [{ label: 'sign_in', href: '/', target: 'top' }] }),
  forbidden: deny('claim_mismatch', {
    ways: [{ label: 'sign_out_for_another', href: '/logout' }],
  }),
  'not-confirmed': deny('step_up_refused', {
    ways: [{ label: 'try_again', href: '/' }],
    facts: [
      { key: 'asked_for_context', values: { contexts: 'mfa, phr' } },
      { key: 'asked_for_recent', values: { time: { seconds: 300 } } },
      { key: 'came_with_context', values: { context: 'pwd' } },
      { key: 'came_from', values: { time: { seconds: 86_400 } } },
    ],
  }),
  device: deny('device_not_bound', {
    ways: [{ label: 'sign_out', href: '/logout' }],
    facts: ['device_browsers', 'device_what_to_do'],
  }),
  failed: deny('login_state_expired', { ways: [{ label: 'try_again', href: '/' }] }),
  consent: deny('authorization_consent_asked', {
    consent: {
      documentHost: 'tools.example.com',
      name: 'Order assistant',
      goesTo: 'https://tools.example.com',
      resource: 'https://shop.example.com/mcp',
      scopes: ['orders:read', 'orders:write'],
      allow: '/oauth2/consent?answer=allow',
      deny: '/oauth2/consent?answer=deny',
    },
  }),
  unavailable: denyFault(new Fault('provider_unreachable', 'It is away.')),
  nothing: deny('no_policy'),
  'sign-out': deny('sign_out_unconfirmed', {
    ways: [
      { label: 'sign_out', href: '/logout' },
      { label: 'stay_signed_in', href: '/' },
    ],
  }),
  'signed-out': deny('signed_out', { ways: [{ label: 'sign_in_again', href: '/' }] }),
  'signed-out-here': deny('signed_out_here', { ways: [{ label: 'continue', href: '/' }] }),
  onward: deny('login_completed', { status: 200, onward: NOWHERE }),
  resend: deny('login_completed', {
    status: 200,
    resend: { form: { fields: [['note', 'a']] }, url: NOWHERE },
  }),
  reload: deny('device_proof_required', { reload: true }),
}

const LOGO = `data:image/svg+xml;base64,${Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32" width="150" height="32">
<style>text { fill: #12233f } @media (prefers-color-scheme: dark) { text { fill: #e9edf3 } }</style>
<rect width="32" height="32" rx="8" fill="#e4572e"/><path d="M9 22l7-13 7 13z" fill="#fff"/>
<text x="42" y="22" font-family="sans-serif" font-size="18" font-weight="700">Example AG</text></svg>`,
).toString('base64')}`

/** Some texts of an operator, for a language that does not come along. */
const ARABIC: Texts = {
  headings: { please_sign_in: 'يرجى تسجيل الدخول', sign_out_question: 'هل تريد تسجيل الخروج؟' },
  kinds: {},
  reasons: {
    session_expired: 'انتهت صلاحية جلستك. يرجى تسجيل الدخول مرة أخرى.',
    sign_out_unconfirmed: 'يرجى تأكيد رغبتك في تسجيل الخروج.',
  },
  phrases: {
    sign_in: 'تسجيل الدخول',
    sign_out: 'تسجيل الخروج',
    stay_signed_in: 'البقاء قيد تسجيل الدخول',
    what_you_can_do: 'ما يمكنك فعله',
    help: 'الحصول على مساعدة',
    reason: 'السبب',
    request: 'الطلب',
  },
}

const WRITTEN: ReadonlyMap<string, Texts> = new Map([['ar', ARABIC]])

const looks = (): Readonly<Record<string, Look>> => {
  const accent = accentOf('#e4572e')
  const help = { url: 'https://help.example.com/' }
  return {
    plain: createLook({}, WRITTEN),
    brand: createLook(
      { name: 'Example AG', logo: LOGO, help, ...(accent === undefined ? {} : { accent }) },
      WRITTEN,
    ),
    name: createLook({ name: 'Example AG', help }, WRITTEN),
  }
}

/** Serves the pages at `/LOOK/PAGE` on loopback, as the gateway would hand them on. */
export const serveShownPages = async () => {
  const known = looks()
  const server = createServer((request, response) => {
    const [, look = '', name = ''] = (request.url ?? '').split('/')
    const denial = SHOWN_PAGES[name]
    const shown = known[look]
    if (denial === undefined || shown === undefined) {
      response.writeHead(204).end()
      return
    }
    const { headers, body } = createPresent({ look: () => shown })(denial, {
      requestId: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
      header: (header) => request.headers[header]?.toString(),
    })
    response.writeHead(denial.status, Object.fromEntries(headers)).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (look: string, name: string): string => `http://127.0.0.1:${port}/${look}/${name}`,
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
