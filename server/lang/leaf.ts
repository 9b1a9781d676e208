import { type Doc, isDoc, type Json, leavesOf, type Reader, someLeaf, valuesOf } from './document.ts'
import { compileValue, type Evaluate, Scope } from './evaluate.ts'
import { constantNode, type Met, type Node } from './node.ts'
import type { Expr } from './tree.ts'
import { type FieldType, type FieldTypes, typed, type Value } from './values.ts'

/** A value of a field, and where exactly it came from. */
type Candidate = { value: Value; field: string; raw: Json }
type Slot = { path: string; read: Reader; type: FieldType | undefined; spread: boolean }

// One leaf over several long arrays has very many choices; no event may stall the process.
const MOST_CHOICES = 100_000

/**
 * A leaf of the filter: true if some choice of one value for each of its fields makes it true. A missing field
 * gives a single null; null is not true.
 */
export function compileLeaf(expr: Expr, types: FieldTypes): Node {
  const scope = new Scope(types)
  const evaluate = compileValue(expr, scope)
  const slots = scope.slots
  if (slots.length === 0) return constantNode(evaluate([]) === true)
  const [only] = slots
  const single = slots.length === 1 && only ? only : null
  return {
    test: single ? testOne(evaluate, single) : testSeveral(evaluate, slots),
    explain: (doc, wanted, met) => {
      if (wanted) explainTrue(evaluate, slots, doc, met)
      else explainFalse(slots, doc, met)
    },
    cost: scope.cost,
  }
}

function testOne(evaluate: Evaluate, slot: Slot): (doc: Doc) => boolean {
  const { read, type, spread } = slot
  const values: Value[] = [null]
  const whenMissing = evaluate(values) === true
  const holds = (raw: Json): boolean => {
    if (spread && isDoc(raw)) return someText(raw, holds)
    values[0] = type === undefined ? (raw as Value) : typed(raw, type)
    return evaluate(values) === true
  }
  return (doc) => {
    const raw = read(doc)
    if (raw === undefined) return whenMissing
    if (!Array.isArray(raw)) return holds(raw)
    for (const item of raw) if (holds(item)) return true
    return false
  }
}

function testSeveral(evaluate: Evaluate, slots: Slot[]): (doc: Doc) => boolean {
  return (doc) => {
    let found = false
    choose(evaluate, slots, doc, () => {
      found = true
      return false
    })
    return found
  }
}

/** Calls back with every choice that makes the expression true, until the callback answers false. */
function choose(evaluate: Evaluate, slots: Slot[], doc: Doc, onTrue: (choice: Candidate[]) => boolean): void {
  const lists = slots.map((slot) => candidates(slot, doc))
  const at = lists.map(() => 0)
  for (let tried = 0; tried < MOST_CHOICES; tried++) {
    const choice = lists.map((list, i) => list[at[i]!]!)
    if (evaluate(choice.map((candidate) => candidate.value)) === true && !onTrue(choice)) return
    let i = lists.length - 1
    while (i >= 0 && ++at[i]! >= lists[i]!.length) at[i--] = 0
    if (i < 0) return
  }
}

function candidates(slot: Slot, doc: Doc): Candidate[] {
  const found: Candidate[] = []
  for (const raw of valuesOf(slot.read, doc)) {
    if (slot.spread && isDoc(raw)) {
      for (const text of spreadTexts(raw, slot.path)) found.push(text)
    } else found.push({ value: typed(raw, slot.type), field: slot.path, raw })
  }
  return found.length > 0 ? found : [{ value: null, field: slot.path, raw: null }]
}

/** Whether one of the texts of an object passes: see `spreadTexts`. */
export function someText(node: Doc, holds: (text: string) => boolean): boolean {
  return someLeaf(node, (name, value) => holds(name) || holds(String(value)) || holds(`${name}: ${value}`))
}

/** What a string function sees of an object: of each leaf its name, its value, and `name: value`. */
export function spreadTexts(node: Doc, path = ''): Candidate[] {
  return leavesOf(node).flatMap(({ path: name, value }) => {
    const field = path === '' ? name : `${path}.${name}`
    return [name, String(value), `${name}: ${value}`].map((text) => ({ value: text, field, raw: value }))
  })
}

function explainTrue(evaluate: Evaluate, slots: Slot[], doc: Doc, met: Met[]): void {
  choose(evaluate, slots, doc, (choice) => {
    for (const { value, field, raw } of choice) if (value !== null) met.push({ field, value: raw })
    return met.length < MOST_CHOICES
  })
}

function explainFalse(slots: Slot[], doc: Doc, met: Met[]): void {
  for (const slot of slots) {
    for (const raw of valuesOf(slot.read, doc)) if (!isDoc(raw)) met.push({ field: slot.path, value: raw })
  }
}
