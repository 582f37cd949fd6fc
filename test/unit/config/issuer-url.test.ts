import { describe, expect, it } from 'vitest'
import { issuerUrlProblem } from '../../../src/config/schema/issuer-url.ts'

describe('an issuer of our own', () => {
  it.each(['https://sallyport.example.com', 'https://example.com:8443/sallyport/'])(
    'may be %s',
    (url) => {
      expect(issuerUrlProblem(url)).toBeUndefined()
    },
  )

  it.each([
    'sallyport',
    '',
    'http://sallyport.example.com',
    'https://',
    'https://alice@example.com',
    'https://alice:secret@example.com',
    'https://example.com?a=b',
    'https://example.com?',
    'https://example.com#a',
    'https://example.com/a b',
    'https://example.com\n',
  ])('is never %j', (url) => {
    expect(issuerUrlProblem(url)).toMatch(/^must be an https URL without user name/)
  })
})
