import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { documentedScript } from './documented-script.ts'
import { CHART } from './parts/helm.ts'
import { installed } from './parts/installed.ts'
import { temporaryFolder } from './parts/temporary-folder.ts'

/** A folder in which an operator works: with the chart below it, and the programs in the path. */
export interface Desk {
  readonly path: string
  /** Runs a block of docs/drills.md there. @throws Error with what the shell says */
  readonly drill: (name: string, variables?: Readonly<Record<string, string>>) => Promise<string>
  /** Runs a line of the test's own there. */
  readonly shell: (line: string) => Promise<string>
  /** From now on kubectl and helm mean this cluster. */
  readonly use: (kubeconfig: string) => Promise<void>
  readonly remove: () => Promise<void>
}

const linkPrograms = async (folder: string): Promise<void> => {
  await mkdir(folder)
  await symlink(installed('helm/helm', 'helm'), `${folder}/helm`)
  await symlink(installed('kube-apiserver/kubectl', 'kube-apiserver'), `${folder}/kubectl`)
  const redis = installed('redis/root', 'redis')
  const libraries = `LD_LIBRARY_PATH=$(echo "${redis}"/usr/lib/*-linux-gnu)`
  const launcher = `#!/bin/sh\n${libraries} exec "${redis}/usr/bin/redis-cli" "$@"\n`
  await writeFile(`${folder}/redis-cli`, launcher, { mode: 0o755 })
}

/** Makes such a folder, for nobody but its owner. */
export const createDesk = async (): Promise<Desk> => {
  const folder = await temporaryFolder('desk')
  await linkPrograms(`${folder.path}/programs`)
  await mkdir(`${folder.path}/charts`)
  await symlink(CHART, `${folder.path}/charts/sallyport`)
  const kubeconfigFile = `${folder.path}/kubeconfig`
  const env = {
    ...process.env,
    PATH: `${folder.path}/programs:${process.env.PATH}`,
    HOME: folder.path,
    KUBECONFIG: kubeconfigFile,
  }
  const shell = async (script: string, variables = {}): Promise<string> => {
    const options = { cwd: folder.path, env: { ...env, ...variables } }
    return (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], options)).stdout
  }
  return {
    path: folder.path,
    drill: async (name, variables) => shell(await documentedScript('drills.md', name), variables),
    shell: (line) => shell(line),
    use: (kubeconfig) => writeFile(kubeconfigFile, kubeconfig, { mode: 0o600 }),
    remove: folder.remove,
  }
}
