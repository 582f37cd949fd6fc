import type { HeaderMatch, Match, PathMatch } from '../../core/policy/match.ts'
import { words } from './clause-words.ts'

const pathWords = (path: PathMatch): string => {
  switch (path.kind) {
    case 'exact':
      return `the path ${path.path}`
    case 'prefix':
      return path.path === '/' ? 'any path' : `a path of ${path.path} and below`
    case 'pattern':
      return `a path that matches ${path.source}`
  }
}

const headerWords = (header: HeaderMatch): string =>
  header.kind === 'value'
    ? `the header ${header.name} with ${JSON.stringify(header.value)}`
    : `a header ${header.name} that matches ${header.source}`

/** One part of a match, by itself, with what it wants. */
export type MatchPart = readonly [part: Match, wants: string]

/** Everything that a match wants of a request. */
export const matchParts = ({
  path,
  methods,
  headers,
  sourceAddresses,
}: Match): readonly MatchPart[] => [
  ...(path === undefined ? [] : [[{ path }, pathWords(path)] as const]),
  ...(methods === undefined
    ? []
    : [[{ methods }, `the method ${[...methods].join(' or ')}`] as const]),
  ...(headers ?? []).map((header): MatchPart => [{ headers: [header] }, headerWords(header)]),
  ...(sourceAddresses === undefined
    ? []
    : [
        [
          { sourceAddresses },
          `a connection from ${words(sourceAddresses.map(({ written }) => written))}`,
        ] as const,
      ]),
]
