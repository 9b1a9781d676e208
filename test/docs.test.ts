import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

test('every command of package.json is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const files = Object.values(scripts).flatMap((line) => line.match(/\S+\.ts\b/g) ?? [])
  for (const file of files) expect(() => read(file), file).not.toThrow()
})
