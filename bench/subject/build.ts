import { execFile } from 'node:child_process'
import { cp, lstat, mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '../../test/support/parts/temporary-folder.ts'

const run = promisify(execFile)

/** The folder of this repository's work tree. */
export const WORK_TREE = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** What is measured: a tree of the project as the image has it, compiled. */
export interface Build {
  /** For tables: the commit, or that it is the work tree. */
  readonly name: string
  /** Holds `dist`, `proto`, `deploy` and `node_modules`. */
  readonly folder: string
}

const lockOf = (folder: string): Promise<string> => readFile(`${folder}/package-lock.json`, 'utf8')

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** The packages of the work tree where they are the same ones, and otherwise its own. */
const addPackages = async (folder: string): Promise<void> => {
  const packages = `${folder}/node_modules`
  const isSame = (await lockOf(folder)) === (await lockOf(WORK_TREE))
  const isLink = await lstat(packages).then(
    (found) => found.isSymbolicLink(),
    () => undefined,
  )
  if (isLink === false) return
  if (isLink === true) {
    if (isSame) return
    await rm(packages)
  }
  if (isSame) await symlink(await realpath(`${WORK_TREE}/node_modules`), packages)
  else await run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: folder })
}

/** Compiles what is in a folder with the compiler of the work tree. */
const compile = async (folder: string, outFolder: string): Promise<void> => {
  const compiler = `${WORK_TREE}/node_modules/typescript/bin/tsc`
  const args = [compiler, '-p', `${folder}/tsconfig.build.json`, '--outDir', `${outFolder}/dist`]
  await run(process.execPath, args)
}

/** A commit, built once and kept below `.tools/bench`. @throws Error where it cannot be built */
const buildCommit = async (commit: string): Promise<Build> => {
  const { stdout } = await run('git', ['rev-parse', '--verify', `${commit}^{commit}`], {
    cwd: WORK_TREE,
  })
  const id = stdout.trim()
  const folder = `${WORK_TREE}/.tools/bench/${id}`
  const build = { name: id.slice(0, 7), folder }
  if (await exists(folder)) {
    await addPackages(folder)
    return build
  }
  const making = `${folder}.${process.pid}`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const archive = `${making}.tar`
  await run('git', ['archive', '--output', archive, id], { cwd: WORK_TREE })
  await run('tar', ['-xf', archive, '-C', making])
  await rm(archive)
  await addPackages(making)
  await compile(making, making)
  await rename(making, folder).catch(async (error) => {
    await rm(making, { recursive: true, force: true })
    if (!(await exists(folder))) throw error
  })
  return build
}

/** A tree as it lies there, built into a folder that ends with this process. */
const buildFolder = async (tree: string): Promise<Build> => {
  const { path } = await temporaryFolder('bench-build')
  for (const name of ['package.json', 'Dockerfile']) await cp(`${tree}/${name}`, `${path}/${name}`)
  for (const name of ['proto', 'deploy']) {
    await cp(`${tree}/${name}`, `${path}/${name}`, { recursive: true })
  }
  await symlink(await realpath(`${tree}/node_modules`), `${path}/node_modules`)
  await compile(tree, path)
  return { name: tree === WORK_TREE ? 'work tree' : tree, folder: path }
}

/** Builds a commit, or the tree in a folder (a path with a `/`, or `.` for this work tree). */
export const buildOf = (commitOrFolder: string): Promise<Build> => {
  if (commitOrFolder === '.') return buildFolder(WORK_TREE)
  return commitOrFolder.includes('/')
    ? buildFolder(commitOrFolder.replace(/\/$/, ''))
    : buildCommit(commitOrFolder)
}
