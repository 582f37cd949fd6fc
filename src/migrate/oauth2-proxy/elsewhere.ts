import { textIn } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import type { Setting } from '../reading/settings.ts'
import { fileName } from './input/flag-names.ts'
import type { ProxyInput } from './input/read-input.ts'
import { HELD_ELSEWHERE } from './settings/structured-settings.ts'

const FILES = ['config', 'alpha_config']
const READ = 'it is among the files given, and read'
const UNREAD = 'it is not among the files given, and may restrict who gets in: give it as well'

const STRANGE =
  'nothing of it is read, and it may restrict who gets in: leave it out if it does not'

const isGiven = ({ name, value }: Setting, given: readonly string[]): boolean => {
  const written = textIn(value)
  if (written === undefined) return value === ''
  return given.includes(FILES.includes(name) ? fileName(written) : written)
}

/**
 * Closes what another file or object configures that is not among those given; whether there is
 * such a thing, which may have values that go before those that are read.
 */
export const closeElsewhere = (
  ledger: Ledger,
  { settings, given, strangers }: ProxyInput,
): boolean => {
  for (const one of strangers) ledger.close(one, STRANGE)
  const held = settings.filter(({ name }) => [...FILES, ...HELD_ELSEWHERE].includes(name))
  for (const one of held) {
    if (isGiven(one, given)) ledger.say(one.written, READ)
    else ledger.close(one.written, UNREAD)
  }
  const isScript = settings.some(({ name }) => name === 'command[]')
  return isScript || strangers.length > 0 || held.some((one) => !isGiven(one, given))
}
