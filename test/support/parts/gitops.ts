import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How two tools judge one object. */
export interface Health {
  /** kstatus, by which Flux waits: `Current`, `InProgress`, `Failed`. */
  readonly kstatus: string
  readonly message: string
  /** Argo CD, by the health checks of deploy/gitops: `Healthy`, `Progressing`, `Degraded`. */
  readonly argo: { readonly status: string; readonly message: string }
}

const CONFIG_MAP = fileURLToPath(new URL('../../../deploy/gitops/argocd-cm.yaml', import.meta.url))

/** The health check that Argo CD is given for a kind. */
export const argoHealthCheck = (kind: string): string => {
  const { data } = parse(readFileSync(CONFIG_MAP, 'utf8'))
  return data[`resource.customizations.health.sallyport.dev_${kind}`]
}

/** Judges one object as the API server has it. @throws Error with what the judge said if it fails */
export const healthOf = async (object: KubernetesObject): Promise<Health> => {
  const folder = await temporaryFolder('health')
  const script = `${folder.path}/health.lua`
  await writeFile(script, argoHealthCheck(object.kind))
  const input = JSON.stringify([object])
  const judged = spawnSync(installed('gitops/health', 'gitops'), [script], { input })
  await folder.remove()
  if (judged.status !== 0) throw new Error(String(judged.stderr))
  const [health] = JSON.parse(String(judged.stdout)) as readonly Health[]
  if (health === undefined) throw new Error('Nothing was judged.')
  return health
}
