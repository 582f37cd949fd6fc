import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { createCheckClient } from '../support/check-client.ts'
import { type Dice, dice } from '../support/dice.ts'
import { startGrpcServer } from '../support/grpc-server.ts'
import { oddConversation } from '../support/http2-fuzz.ts'

/** The same in every run, unless `make fuzz` asks for more and others. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_128)
const CONVERSATIONS = Number(process.env.FUZZ_CONVERSATIONS ?? 1_500)
const AT_ONCE = 10

/** Says all of it, and resolves when the server has closed its side as well. */
const converse = async (port: number, roll: Dice): Promise<void> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  for (const piece of oddConversation(roll)) {
    socket.write(piece)
    if (roll.once(4)) await new Promise((resolve) => setImmediate(resolve))
  }
  socket.resume()
  socket.end()
  await closed
}

it(`outlives ${CONVERSATIONS} conversations that may be anything (seed ${SEED})`, async () => {
  const server = await startGrpcServer()
  const bystander = createCheckClient(server.target)
  await bystander.check()
  for (let done = 0; done < CONVERSATIONS; done += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) => dice(SEED + done + index))
    await Promise.all(some.map((roll) => converse(server.port, roll)))
    expect((await bystander.check()).status).toMatchObject({ code: 0 })
  }
  for (const { verdict } of server.facts) {
    expect(verdict.reason).toMatch(/^(allowed|caller_gone|malformed_\w+)$/)
  }
  // Some of the conversations hold a check that is one, besides those of the bystander.
  expect(server.facts.length).toBeGreaterThan(CONVERSATIONS / AT_ONCE + CONVERSATIONS / 20)
})
