import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Problem, type ProblemName, problems } from '../server/http/problem.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const texts = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name)))
    .join('\n')

test('every setting is in the README, and no other', () => {
  const settings = (text: string) => [...new Set(text.match(/VEDETTE_[A-Z_]+/g))].sort()
  expect(settings(read('README.md'))).toEqual(settings(read('server/config.ts')))
})

test('every problem is documented with its code and status, and no other', () => {
  const documented = [...read('.docs/api.md').matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  )
  const catalogue = (Object.keys(problems) as ProblemName[]).map((name) => {
    const problem = new Problem(name, '')
    return `${problem.code} ${problem.status}`
  })
  expect(documented.sort()).toEqual(catalogue.sort())
})

test('every code of a rejected record is documented', () => {
  const codes = new Set(
    [...texts('server/ingest').matchAll(/code: '([a-z0-9-]+)'/g)].map(([, code]) => code!),
  )
  const page = read('.docs/api.md')
  expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})

test('the operations guide names every setting and every problem, and no other', () => {
  const guide = read('.docs/operations.md')
  const settings = (text: string) => [...new Set(text.match(/VEDETTE_[A-Z_]+/g))].sort()
  const inTable = [...guide.matchAll(/^\| `(VEDETTE_[A-Z_]+)` +\|/gm)].map(([, name]) => name!)
  expect(inTable.sort()).toEqual(settings(read('server/config.ts')))
  const codes = [...guide.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code]) => code!)
  const known = (Object.keys(problems) as ProblemName[]).map((name) => new Problem(name, '').code)
  expect(codes.sort()).toEqual(known.sort())
})

test('what is deployed names only settings that there are, and commands that exist', () => {
  const folder = join(ROOT, 'seed/deploy')
  const known = new Set(read('server/config.ts').match(/VEDETTE_[A-Z_]+/g))
  for (const name of readdirSync(folder)) {
    const text = read(join('seed/deploy', name))
    for (const setting of text.match(/VEDETTE_[A-Z_]+/g) ?? []) expect(known, name).toContain(setting)
    for (const [file] of text.matchAll(/(?:server|client|seed)\/[\w/-]+\.ts\b/g))
      expect(() => read(file), `${name}: ${file}`).not.toThrow()
  }
})

test('every link of the documents leads somewhere, and every command in them exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const pages = readdirSync(join(ROOT, '.docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('.docs', name))
  for (const page of ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...pages]) {
    const text = read(page)
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      const path = join(ROOT, dirname(page), target!)
      expect(existsSync(path), `${page} -> ${target}`).toBe(true)
    }
    for (const [, name] of text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g))
      expect(Object.keys(scripts), `${page}: npm run ${name}`).toContain(name)
  }
})

test('each threat in the security model names the tests that hold it, and they exist', () => {
  const page = read('.docs/security.md')
  const table = page.slice(page.indexOf('## Threats'), page.indexOf('Not covered'))
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (threat|---)/.test(line))
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) {
    const named = [...row.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file]) => file!)
    expect(named.length, row).toBeGreaterThan(0)
    for (const file of named) expect(existsSync(join(ROOT, file)), file).toBe(true)
  }
})

test('every command of package.json is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const files = Object.values(scripts).flatMap((line) => line.match(/\S+\.ts\b/g) ?? [])
  for (const file of files) expect(() => read(file), file).not.toThrow()
})
