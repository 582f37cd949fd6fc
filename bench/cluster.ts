import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type RunningKubeApiserver,
  startKubeApiserver,
} from '../test/support/parts/kube-apiserver.ts'
import { type RunningSallyport, startSallyport } from '../test/support/parts/sallyport.ts'
import { installSallyportCrds } from '../test/support/parts/sallyport-crds.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { readAnswer } from './client/judge.ts'
import { type LoadResult, load } from './client/load.ts'
import { writeSection } from './report/write-section.ts'
import { BROWSER_HEADERS, checkRequest } from './setup/check-requests.ts'
import { openBelow } from './setup/manifests.ts'
import {
  CLIENTS,
  hostsOf,
  manyRoute,
  NAMESPACES,
  namespaceOf,
  surroundingsOfRoutes,
} from './setup/many-routes.ts'
import { cpuMsOf, residentMiBOf } from './subject/process-usage.ts'

const ROUTES = 1_000
const EDITS = 100
const UPDATES = 5_000
const FLOOD_SECONDS = 60
const CHECKS_PER_SECOND = 500
const IDLE_SECONDS = 20
const AT_ONCE = 20

const API_VERSION = 'sallyport.dev/v1alpha1'

/** Runs a task for each number below `count`, some at once. */
const each = async (count: number, task: (index: number) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1
      await task(next - 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

const must = (statusCode: number, what: string): void => {
  if (statusCode >= 300) throw new Error(`${what} was answered with ${statusCode}`)
}

const fill = async ({ admin }: RunningKubeApiserver): Promise<void> => {
  for (let index = 0; index < NAMESPACES; index += 1) {
    const name = namespaceOf(index)
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  const all = [
    ...surroundingsOfRoutes(),
    ...Array.from({ length: ROUTES }, (_, index) => manyRoute(index)),
  ]
  await each(all.length, async (index) => {
    const object = all[index]
    if (object !== undefined) must((await admin.create(object)).statusCode, object.metadata.name)
  })
}

const setOpen = async (
  { admin }: RunningKubeApiserver,
  index: number,
  prefix: string,
): Promise<void> => {
  const path = `/apis/${API_VERSION}/namespaces/${namespaceOf(index)}/protectedroutes/route-${index}`
  const body = { spec: { rules: [openBelow(prefix)] } }
  const contentType = 'application/merge-patch+json'
  must((await admin.call('PATCH', path, { body, contentType })).statusCode, path)
}

const check = (index: number, path: string) =>
  checkRequest(hostsOf(index)[0] ?? '', path, BROWSER_HEADERS)

/** What one check is answered with. */
const answerOf = async (url: string, index: number, path: string): Promise<number> => {
  let status = 0
  await load({
    url,
    connections: 1,
    concurrency: 1,
    requests: 1,
    request: () => check(index, path),
    judge: (answer) => {
      status = readAnswer(answer).status
    },
  })
  return status
}

const until = async (url: string, index: number, path: string): Promise<void> => {
  while ((await answerOf(url, index, path)) !== 200) await pause(5)
}

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? 0

/** How long each of many edits takes until it is in force. */
const editToEffect = async (cluster: RunningKubeApiserver, url: string) => {
  const times: number[] = []
  for (let edit = 0; edit < EDITS; edit += 1) {
    const index = (edit * 37) % ROUTES
    const startedAt = performance.now()
    await setOpen(cluster, index, `/edit-${edit}`)
    await until(url, index, `/edit-${edit}`)
    times.push(performance.now() - startedAt)
  }
  return times
}

const checks = (url: string, seconds: number): Promise<LoadResult> =>
  load({
    url,
    connections: 4,
    concurrency: 16,
    requests: seconds * CHECKS_PER_SECOND,
    request: (n) => check(n % ROUTES, '/private'),
    judge: (answer) => {
      const { status } = readAnswer(answer)
      if (status !== 302 && status !== 503) throw new Error(`A check was answered with ${status}`)
    },
    ratePerSecond: CHECKS_PER_SECOND,
  })

/** As many updates as there are to be, spread over the time that they may take. */
const flood = async (cluster: RunningKubeApiserver): Promise<number> => {
  const startedAt = performance.now()
  await each(UPDATES, async (update) => {
    const dueAt = startedAt + (update * FLOOD_SECONDS * 1_000) / UPDATES
    await pause(Math.max(0, dueAt - performance.now()))
    await setOpen(cluster, update % ROUTES, `/update-${update}`)
  })
  return performance.now() - startedAt
}

const allTold = async ({ admin }: RunningKubeApiserver): Promise<void> => {
  for (;;) {
    const { body } = await admin.list(API_VERSION, 'ProtectedRoute')
    const told = (body.items ?? []).filter(({ status }) => Object(status).conditions !== undefined)
    if (told.length === ROUTES) return
    await pause(100)
  }
}

const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const measure = async (
  cluster: RunningKubeApiserver,
  sallyport: RunningSallyport,
  startedAt: number,
): Promise<readonly (readonly [what: string, figure: string])[]> => {
  const url = `http://127.0.0.1:${sallyport.grpcPort}`
  const readyMs = performance.now() - startedAt
  const readyMiB = residentMiBOf(sallyport.pid())
  note(`ready after ${Math.round(readyMs)} ms`)
  await allTold(cluster)
  const toldMs = performance.now() - startedAt
  note(`every status written after ${Math.round(toldMs)} ms`)
  const before = cpuMsOf(sallyport.pid())
  await pause(IDLE_SECONDS * 1_000)
  const idleCpu = (cpuMsOf(sallyport.pid()) - before) / (IDLE_SECONDS * 10)
  const edits = await editToEffect(cluster, url)
  note(`an edit takes ${Math.round(percentile(edits, 0.5))} ms`)
  const quiet = await checks(url, FLOOD_SECONDS)
  const [floodMs, busy] = await Promise.all([flood(cluster), checks(url, FLOOD_SECONDS)])
  const last = UPDATES - 1
  const lastAt = performance.now()
  await until(url, last % ROUTES, `/update-${last}`)
  const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
  return [
    ['from its start to ready', ms(readyMs)],
    ['resident when ready', `${Math.round(readyMiB)} MiB`],
    [`from its start until the status of all ${ROUTES} routes was written`, ms(toldMs)],
    ['CPU while nothing happens', `${idleCpu.toFixed(1)} % of a core`],
    ['from an edit to its effect, p50', ms(percentile(edits, 0.5))],
    ['from an edit to its effect, p99', ms(percentile(edits, 0.99))],
    [
      `check at ${CHECKS_PER_SECOND} a second, quiet, p50 / p99`,
      `${ms(quiet.p50Ms)} / ${ms(quiet.p99Ms)}`,
    ],
    [
      `the same during ${UPDATES} updates in ${Math.round(floodMs / 1_000)} s, p50 / p99`,
      `${ms(busy.p50Ms)} / ${ms(busy.p99Ms)}`,
    ],
    ['from the last of them to its effect', ms(performance.now() - lastAt)],
    ['resident at the end', `${Math.round(residentMiBOf(sallyport.pid()))} MiB`],
  ]
}

const main = async (): Promise<void> => {
  const cluster = await startKubeApiserver()
  const folder = await temporaryFolder('bench-cluster')
  try {
    await installSallyportCrds(cluster.admin)
    await fill(cluster)
    note('filled')
    const kubeconfigFile = `${folder.path}/kubeconfig`
    await writeFile(kubeconfigFile, cluster.kubeconfig())
    const startedAt = performance.now()
    const sallyport = await startSallyport({
      configuration: {
        resources: { source: 'kubernetes', kubernetes: { kubeconfigFile } },
        log: { level: 'info', format: 'json', decisions: 'none' },
      },
    })
    try {
      const rows = await measure(cluster, sallyport, startedAt)
      const text = [
        `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}; ${ROUTES} routes with 3 hosts each, ${CLIENTS} clients with a Secret each, ${NAMESPACES} providers.`,
        [
          '| what | figure |',
          '| --- | ---: |',
          ...rows.map(([what, figure]) => `| ${what} | ${figure} |`),
        ].join('\n'),
      ].join('\n\n')
      process.stdout.write(`${text}\n`)
      if (process.argv.includes('--write')) writeSection('docs/performance.md', 'cluster', text)
    } finally {
      await sallyport.stop()
    }
  } finally {
    await cluster.stop()
    await folder.remove()
  }
}

await main()
