import { createHash } from 'node:crypto'
import { isStringOneByteRepresentation } from 'node:v8'
import { describe, expect, it } from 'vitest'
import type { Deny } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { accentOf } from '../../../src/http/brand/color.ts'
import type { Texts } from '../../../src/http/language/texts.ts'
import { type Brand, createLook } from '../../../src/http/look.ts'
import { createPresent } from '../../../src/http/present.ts'
import { LANGUAGES_ALONG } from '../../../src/http/translations/languages.ts'

const LOGO = 'data:image/png;base64,iVBORw0KGgo='
const EVIL = '"\'><img src=x onerror=alert(1)></style><script>alert(1)</script>&'

const onward = deny('login_completed', { status: 200, onward: 'https://shop.example.com/' })
const reload = deny('device_proof_required', { reload: true })
const form = { fields: [['a', '1']] } as const
const resend = deny('login_completed', {
  status: 200,
  resend: { form, url: 'https://shop.example.com/' },
})
const EVERY_FORM = [deny('claim_mismatch'), onward, reload, resend]

const readableIn = (html: string): string =>
  html.replace(/&#(\d+);/g, (_reference, code) => String.fromCodePoint(Number(code)))

const pageOf = (
  denial: Deny,
  brand: Brand = {},
  { tag = 'en', written = new Map<string, Texts>() } = {},
) => {
  const look = createLook(brand, written)
  const { headers, body } = createPresent({ look: () => look })(denial, {
    requestId: 'r-1',
    header: (name) => ({ accept: 'text/html', 'accept-language': tag })[name],
  })
  return { body, header: Object.fromEntries(headers) as Readonly<Record<string, string>> }
}

describe('a page of a firm', () => {
  it('says its name above everything and in its title', () => {
    const { body } = pageOf(deny('claim_mismatch'), { name: 'Example AG' })
    expect(body).toContain('<title>Not permitted &#8211; Example AG</title>')
    expect(body).toContain('<p class="brand">Example AG</p>')
  })

  it.each(EVERY_FORM)('$reason: shows its logo, and its name to who does not see it', (denial) => {
    const { body, header } = pageOf(denial, { name: 'Example AG', logo: LOGO })
    expect(body).toContain(`<p class="brand"><img src="${LOGO}" alt="Example AG"></p>`)
    expect(header['content-security-policy']).toContain('img-src data:')
  })

  it.each(EVERY_FORM)('$reason: lets no image in where it shows none', (denial) => {
    const { body, header } = pageOf(denial, { name: 'Example AG' })
    expect(header['content-security-policy']).not.toContain('img-src')
    expect(body).not.toContain('<img')
  })

  it.each(EVERY_FORM)('$reason: has its colour in the style that its policy names', (denial) => {
    const accent = accentOf('#ffd200') ?? expect.fail()
    const { body, header } = pageOf(denial, { accent })
    const style = /<style>(.*?)<\/style>/s.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(style).toContain('--fill: #ffd200; --on-fill: #000000')
    expect(header['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
  })

  it('leads to help, in the language of the page or as it is called', () => {
    const help = { url: 'mailto:help@example.com?subject=a&body=b' }
    const link = '<a href="mailto:help@example.com?subject=a&amp;body=b" target="_top">'
    expect(pageOf(deny('internal'), { help }).body).toContain(`${link}Get help</a>`)
    expect(pageOf(deny('internal'), { help }, { tag: 'de' }).body).toContain(
      `${link}Hilfe erhalten</a>`,
    )
    const called = { help: { ...help, label: 'Service desk' } }
    expect(pageOf(deny('internal'), called).body).toContain(`${link}Service desk</a>`)
  })

  it.each(EVERY_FORM)('$reason: escapes whatever its operator or a provider wrote', (denial) => {
    const texts = { [denial.reason]: EVIL }
    const written = new Map<string, Texts>([
      [
        'en',
        {
          headings: { not_permitted: EVIL, one_moment: EVIL, sending_form: EVIL },
          kinds: {},
          reasons: texts,
          phrases: {
            continue: EVIL,
            try_again: EVIL,
            send_now: EVIL,
            form_goes_on: EVIL,
            what_you_can_do: EVIL,
            reason: EVIL,
            request: EVIL,
          },
        },
      ],
    ])
    const brand = { name: EVIL, logo: EVIL, help: { url: EVIL, label: EVIL } }
    const { body } = pageOf(denial, brand, { written })
    expect(body).not.toMatch(/<img src=x|onerror=alert\(1\)>|<script>alert|<\/style><script/)
    expect(body.match(/<\/style>/g)).toHaveLength(1)
  })
})

describe('a page that carries a logo', () => {
  const brand = {
    name: 'Beispiel Gruppe 株式会社 🚢',
    logo: LOGO,
    help: { url: 'https://h/', label: '助けを求めてください' },
  }

  it.each(EVERY_FORM)('$reason: is a string of bytes in every language', (denial) => {
    for (const tag of LANGUAGES_ALONG) {
      const { body } = pageOf(denial, brand, { tag })
      expect(body).not.toMatch(/[^\0-\u007e]/)
      expect(isStringOneByteRepresentation(body)).toBe(true)
      expect(readableIn(body)).toContain(`alt="${brand.name}"`)
      expect(readableIn(body)).toContain(`>${brand.help.label}</a>`)
    }
  })

  it('is one whatever a program or a form sends, and leaves what no reference can say', () => {
    const wide = resend.resend?.form ?? expect.fail()
    const value = 'Grüße \u0085\u009f\u00a0 日本 🚢 & &#133;'
    const sent = {
      ...resend,
      resend: { url: 'https://h/', form: { ...wide, fields: [['a', value]] } },
    } as Deny
    const { body } = pageOf(sent, brand)
    expect(isStringOneByteRepresentation(body)).toBe(true)
    expect(body).toContain(
      'value="Gr&#252;&#223;e \u0085\u009f&#160; &#26085;&#26412; &#128674; &amp; &amp;#133;"',
    )
  })
})

describe('the language of a page', () => {
  it('is said to browsers, readers and caches', () => {
    const { body, header } = pageOf(deny('claim_mismatch'), {}, { tag: 'zh-CN' })
    expect(body).toContain('<html lang="zh-Hans" dir="ltr">')
    expect(header['content-language']).toBe('zh-Hans')
    expect(header.vary).toBe('Accept, Accept-Language')
  })

  it('may run from right to left', () => {
    const written = new Map<string, Texts>([
      ['ar', { headings: { not_permitted: 'غير مسموح' }, kinds: {}, reasons: {}, phrases: {} }],
    ])
    const { body } = pageOf(deny('claim_mismatch'), {}, { tag: 'ar-EG', written })
    expect(body).toContain('<html lang="ar" dir="rtl">')
    expect(readableIn(body)).toContain('<h1>غير مسموح</h1>')
  })

  it('is English in problem documents, which programs read', () => {
    const look = createLook()
    const { headers, body } = createPresent({ look: () => look })(deny('claim_mismatch'), {
      requestId: 'r-1',
      header: (name) => ({ 'accept-language': 'de' })[name],
    })
    expect(JSON.parse(body)).toMatchObject({ title: 'Not permitted' })
    expect(Object.fromEntries(headers)).not.toHaveProperty('content-language')
  })
})

it('a problem document says what the caller can do, and a page does not', () => {
  const look = createLook()
  const present = createPresent({ look: () => look })
  const denial = deny('token_required', { howTo: 'To be let in, knock.' })
  const asked = (accept: string) =>
    present(denial, { requestId: 'r-1', header: (name) => ({ accept })[name] }).body
  expect(JSON.parse(asked('*/*')).detail).toBe('An access token is required. To be let in, knock.')
  expect(asked('text/html')).not.toContain('knock')
})
