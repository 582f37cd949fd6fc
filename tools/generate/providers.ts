import { globSync, readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { ProviderResult } from '../../test/support/providers/provider-report.ts'
import { RESULTS } from '../../test/support/providers/provider-report.ts'
import { FEATURES, type Feature } from '../../test/support/providers/provider-under-test.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# Providers

Generated from the runs in \`test/providers/results\` and from \`test/providers/by-documentation.md\`; run \`make test-providers\` to try all of them again.

Each provider of the first table was started in a test, and Sallyport, behind a real Envoy, signed people in at it: the marks of the table were seen, not read.
Those at the end were not run: their sections come from their documentation alone, and say so.

Common to all: register \`https://<host>/oauth2/callback\` of every protected host as a redirect URI, and \`https://<host>/oauth2/logout\` as a post-logout
redirect URI. \`[logout.backChannel](reference/resources.md)\` says which address a provider calls.
`

const MARKS = { works: '✓', fails: '✗', cannot: '–' } as const

const FEATURE_NAMES = Object.keys(FEATURES) as readonly Feature[]

const SHORT: Readonly<Record<Feature, string>> = {
  discovery: 'discovery',
  plainLogin: 'plain login',
  login: 'login',
  oddCredentials: '`-_.~`',
  claims: 'claims',
  refresh: 'refresh',
  deadRefreshToken: 'dead refresh token',
  signOut: 'sign-out',
  backChannelLogout: 'back-channel',
  bearer: 'bearer',
  keyRotation: 'key rotation',
}

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

const row = ({ title, version, features }: ProviderResult): string => {
  const marks = FEATURE_NAMES.map((name) => MARKS[features[name].outcome])
  return `| [${title}](#${anchorOf(title)}) ${version} | ${marks.join(' | ')} |`
}

const table = (results: readonly ProviderResult[]): string =>
  [
    `| provider | ${FEATURE_NAMES.map((name) => SHORT[name]).join(' | ')} |`,
    `| --- |${' :-: |'.repeat(FEATURE_NAMES.length)}`,
    ...results.map(row),
    '',
    '✓ works, – the provider cannot, for the reason in its section, ✗ does not work.',
    '',
    ...FEATURE_NAMES.map((name) => `- *${SHORT[name]}*: ${MEANINGS[name]}`),
    '',
  ].join('\n')

const MEANINGS: Readonly<Record<Feature, string>> = {
  discovery: 'the metadata are read and used.',
  plainLogin:
    'with nothing but `issuer`, `clientId` and the secret, a person lands on the page that she opened.',
  login: 'the same with the manifests of the section.',
  oddCredentials:
    'a client id and a secret that hold `-`, `_`, `.` and `~`, by `client_secret_basic`.',
  claims: 'the upstream is told the subject and the e-mail address.',
  refresh: 'the access token is renewed, and nobody notices.',
  deadRefreshToken:
    'a refresh token that the provider no longer takes ends the session: 401 or a login, never 503.',
  signOut: 'sign-out goes on to the provider and comes back, and the next login asks again.',
  backChannelLogout: 'a sign-out elsewhere ends the session here.',
  bearer: 'the access token is a JWT for an API, and `authenticate.bearer` accepts it.',
  keyRotation: 'after the provider changed its key, the next login works at once.',
}

const list = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map((line) => `- ${line}`), '']

const words = (value: ProviderResult['metadata'][string] | undefined): string =>
  Array.isArray(value) && value.length > 0
    ? value.map((word) => `\`${word}\``).join(', ')
    : 'not said'

const METADATA: readonly (readonly [name: string, title: string])[] = [
  ['token_endpoint_auth_methods_supported', 'authentication of clients'],
  ['id_token_signing_alg_values_supported', 'algorithms of ID tokens'],
  ['code_challenge_methods_supported', 'PKCE'],
]

const metadataLine = ({ metadata }: ProviderResult): string =>
  `Its metadata name ${METADATA.map(([name, title]) => `${title}: ${words(metadata[name])}`).join('; ')}.`

const yaml = ({ manifests }: ProviderResult): readonly string[] =>
  manifests.length === 0
    ? []
    : [
        '```yaml',
        manifests
          .map((one) => stringify(one, { lineWidth: 0 }))
          .join('---\n')
          .trimEnd(),
        '```',
        '',
      ]

const section = (result: ProviderResult): string => {
  const cannot = FEATURE_NAMES.flatMap((name) => {
    const { outcome, reason } = result.features[name]
    if (outcome === 'works') return []
    return [`${FEATURES[name]}: ${reason ?? 'it was tried and does not work.'}`]
  })
  return [
    `## ${result.title}`,
    '',
    `Version ${result.version}, ${result.source}. ${metadataLine(result)}`,
    '',
    ...(result.settings.length === 0
      ? ['It needs no settings besides the issuer, the client id and the secret.', '']
      : list(
          'Settings',
          result.settings.map(({ field, why }) => `\`${field}\`: ${why}`),
        )),
    ...list('Not possible', cannot),
    ...list('Traps', result.traps),
    ...yaml(result),
  ].join('\n')
}

const readResults = (): readonly ProviderResult[] =>
  globSync('*.json', { cwd: RESULTS })
    .map((file) => JSON.parse(readFileSync(`${RESULTS}/${file}`, 'utf8')) as ProviderResult)
    .toSorted((one, other) => one.title.localeCompare(other.title, 'en'))

const byDocumentation = (): string =>
  readFileSync(new URL('../../test/providers/by-documentation.md', import.meta.url), 'utf8')

/** The text of docs/providers.md. */
export const printProviders = (): string => {
  const results = readResults()
  return [INTRODUCTION, table(results), ...results.map(section), byDocumentation()].join('\n')
}

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/providers.md', printProviders())
}
