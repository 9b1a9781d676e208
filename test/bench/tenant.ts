/**
 * What the built-in rules find in a simulated tenant, and what they say too much:
 *
 *     node test/bench/tenant.ts [--organisation] [--shuffle SEED] [--bulk] [--kill] [--rules PATTERN] [--folder DIR] [--verbose] [--essence FILE]
 *
 * `--essence` writes what must be the same in any order, to compare two runs
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Alert } from '../../server/domain/alert.ts'
import { toIso } from '../../server/domain/time.ts'
import { standingEssence } from '../support/tenant/essence.ts'
import { feed, shuffled } from '../support/tenant/feed.ts'
import { score, type Score } from '../support/tenant/score.ts'
import { organisationOf, readTenant, tenantFolder, type Truth } from '../support/tenant/truth.ts'

const { values } = parseArgs({
  options: {
    organisation: { type: 'boolean', default: false },
    shuffle: { type: 'string' },
    bulk: { type: 'boolean', default: false },
    kill: { type: 'boolean', default: false },
    rules: { type: 'string' },
    folder: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    essence: { type: 'string' },
  },
})
const folder = values.folder ?? tenantFolder()
if (!folder) throw new Error('There is no tenant in ../shared/tenant; name one with --folder')
const { truth, arrivals } = readTenant(folder)
const pattern = values.rules === undefined ? null : new RegExp(values.rules)
const ordered = values.shuffle === undefined ? arrivals : shuffled(arrivals, Number(values.shuffle))
const fed = await feed(ordered, {
  organisation: values.organisation ? organisationOf(truth) : null,
  bulk: values.bulk,
  ...(values.shuffle === undefined ? {} : { size: 500 }),
  ...(values.kill ? { killAfter: [0.2, 0.5, 0.8].map((part) => Math.floor(part * arrivals.length)) } : {}),
  ...(pattern ? { rules: (id) => pattern.test(id) } : {}),
})
if (values.essence) writeFileSync(values.essence, standingEssence(fed.alerts).join('\n'))
const result = score(truth, fed.alerts)
console.log(report(truth, result))
console.log(
  `\n${arrivals.length} records, ${fed.rejected} rejected, ${(fed.tookMs / 1000).toFixed(1)} s; ` +
    `${fed.incidents.filter(({ mergedInto }) => mergedInto === null).length} incidents`,
)

function report(
  about: Truth,
  { found, missed, falseAlerts, duplicates, withdrawn, standing }: Score,
): string {
  const lines: string[] = ['ATTACKS              found  of']
  const all = [...found, ...missed]
  for (const [kind, ofKind] of Map.groupBy(all, (one) => one.kind)) {
    const got = ofKind.filter(({ by }) => by.length > 0)
    lines.push(`  ${kind.padEnd(24)} ${got.length} of ${ofKind.length}`)
  }
  lines.push(`  all                      ${found.length} of ${all.length}`)
  for (const { attack, kind, related } of missed) {
    const told = [...new Set(related.map(({ ruleId }) => ruleId))].join(', ')
    lines.push(
      `  MISSED ${attack.id} ${kind} ${attack.variant ?? ''} ${attack.user} ${attack.start}  told by: ${told || '-'}`,
    )
  }
  lines.push(
    '',
    `ALERTS standing ${standing.length}, withdrawn ${withdrawn.length}, duplicates ${duplicates.length}`,
  )
  for (const [rule, ofRule] of Map.groupBy(standing, ({ ruleId }) => ruleId)) {
    const bad = falseAlerts.filter(({ alert }) => alert.ruleId === rule).length
    lines.push(`  ${rule.padEnd(40)} ${ofRule.length} (${bad} false)`)
  }
  const severe = falseAlerts.filter(({ alert }) => alert.severity === 'high' || alert.severity === 'critical')
  const perDay = (falseAlerts.length / about.days).toFixed(2)
  lines.push('', `FALSE ${falseAlerts.length} (${perDay} a day), high or more ${severe.length}`)
  for (const [kind, ofKind] of Map.groupBy(falseAlerts, ({ trap }) => trap?.kind ?? 'no trap')) {
    lines.push(`  ${kind}: ${ofKind.length}`)
    for (const { alert } of values.verbose ? ofKind : ofKind.slice(0, 5)) lines.push(`    ${line(alert)}`)
  }
  if (duplicates.length > 0) lines.push('', 'DUPLICATES')
  for (const [a, b] of duplicates) lines.push(`  ${line(a)}`, `  ${line(b)}`, '')
  if (values.verbose) lines.push('', 'FOUND')
  for (const { attack, kind, by } of values.verbose ? found : []) {
    lines.push(`  ${attack.id} ${kind} ${attack.variant ?? ''}: ${by.map(line).join('; ')}`)
  }
  for (const alert of values.verbose ? withdrawn : [])
    lines.push(`  withdrawn ${line(alert)}: ${alert.withdrawReason}`)
  return lines.join('\n')
}

function line({ ruleId, severity, user, entity, from, summary, id }: Alert): string {
  return `${ruleId} [${severity}] ${user ?? entity.value} ${toIso(from)} ${summary} (${id.slice(0, 8)})`
}
