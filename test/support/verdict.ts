/**
 * A reporter that closes the run with one plain line, and with CI set makes a skipped test a failure:
 * only tests that read data from outside the project (their names say "shared") may be skipped there.
 */
import type { Reporter, TestModule } from 'vitest/node'

export default class Verdict implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    const forbidden: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const state = test.result().state
        if (state === 'passed') counts.passed++
        else if (state === 'failed') counts.failed++
        else {
          counts.skipped++
          if (!test.fullName.includes('shared'))
            forbidden.push(`${module.relativeModuleId}: ${test.fullName}`)
        }
      }
    }
    if (process.env['CI'] && forbidden.length > 0) {
      console.error(`Skipped where nothing may be skipped:\n  ${forbidden.join('\n  ')}`)
      process.exitCode = 1
      counts.failed += forbidden.length
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}
