import type { Ledger } from '../../reading/ledger.ts'

/**
 * A setting that is a list, which variables and flags separate by commas. Blanks stay, as
 * oauth2-proxy keeps them: `a, *` is no `*` there.
 */
export const listed = ({ value, texts }: Ledger, name: string): readonly string[] => {
  const written = value(name)
  const values = typeof written === 'string' ? written.split(',') : texts(name)
  return values.filter((one) => one.trim() !== '')
}
