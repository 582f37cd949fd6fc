import type { Setting } from '../../reading/settings.ts'
import { OAUTH2_PROXY_SETTINGS } from '../settings/structured-settings.ts'

/** The name in the configuration file of a flag, or of a variable without its prefix. */
const settingName = (word: string): string => {
  const name = word.toLowerCase().replaceAll('-', '_')
  if (name === 'google_group') return 'google_groups'
  return !OAUTH2_PROXY_SETTINGS.has(name) && OAUTH2_PROXY_SETTINGS.has(`${name}s`)
    ? `${name}s`
    : name
}

/** The last part of the name of a file. */
export const fileName = (path: string): string => path.split('/').at(-1) ?? path

const VARIABLE = /^OAUTH2_PROXY_(.+)$/

/** A variable of the environment as a setting. */
export const settingOfVariable = (variable: string, value: unknown): readonly Setting[] => {
  const [, word] = VARIABLE.exec(variable) ?? []
  return word === undefined ? [] : [{ name: settingName(word), written: variable, value }]
}

interface FlagRead {
  readonly flag: string
  readonly value: unknown
}

const FLAG = /^--?([a-z0-9][a-z0-9-]*)(?:=(.*))?$/s

const flagsIn = (args: readonly string[]): readonly FlagRead[] =>
  args.flatMap((arg, index) => {
    const [, flag, value] = FLAG.exec(arg) ?? []
    if (flag === undefined) return []
    const next = args[index + 1]
    const isNext = next !== undefined && !FLAG.test(next)
    return [{ flag, value: value ?? (isNext ? next : true) }]
  })

const PROGRAM = /(?:^|\/)oauth2[-_]proxy$/

/** Words that are no flag, no value of one and not the program: a script may hold further flags. */
const strangeWords = (args: readonly string[]): readonly Setting[] =>
  args
    .filter((arg, index) => {
      const [, before, value] = FLAG.exec(args[index - 1] ?? '') ?? []
      const isValue = before !== undefined && value === undefined
      return !isValue && !FLAG.test(arg) && !PROGRAM.test(arg)
    })
    .map((arg) => ({ name: 'command[]', written: `command: ${arg}`, value: arg }))

/** The arguments of a command line as settings; a flag that is repeated is one list. */
export const settingsOfArguments = (args: readonly string[]): readonly Setting[] => {
  const flags = flagsIn(args)
  const settings = [...new Set(flags.map(({ flag }) => flag))].map((flag) => {
    const values = flags.filter((one) => one.flag === flag).map(({ value }) => value)
    const value = values.length === 1 ? values[0] : values.flatMap((one) => String(one).split(','))
    return { name: settingName(flag), written: `--${flag}`, value }
  })
  return [...settings, ...strangeWords(args)]
}

/** The members of a configuration file, or of `extraArgs` of the chart, as settings. */
export const settingsOfMembers = (
  members: Readonly<Record<string, unknown>>,
  before = '',
): readonly Setting[] =>
  Object.entries(members).map(([key, value]) => ({
    name: settingName(key),
    written: `${before}${key}`,
    value,
  }))
