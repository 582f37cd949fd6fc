/**
 * Prints what is in the image as a CycloneDX document: the npm packages of the lock file, Node.js,
 * and, where the folder `var/lib/dpkg/status.d` of an image is given, its packages of Debian. The
 * same input prints the same document.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Component {
  readonly 'bom-ref': string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly cpe?: string
}

interface Bom {
  readonly serialNumber: string
  readonly metadata: { readonly timestamp: string; readonly component: Component }
  readonly components: readonly Component[]
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: true; devDependencies?: unknown }>>
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

const withoutDev = <T extends { devDependencies?: unknown }>(manifest: T) => {
  const { devDependencies: _, ...rest } = manifest
  return rest
}

/** The manifest and the lock file as they are for whoever only runs the service. */
const writeProductionFiles = (folder: string): void => {
  const lock = readJson<Lock>('package-lock.json')
  const packages = Object.entries(lock.packages)
    .filter(([, each]) => each.dev !== true)
    .map(([path, each]) => [path, withoutDev(each)])
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(value))
  write('package.json', withoutDev(readJson<{ devDependencies?: unknown }>('package.json')))
  write('package-lock.json', { ...lock, packages: Object.fromEntries(packages) })
}

/** What npm says. By itself, its `--omit dev` leaves out what the service shares with the tests. */
const npmBom = (): Bom => {
  const parent = mkdtempSync(join(tmpdir(), 'sallyport-sbom-'))
  const folder = join(parent, 'sallyport')
  try {
    mkdirSync(folder)
    writeProductionFiles(folder)
    const args = [
      'sbom',
      '--sbom-format',
      'cyclonedx',
      '--package-lock-only',
      '--loglevel',
      'error',
    ]
    return JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' })) as Bom
  } finally {
    rmSync(parent, { recursive: true })
  }
}

const nodeVersion = (): string => {
  const version = /^ARG NODE_IMAGE=\S+:([\d.]+)-/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1]
  if (version === undefined) throw new Error('The Dockerfile names no version of Node.js.')
  return version
}

const nodeComponent = (version: string): Component => ({
  'bom-ref': `node@${version}`,
  type: 'platform',
  name: 'node',
  version,
  purl: `pkg:generic/node@${version}`,
  cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
})

const debianComponent = (record: string): Component => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1] ?? ''
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
  const id = `${encodeURIComponent(name)}@${encodeURIComponent(version)}`
  const purl = `pkg:deb/debian/${id}?arch=${architecture}&distro=debian-12`
  return { 'bom-ref': purl, type: 'library', name, version, purl }
}

const debianComponents = (folder: string): readonly Component[] =>
  readdirSync(folder)
    .sort()
    .map((name) => debianComponent(readFileSync(join(folder, name), 'utf8')))

const { serialNumber: _, metadata, ...bom } = npmBom()
const { timestamp: __, component, ...rest } = metadata
const debianFolder = process.argv[2]
const document = {
  ...bom,
  metadata: { ...rest, component: { ...component, type: 'application' } },
  components: [
    nodeComponent(nodeVersion()),
    ...(debianFolder === undefined ? [] : debianComponents(debianFolder)),
    ...bom.components,
  ],
}
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
