/** `npm run bench`: every benchmark, each figure beside its bar. `npm run bench -- store` runs one. */
import { type BenchResult, isMet } from './result.ts'

const suites: Record<string, () => Promise<{ run(): Promise<BenchResult[]> }>> = {
  store: () => import('./store.ts'),
  search: () => import('./search.ts'),
  peers: () => import('./peers.ts'),
  detect: () => import('./detect.ts'),
  http: () => import('./http.ts'),
  ingest: () => import('./ingest.ts'),
  flood: () => import('./flood.ts'),
  rules: () => import('./rules.ts'),
  keeping: () => import('./keeping.ts'),
  years: () => import('./years.ts'),
  dashboard: () => import('./dashboard.ts'),
}

const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : Object.keys(suites)) {
  const load = suites[name]
  if (!load) {
    console.error(`There is no benchmark "${name}": choose from ${Object.keys(suites).join(', ')}.`)
    process.exit(1)
  }
  console.log(`\n${name}`)
  for (const result of await (await load()).run()) console.log(line(result))
}

function line(result: BenchResult): string {
  const met = isMet(result)
  const mark = met === null ? ' ' : met ? '✓' : '✗'
  const bar = result.bar
    ? ` (goal ${result.bar.atLeast === undefined ? `at most ${result.bar.atMost}` : `at least ${result.bar.atLeast}`})`
    : ''
  return `${mark} ${result.name}: ${Number(result.value.toPrecision(3))} ${result.unit}${bar}; ${result.detail}`
}
