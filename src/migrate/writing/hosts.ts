import { parseHost } from '../../policy/matching/host.ts'
import type { Told } from '../model/migration.ts'

/** The hosts among some texts, canonical, each once; and the texts that are none. */
export const hostsAmong = (
  texts: readonly string[],
): { readonly hosts: readonly string[]; readonly others: readonly string[] } => {
  const read = texts.map((text) => ({ text, parsed: parseHost(text) }))
  const hosts = read.flatMap(({ parsed }) => (parsed.ok ? [parsed.value] : []))
  return {
    hosts: [...new Set(hosts)],
    others: read.flatMap(({ text, parsed }) => (parsed.ok ? [] : [text])),
  }
}

/** What stands above a route of which nobody said which hosts it is for. */
export const NO_HOSTS =
  'INCOMPLETE: set spec.hosts, or name the hosts with --host: the input does not say which they are.'

/** Says of the texts that are no hosts that they are not protected. */
export const toldOthers = (texts: readonly string[]): readonly Told[] =>
  [...new Set(hostsAmong(texts).others)].map((text) => ({
    setting: `host ${text}`,
    goes: 'none',
    words: 'it is no host name, so that no route protects it',
  }))
