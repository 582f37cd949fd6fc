// What the test says, a line each, one after the other: `call URL[#TOOL]` and `announce URL`.
import { createInterface } from 'node:readline'
import { tell } from './person.mjs'

/** What is sent to the client besides answers. */
const inbox = () => {
  let next = Promise.withResolvers()
  const arrived = () => next.promise.then(() => (next = Promise.withResolvers()))
  return { arrived, hear: () => next.resolve() }
}

/**
 * Does what it is told until the input ends, or something fails. `connect` opens a client of a URL, which has to `call` a
 * tool and `close`, and calls `hear` for each message that it is sent.
 */
export const obey = async (connect) => {
  const open = new Map()
  const opened = async (url) => {
    const { arrived, hear } = inbox()
    const one = open.get(url) ?? { ...(await connect(url.split('#')[0], hear)), arrived }
    open.set(url, one)
    return one
  }
  const DO = {
    call: async (url) => {
      const { pathname, hash } = new URL(url)
      const { content } = await (await opened(url)).call(hash.slice(1) || 'told')
      return { called: pathname, told: JSON.parse(content[0].text) }
    },
    announce: async (url) => {
      const one = await opened(url)
      await one.call('announce')
      await one.arrived()
      return { heard: new URL(url).pathname }
    },
  }
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const [what, url] = line.split(' ')
      tell(await DO[what](url))
    }
    for (const one of open.values()) await one.close()
  } catch (error) {
    tell({ failed: String(error) })
  }
  process.exit(0)
}
