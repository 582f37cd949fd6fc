import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { objectsOf } from './helm.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A rule as the operator and Prometheus have it. */
export interface PrometheusRule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** The groups of rules of what the chart renders. */
export const ruleGroupsIn = (
  rendered: string,
): readonly { readonly name: string; readonly rules: readonly PrometheusRule[] }[] =>
  objectsOf(rendered)
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => Object(spec).groups)

/** Runs promtool. @throws Error with what it says if it finds fault */
export const promtool = async (...words: readonly string[]): Promise<string> => {
  const run = promisify(execFile)(installed('prometheus/promtool', 'prometheus'), words, {
    maxBuffer: 64 * 1_024 * 1_024,
  })
  const { stdout, stderr } = await run.catch((failed) => {
    throw new Error(`${failed.stdout}\n${failed.stderr}`)
  })
  return stdout + stderr
}

/** A real Prometheus. */
export interface RunningPrometheus {
  /** The series that an expression gives now. @throws Error with what Prometheus says */
  readonly query: (
    expression: string,
  ) => Promise<
    readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[]
  >
  /** Each rule as it was evaluated last: its name, its health, and what went wrong. */
  readonly rules: () => Promise<
    readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]
  >
  readonly stop: () => Promise<void>
}

const configurationOf = (target: string, labels: object) => ({
  global: { scrape_interval: '1s', evaluation_interval: '1s' },
  rule_files: ['rules.yaml'],
  scrape_configs: [{ job_name: 'sallyport', static_configs: [{ targets: [target], labels }] }],
})

/** Starts Prometheus with rules, and has it scrape a target every second. */
export const startPrometheus = async (
  rules: object,
  {
    target,
    labels,
  }: { readonly target: string; readonly labels: Readonly<Record<string, string>> },
): Promise<RunningPrometheus> => {
  const folder = await temporaryFolder('prometheus')
  await writeFile(`${folder.path}/rules.yaml`, stringify(rules))
  const config = `${folder.path}/prometheus.yaml`
  await writeFile(config, stringify(configurationOf(target, labels)))
  const listen = `127.0.0.1:${await freePort()}`
  const child = await startChildProcess({
    name: 'Prometheus',
    command: installed('prometheus/prometheus', 'prometheus'),
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder.path}/data`,
      `--web.listen-address=${listen}`,
    ],
  })
  const ask = async (path: string) => {
    const { status, data, error } = Object(await (await fetch(`http://${listen}${path}`)).json())
    if (status !== 'success') throw new Error(error)
    return data
  }
  await waitUntilReady('Prometheus', child, async () => {
    const response = await fetch(`http://${listen}/-/ready`).catch(() => undefined)
    return response?.status === 200
  })
  return {
    query: async (expression) => {
      const { result } = await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`)
      return result.map(
        ({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => ({
          metric,
          value: Number(value[1]),
        }),
      )
    },
    rules: async () => {
      const { groups } = await ask('/api/v1/rules')
      return groups.flatMap((group: { rules: readonly object[] }) => group.rules)
    },
    stop: async () => {
      await child.stop()
      await folder.remove()
    },
  }
}
