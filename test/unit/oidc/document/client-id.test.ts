import { expect, it } from 'vitest'
import { complaintAboutClientId } from '../../../../src/oidc/document/client-id.ts'

it.each([
  'https://client.example.com/client.json',
  'https://client.example.com:8443/a/b?c=d',
  'https://client.example.com/a//b/...',
  'https://xn--bcher-kva.example/client.json',
])('%s names a client', (clientId) => {
  expect(complaintAboutClientId(clientId)).toBeUndefined()
})

it.each([
  ['', 'has to be the https URL'],
  ['client', 'has to be the https URL'],
  ['http://client.example.com/client.json', 'has to be the https URL'],
  ['javascript:alert(1)', 'has to be the https URL'],
  ['https://', 'has to be the https URL'],
  ['https://client.example.com', 'give its URL a path'],
  ['https://client.example.com/', 'give its URL a path'],
  ['https://a:b@client.example.com/c', 'a user name or a password'],
  ['https://a@client.example.com/c', 'a user name or a password'],
  ['https://client.example.com/c#', 'a fragment'],
  ['https://client.example.com/c#d', 'a fragment'],
  ['https://client.example.com/a/../c', 'which is https://client.example.com/c.'],
  ['https://client.example.com/./c', 'which is https://client.example.com/c.'],
  ['https://client.example.com/a/%2e%2E/c', 'which is https://client.example.com/c.'],
  ['https://client.example.com/a/..', 'give its URL a path'],
  ['https://Client.example.com/c', 'which is https://client.example.com/c.'],
  ['HTTPS://client.example.com/c', 'which is https://client.example.com/c.'],
  ['https://client.example.com:443/c', 'which is https://client.example.com/c.'],
  ['https://client.example.com\\c', 'which is https://client.example.com/c.'],
  ['https://client.example.com/ü', 'which is https://client.example.com/%C3%BC.'],
  ['https://bücher.example/c', 'which is https://xn--bcher-kva.example/c.'],
  [' https://client.example.com/c', 'which is https://client.example.com/c.'],
  ['https://client.exa\nmple.com/c', 'which is https://client.example.com/c.'],
  [`https://client.example.com/${'a'.repeat(500)}`, 'has 527 characters'],
  ['https://0x7f.1/c', 'which is https://127.0.0.1/c.'],
])('%j names none, in a sentence', (clientId, sentence) => {
  const complaint = complaintAboutClientId(clientId)
  expect(complaint).toContain(sentence)
  expect(complaint).toMatch(/^client_id [ -~]+\.$/)
})
