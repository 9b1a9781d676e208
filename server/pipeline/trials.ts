/** Rules tried out as a thread answers it: each verb one question with a number, by which it can be given up. */
import type { Exception } from '../domain/exception.ts'
import type { Rule } from '../domain/rule.ts'
import type { Clock, Millis } from '../domain/time.ts'
import { compileRule } from '../rules/compile.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { compileException } from '../rules/exceptions.ts'
import type { Store } from '../store/store.ts'
import { type Backtest, backtest, type ScanPlan, TooBroad, type Turn } from './backtest.ts'
import { type Explained, explain } from './explain.ts'

/** `rule` as it is stored, or as it might be; times are event times, both included. */
export type TrialQuestion = {
  rule: Rule
  from: Millis
  to: Millis
  /** As if this were left out too: an exception that somebody is writing. */
  without?: Pick<Exception, 'language' | 'condition' | 'expires'>
}
export type ExplainQuestion = Omit<TrialQuestion, 'without'> & {
  /** An account, an address, another value. */ entity: string
}
/** Why there is no answer: a sentence for the person who asked. */
export type Refused = { refused: string }

export type Trials = {
  backtest(job: number, question: TrialQuestion): Promise<(Backtest & { tookMs: number }) | Refused>
  explain(job: number, question: ExplainQuestion): Promise<Explained | Refused>
  /** Nobody waits for the answer of this job any more: it throws soon. */
  giveUp(job: number): void
}
export type TrialParts = {
  store: Store
  clock: Clock
  plan: ScanPlan
  /** Lets others have the thread, and throws when this is given up. */
  turn(isGivenUp: () => boolean): Turn
}

export function createTrials({ store, clock, plan, turn }: TrialParts): Trials {
  const running = new Set<number>()
  const givenUp = new Set<number>()

  async function answer<T>(
    job: number,
    rule: Rule,
    work: (compiled: CompiledRule, turn: Turn) => Promise<T>,
  ): Promise<T | Refused> {
    const { compiled, diagnostics } = compileRule(rule)
    if (!compiled) return { refused: diagnostics.map(({ message }) => message).join('; ') }
    running.add(job)
    try {
      return await work(
        compiled,
        turn(() => givenUp.has(job)),
      )
    } catch (error) {
      if (error instanceof TooBroad) return { refused: error.message }
      throw error
    } finally {
      running.delete(job)
      givenUp.delete(job)
    }
  }

  return {
    backtest: (job, { rule, from, to, without }) =>
      answer(job, rule, async (compiled, own) => {
        const began = performance.now()
        const written = without && { ...without, id: 'unsaved', ruleId: rule.id, reason: '' }
        const exceptions = written ? [compileException(written).compiled ?? []].flat() : []
        const found = await backtest({ store, compiled, from, to, now: clock(), plan, turn: own, exceptions })
        return { ...found, tookMs: Math.round(performance.now() - began) }
      }),
    explain: (job, { rule, ...asked }) =>
      answer(job, rule, (compiled, own) => explain({ store, compiled, ...asked, turn: own })),
    giveUp(job) {
      if (running.has(job)) givenUp.add(job)
    },
  }
}

/** Each question is given up when its signal aborts; then it rejects. */
export type TrialsPort = {
  backtest(question: TrialQuestion, signal: AbortSignal): ReturnType<Trials['backtest']>
  explain(question: ExplainQuestion, signal: AbortSignal): ReturnType<Trials['explain']>
}

/** A port to the trials behind `call`, which may be on another thread: a verb and its arguments. */
export function trialsPort(call: (verb: keyof Trials, args: unknown[]) => Promise<unknown>): TrialsPort {
  let jobs = 0
  async function ask<T>(verb: keyof Trials, question: unknown, signal: AbortSignal): Promise<T> {
    const job = ++jobs
    const giveUp = () => void call('giveUp', [job])
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return (await call(verb, [job, question])) as T
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }
  return {
    backtest: (question, signal) => ask('backtest', question, signal),
    explain: (question, signal) => ask('explain', question, signal),
  }
}

/** The same without another thread: for tests, and for tools that have nobody to keep waiting. */
export function localTrialsPort(trials: Trials): TrialsPort {
  return trialsPort(async (verb, args) => (trials[verb] as (...args: unknown[]) => unknown)(...args))
}
