import { inBlock, parseAddress, parseBlock } from './address.ts'
import { calculate } from './arithmetic.ts'
import { Double, isNumeric, plain, shown, textOf, type Value } from './values.ts'
import { between, foldInPlace, indexOf, parseNumber, slice } from './text.ts'

export type ArgType = 'string' | 'integer' | 'number' | 'boolean' | 'any'
export type ResultType = 'string' | 'boolean' | 'integer' | 'number'

export type FunctionSpec = {
  name: string
  /** The types of the arguments; the last one repeats if `rest`. */
  args: readonly ArgType[]
  /** How many of them must be there. */
  least: number
  rest?: true
  result: ResultType
  /** It has a form with `~`. */
  folds?: true
  /** An old name: what to write instead. */
  instead?: string
  /** Gets no null; those arguments listed in `nullable` excepted. */
  run: (args: readonly Value[], insensitive: boolean) => Value
  nullable?: readonly number[]
}

const SPECS: FunctionSpec[] = [
  arithmeticFunction('add', '+'),
  arithmeticFunction('subtract', '-'),
  arithmeticFunction('multiply', '*'),
  arithmeticFunction('divide', '/'),
  arithmeticFunction('modulo', '%'),
  {
    name: 'between',
    args: ['string', 'string', 'string', 'boolean'],
    least: 3,
    result: 'string',
    folds: true,
    run: (args, insensitive) =>
      withTexts(args.slice(0, 3), ([source, left, right]) =>
        between(source!, left!, right!, args[3] === true, insensitive),
      ),
  },
  {
    name: 'cidrMatch',
    args: ['string', 'string'],
    least: 2,
    rest: true,
    result: 'boolean',
    run: (args) => withTexts(args, ([ip, ...blocks]) => isInBlocks(ip!, blocks)),
  },
  { name: 'concat', args: ['any'], least: 1, rest: true, result: 'string', run: concat },
  textTest('endsWith', (source, part) => source.endsWith(part)),
  {
    name: 'indexOf',
    args: ['string', 'string', 'integer'],
    least: 2,
    result: 'integer',
    folds: true,
    nullable: [2],
    run: (args, insensitive) =>
      withTexts(args.slice(0, 2), ([source, part]) =>
        indexOf(source!, part!, wholeNumber(args[2] ?? 0) ?? 0, insensitive),
      ),
  },
  {
    name: 'length',
    args: ['string'],
    least: 1,
    result: 'integer',
    run: (args) => withTexts(args, ([text]) => text!.length),
  },
  {
    name: 'number',
    args: ['string', 'integer'],
    least: 1,
    result: 'number',
    nullable: [1],
    run: (args) => withTexts(args.slice(0, 1), ([text]) => parseNumber(text!, wholeNumber(args[1] ?? null))),
  },
  textTest('startsWith', (source, part) => source.startsWith(part)),
  { name: 'string', args: ['any'], least: 1, result: 'string', run: (args) => shown(args[0]!) },
  textTest('stringContains', (source, part) => source !== '' && part !== '' && source.includes(part)),
  {
    name: 'substring',
    args: ['string', 'integer', 'integer'],
    least: 2,
    result: 'string',
    nullable: [1, 2],
    run: (args) =>
      withTexts(args.slice(0, 1), ([text]) =>
        slice(text!, wholeNumber(args[1] ?? 0) ?? 0, wholeNumber(args[2] ?? null)),
      ),
  },
]

const BY_NAME = new Map(SPECS.map((spec) => [spec.name.toLowerCase(), spec]))
// Kept for rules of 2020 and before; compiled as patterns, not as functions.
const WILDCARD: FunctionSpec = {
  name: 'wildcard',
  args: ['string', 'string'],
  least: 2,
  rest: true,
  result: 'boolean',
  folds: true,
  instead: 'field like~ ("pattern", ...)',
  run: () => null,
}
BY_NAME.set(WILDCARD.name, WILDCARD)

/** A function by its name in any case. */
export function functionNamed(name: string): FunctionSpec | undefined {
  return BY_NAME.get(name.toLowerCase())
}

/** The name as it is documented; an unknown one stays as it is. */
export function canonicalName(name: string): string {
  return functionNamed(name)?.name ?? name
}

export function functionNames(): string[] {
  return SPECS.map((spec) => spec.name)
}

/** Runs a function: any null argument gives null, unless the function knows what to do with it. */
export function applyFunction(spec: FunctionSpec, args: readonly Value[], insensitive: boolean): Value {
  for (const [i, arg] of args.entries()) {
    if (arg === null && !spec.nullable?.includes(i)) return null
  }
  return spec.run(args, insensitive)
}

/** Whether an address lies in one of the blocks; what is no address lies in none. */
export function isInBlocks(ip: string, blocks: readonly string[]): boolean {
  const address = parseAddress(ip)
  if (!address) return false
  return blocks.some((text) => {
    const block = parseBlock(text)
    return block !== null && inBlock(address, block)
  })
}

function arithmeticFunction(name: string, op: '+' | '-' | '*' | '/' | '%'): FunctionSpec {
  return {
    name,
    args: ['number', 'number'],
    least: 2,
    result: 'number',
    run: ([a, b]) => calculate(op, a!, b!),
  }
}

function textTest(name: string, test: (source: string, part: string) => boolean): FunctionSpec {
  return {
    name,
    args: ['string', 'string'],
    least: 2,
    result: 'boolean',
    folds: true,
    run: (args, insensitive) =>
      withTexts(args, ([source, part]) =>
        insensitive ? test(foldInPlace(source!), foldInPlace(part!)) : test(source!, part!),
      ),
  }
}

/** Null unless all arguments are text. */
function withTexts(args: readonly Value[], run: (texts: string[]) => Value): Value {
  const texts: string[] = []
  for (const arg of args) {
    const text = textOf(arg)
    if (text === null) return null
    texts.push(text)
  }
  return run(texts)
}

function wholeNumber(value: Value): number | null {
  if (value === null || !isNumeric(value) || value instanceof Double) return null
  return Math.trunc(Number(plain(value)))
}

function concat(args: readonly Value[]): Value {
  let text = ''
  for (const arg of args) {
    const part = shown(arg)
    if (part === null) return null
    text += part
  }
  return text
}
