import type { Texts } from '../../src/http/language/texts.ts'
import { ENGLISH_TEXTS } from '../../src/http/language/written-texts.ts'
import { TRANSLATIONS } from '../../src/http/translations/languages.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# The texts of pages

Generated from \`src/core/wording\`, \`src/core/reason\` and \`src/http/language\`; edit those and run \`make generate\`.

A file of texts (\`pages.messages\`) has these groups and keys, all of which may be left out. [docs/pages.md](../pages.md) says how they are used.
`

const GROUPS: Readonly<Record<keyof Texts, string>> = {
  headings: 'The few words above a page.',
  kinds: 'What is said of a reason that a language has no text for.',
  phrases: 'Links, buttons, labels, and sentences besides the message.',
  reasons:
    'The message of each [reason](../reasons.md). Those with a mark are met by people; a language that comes along has them all.',
}

const met = TRANSLATIONS.get('de')?.reasons ?? {}

const mark = (group: keyof Texts, key: string): string =>
  group === 'reasons' && Object.hasOwn(met, key) ? ' ●' : ''

const section = (group: keyof Texts): string =>
  [
    `## ${group}`,
    '',
    GROUPS[group],
    '',
    '| key | in English |',
    '| --- | --- |',
    ...Object.entries(ENGLISH_TEXTS[group]).map(
      ([key, text]) => `| \`${key}\`${mark(group, key)} | ${text.replaceAll('|', '\\|')} |`,
    ),
    '',
  ].join('\n')

/** The text of docs/reference/pages.md. */
export const printPages = (): string =>
  [INTRODUCTION, ...(['headings', 'kinds', 'phrases', 'reasons'] as const).map(section)].join('\n')

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/reference/pages.md', printPages())
}
