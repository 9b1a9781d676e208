import type { ArithmeticOp } from './tree.ts'
import { double, Double, isNumeric, plain, type Value, whole } from './values.ts'

const LONGEST = 2n ** 63n - 1n

/**
 * Java's arithmetic: two integers stay one, `/` truncates toward zero, `%` has the sign of the dividend, a double
 * makes a double. Null for what is no number, for a division by zero and beyond 64 bits.
 */
export function calculate(op: ArithmeticOp, left: Value, right: Value): Value {
  if (!isNumeric(left) || !isNumeric(right)) return null
  if (isInteger(left) && isInteger(right)) return wholeResult(op, left, right)
  return double(doubleResult(op, Number(plain(left)), Number(plain(right))))
}

export function negative(value: Value): Value {
  if (!isNumeric(value)) return null
  if (value instanceof Double) return new Double(-Double.number(value))
  return value === 0 ? 0 : -value
}

function isInteger(value: number | bigint | Double): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

function doubleResult(op: ArithmeticOp, a: number, b: number): number {
  if (op === '+') return a + b
  if (op === '-') return a - b
  if (op === '*') return a * b
  return op === '/' ? a / b : a % b
}

function wholeResult(op: ArithmeticOp, a: number | bigint, b: number | bigint): Value {
  if ((op === '/' || op === '%') && Number(b) === 0) return null
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = op === '/' ? Math.trunc(a / b) : doubleResult(op, a, b)
    if (Number.isSafeInteger(quick) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return quick + 0
  }
  const exact = exactResult(op, BigInt(a), BigInt(b))
  if (exact > LONGEST || exact < -LONGEST - 1n) return null
  return whole(exact)
}

function exactResult(op: ArithmeticOp, a: bigint, b: bigint): bigint {
  if (op === '+') return a + b
  if (op === '-') return a - b
  if (op === '*') return a * b
  return op === '/' ? a / b : a % b
}
