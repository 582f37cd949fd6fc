import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accentOf } from '../../../../src/http/brand/color.ts'

const channel = (part: string): number => {
  const share = Number.parseInt(part, 16) / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const luminance = (color: string): number =>
  0.2126 * channel(color.slice(1, 3)) +
  0.7152 * channel(color.slice(3, 5)) +
  0.0722 * channel(color.slice(5, 7))

const contrast = (one: string, other: string): number => {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05]
  return Math.max(a, b) / Math.min(a, b)
}

const colors = fc
  .integer({ min: 0, max: 0xffffff })
  .map((number) => `#${number.toString(16).padStart(6, '0')}`)

describe('an accent colour', () => {
  it('stays as it is where it can be read, with white on it', () => {
    expect(accentOf('#0057B8')?.light).toEqual({
      accent: '#0057b8',
      fill: '#0057b8',
      onFill: '#ffffff',
    })
  })

  it('is darkened for text on white, and has black on it, where it is too light', () => {
    expect(accentOf('#ffd200')?.light).toMatchObject({ fill: '#ffd200', onFill: '#000000' })
    expect(accentOf('#ffd200')?.dark.accent).toBe('#ffd200')
  })

  it('can be read in both themes, whatever it is (WCAG 2.2, 1.4.3)', () => {
    fc.assert(
      fc.property(colors, (color) => {
        const { light, dark } = accentOf(color) ?? expect.fail()
        expect(contrast(light.accent, '#ffffff')).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark.accent, '#1b212b')).toBeGreaterThanOrEqual(4.5)
        expect(contrast(light.onFill, light.fill)).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  it.each(['blue', '#fff', '0057b8', '#0057b8ff', '#0057b8; } body { x', ''])(
    'is none when it is written as %s',
    (text) => {
      expect(accentOf(text)).toBeUndefined()
    },
  )
})
