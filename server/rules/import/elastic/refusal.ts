/** Kinds of rules that cannot run here, with the reason and what comes nearest. */
import type { ImportNote } from '../outcome.ts'
import { lineOf } from './place.ts'
import { type Table, textOf } from './table.ts'

type Refused = { key: string; message: string; hint: string }

export function refusalOf(rule: Table, content: string): ImportNote | null {
  const found = refusedBy(rule)
  return found && { message: found.message, hint: found.hint, ...lineOf(content, found.key) }
}

const RUNNABLE = ['eql', 'query', 'threshold', 'new_terms']

function refusedBy(rule: Table): Refused | null {
  const type = textOf(rule['type'])
  if (textOf(rule['name']) === undefined) {
    return { key: 'rule_id', message: 'The rule has no name', hint: 'Add "name" to [rule].' }
  }
  if (type === undefined) {
    const hint = `Add "type": one of ${RUNNABLE.join(', ')}.`
    return { key: 'name', message: 'The rule has no type', hint }
  }
  const known = OTHER_TYPES[type]
  if (known) return { key: 'type', ...known(rule) }
  if (!RUNNABLE.includes(type)) {
    const message = `Rules of the type ${JSON.stringify(type)} are not known here`
    return { key: 'type', message, hint: `Those that run are ${RUNNABLE.join(', ')}.` }
  }
  const language = textOf(rule['language']) ?? (type === 'eql' ? 'eql' : 'kuery')
  if (language !== 'eql' && language !== 'kuery') {
    const message = `The query is in ${language}, which is not known here`
    return { key: 'language', message, hint: 'Write it in EQL or in KQL ("kuery").' }
  }
  if ((language === 'eql') !== (type === 'eql')) {
    const message = `A rule of the type ${type} is not written in ${language}`
    return { key: 'language', message, hint: `Its language is ${type === 'eql' ? 'eql' : 'kuery'}.` }
  }
  if (textOf(rule['query']) === undefined) {
    return { key: 'type', message: 'The rule has no query', hint: 'Add "query" to [rule].' }
  }
  if (Array.isArray(rule['filters']) && rule['filters'].length > 0) {
    return {
      key: 'filters',
      message:
        'The rule has filters beside its query (query DSL), which are not read: without them it would find more',
      hint: 'Write what they say into the query, for instance "and not field: value", and remove them.',
    }
  }
  return null
}

const OTHER_TYPES: { [type: string]: (rule: Table) => Omit<Refused, 'key'> } = {
  esql: (rule) => ({
    message:
      'ES|QL is not known here: it calculates over tables of events, and a rule here follows single events',
    hint: /\|\s*stats\b/i.test(textOf(rule['query']) ?? '')
      ? 'Write what it finds in EQL or KQL, and what STATS counts as "threshold: {by, at_least, distinct, within}".'
      : 'Write what it finds in EQL or KQL; what came before an event is a sequence.',
  }),
  machine_learning: (rule) => ({
    message: `It reads the results of an anomaly job that runs in Elastic only (${jobOf(rule)})`,
    hint: 'What comes nearest is a new_terms rule on the same field, e.g. "new_terms: {by: [user.email], fields: [source.geo.country_iso_code], history: 14d, learn: 3d}", or a threshold with a baseline.',
  }),
  threat_match: () => ({
    message: 'It compares events with an index of indicators, which there is none of here',
    hint: 'Write the indicators into the query: field in ("a", "b").',
  }),
  saved_query: () => ({
    message: 'Its query is kept in Kibana and is not part of the file',
    hint: 'Export the query and send a rule of the type "query".',
  }),
}

function jobOf(rule: Table): string {
  const job = rule['machine_learning_job_id']
  return (Array.isArray(job) ? job.join(', ') : textOf(job)) || 'unnamed'
}
