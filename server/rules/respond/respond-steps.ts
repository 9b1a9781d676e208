import { isIP } from 'node:net'
import type { Alert, Entity } from '../../domain/alert.ts'
import type { RespondStep } from '../../domain/api.ts'
import type { Rule } from '../../domain/rule.ts'
import { HOUR } from '../../domain/time.ts'
import { CATALOGUE } from './catalogue.ts'
import { type CommandValues, fillCommand } from './template.ts'

/** What of an alert the steps need. Times in milliseconds. */
export type RespondAlert = Pick<Alert, 'user' | 'entity' | 'firstSeen' | 'lastSeen' | 'evidence'>

/** The steps that a rule advises, in its order, with the alert's account and address in the commands. */
export function respondSteps(rule: Pick<Rule, 'respond'>, alert: RespondAlert): Omit<RespondStep, 'done'>[] {
  const values = commandValues(alert)
  return rule.respond.flatMap((id) => {
    const step = Object.hasOwn(CATALOGUE, id) ? CATALOGUE[id]! : null
    if (!step) return []
    const powershell = step.powershell === undefined ? null : fillCommand(step.powershell, values)
    const graph = step.graph === undefined ? null : fillCommand(step.graph, values)
    const shell = step.shell === undefined ? null : fillCommand(step.shell, values)
    const commands = {
      ...(powershell !== null && { powershell }),
      ...(graph !== null && { graph }),
      ...(shell !== null && { shell }),
    }
    return [{ id, title: step.title, what: step.what, undo: step.undo, commands }]
  })
}

function commandValues(alert: RespondAlert): CommandValues {
  const address = addressOf(alert)
  return {
    account: alert.user,
    address,
    cidr: address === null ? null : `${address}/${isIP(address) === 4 ? 32 : 128}`,
    cidrType: address === null ? null : `#microsoft.graph.iPv${isIP(address)}CidrRange`,
    from: new Date(alert.firstSeen - HOUR).toISOString(),
    to: new Date(alert.lastSeen + HOUR).toISOString(),
  }
}

/** The address that the alert is about, else the one that its evidence names, if it names one only. */
function addressOf(alert: RespondAlert): string | null {
  const entity: Entity = alert.entity
  if (entity.type === 'ip') return isIP(entity.value) ? entity.value : null
  const named = alert.evidence.flatMap(({ matched }) =>
    matched.filter(({ field }) => field === 'source.ip').map(({ value }) => value),
  )
  const [only] = new Set(named)
  return typeof only === 'string' && isIP(only) && new Set(named).size === 1 ? only : null
}
