import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../../src/console/page/html.ts'

const SRC = new URL('../../../src/', import.meta.url).pathname

const sources = globSync('console/**/*.ts', { cwd: SRC }).map((file) => ({
  file,
  text: readFileSync(SRC + file, 'utf8'),
}))

describe('the HTML of the console', () => {
  it('R20: holds any text as text, between tags and in attributes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const made = html`<p title="${text}">${text}</p>`.toString()
        const [, title = '', shown = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(made) ?? []
        for (const escaped of [title, shown]) {
          expect(escaped).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/)
          expect(
            escaped
              .replaceAll('&lt;', '<')
              .replaceAll('&gt;', '>')
              .replaceAll('&quot;', '"')
              .replaceAll('&#39;', "'")
              .replaceAll('&amp;', '&'),
          ).toBe(text)
        }
      }),
    )
  })

  it('takes HTML that was made by it, in lists as well, and leaves out what is not there', () => {
    const rows = (['<a>', 1, undefined, false] as const).map((one) => html`<li>${one}</li>`)
    expect(html`<ul>${rows}</ul>`.toString()).toBe(
      '<ul><li>&lt;a&gt;</li><li>1</li><li></li><li></li></ul>',
    )
  })

  it('is made in one place alone, and never past the escaping', () => {
    const users = sources.filter(({ text }) => text.includes("'hono"))
    expect(users.map(({ file }) => file)).toEqual(['console/page/html.ts'])
    const raw = sources.filter(({ text }) => /\braw\b|isEscaped: true \}\)|as Html\b/.test(text))
    expect(raw.map(({ file }) => file)).toEqual(['console/page/html.ts'])
  })

  it('has attributes in double quotes alone, and no script, style or handler within a page', () => {
    const odd = [
      /<[a-z]+(?:\s+[a-z-]+="[^"]*")*\s+[a-z-]+=[^"\s]/,
      /<script>|<style|style="|\son[a-z]+="/,
    ]
    for (const bad of ['<a id="x" href=$x>', "<p id='$x'>", '<script>', '<p onclick="x">']) {
      expect(odd.some((pattern) => pattern.test(bad))).toBe(true)
    }
    const guilty = sources.filter(({ text }) => odd.some((pattern) => pattern.test(text)))
    expect(sources.length).toBeGreaterThan(20)
    expect(guilty.map(({ file }) => file)).toEqual([])
  })
})
