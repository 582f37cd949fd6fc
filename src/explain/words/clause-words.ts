import type {
  AuthenticationContextRequirement,
  ClaimRequirement,
  Requirement,
} from '../../core/policy/requirement.ts'
import type { Told } from '../../core/policy/told.ts'

/** Values as a sentence lists them. */
export const words = (values: readonly unknown[]): string => values.map(String).join(', ')

const claimWords = (one: ClaimRequirement): string => {
  const { exists, anyOf, allOf, noneOf, matches, ignoreCase } = one
  const parts = [
    ...(exists === undefined ? [] : [exists ? 'is present' : 'is absent']),
    ...(anyOf === undefined ? [] : [`has one of: ${words(anyOf)}`]),
    ...(allOf === undefined ? [] : [`has all of: ${words(allOf)}`]),
    ...(noneOf === undefined ? [] : [`has none of: ${words(noneOf)}`]),
    ...(matches === undefined
      ? []
      : [`matches one of: ${words(matches.map(({ source }) => source))}`]),
  ]
  return `claim ${one.written} ${parts.join(' and ')}${ignoreCase ? ', in any case' : ''}`
}

const contextWords = ({ acrValues, maxAgeMs }: AuthenticationContextRequirement): string => {
  const parts = [
    ...(acrValues === undefined ? [] : [`by one of: ${words(acrValues)}`]),
    ...(maxAgeMs === undefined ? [] : [`no longer than ${maxAgeMs / 1_000} s ago`]),
  ]
  return `an authentication ${parts.join(', ')}; a page of a session gets it by another login`
}

/** What a clause asks for, for a person. */
export const requirementWords = (one: Requirement): string => {
  switch (one.kind) {
    case 'scopes':
      return `every scope of: ${words(one.scopes)}`
    case 'claim':
      return claimWords(one)
    case 'email_domains': {
      const verified = one.allowUnverified ? '' : ', verified by the provider'
      return `an e-mail address of: ${words(one.domains)}${verified}`
    }
    case 'source_addresses':
      return `a connection from: ${words(one.ranges.map(({ written }) => written))}`
    case 'authentication_context':
      return contextWords(one)
    case 'cel':
      return `true of: ${one.expression.written}`
    case 'platform':
      return `${requirementWords(one.clause)}; required by the platform (${one.by})`
    case 'any':
      return `one of: ${one.clauses.map((clause) => `(${requirementWords(clause)})`).join(' or ')}`
  }
}

/** Where a value comes from, for a person. */
export const toldWords = (told: Told): string => {
  switch (told.kind) {
    case 'claim':
      return `claim ${told.path.join('.')}`
    case 'expression':
      return `what this comes to: ${told.expression.written}`
    case 'text':
      return `always ${told.text}`
  }
}
