import { type FieldNote, file } from './field-kinds.ts'
import { group } from './shape.ts'
import { nonEmpty, textField, unless } from './text-fields.ts'

const noted = (kind: FieldNote['kind'], description: string): FieldNote => ({ kind, description })

const LONGEST_NAME = 60

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/

/** A few words of plain text. */
const words = (what: string, description: string) =>
  textField(
    {
      what,
      judge: unless(
        (text) => text.trim() !== '' && text.length <= LONGEST_NAME && !CONTROLS.test(text),
        `must be ${what} of at most ${LONGEST_NAME} characters, on one line`,
      ),
      schema: { minLength: 1, maxLength: LONGEST_NAME },
    },
    noted('text', description),
  )

const COLOR = '^#[0-9A-Fa-f]{6}$'

const color = (description: string) =>
  textField(
    {
      what: 'a colour such as #0057b8',
      judge: unless(
        (text) => new RegExp(COLOR).test(text),
        'must be a colour of six hexadecimal digits such as #0057b8, in quotes',
      ),
      schema: { pattern: COLOR },
    },
    noted('text', description),
  )

const HELP = /^(?:https:\/\/[^\s/]|mailto:[^\s]+@|tel:\+?[0-9])/i

const isHelp = (text: string): boolean =>
  HELP.test(text) && text.length <= 2_048 && !/[\s<>"\\]/.test(text) && URL.canParse(text)

const helpUrl = (description: string) =>
  textField(
    {
      what: 'a URL such as https://help.example.com',
      judge: unless(
        isHelp,
        'must be an https URL, mailto: with an address, or tel: with a number, such as https://help.example.com',
      ),
    },
    noted('text', description),
  )

const folder = (description: string) =>
  textField(nonEmpty('the name of a folder'), noted('folder', description))

const isTag = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text)[0] === text
  } catch {
    return false
  }
}

const languageTag = (description: string) =>
  textField(
    {
      what: 'a language tag such as de',
      judge: unless(isTag, 'must be a language tag such as de, pt-BR or zh-Hans'),
    },
    noted('text', description),
  )

/** Whose pages they are, and in which languages. */
export const pages = group({
  name: words(
    'a name',
    'The name of the application or of the firm, above every page and in its title. Unset: no name.',
  ).optional(),
  logoFile: file(
    'SVG or PNG that every page shows in place of the name; at most 48 KiB. An SVG in which something would run or be loaded is refused. Needs `pages.name` beside it, for those who do not see it. Read again when it changes.',
  ).optional(),
  color: color(
    'The colour of links and buttons, as `#rrggbb`. Text in it is darkened or lightened in each theme as far as it takes to be read. Unset: blue.',
  ).optional(),
  messages: folder(
    'Folder with texts, a file for each language: `de.yaml`, `ar.yaml`, `pt-BR.json`. They go before the texts that come along; what a file leaves out falls back to those. Read again when it changes. docs/pages.md says what is in them.',
  ).optional(),
  language: languageTag('The language of people whose browser names none that there is.').default(
    'en',
  ),
  help: group({
    url: helpUrl(
      'Where every page says that there is help: `https:`, `mailto:` or `tel:`.',
    ).optional(),
    label: words(
      'a label',
      'What that link says, in every language. Unset: “Get help” in the language of the page.',
    ).optional(),
  }),
})
