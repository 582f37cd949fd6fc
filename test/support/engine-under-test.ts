/** What carries the checks: `grpc.engine` of the configuration. */
export type Engine = 'native' | 'grpc-js'

const ENGINES: readonly Engine[] = ['native', 'grpc-js']

/**
 * The engine that servers and processes of this run are started with, unless a test asks for one:
 * `TEST_ENGINE`, by default the one that an operator gets who says nothing.
 * @throws Error if there is no such engine
 */
export const engineUnderTest = (): Engine => {
  const asked = process.env.TEST_ENGINE ?? 'native'
  const engine = ENGINES.find((each) => each === asked)
  if (engine === undefined) throw new Error(`TEST_ENGINE is ${asked}, and not native or grpc-js.`)
  return engine
}
