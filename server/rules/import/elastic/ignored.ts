/** What a rule of Elastic's says that has no effect here. */
import type { ImportNote } from '../outcome.ts'
import { lineOf } from './place.ts'
import { isTable, type Table, textOf } from './table.ts'

export function ignoredParts(rule: Table, content: string): ImportNote[] {
  return Object.entries(PARTS).flatMap(([key, { message, hint, applies }]) => {
    const value = rule[key]
    const isThere = applies ? applies(value) : isSomething(value)
    return isThere ? [{ message: `[${key}] has no effect: ${message}`, hint, ...lineOf(content, key) }] : []
  })
}

type Part = { message: string; hint: string | null; applies?(value: unknown): boolean }

const PARTS: { [key: string]: Part } = {
  alert_suppression: {
    message: 'an alert grows while what it is about goes on, and is told once',
    hint: null,
  },
  event_category_override: {
    message: 'the category of an event is read from event.category',
    hint: 'Write "any where" and the field in the condition.',
    applies: (value) => textOf(value) !== undefined && value !== 'event.category',
  },
  severity_mapping: { message: 'the severity is the same for all alerts', hint: null },
  risk_score_mapping: { message: 'the severity is the same for all alerts', hint: null },
  rule_name_override: { message: 'alerts carry the name of the rule', hint: 'Use a summary with {field}.' },
  exceptions_list: {
    message: 'the lists are kept in Kibana and are not part of the file',
    hint: 'Add exceptions for the rule here.',
  },
}

function isSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isTable(value) ? Object.keys(value).length > 0 : value !== undefined && value !== ''
}
