import { expect, it } from 'vitest'
import { type ApiObject, substanceOf } from '../../../../src/kubernetes/watch/watch-line.ts'

const object: ApiObject = {
  metadata: {
    name: 'a',
    namespace: 'n',
    resourceVersion: '1',
    uid: 'u',
    generation: 1,
    labels: { a: 'b' },
    annotations: { c: 'd' },
  },
}

const changed = (metadata: object): ApiObject => ({
  metadata: { ...object.metadata, resourceVersion: '2', ...metadata },
})

it('what a status leaves alone is the substance of an object', () => {
  expect(substanceOf({ ...changed({}), status: { a: 1 } })).toBe(substanceOf(object))
})

it.each([
  [{ uid: 'another' }],
  [{ generation: 2 }],
  [{ labels: { a: 'c' } }],
  [{ annotations: {} }],
  [{ deletionTimestamp: '2031-05-05T06:07:08Z' }],
])('%j changes it', (metadata) => {
  expect(substanceOf(changed(metadata))).not.toBe(substanceOf(object))
})

it('an object without a generation is another one with every version', () => {
  const secret = changed({ generation: undefined })
  expect(substanceOf(secret)).not.toBe(
    substanceOf(changed({ generation: undefined, resourceVersion: '3' })),
  )
})
