/**
 * Collects Node.js and what it needs of a Debian root folder in another one, which becomes the
 * bottom of the image: collect-runtime.ts ARCHITECTURE FROM TO. Nothing of FROM is run, so it may
 * be of another processor than this one.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Where Debian has the libraries of an architecture, and where `node` itself looks for the loader
 * that finds them.
 */
const ARCHITECTURES: Readonly<Record<string, { libraries: string; loader: string }>> = {
  amd64: { libraries: 'usr/lib/x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: { libraries: 'usr/lib/aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1' },
}

/** What `node` is linked with. */
const LIBRARIES = [
  'libc.so.6',
  'libdl.so.2',
  'libgcc_s.so.1',
  'libm.so.6',
  'libpthread.so.0',
  'libstdc++.so.6',
]

/** The packages that all of it is of; scanners for vulnerabilities read their records. */
const PACKAGES = ['base-files', 'gcc-12-base', 'libc6', 'libgcc-s1', 'libstdc++6']

/** Those of them that carry the licences; the others refer to gcc-12-base. */
const LICENSED = ['base-files', 'gcc-12-base', 'libc6']

const ACCOUNTS = [
  'root:x:0:0:root:/:/sbin/nologin',
  'nonroot:x:65532:65532:nonroot:/:/sbin/nologin',
]

const [name = '', from = '', to = ''] = process.argv.slice(2)
const architecture = ARCHITECTURES[name]
if (architecture === undefined) {
  throw new Error(
    `There is no image for ${name}, only for ${Object.keys(ARCHITECTURES).join(', ')}.`,
  )
}

/** A path in the new folder, whose parent folders are there. */
const place = (path: string): string => {
  mkdirSync(dirname(join(to, path)), { recursive: true })
  return join(to, path)
}

/** Copies what a path leads to, even over a link. */
const copy = (path: string, as = path): void => copyFileSync(join(from, path), place(as))

const packageRecord = (records: readonly string[], name: string): string => {
  const record = records.find((each) => each.startsWith(`Package: ${name}\n`))
  if (record === undefined) throw new Error(`The package ${name} is not installed below ${from}.`)
  return `${record.trimEnd()}\n`
}

const { libraries, loader } = architecture
copy(join(libraries, basename(loader)), loader)
for (const library of LIBRARIES) copy(join(libraries, library))
copy('usr/local/bin/node')

const records = readFileSync(join(from, 'var/lib/dpkg/status'), 'utf8').split('\n\n')
for (const each of PACKAGES) {
  writeFileSync(place(`var/lib/dpkg/status.d/${each}`), packageRecord(records, each))
}
for (const each of LICENSED) copy(`usr/share/doc/${each}/copyright`)

copy('usr/lib/os-release', 'etc/os-release')
writeFileSync(place('etc/nsswitch.conf'), 'hosts: files dns\n')
writeFileSync(place('etc/passwd'), ACCOUNTS.map((each) => `${each}\n`).join(''))
writeFileSync(place('etc/group'), 'root:x:0:\nnonroot:x:65532:\n')
