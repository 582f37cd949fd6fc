import { startDemo } from './set-up.ts'
import { takeTour } from './tour.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

say('Starting the demo on a free port …')
const stack = await startDemo()
try {
  const went = await takeTour(stack, say)
  if (!went) say(`\nSallyport said:\n${stack.sallyport.output()}`)
  say(went ? 'The tour went as it should.' : 'The tour went wrong.')
  process.exitCode = went ? 0 : 1
} finally {
  await stack.stop()
}
