import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SHELLS } from '../../src/cli/completion/shells.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** For a shell that waits for something; none of them is expected to. */
const BOUND_MS = 120_000

let folder: TemporaryFolder
let environment: Readonly<Record<string, string | undefined>>

beforeAll(async () => {
  folder = await temporaryFolder('completion')
  const { path } = folder
  await mkdir(`${path}/bin`)
  await mkdir(`${path}/work/resources`, { recursive: true })
  await writeFile(`${path}/work/read me.yaml`, '')
  const program = `#!/bin/sh\necho "$@" >> "${path}/asked"\nexec "${process.execPath}" "${MAIN}" "$@"\n`
  await writeFile(`${path}/bin/sallyport`, program)
  await chmod(`${path}/bin/sallyport`, 0o755)
  environment = { ...process.env, HOME: path, PATH: `${path}/bin:${process.env.PATH}` }
})

afterAll(() => folder.remove())

/** What a program prints. @throws Error with what it said, or with how to install a shell */
const shell = async (command: string, ...argv: readonly string[]): Promise<string> => {
  const options = { env: environment, cwd: `${folder.path}/work`, timeout: BOUND_MS }
  const running = promisify(execFile)(command, argv, options)
  const { stdout } = await running.catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw isMissing ? new Error(`${command} is not installed. Please run: make shells`) : error
  })
  return stdout
}

/** What stands on a command line up to the cursor, and what the shell offers there. */
const CASES: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [['vali'], ['validate']],
  [
    ['sessions', ''],
    ['list', 'revoke', 'show'],
  ],
  [['get', 'pro'], ['providers']],
  [['validate', '--str'], ['--strict']],
  [['validate', '--output', 'j'], ['json']],
  [
    ['explain', '--live', '--via', ''],
    ['bearer', 'session'],
  ],
  [['help', 'exit'], ['exit-codes']],
]

/** A word as a shell reads it. */
const quoted = (word: string): string => `'${word}'`

describe('bash', () => {
  /** COMPREPLY, for the words as readline cuts them. */
  const ask = async (
    words: readonly string[],
    compopt: 'works' | 'is absent' = 'works',
  ): Promise<readonly string[]> => {
    const script = `
compopt() { ${compopt === 'works' ? 'return 0' : 'return 127'}; }
source <(sallyport completion bash)
COMP_WORDS=(sallyport ${words.map(quoted).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_sallyport sallyport
((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"
true`
    const out = await shell('bash', '--norc', '--noprofile', '-u', '-c', script)
    return out.split('\n').filter(Boolean).toSorted()
  }

  test('is registered for the command', async () => {
    const script = 'source <(sallyport completion bash); complete -p sallyport'
    expect(await shell('bash', '--norc', '-c', script)).toBe('complete -F _sallyport sallyport\n')
  })

  test.each(CASES)('%j', async (words, offered) => {
    expect(await ask(words)).toEqual(offered)
  })

  test('values and files behind =, at which bash cuts words, and addresses with colons before', async () => {
    expect(await ask(['validate', '--output', '=', 'y'])).toEqual(['yaml'])
    expect(await ask(['validate', '--output', '='])).toEqual(['json', 'text', 'yaml'])
    expect(await ask(['serve', '--config', '=', 'read'])).toEqual(['read me.yaml'])
    const url = ['http', ':', '//127.0.0.1', ':', '9090']
    expect(await ask(['healthcheck', '--admin', ...url, '--check-n'])).toEqual(['--check-name'])
  })

  test('names of files and folders where files are read, and nowhere else', async () => {
    expect(await ask(['validate', 're'])).toEqual(['read me.yaml', 'resources'])
    expect(await ask(['version', 're'])).toEqual([])
  })

  test('names are quoted where the shell cannot be told that they are files, as in bash 3.2', async () => {
    const names = await ask(['validate', 're'], 'is absent')
    expect(names).toEqual(['read\\ me.yaml', 'resources'])
  })
})

describe('fish', () => {
  const ask = async (words: readonly string[]): Promise<readonly string[]> => {
    const line = ['sallyport', ...words].join(' ')
    const script = `sallyport completion fish | source; complete -C "${line}"`
    const out = await shell('fish', '--no-config', '-c', script)
    return out
      .split('\n')
      .filter(Boolean)
      .map((offer) => offer.split('\t')[0] ?? '')
      .toSorted()
  }

  test.each(CASES)('%j', async (words, offered) => {
    expect(await ask(words)).toEqual(offered)
  })

  test('values behind =, and files where files are read', async () => {
    expect(await ask(['validate', '--output=y'])).toEqual(['--output=yaml'])
    expect(await ask(['validate', 'res'])).toEqual(['resources/'])
    expect(await ask(['serve', '--config=res'])).toEqual(['--config=resources/'])
    expect(await ask(['version', 'res'])).toEqual([])
  })
})

describe('zsh', () => {
  test('the script is right zsh', async () => {
    const file = `${folder.path}/_sallyport`
    await writeFile(file, SHELLS.zsh)
    await shell('zsh', '-f', '-n', file)
    expect(await readFile(file, 'utf8')).toMatch(/^#compdef sallyport\n/)
  })

  /** What _describe and _files are handed: candidates, and whether files are wanted. */
  const ask = async (words: readonly string[]): Promise<readonly string[]> => {
    const script = `
compdef() { : }
source <(sallyport completion zsh)
_describe() { print -rl -- "\${(@P)argv[-1]}" }
_files() { print :files }
compset() { : }
words=(sallyport ${words.map(quoted).join(' ')})
CURRENT=$#words
_sallyport
true`
    const out = await shell('zsh', '-f', '-c', script)
    return out
      .split('\n')
      .filter(Boolean)
      .map((offer) => offer.replace(/(?<=.):.*$/, ''))
      .toSorted()
  }

  test.each(CASES)('%j', async (words, offered) => {
    expect(await ask(words)).toEqual(offered)
  })

  test('values behind =, and files where files are read', async () => {
    expect(await ask(['validate', '--output=y'])).toEqual(['--output=yaml'])
    expect(await ask(['validate', ''])).toEqual([':files'])
    expect(await ask(['version', ''])).toEqual([])
  })
})

test('a shell that asks gets an answer even where the program is told nonsense', async () => {
  const out = await shell('sallyport', '__complete', '--', 'get', '--output=', '--', '-x', '')
  expect(out).toBe(':\n')
})
