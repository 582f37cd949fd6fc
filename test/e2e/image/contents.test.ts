import { execFileSync } from 'node:child_process'
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Architecture,
  type BuiltImage,
  buildImage,
} from '../../support/parts/container-image.ts'
import { productionPackages } from '../../support/production-packages.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const MIB = 1024 * 1024

/** The packages of Debian, of which the last two refer to the licences of the second. */
const PACKAGES = ['base-files', 'gcc-12-base', 'libc6', 'libgcc-s1', 'libstdc++6']

/** Everything of an image that is neither a package nor compiled, for an architecture. */
const bottomOf = (triplet: string, loader: string): readonly string[] => [
  'etc/group',
  'etc/nsswitch.conf',
  'etc/os-release',
  'etc/passwd',
  loader,
  ...['c.so.6', 'dl.so.2', 'gcc_s.so.1', 'm.so.6', 'pthread.so.0', 'stdc++.so.6'].map(
    (name) => `usr/lib/${triplet}/lib${name}`,
  ),
  'usr/local/bin/node',
  ...['base-files', 'gcc-12-base', 'libc6'].map((name) => `usr/share/doc/${name}/copyright`),
  ...PACKAGES.map((name) => `var/lib/dpkg/status.d/${name}`),
]

const PLATFORMS = [
  {
    architecture: 'amd64',
    bottom: bottomOf('x86_64-linux-gnu', 'lib64/ld-linux-x86-64.so.2'),
    elfMachine: 62,
  },
  {
    architecture: 'arm64',
    bottom: bottomOf('aarch64-linux-gnu', 'lib/ld-linux-aarch64.so.1'),
    elfMachine: 183,
  },
] as const satisfies readonly { architecture: Architecture; [key: string]: unknown }[]

interface Entry {
  readonly path: string
  readonly mode: number
  readonly isFile: boolean
  readonly size: number
  readonly uid: number
  readonly mtimeMs: number
}

const entriesOf = (root: string): readonly Entry[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => {
    const stats = lstatSync(`${root}/${path}`)
    const { mode, size, uid, mtimeMs } = stats
    return { path, mode, size, uid, mtimeMs, isFile: stats.isFile() }
  })

/** The processor that an ELF file is for, from its header; undefined: it is none. */
const elfMachine = (file: string): number | undefined => {
  const header = Buffer.alloc(20)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, header)
  closeSync(descriptor)
  return header.subarray(0, 4).equals(Buffer.from('\x7fELF')) ? header.readUInt16LE(18) : undefined
}

describe.each(PLATFORMS)(
  'the image for $architecture',
  ({ architecture, bottom, elfMachine: machine }) => {
    let image: BuiltImage
    let root: string
    let entries: readonly Entry[]
    beforeAll(async () => {
      image = await buildImage(architecture)
      root = await image.mount()
      entries = entriesOf(root)
    })
    afterAll(() => image?.unmount())

    const files = (): readonly Entry[] => entries.filter(({ isFile }) => isFile)
    const below = (folder: string): string[] =>
      files().flatMap(({ path }) => (path.startsWith(folder) ? [path] : []))

    it('is what its name says', () => {
      expect(image.metadata.Architecture).toBe(architecture)
    })

    it('has Node.js and its libraries below the service: no shell, no package manager, no tool', () => {
      const outside = files().flatMap(({ path }) => (path.startsWith('app/') ? [] : [path]))
      expect(outside.sort()).toEqual([...bottom].sort())
    })

    it('has the production packages of the lock file, in its versions, and no other', () => {
      const manifests = below('app/node_modules/').filter((path) =>
        /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path),
      )
      const installed = manifests.map((path) => {
        const { version } = JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as {
          version: string
        }
        return `${path.slice('app/'.length, -'/package.json'.length)}@${version}`
      })
      const locked = Object.entries(productionPackages()).map(
        ([path, { version }]) => `${path}@${version}`,
      )
      expect(installed.sort()).toEqual(locked.sort())
    })

    it('has every source file compiled, with its map, and nothing else of the repository but what is read', () => {
      const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
      const compiled = sources
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
        .map((path) => `app/dist/${path.replace(/\.ts$/, '.js')}`)
        .flatMap((path) => [path, `${path}.map`])
      expect(below('app/dist/').sort()).toEqual(compiled.sort())
      const others = below('app/').filter(
        (path) => !/^app\/(?:dist|node_modules|proto)\//.test(path),
      )
      const crds = readdirSync(`${ROOT}deploy/crds`).map((name) => `app/deploy/crds/${name}`)
      expect(others.sort()).toEqual([...crds, 'app/package.json'].sort())
    })

    it('has no source, map or native code of its packages, and keeps their licences', () => {
      const packages = below('app/node_modules/')
      expect(
        packages.filter((path) => /\.(?:ts|mts|cts|map|node|bare|so|dll|dylib)$/.test(path)),
      ).toEqual([])
      expect(packages.filter((path) => /licen[cs]e/i.test(path)).length).toBeGreaterThan(100)
    })

    it('has machine code for its processor alone, and only at the bottom', () => {
      const machines = files().flatMap(({ path }) => {
        const found = elfMachine(`${root}/${path}`)
        return found === undefined ? [] : [{ path, found }]
      })
      expect(machines.filter(({ found }) => found !== machine)).toEqual([])
      const expected = bottom.filter((path) => /\/(?:node|ld-linux.*|lib.*\.so\..*)$/.test(path))
      expect(machines.map(({ path }) => path).sort()).toEqual([...expected].sort())
    })

    it('is owned by root; nobody else may write to it, and nothing runs as another user', () => {
      const isLink = (mode: number): boolean => (mode & 0o170_000) === 0o120_000
      const open = entries.filter(
        ({ mode, uid }) => uid !== 0 || (!isLink(mode) && (mode & 0o6022) !== 0),
      )
      expect(open.map(({ path }) => path)).toEqual([])
    })

    it('carries no time of its making, so that the same sources make the same layers', () => {
      const dated = entries.filter(({ mtimeMs }) => mtimeMs !== 0)
      expect(dated.map(({ path }) => path)).toEqual([])
    })

    it('keeps nothing of how npm reached its registry', () => {
      const npmFiles = entries.filter(({ path }) =>
        /(?:^|\/)(?:\.npmrc|\.npm|_logs|\.package-lock\.json)$/.test(path),
      )
      expect(npmFiles).toEqual([])
    })

    it('is small: at most 60 MiB beside Node.js and its libraries', () => {
      const sizeOf = (chosen: readonly Entry[]): number =>
        chosen.reduce((sum, { size }) => sum + size, 0) / MIB
      expect(image.metadata.RootFS.Layers).toHaveLength(3)
      expect(sizeOf(files().filter(({ path }) => path.startsWith('app/')))).toBeLessThan(60)
      expect(sizeOf(files())).toBeLessThan(200)
    })

    it('is in the bill of materials down to its packages of Debian', () => {
      const args = ['tools/image/sbom.ts', `${root}/var/lib/dpkg/status.d`]
      const { components } = JSON.parse(
        execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }),
      ) as { readonly components: readonly { readonly name: string; readonly purl: string }[] }
      const debian = components.filter(({ purl }) => purl.startsWith('pkg:deb/debian/'))
      expect(debian.map(({ name }) => name)).toEqual(PACKAGES)
      const versioned = new RegExp(`@[^@]+\\?arch=(?:${architecture}|all)&distro=debian-12$`)
      for (const { purl } of debian) expect(purl).toMatch(versioned)
    })

    it('says what it is, who runs it, and how to ask after its health', () => {
      const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
        version: string
      }
      const revision = execFileSync('git', ['rev-parse', 'HEAD'], {
        cwd: ROOT,
        encoding: 'utf8',
      }).trim()
      expect(image.metadata.Config).toMatchObject({
        User: '65532:65532',
        ExposedPorts: { '9001/tcp': {}, '9080/tcp': {}, '9090/tcp': {} },
        Entrypoint: ['node', '--enable-source-maps', '--max-semi-space-size=4', 'dist/main.js'],
        Cmd: ['serve'],
        Labels: {
          'org.opencontainers.image.title': 'Sallyport',
          'org.opencontainers.image.licenses': 'Apache-2.0',
          'org.opencontainers.image.version': version,
          'org.opencontainers.image.revision': revision,
          'org.opencontainers.image.base.name': 'docker.io/library/node:24.21.0-bookworm-slim',
        },
      })
      expect(image.metadata.Healthcheck.Test).toEqual([
        'CMD',
        'node',
        'dist/main.js',
        'healthcheck',
      ])
    })
  },
)
