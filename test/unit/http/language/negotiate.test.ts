import { describe, expect, it, vi } from 'vitest'
import { createNegotiate } from '../../../../src/http/language/negotiate.ts'

const negotiate = createNegotiate(
  ['en', 'de', 'fr', 'pt', 'zh-Hans', 'ar', 'de-AT', 'sr-Latn'],
  'en',
)

describe('the language of a reader', () => {
  it.each([
    ['none is named', undefined, 'en'],
    ['an empty header', '', 'en'],
    ['one is named', 'de', 'de'],
    ['letters are large or small', 'DE', 'de'],
    ['the first that is there', 'nb, fr, de', 'fr'],
    ['weights go before the order (RFC 9110 section 12.5.4)', 'de;q=0.5, fr;q=0.8', 'fr'],
    ['equal weights keep their order', 'fr;q=0.8, de;q=0.8', 'fr'],
    ['a weight of three digits', 'de;q=0.123, fr;q=0.122', 'de'],
    ['blanks around a weight', 'de ; q=0.1,\tfr', 'fr'],
    ['a region is cut off (RFC 4647 section 3.4)', 'fr-CA', 'fr'],
    ['a region that has texts of its own', 'de-AT', 'de-AT'],
    ['what is left of a long tag', 'de-AT-1996', 'de-AT'],
    ['a single letter goes with what follows it', 'fr-x-mine', 'fr'],
    ['Portuguese of Brazil', 'pt-BR,pt;q=0.9,en-US;q=0.8', 'pt'],
    ['Chinese of mainland China', 'zh-CN,zh;q=0.9', 'zh-Hans'],
    ['Chinese of no place', 'zh', 'zh-Hans'],
    ['Chinese of a number', 'zh-156', 'zh-Hans'],
    ['Chinese with a private part', 'zh-x-mine', 'zh-Hans'],
    ['Cantonese within Chinese', 'zh-yue', 'en'],
    ['Chinese in traditional characters', 'zh-Hant', 'en'],
    ['Chinese by its script', 'zh-Hans-SG', 'zh-Hans'],
    ['Chinese of Taiwan is not written in simplified characters', 'zh-TW', 'en'],
    ['Serbian is not written in Latin unless it says so', 'sr', 'en'],
    ['a language of the operator', 'ar-EG', 'ar'],
    ['a language that is refused', 'de;q=0, *', 'en'],
    ['a region of a language that is refused', 'fr-CA, fr;q=0, de;q=0.1', 'de'],
    ['anything', '*', 'en'],
    ['a longer range than any language has', `de-${'a'.repeat(8)}-`.repeat(9), 'en'],
    ['a weight that is none counts as 0', 'de;q=2, fr;q=0.1', 'fr'],
    ['a parameter that is no weight', 'de;level=1, fr;q=0.1', 'fr'],
    ['nonsense', '<script>, ../../etc, de', 'de'],
  ])('%s', (_what, header, tag) => {
    expect(negotiate(header)).toBe(tag)
  })

  it('is looked for in the first ranges of a header alone', () => {
    const many = Array.from({ length: 10 }, () => 'nb').join(',')
    expect(negotiate(`${many},de`)).toBe('en')
  })

  it('has its script looked for where a language is there in one, and once', () => {
    const locale = vi.spyOn(Intl, 'Locale')
    const ranges = [...Array(26).keys()].map((nth) => `q${String.fromCharCode(97 + nth)}y`)
    for (const range of ranges) negotiate(`${range}, ${range}-AB, zh-TW-x-${range}, zh-a-${range}1`)
    const looked = locale.mock.calls.map(([tag]) => tag)
    locale.mockRestore()
    expect(looked.filter((tag) => tag !== 'zh' && tag !== 'zh-tw')).toEqual([])
    expect(looked.length).toBeLessThanOrEqual(2)
  })

  it('is that of a region, be its script said or not', () => {
    const regions = createNegotiate(['en', 'zh-Hans', 'zh-TW', 'sr-RS'], 'en')
    expect(['zh-Hant-TW', 'zh-TW', 'zh-Hans-TW', 'zh-HK'].map(regions)).toEqual([
      'zh-TW',
      'zh-TW',
      'zh-Hans',
      'en',
    ])
    expect(['sr-Cyrl-RS', 'sr-Latn-RS'].map(regions)).toEqual(['sr-RS', 'en'])
  })

  it('is that of the fallback where there is none', () => {
    expect(createNegotiate(['en', 'de'], 'de')('nb')).toBe('de')
    expect(createNegotiate(['en', 'de'], 'de')('en-GB')).toBe('en')
  })
})
