import { readFile } from 'node:fs/promises'

const OF_THE_SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'

/** The namespace that the pod runs in; `default` outside of a cluster. */
export const ownNamespace = async (file = OF_THE_SERVICE_ACCOUNT): Promise<string> => {
  try {
    const text = (await readFile(file, 'utf8')).trim()
    return text === '' ? 'default' : text
  } catch {
    return 'default'
  }
}
