import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { type FakeKubeApi, startFakeKubeApi } from '../../test/support/fake-kube-api.ts'
import type { RunningSallyport } from '../../test/support/parts/sallyport.ts'
import { until } from '../../test/support/parts/until.ts'
import { type Asker, openAsker } from '../client/asker.ts'
import { judgeCheck, readAnswer } from '../client/judge.ts'
import { load } from '../client/load.ts'
import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { lowerQuartile, median } from '../report/quartile.ts'
import { BROWSER_HEADERS, checkRequest } from '../setup/check-requests.ts'
import { hostsOf, manyRoute, surroundingsOfRoutes } from '../setup/many-routes.ts'
import { PROBE_FLAGS, probe } from '../subject/probed.ts'
import { cpuMsOf } from '../subject/process-usage.ts'
import { startProduct } from '../subject/product.ts'
import type { Part, PartContext } from './part.ts'

const COUNTS = (process.env.BENCH_ROUTES ?? '10,1000,20000').split(',').map(Number)
const SUBJECTS: readonly SubjectKey[] = ['before', 'after']
const EDITS = 5
const LOOKUP_TURNS = 5
const READY_MS = 180_000
const POLL_MS = 5

interface RouteFigures {
  readonly lookupMicroseconds: number
  readonly readyMs: number
  readonly editMs: number
  readonly longestBlockMs: number
}

const ask = (route: number, path: string) =>
  checkRequest(hostsOf(route)[route % 3] ?? '', path, BROWSER_HEADERS)

/** CPU of a check whose host is another one each time. */
const lookup = async (
  running: RunningSallyport,
  routes: number,
  requests: number,
): Promise<number> => {
  const all = Array.from({ length: Math.min(routes, 2_000) }, (_, at) =>
    ask(Math.floor((at * routes) / Math.min(routes, 2_000)), '/open/app.css'),
  )
  const turn = async (): Promise<number> => {
    const beforeMs = cpuMsOf(running.pid())
    await load({
      url: `http://127.0.0.1:${running.grpcPort}`,
      connections: 4,
      concurrency: 64,
      requests,
      request: (n) => all[n % all.length] ?? ask(0, '/open/app.css'),
      judge: judgeCheck({ status: 200 }),
    })
    return ((cpuMsOf(running.pid()) - beforeMs) * 1_000) / requests
  }
  await turn()
  const turns: number[] = []
  for (let at = 0; at < LOOKUP_TURNS; at += 1) turns.push(await turn())
  return lowerQuartile(turns)
}

/** From the notice of an edit to the first check that is answered by it. */
const edit = async (
  api: FakeKubeApi,
  asker: Asker,
  route: number,
  prefix: string,
): Promise<number> => {
  const fromMs = performance.now()
  api.put(manyRoute(route, prefix))
  for (;;) {
    const { status } = readAnswer(await asker.ask(ask(route, prefix)))
    if (status === 200) return performance.now() - fromMs
    await pause(POLL_MS)
  }
}

const edits = async (api: FakeKubeApi, running: RunningSallyport, routes: number) => {
  const asker = await openAsker(`http://127.0.0.1:${running.grpcPort}`)
  const times: number[] = []
  const blocks: number[] = []
  try {
    await edit(api, asker, 0, '/warm')
    await probe(running)
    for (let at = 0; at < EDITS; at += 1) {
      times.push(await edit(api, asker, (at * 37) % routes, `/edit-${at}`))
      blocks.push((await probe(running)).longestBlockMs)
    }
  } finally {
    asker.close()
  }
  return { editMs: median(times), longestBlockMs: Math.max(...blocks) }
}

const measure = async (
  context: PartContext,
  key: SubjectKey,
  routes: number,
): Promise<RouteFigures> => {
  const api = await startFakeKubeApi()
  try {
    // Nobody leads: statuses would be written while edits are measured.
    api.refuse(({ plural }) => (plural === 'leases' ? { status: 403 } : undefined))
    for (const manifest of surroundingsOfRoutes()) api.put(manifest)
    for (let at = 0; at < routes; at += 1) api.put(manyRoute(at))
    const fromMs = performance.now()
    const running = await startProduct(key === 'after' ? context.after : context.before, {
      keyFile: context.around.keyFile,
      nodeArgs: PROBE_FLAGS,
      mayBeUnready: true,
      configuration: {
        resources: {
          source: 'kubernetes',
          kubernetes: { kubeconfigFile: api.kubeconfigFile },
        },
      },
    })
    try {
      await until('many routes are in force', running.isReady, READY_MS)
      const readyMs = performance.now() - fromMs
      const lookupMicroseconds = await lookup(running, routes, context.requests)
      return { lookupMicroseconds, readyMs, ...(await edits(api, running, routes)) }
    } finally {
      await running.stop()
    }
  } finally {
    await api.stop()
  }
}

/** Many routes from an API server: what a check costs among them, and what an edit does. */
export const routes: Part = async (context) => {
  const { figures, tell } = context
  const lines: string[][] = []
  for (const count of COUNTS) {
    for (const key of SUBJECTS) {
      const found = await measure(context, key, count)
      figures.note(`lookup ${count}`, key, found.lookupMicroseconds)
      figures.note(`ready ${count}`, key, found.readyMs)
      figures.note(`edit ${count}`, key, found.editMs)
      figures.note(`block ${count}`, key, found.longestBlockMs)
    }
    const cell = (what: string, unit: string): string => {
      const [old, young] = SUBJECTS.map((key) => figures.get(`${what} ${count}`, key)?.toFixed(0))
      return `${old} / ${young} ${unit}`
    }
    lines.push([
      count.toLocaleString('en-GB'),
      cell('lookup', 'µs'),
      cell('ready', 'ms'),
      cell('edit', 'ms'),
      cell('block', 'ms'),
    ])
    tell(lines.at(-1)?.join('  ') ?? '')
  }
  return [
    '### Many routes, before / now',
    markdownTable(
      [
        'routes',
        'CPU of a check of a public path',
        'from its start to ready',
        'from an edit to its effect',
        'longest block of the event loop by an edit',
      ],
      lines,
    ),
  ].join('\n\n')
}
