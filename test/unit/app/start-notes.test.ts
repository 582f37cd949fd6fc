import { describe, expect, it } from 'vitest'
import { startNotes } from '../../../src/app/start-notes.ts'

const notesOf = (allowInsecureIssuers: boolean, allowPasswordGrant: boolean): readonly string[] =>
  startNotes({
    outbound: { allowInsecureIssuers, denyNetworks: [], allowNetworks: [] },
    credentials: { allowPasswordGrant, serviceAccountTokenClients: [] },
  })

describe('what is said at every start', () => {
  it('nothing where nothing dangerous is allowed', () => {
    expect(notesOf(false, false)).toEqual([])
  })

  it('each thing that is allowed although it is dangerous, with its field', () => {
    expect(notesOf(true, false)).toEqual([expect.stringContaining('outbound.allowInsecureIssuers')])
    expect(notesOf(false, true)).toEqual([
      expect.stringContaining('credentials.allowPasswordGrant'),
    ])
    expect(notesOf(true, true)).toHaveLength(2)
  })
})
