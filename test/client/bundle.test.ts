/** What is shipped: its size, and that nothing in it needs a weaker policy than the server's. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

const CLIENT = fileURLToPath(new URL('../../client', import.meta.url))
const KB = 1000

let built: string
const before = process.env['NODE_ENV']
beforeAll(async () => {
  // As it is shipped: the test runner's own mode would bring what helps developers along.
  process.env['NODE_ENV'] = 'production'
  built = mkdtempSync(join(tmpdir(), 'vedette-client-'))
  await build({ root: CLIENT, logLevel: 'error', build: { outDir: built, emptyOutDir: true } })
})
afterAll(() => {
  process.env['NODE_ENV'] = before
  rmSync(built, { recursive: true, force: true })
})

const assets = (end: string) => readdirSync(join(built, 'assets')).filter((name) => name.endsWith(end))
const gzipped = (name: string) => gzipSync(readFileSync(join(built, 'assets', name)), { level: 9 }).length
const page = () => readFileSync(join(built, 'index.html'), 'utf8')

const sizeOf = (names: string[]) => names.reduce((sum, name) => sum + gzipped(name), 0)

test('the script that the first page waits for is at most 60 KB, compressed; all of it at most 120 KB', () => {
  const first = [...page().matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name]) => name!)
  expect(first.length).toBeGreaterThan(0)
  expect(sizeOf(first)).toBeLessThanOrEqual(60 * KB)
  expect(sizeOf(assets('.js'))).toBeLessThanOrEqual(120 * KB)
})

test('there is one stylesheet, of at most 20 KB compressed', () => {
  expect(assets('.css')).toHaveLength(1)
  expect(gzipped(assets('.css')[0]!)).toBeLessThanOrEqual(20 * KB)
})

test('the page has no inline script, no inline style, and names no other host', () => {
  expect(page()).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(page()).not.toMatch(/\sstyle=|<style|\son[a-z]+=/)
  expect(page()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
})

test('the script makes no HTML out of strings and runs none', () => {
  for (const name of assets('.js')) {
    const code = readFileSync(join(built, 'assets', name), 'utf8')
    expect(code).not.toMatch(/\beval\(|new Function\(|document\.write|insertAdjacentHTML|outerHTML\s*=/)
  }
})

test('no source uses the door around text nodes', () => {
  for (const file of sources()) {
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/dangerouslySetInnerHTML|innerHTML|style=/)
  }
})

test('every drawing that the code names is in the page’s sprite', () => {
  const names = readFileSync(join(CLIENT, 'src/text/icon-name.ts'), 'utf8').matchAll(/'([a-z-]+)'/g)
  for (const [, name] of names) expect(page()).toContain(`id="i-${name}"`)
})

test('the icon of the tab exists for every number of critical alerts', () => {
  const wanted = ['quiet', ...Array.from({ length: 9 }, (_, i) => `critical-${i + 1}`), 'critical-many']
  const there = readdirSync(join(built, 'icons')).filter((name) => name.endsWith('.svg'))
  expect(there.sort()).toEqual(wanted.map((name) => `${name}.svg`).sort())
})

function sources(): string[] {
  return readdirSync(join(CLIENT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(CLIENT, 'src', name))
}
