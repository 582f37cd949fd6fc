/** Words that YAML 1.1, which kubectl reads, takes for something else than text. */
const WORDS = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'])

/** A name as YAML text; quoted where it would be read as a number or a word of YAML. */
export const yamlText = (text: string): string =>
  /^[a-z][a-z0-9.-]*$/.test(text) && !WORDS.has(text) ? text : JSON.stringify(text)

/** A list of texts in YAML's flow form, each quoted: a `*` would read as an alias. */
export const yamlList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(', ')}]`
