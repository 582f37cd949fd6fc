import { ReplyError } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { redisProblemOf } from '../../../../../src/sessions/redis/connection/problem.ts'

const reply = (message: string): Error => Object.assign(new ReplyError(message))

describe('what an error of Redis means', () => {
  it('R31: never repeats what the error says, only what is known to be harmless', () => {
    const secret = 'hunter2'
    const errors = [
      reply(`ERR unknown command '${secret}'`),
      reply(`${secret} is wrong`),
      new Error(secret),
      Object.assign(new Error(secret), { code: secret }),
      Object.assign(new Error(secret), { code: 'ECONNRESET' }),
      new Error(`Command timed out: ${secret}`),
      secret,
      undefined,
    ]
    for (const error of errors) {
      expect(JSON.stringify(redisProblemOf(error))).not.toContain(secret)
    }
  })

  it('tells a refusal, silence and a lost connection apart', () => {
    expect(redisProblemOf(reply('OOM command not allowed'))).toMatchObject({
      kind: 'refused',
      message: 'Redis refused the command (OOM).',
    })
    expect(redisProblemOf(new Error('Command timed out'))).toMatchObject({ kind: 'silent' })
    expect(redisProblemOf(new Error('Connection is closed.'))).toMatchObject({ kind: 'lost' })
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(redisProblemOf(reset)).toMatchObject({
      kind: 'lost',
      message: 'The connection to Redis failed (ECONNRESET).',
    })
  })

  it('knows a replica by its refusal, from a command and from a script', () => {
    const direct = reply("READONLY You can't write against a read only replica.")
    const script = reply("ERR Error running script: -READONLY You can't write against a replica.")
    for (const error of [direct, script]) expect(redisProblemOf(error).isReadOnly).toBe(true)
    expect(redisProblemOf(reply('NOPERM no rights')).isReadOnly).toBe(false)
  })
})
