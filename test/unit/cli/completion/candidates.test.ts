import { describe, expect, test } from 'vitest'
import { sallyport } from '../run.ts'

/** The words that may follow, and whether files may; the last of the arguments is not complete. */
const ask = async (...words: readonly string[]) => {
  const { code, out, err } = await sallyport('__complete', '--', ...words)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const lines = out.trimEnd().split('\n')
  const files = lines.pop() === ':files'
  return { words: lines.map((line) => line.split('\t')[0]), files }
}

describe('commands', () => {
  test('all of them, and those that begin so, with what they do', async () => {
    expect((await ask('')).words).toEqual(
      expect.arrayContaining(['serve', 'validate', 'get', 'completion', 'help']),
    )
    expect((await ask('')).words).not.toContain('__complete')
    expect((await sallyport('__complete', '--', 'val')).out).toBe(
      'validate\tFind every problem in resource files\n:\n',
    )
    expect(await ask('sessions', '')).toEqual({ words: ['list', 'show', 'revoke'], files: false })
  })

  test('help goes on with commands, what is below them, and topics', async () => {
    expect((await ask('help', 'exit')).words).toEqual(['exit-codes'])
    expect((await ask('help', 'sessions', 'r')).words).toEqual(['revoke'])
    expect((await ask('help', 'sessions', 'list', '')).words).toEqual([])
  })
})

describe('options and their values', () => {
  test('the options of that command', async () => {
    const { words } = await ask('validate', '--')
    expect(words).toEqual(expect.arrayContaining(['--output', '--strict', '--config', '--help']))
    expect(words).not.toContain('--url')
  })

  test.each([
    [
      ['validate', '--output', ''],
      ['text', 'json', 'yaml'],
    ],
    [['validate', '-o', 'j'], ['json']],
    [['validate', '--output=y'], ['--output=yaml']],
    [['sessions', 'list', '-o', 'n'], ['name']],
    [
      ['test', '--output', ''],
      ['text', 'json', 'yaml', 'tap', 'junit'],
    ],
    [
      ['explain', '--via', ''],
      ['session', 'bearer'],
    ],
    [['serve', '--session-store', ''], []],
  ])('%j', async (argv, words) => {
    expect((await ask(...argv)).words).toEqual(words)
  })

  test.each([
    [['serve', '--config', ''], true],
    [['serve', '--config='], true],
    [['validate', './res'], true],
    [['validate', 'a.yaml', ''], true],
    [['get', 'routes', '-r', ''], true],
    [['get', 'routes', ''], false],
    [['get', '--context', ''], false],
    [['explain', '--method', ''], false],
    [['version', ''], false],
  ])('%j: files %s', async (argv, files) => {
    expect((await ask(...argv)).files).toBe(files)
  })
})

describe('arguments', () => {
  test('kinds, gateways and shells; an option before them does not count', async () => {
    expect((await ask('get', '')).words).toEqual(['routes', 'providers', 'clients', 'all'])
    expect((await ask('get', '-n', 'shop', '-A', 'r')).words).toEqual(['routes'])
    expect((await ask('attach', 'ist')).words).toEqual(['istio'])
    expect((await ask('completion', '')).words).toEqual(['bash', 'zsh', 'fish'])
  })

  test('behind -- there are no options', async () => {
    expect((await ask('validate', '--', '--')).words).toEqual([])
  })

  test('nothing is said of what is not known', async () => {
    expect(await ask('nonsense', '--nonsense', '')).toEqual({ words: [], files: false })
    expect(await ask('validate', '--nonsense=')).toEqual({ words: [], files: false })
  })
})
