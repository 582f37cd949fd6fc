import type { ErrorCode, YAMLError } from 'yaml'

/** How deep a manifest may be nested. */
export const MAX_DEPTH = 32

/** What is said about a text that is nested deeper. */
export const TOO_DEEP = `is nested more than ${MAX_DEPTH} levels deep`

/** What is said about aliases that are refused only when they are expanded. */
export const BAD_ALIASES = 'has aliases or merge keys that lead nowhere or expand to too much'

/**
 * What is said about an alias to nothing, most often a host like `*.example.com` that is not
 * quoted.
 */
export const DANGLING_ALIAS =
  'has an alias (`*name`) without its anchor: quote a value that begins with `*`'

/** One sentence for each code. The parser's own messages quote the text, which may be a secret. */
const sentences: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'has an alias (`*name`) with an anchor or a tag: remove them',
  BAD_ALIAS: DANGLING_ALIAS,
  BAD_COLLECTION_TYPE: 'has a list or object under a tag that is for another kind of value',
  BAD_DIRECTIVE: 'has a line with `%` that is no directive: quote a value that begins with `%`',
  BAD_DQ_ESCAPE:
    'has an unknown escape in double quotes: double the backslash or use single quotes',
  BAD_INDENT: 'is indented by a wrong number of spaces here, or lacks a closing bracket before',
  BAD_PROP_ORDER: 'has an anchor or a tag in the wrong place',
  BAD_SCALAR_START: 'has a value that begins with a reserved character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has two `key: value` on one line: begin a new line or use quotes',
  BLOCK_IN_FLOW: 'has an indented block inside brackets: write it in brackets as well',
  DUPLICATE_KEY: 'has the same key twice in one object: remove one',
  IMPOSSIBLE: 'cannot be understood here',
  KEY_OVER_1024_CHARS: 'has a key of more than 1024 characters',
  MISSING_CHAR: 'lacks a character here: a colon, a closing quote, a bracket, a comma or a space',
  MULTILINE_IMPLICIT_KEY: 'has a key that runs over several lines: is a colon missing?',
  MULTIPLE_ANCHORS: 'has two anchors on one value',
  MULTIPLE_DOCS: 'has several documents where one was expected',
  MULTIPLE_TAGS: 'has two tags on one value',
  NON_STRING_KEY: 'has a key that is not a string',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: 'has an unknown tag (`!name`): quote a value that begins with `!`',
  UNEXPECTED_TOKEN: 'has something here that does not belong: is a quote or a colon missing?',
}

/** The sentence about a syntax error; never quotes the text. */
export const sentenceOfYamlError = ({ code }: YAMLError): string =>
  `is not YAML: ${sentences[code]}`
