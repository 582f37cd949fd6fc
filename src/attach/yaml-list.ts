/** A list of strings in YAML's flow form, each quoted: a `*` would read as an alias. */
export const yamlList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(', ')}]`
