import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Who may import whom: the table of ARCHITECTURE.md. A folder may always import itself. */
const ALLOWED: Record<string, string[]> = {
  'server/domain': [],
  'server/lang': [],
  'server/rules': ['server/domain', 'server/lang'],
  'server/ingest': ['server/domain'],
  'server/detect': ['server/domain', 'server/rules', 'server/lang'],
  'server/store': ['server/domain', 'server/lang/tree.ts'],
  'server/search': ['server/domain', 'server/lang', 'server/store/store.ts'],
  'server/pipeline': [
    'server/domain',
    'server/ingest',
    'server/rules',
    'server/detect',
    'server/store/store.ts',
  ],
  'server/notify': ['server/domain', 'server/store/store.ts'],
  'server/http': [
    'server/domain',
    'server/lang',
    'server/rules',
    'server/ingest',
    'server/search',
    'server/pipeline',
    'server/notify',
    'server/store/store.ts',
  ],
  'server/threads': ['server/domain', 'server/store/store.ts'],
  'server/doctor': ['server/domain', 'server/store', 'server/config.ts', 'server/pipeline/room.ts'],
  'server/commands': [
    'server/domain',
    'server/store',
    'server/doctor',
    'server/config.ts',
    'server/data-folder.ts',
    'seed/scenarios',
  ],
  'client/src': ['server/domain'],
  'seed/scenarios': ['server/domain'],
}
/** Types of the tree may be named where a rule's text passes through. */
const ALLOWED_TYPES: Record<string, string[]> = { 'server/pipeline': ['server/lang/tree.ts'] }

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/gm

function sources(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  const found = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
  return found
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules') && !file.includes('/dist/'))
}

function importsOf(file: string): { target: string; isType: boolean }[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].map((found) => ({
    target: relative(ROOT, resolve(ROOT, dirname(file), found[2] ?? found[3]!)),
    isType: found[1] !== undefined,
  }))
}

describe('the import table of the architecture', () => {
  for (const [folder, allowed] of Object.entries(ALLOWED)) {
    test(`${folder} imports only ${allowed.join(', ') || 'itself'}`, () => {
      const types = ALLOWED_TYPES[folder] ?? []
      const wrong = sources(folder).flatMap((file) =>
        importsOf(file)
          .filter(({ target, isType }) => {
            const mayImport = isType ? [folder, ...allowed, ...types] : [folder, ...allowed]
            return !mayImport.some((place) => target === place || target.startsWith(`${place}/`))
          })
          .map(({ target }) => `${file} -> ${target}`),
      )
      expect(wrong).toEqual([])
    })
  }

  test('every folder of the server has its line in the table', () => {
    const folders = readdirSync(join(ROOT, 'server'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && sources(`server/${entry.name}`).length > 0)
      .map((entry) => `server/${entry.name}`)
    expect(folders.filter((folder) => !(folder in ALLOWED))).toEqual([])
  })

  test('only main.ts and the entry files of threads import the parts together', () => {
    const topLevel = readdirSync(join(ROOT, 'server')).filter((name) => name.endsWith('.ts'))
    for (const name of topLevel.filter((file) => !file.startsWith('main'))) {
      const targets = importsOf(`server/${name}`).map(({ target }) => target)
      const parts = targets.filter((target) => /^server\/(?!domain)[a-z]+\//.test(target))
      expect(parts, name).toEqual([])
    }
  })
})

test('the client imports only types from the server', () => {
  const values = sources('client/src').flatMap((file) =>
    importsOf(file)
      .filter(({ target, isType }) => target.startsWith('server/') && !isType)
      .map(({ target }) => `${file} -> ${target}`),
  )
  expect(values).toEqual([])
})

test('the lock file names no registry', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
})
