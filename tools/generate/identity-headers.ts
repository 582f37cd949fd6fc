import { COMPATIBILITY_HEADERS } from '../../src/core/policy/compatibility.ts'
import {
  WELL_KNOWN_HEADERS,
  type WellKnownHeaders,
} from '../../src/core/policy/well-known-headers.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# Identity headers of other products

Generated from \`src/core/policy/well-known-headers.ts\` and \`src/core/policy/compatibility.ts\`; edit those and run
\`make generate\`. What to do with them is in [upstream.md](../upstream.md).

## Removed from every request

In every spelling: \`_\` and \`.\` count as \`-\`, and case does not count. \`*\` stands for whatever follows. What
\`upstream.passHeaders\` names passes, spelled so.
`

const code = (text: string): string => `\`${text}\``

const row = ({ product, names, prefixes }: WellKnownHeaders): string =>
  `| ${product} | ${[...names, ...prefixes.map((prefix) => `${prefix}*`)].map(code).join(', ')} |`

const presetRow = ([product, names]: readonly [string, readonly string[]]): string =>
  `| ${code(product)} | ${names.length === 0 ? 'none' : names.map(code).join(', ')} |`

/** The text of docs/reference/identity-headers.md. */
export const printIdentityHeaders = (): string =>
  [
    INTRODUCTION,
    '| set by | names |',
    '| --- | --- |',
    ...WELL_KNOWN_HEADERS.map(row),
    '',
    '## Set by `upstream.compatibility`',
    '',
    'Besides `authorization`, and the header that `ModAuthOpenIDC` sets for each claim.',
    '',
    '| preset | names |',
    '| --- | --- |',
    ...Object.entries(COMPATIBILITY_HEADERS).map(presetRow),
    '',
  ].join('\n')

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/reference/identity-headers.md', printIdentityHeaders())
}
