import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What is measured in seconds or less. */
const TIMED = ['budgets', 'overview', 'waiting'].map((name) => `test/browser/${name}.test.ts`)

/** One run: everything on the server side, then everything that needs a real browser. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    reporters: ['default', fileURLToPath(new URL('support/verdict.ts', import.meta.url))],
    projects: [
      {
        test: {
          name: 'server',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          // One fewer than the machine has cores is the default: one, on the two cores that this must fit.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Modules keep no state between files, and loading them anew for each took a third of the time.
          isolate: false,
          sequence: { groupOrder: 0 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: TIMED,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser-timed',
          include: TIMED,
          testTimeout: 60_000,
          hookTimeout: 90_000,
          // Last and alone: what a person sees in a second is not to be measured beside other tests.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
})
