import type { ConfigInput } from '../../config/load.ts'
import { CONFIG_FILE_VARIABLE } from '../../config/overlay.ts'
import type { Io } from './io.ts'
import { STDIN, STDIN_LABEL } from './standard-input.ts'

/**
 * The configuration file that a command line names, or else the environment: by its name, with its
 * text where that is standard input. Empty where neither names one.
 */
export const configFile = async (
  io: Io,
  named: string | undefined,
): Promise<Pick<ConfigInput, 'file' | 'given'>> => {
  const file = named ?? io.environment[CONFIG_FILE_VARIABLE]
  if (file === undefined || file === '') return {}
  return file === STDIN ? { file: STDIN_LABEL, given: await io.stdin() } : { file }
}
