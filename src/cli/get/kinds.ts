import { type CustomKind, PLURALS } from '../../kubernetes/source/collections.ts'
import { meant } from '../usage/meant.ts'

/** The words for each kind: the first is the one that help and completion offer. */
const WORDS: Readonly<Record<CustomKind, readonly string[]>> = {
  ProtectedRoute: ['routes', 'route', 'protectedroutes', 'protectedroute', 'proute'],
  IdentityProvider: ['providers', 'provider', 'identityproviders', 'identityprovider', 'idp'],
  OIDCClient: ['clients', 'client', 'oidcclients', 'oidcclient', 'oidcc'],
}

const KINDS: readonly CustomKind[] = ['ProtectedRoute', 'IdentityProvider', 'OIDCClient']

const ALL = 'all'

/** What may be asked for. */
export const kindWords: readonly string[] = [...KINDS.flatMap((kind) => WORDS[kind][0] ?? []), ALL]

const KNOWN = [...KINDS.flatMap((kind) => WORDS[kind]), ALL]

/** A kind with its group, as kubectl names an object of it. */
export const qualified = (kind: CustomKind): string =>
  `${PLURALS[kind].replace(/s$/, '')}.sallyport.dev`

/** The kinds that a word stands for, or a sentence for each part that stands for none. */
export type ReadKinds =
  | { readonly ok: true; readonly kinds: readonly CustomKind[] }
  | { readonly ok: false; readonly problems: readonly string[] }

const kindsOf = (word: string): readonly CustomKind[] => {
  const plain = word.toLowerCase().replace(/\.sallyport\.dev$/, '')
  return plain === ALL ? KINDS : KINDS.filter((kind) => WORDS[kind].includes(plain))
}

const unknown = (word: string): string =>
  `There is no kind ${JSON.stringify(word)}.${meant(word, KNOWN)} Known are ${kindWords.join(', ')}.`

/** Reads one word, several by commas, or `all`; letter case does not count. */
export const readKinds = (text: string): ReadKinds => {
  const words = text.split(',').map((word) => word.trim())
  const wrong = words.filter((word) => kindsOf(word).length === 0)
  if (wrong.length > 0) return { ok: false, problems: wrong.map(unknown) }
  const wanted = new Set(words.flatMap(kindsOf))
  return { ok: true, kinds: KINDS.filter((kind) => wanted.has(kind)) }
}
