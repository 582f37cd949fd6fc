import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { followPages } from '../../../../src/app/pages/follow-pages.ts'
import { loadPages } from '../../../../src/app/pages/load-pages.ts'
import type { Look } from '../../../../src/http/look.ts'
import { TRANSLATIONS } from '../../../../src/http/translations/languages.ts'

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'

const folderWith = (files: Readonly<Record<string, string>>) => {
  const path = mkdtempSync(join(tmpdir(), 'pages-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  const write = (name: string, text: string): void => {
    writeFileSync(join(path, `.${name}.new`), text)
    renameSync(join(path, `.${name}.new`), join(path, name))
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return { path, write }
}

const problemsWith = async (
  files: Readonly<Record<string, string>>,
  language = 'en',
): Promise<readonly string[]> => {
  const { path } = folderWith(files)
  const loaded = await loadPages({ messages: path, language })
  if (loaded.kind === 'loaded') return []
  return loaded.problems.map((problem) => problem.replaceAll(`${path}/`, '').replaceAll(path, '.'))
}

const lookWith = async (config: Parameters<typeof loadPages>[0]): Promise<Look> => {
  const loaded = await loadPages(config)
  if (loaded.kind === 'problems') throw new Error(loaded.problems.join('\n'))
  return loaded.look
}

describe('the files of pages', () => {
  it('may be none', async () => {
    const look = await lookWith({ language: 'en' })
    expect(look.languages('de').say('sign_in')).toBe('Anmelden')
    expect(look.logo).toBeUndefined()
  })

  it('are a logo and texts in YAML and JSON, side by side, as a ConfigMap mounts them', async () => {
    const { path } = folderWith({
      'logo.svg': SVG,
      'README.md': '# Ours',
      'de.yaml': 'phrases: { sign_in: Einloggen }',
      'pt-br.json': '{"phrases": {"sign_in": "Fazer login"}}',
    })
    mkdirSync(join(path, '..2026'))
    const look = await lookWith({
      name: 'ACME',
      logoFile: join(path, 'logo.svg'),
      messages: path,
      language: 'de',
      color: '#0057b8',
      help: { url: 'https://help.example.com' },
    })
    expect(look).toMatchObject({ name: 'ACME', help: { url: 'https://help.example.com' } })
    expect(look.logo).toMatch(/^data:image\/svg\+xml;base64,/)
    expect(look.style.text).toContain('--fill: #0057b8')
    expect(look.languages(undefined).say('sign_in')).toBe('Einloggen')
    expect(look.languages('pt-BR').say('sign_in')).toBe('Fazer login')
    expect(look.languages('pt').say('sign_in')).toBe('Entrar')
  })

  it.each([
    [
      { 'deutsch.yaml': '{}' },
      'pages.messages: deutsch.yaml: is named by no language: name it as in de.yaml or pt-BR.yaml',
    ],
    [{ 'd.yaml': '{}' }, 'pages.messages: d.yaml: is named by no language: name it de.yaml'],
    [
      { 'de.yaml.bak': '' },
      'pages.messages: de.yaml.bak: is no file of texts: name it as in de.yaml, or move it elsewhere',
    ],
    [
      { 'de.yaml': '{}', 'DE.json': '{}' },
      'pages.messages: .: has two files for de: keep one of them',
    ],
    [
      { 'de.yaml': 'phrases:\n  sing_in: x' },
      'pages.messages: de.yaml:2:3: phrases.sing_in is no text of pages: did you mean sign_in?',
    ],
    [{ 'de.yaml': 'a: [' }, /^pages\.messages: de\.yaml:1:\d+: is not valid YAML/],
    [
      { 'de.yaml': '- a' },
      'pages.messages: de.yaml: must hold groups of texts: headings, kinds, reasons, phrases',
    ],
    [
      { 'de.json': 'x'.repeat(200_000) },
      'pages.messages: de.json: is longer than 131072 bytes: shorten it',
    ],
  ])('%j: named, with what to do', async (files, sentence) => {
    const problems = await problemsWith(files)
    expect(problems).toContainEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    )
  })

  it('have every problem named at once', async () => {
    const { path } = folderWith({ 'logo.svg': '<svg/>', 'de.yaml': 'a: 1', 'fr.yaml': 'b: 1' })
    const loaded = await loadPages({
      name: 'ACME',
      logoFile: join(path, 'logo.svg'),
      messages: path,
      language: 'en',
    })
    expect(loaded.kind === 'problems' && loaded.problems).toHaveLength(3)
  })

  it('have to be there, and of the language that is the fallback', async () => {
    expect(await loadPages({ messages: '/nowhere/at/all', language: 'en' })).toEqual({
      kind: 'problems',
      problems: [expect.stringMatching(/pages\.messages: \/nowhere\/at\/all: cannot be read/)],
    })
    expect(await loadPages({ logoFile: '/nowhere.svg', name: 'A', language: 'en' })).toEqual({
      kind: 'problems',
      problems: [expect.stringMatching(/^pages\.logoFile: \/nowhere\.svg cannot be read/)],
    })
    expect(await problemsWith({ 'ar.yaml': '{}' }, 'sv')).toEqual([
      expect.stringMatching(/^pages\.language: is sv, but there are en, de, .*, ar: write one of/),
    ])
    expect(await problemsWith({ 'sv.yaml': '{}' }, 'sv')).toEqual([])
  })

  it('are not emptied for a moment: an empty one is a problem, so that the former stay', async () => {
    expect(await problemsWith({ 'de.yaml': ' \n' })).toEqual([
      'pages.messages: de.yaml: is empty: write texts into it, or remove it',
    ])
  })

  it('have noted what a language that does not come along leaves out', async () => {
    const { headings, kinds, phrases, reasons } = TRANSLATIONS.get('de') ?? expect.fail()
    const whole = JSON.stringify({ headings, kinds, phrases, reasons })
    const { help: _, ...rest } = phrases
    const { path } = folderWith({
      'sv.json': whole,
      'ar.json': JSON.stringify({ headings, kinds, phrases: rest, reasons }),
      'de-AT.yaml': '{}',
      'zh-CN.yaml': '{}',
      'en.yaml': '{}',
    })
    const loaded = await loadPages({ messages: path, language: 'en' })
    expect(loaded.kind === 'loaded' && loaded.notes).toEqual([
      `pages.messages: ${path}/ar.json leaves out 1 of the texts that people read, which show in English: phrases.help`,
    ])
  })
})

describe('files that change', () => {
  const logger = () => ({ info: vi.fn(), error: vi.fn() })

  it('are read again, those too that come later; what is wrong changes nothing and is told', async () => {
    const { path, write } = folderWith({ 'de.yaml': 'phrases: { sign_in: Eins }' })
    const config = { messages: path, language: 'en' }
    const told = logger()
    const pages = followPages(config, await lookWith(config), told, 5)
    onTestFinished(pages.stop)
    const says = (tag: string) => pages.look().languages(tag).say('sign_in')
    expect(says('de')).toBe('Eins')

    write('de.yaml', 'phrases: { sign_in: Zweitens }')
    await vi.waitFor(() => expect(says('de')).toBe('Zweitens'))

    write('sv.yaml', 'phrases: { sign_in: Ett }')
    await vi.waitFor(() => expect(says('sv')).toBe('Ett'))
    write('sv.yaml', 'phrases: { sign_in: Nummer två }')
    await vi.waitFor(() => expect(says('sv')).toBe('Nummer två'))

    write('sv.yaml', 'phrases: { sing_in: Tre }')
    await vi.waitFor(() => expect(told.error).toHaveBeenCalled())
    expect(told.error.mock.calls[0]?.[0]).toMatch(
      /did you mean sign_in\?\. The former pages stay\.$/,
    )
    expect([says('sv'), says('de')]).toEqual(['Nummer två', 'Zweitens'])
  })

  it('are not looked at where there are none', () => {
    const look = {} as Look
    const pages = followPages({ language: 'en' }, look, logger())
    expect(pages.look()).toBe(look)
    pages.stop()
  })
})
