/** What an inbox rule does, from the parameters of a cmdlet or from what desktop Outlook reports. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, text } from '../../clean.ts'
import type { MailboxFacts } from '../mailbox.ts'
import { type FolderKind, folderKind, isOutOfSight } from './place.ts'
import { targetsOf } from './targets.ts'
import { areSuspicious, isObscure } from './words.ts'

/** What is read out of either shape. */
type RuleParts = {
  name: string | undefined
  targets: string[]
  deletes: boolean
  marksRead: boolean
  stops: boolean
  movesTo: string | undefined
  /** Words that it looks for in subject, body or header. */
  words: string[]
  /** Every mail meets its condition. */
  catchesAll: boolean
}

/** `New-InboxRule` and `Set-InboxRule`, as Outlook on the web, PowerShell and the mobile apps write them. */
export function commandRule(audit: Fields, action: string): MailboxFacts | null {
  const parameters = audit['Parameters']
  if (!isObject(parameters)) return null
  const is = (name: string) => /^\$?true$/i.test(text(parameters[name]) ?? '')
  const words = WORDS.flatMap((key) => wordsOf(parameters[key]))
  return factsOf({
    name: text(parameters['Name']) ?? lastPart(text(audit['ObjectId'])),
    targets: targetsOf(FORWARDS.map((key) => parameters[key])),
    deletes: is('DeleteMessage') || is('SoftDeleteMessage'),
    marksRead: is('MarkAsRead'),
    stops: is('StopProcessingRules'),
    movesTo: text(parameters['MoveToFolder']),
    words,
    // A change of a rule names only what it changes: what it leaves out may stand as it was.
    catchesAll: action === 'New-InboxRule' && catchesAll(parameters),
  })
}

const FORWARDS = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo', 'RedirectToRecipients']
const WORDS = [
  'SubjectContainsWords',
  'BodyContainsWords',
  'SubjectOrBodyContainsWords',
  'HeaderContainsWords',
]
/** Parameters that are no condition; every other one narrows the rule. */
const NO_CONDITION = new Set([
  ...FORWARDS,
  ...'Name Identity Mailbox Force Confirm WhatIf AlwaysDeleteOutlookRulesBlob StopProcessingRules Priority'.split(
    ' ',
  ),
  ...'DeleteMessage SoftDeleteMessage MarkAsRead MoveToFolder CopyToFolder ApplyCategory MarkImportance'.split(
    ' ',
  ),
  ...'PinMessage DeleteSystemCategory ApplySystemCategory Debug Verbose ErrorAction DomainController Enabled'.split(
    ' ',
  ),
])

/** No condition, or only ones that every mail meets: words of one sign ("@"), a size above next to nothing. */
function catchesAll(parameters: Fields): boolean {
  return Object.entries(parameters).every(([name, value]) => {
    if (NO_CONDITION.has(name)) return true
    if (name.endsWith('ContainsWords')) {
      const words = wordsOf(value)
      return words.some((word) => Array.from(word).length === 1)
    }
    if (name === 'WithinSizeRangeMinimum') return bytesOf(text(value) ?? '') <= TINY
    return false
  })
}

// Every mail has more than that in its headers.
const TINY = 10_000

function bytesOf(size: string): number {
  const exact = /\(([\d,]+) bytes\)/.exec(size)?.[1]
  if (exact !== undefined) return Number(exact.replaceAll(',', ''))
  const said = /^\s*([\d.]+)\s*([kmg]?)b?\s*$/i.exec(size)
  return said ? Number(said[1]) * (UNITS[said[2]!.toLowerCase()] ?? 1) : Infinity
}

const UNITS: { [unit: string]: number } = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/**
 * `UpdateInboxRules`: the rule is a list of names and values, its actions are JSON text (`RuleActions`, or `ServerRule`
 * with all of it). Null for the empty records that Outlook writes by the dozen, and for rules taken away.
 */
export function outlookRule(audit: Fields): MailboxFacts | null {
  const said = namedValues(audit['OperationProperties'])
  if (/^(remove|delete|disable)/i.test(text(said['RuleOperation']) ?? '')) return null
  const whole = unpack(said['ServerRule'])
  const actions = objectsIn([unpack(said['RuleActions']), whole]).filter((one) => 'ActionType' in one)
  if (actions.length === 0) return null
  const type = (pattern: RegExp) => actions.find((one) => pattern.test(text(one['ActionType']) ?? ''))
  const move = type(/move|copy/i)
  const condition =
    said['RuleCondition'] ?? (isObject(whole) ? (whole['Condition'] ?? whole['Conditions']) : undefined)
  const conditionText =
    typeof condition === 'string' ? condition : condition === undefined ? '' : JSON.stringify(condition)
  return factsOf({
    name:
      text(said['RuleName']) ??
      (isObject(whole) ? (text(whole['Name']) ?? text(whole['RuleName'])) : undefined),
    targets: targetsOf(
      actions
        .filter((one) => /forward|redirect/i.test(text(one['ActionType']) ?? ''))
        .map((one) => one['Recipients']),
    ),
    deletes: type(/delete/i) !== undefined,
    marksRead: type(/mark\s*as\s*read/i) !== undefined,
    stops: type(/stop/i) !== undefined,
    movesTo: move && (text(move['DestinationFolder']) ?? text(move['Folder']) ?? text(move['FolderName'])),
    words: conditionWords(conditionText),
    catchesAll: /^[\s{}()[\]]*$/.test(conditionText),
  })
}

/** `(Subject SubString invoice;payment)` -> the words; those looked for in a sender's address are none. */
function conditionWords(condition: string): string[] {
  return [
    ...condition.matchAll(
      /\b(?:subject|body|subjectorbody|header\w*|text)\w*["\s:]+(?:\w+["\s:]+)?([^()"{}]+)/gi,
    ),
  ].flatMap(([, words]) => wordsOf(words!))
}

function factsOf(rule: RuleParts): MailboxFacts {
  const kind: FolderKind | undefined = rule.movesTo === undefined ? undefined : folderKind(rule.movesTo)
  const hidesIn = isOutOfSight(kind)
  const facts: Fields = {}
  put(facts, 'name', rule.name)
  if (
    rule.name !== undefined &&
    isObscure(rule.name, { marksRead: rule.marksRead, hidesIn: HIDING.has(kind ?? '') })
  ) {
    facts['name_obscure'] = true
  }
  if (rule.deletes) facts['deletes'] = true
  if (rule.marksRead) facts['marks_read'] = true
  if (rule.stops) facts['stops'] = true
  put(facts, 'moves_to', rule.movesTo)
  if (rule.deletes || hidesIn) facts['hides'] = true
  put(facts, 'words', rule.words)
  if (areSuspicious(rule.words)) facts['words_suspicious'] = true
  if (rule.catchesAll) facts['condition_empty'] = true
  return { mailbox: { change: 'inbox-rule' }, inbox_rule: facts, targets: rule.targets }
}

const HIDING = new Set<string>(['rss', 'history', 'archive'])

function namedValues(list: Json | undefined): Fields {
  if (!Array.isArray(list)) return isObject(list) ? list : {}
  const named: Fields = {}
  for (const pair of list) {
    const name = isObject(pair) ? text(pair['Name']) : undefined
    if (name !== undefined && isObject(pair)) put(named, name, pair['Value'])
  }
  return named
}

/** JSON within text, as what it is; other text as it is. */
function unpack(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value) as Json
  } catch {
    return value
  }
}

function objectsIn(values: readonly (Json | undefined)[]): Fields[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return objectsIn(value)
    return isObject(value)
      ? [value, ...objectsIn(Object.values(value).filter((item) => typeof item === 'object'))]
      : []
  })
}

function wordsOf(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf)
  if (typeof value !== 'string') return []
  return value
    .split(/[;,]/)
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '')
}

/** The rule's name in `mara\Rule`. */
function lastPart(objectId: string | undefined): string | undefined {
  const at = objectId?.lastIndexOf('\\') ?? -1
  return at === -1 ? undefined : objectId!.slice(at + 1) || undefined
}
