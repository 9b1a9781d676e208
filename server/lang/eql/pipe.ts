import { didYouMean } from '../diagnose.ts'
import type { Pipe } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'

const PIPES = ['head', 'tail']
const FOREIGN = ['count', 'unique', 'filter', 'sort', 'unique_count']

/** `| head 5 | tail 2`, up to the end of the query. */
export function parsePipes(cursor: Cursor): Pipe[] {
  const pipes: Pipe[] = []
  while (cursor.takeSign('|')) {
    cursor.recover(
      () => pipes.push(parsePipe(cursor)),
      (c) => c.isSign('|'),
      () => 0,
    )
  }
  return pipes
}

function parsePipe(cursor: Cursor): Pipe {
  const name = cursor.peek()
  if (name.type !== 'name') {
    cursor.fail(`Expected the name of a pipe but found ${describe(name)}`, 'There are head and tail')
  }
  if (FOREIGN.includes(name.value)) {
    cursor.fail(`Pipe [${name.value}] is not supported`, 'There are head and tail')
  }
  const kind = PIPES.find((pipe) => pipe === name.value)
  if (!kind) {
    const near = didYouMean(name.value, PIPES)
    cursor.fail(`Unrecognized pipe [${name.value}]`, near ?? 'There are head and tail')
  }
  cursor.next()
  const count = readCount(cursor, kind)
  return { kind: kind as Pipe['kind'], count, at: cursor.since(name.at) }
}

function readCount(cursor: Cursor, pipe: string): number {
  const start = cursor.peek()
  if (cursor.atEnd() || cursor.isSign('|')) {
    cursor.fail(`Pipe [${pipe}] expects exactly one argument but found [0]`, `Write: ${pipe} 10`)
  }
  const negative = cursor.takeSign('-')
  const token = cursor.next()
  const text = `${negative ? '-' : ''}${token.value}`
  const at = cursor.since(start.at)
  if (token.type !== 'number' || token.double || negative || token.value > Number.MAX_SAFE_INTEGER) {
    cursor.fail(`Pipe [${pipe}] expects a positive integer but found [${text}]`, `Write: ${pipe} 10`, at)
  }
  if (!cursor.atEnd() && !cursor.isSign('|')) {
    cursor.fail(`Pipe [${pipe}] expects exactly one argument but found more`, `Write: ${pipe} 10`)
  }
  return Number(token.value)
}
