import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Document, isMap, parseAllDocuments, stringify } from 'yaml'
import { keepCurrent } from './output.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const HELM = `${ROOT}.tools/helm/helm`

/** The release as which the chart is rendered. */
const NAME = 'sallyport'

/**
 * What Helm would make up comes from Secrets that whoever installs makes: a rendering that is
 * committed can hold no key.
 */
const VALUES = {
  keys: { existingSecret: 'sallyport-keys' },
  embeddedValkey: { existingSecret: 'sallyport-valkey' },
  test: { enabled: false },
}

const HEAD = `# Sallyport without Helm, rendered from charts/sallyport by \`make generate\`: two replicas, sessions in one embedded Valkey pod (for
# trials), the custom resource definitions, and the rights to read them in every namespace. docs/install.md has more.
#
#   kubectl apply --server-side -f deploy/install.yaml
#
# A key that is in a file of a repository is no key, so that two Secrets are yours to make, once. The pods start when they are there:
#
#   kubectl -n sallyport create secret generic sallyport-keys --from-literal=key="$(openssl rand -base64 32)"
#   kubectl -n sallyport create secret generic sallyport-valkey --from-literal=password="$(openssl rand -hex 20)"
#
# Name your own image first, built from the Dockerfile: sed -i 's|image: sallyport:|image: registry.example.com/sallyport:|'
`

/** Labels and annotations that say Helm had a hand in it. */
const isOfHelm = (key: string): boolean =>
  key.startsWith('helm.sh/') || key === 'app.kubernetes.io/managed-by'

const withoutHelm = (document: Document): Document => {
  for (const place of [['metadata'], ['spec', 'template', 'metadata']]) {
    for (const map of ['labels', 'annotations']) {
      const found = document.getIn([...place, map])
      if (!isMap(found)) continue
      for (const { key } of [...found.items]) if (isOfHelm(String(key))) found.delete(key)
      if (found.items.length === 0) document.deleteIn([...place, map])
    }
  }
  return document
}

const rendered = (): string => {
  if (!existsSync(HELM)) throw new Error('Helm is not installed. Please run: make helm')
  const words = ['template', NAME, `${ROOT}charts/sallyport`, '--namespace', NAME]
  const input = JSON.stringify(VALUES)
  return execFileSync(HELM, [...words, '--values', '-'], { input, encoding: 'utf8' })
}

/** `deploy/install.yaml`. @throws Error if Helm is not installed or refuses the chart */
const printInstall = (): string => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME, labels } }
  const objects = parseAllDocuments(rendered()).filter(({ contents }) => contents !== null)
  const texts = objects.map((document) => withoutHelm(document).toString({ lineWidth: 0 }))
  const bodies = texts.map((text) => text.replace(/^(---\n)?(# Source: .*\n)?/, ''))
  return [HEAD, stringify(namespace), ...bodies].join('---\n')
}

if (import.meta.main) process.exitCode = keepCurrent('deploy/install.yaml', printInstall())
