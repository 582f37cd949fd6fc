import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startChildProcess } from '../../support/parts/child-process.ts'

const CHECK = fileURLToPath(new URL('../../../demo/check.ts', import.meta.url))

it('the tour through the demo goes as it should', async () => {
  const tour = await startChildProcess({
    name: 'The tour',
    command: process.execPath,
    args: [CHECK],
  })
  const exit = await tour.exited
  expect(tour.output()).not.toContain('WRONG')
  expect(tour.output()).toContain('The tour went as it should.')
  expect(exit).toEqual({ code: 0, signal: null })
})
