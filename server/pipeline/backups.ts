/** Backups: made when somebody asks and once a day, one at a time; the old ones of ours go. */
import { type Clock, HOUR, type Millis, MINUTE } from '../domain/time.ts'
import type { AuditEntry, Store } from '../store/store.ts'
import { timeAfter, timeBefore } from './daily.ts'

export type MadeBackup = { file: string; bytes: number; events: number }
export type BackupSchedule = {
  enabled: boolean
  /** `03:00`, by the server's own clock. */
  time: string
  /** How many backups stay. */
  keep: number
}
export type KnownBackup = {
  file: string
  bytes: number
  at: Millis
  /** Null: it was not made by this installation, or before it was restored. */
  made: { events: number; tookMs: Millis } | null
}
export type BackupState = {
  backups: KnownBackup[]
  schedule: BackupSchedule
  next: Millis | null
  running: boolean
  /** The last one that failed since the server started, if none has succeeded since. */
  failure: { at: Millis; detail: string } | null
}
export type BackupParts = {
  store: Store
  /** Makes one and restores it once; throws if it cannot be restored. */
  make(at: Millis): Promise<MadeBackup>
  folder: {
    /** Those of ours, newest first. */
    list(): { file: string; bytes: number; at: Millis }[]
    remove(file: string): void
  }
  clock: Clock
  onError(error: unknown): void
}
export type Backups = {
  make(actor: string): Promise<MadeBackup & { tookMs: Millis }>
  state(): Promise<BackupState>
  setSchedule(schedule: BackupSchedule, actor: string): Promise<BackupState>
  /** Makes the daily one, if it is due. */
  beat(): Promise<void>
  stop(): Promise<void>
}

const DEFAULT: BackupSchedule = { enabled: true, time: '03:00', keep: 7 }
const SCHEDULE = { kind: 'setting', id: 'backup' } as const
const MADE = { kind: 'setting', id: 'backups-made' } as const
const RETRY: Millis = HOUR
const ACTOR = 'vedette'

type Made = Record<string, { events: number; tookMs: Millis; bytes: number }>

export function startBackups(parts: BackupParts, every: Millis = MINUTE): Backups {
  const { store, folder, clock } = parts
  const startedAt = clock()
  let failure: BackupState['failure'] = null
  let running = 0
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    running++
    const turn = last.then(work).finally(() => running--)
    last = turn.catch(() => undefined)
    return turn
  }

  async function make(actor: string): Promise<MadeBackup & { tookMs: Millis }> {
    const at = clock()
    const began = performance.now()
    try {
      const backup = await parts.make(at)
      const tookMs = Math.round(performance.now() - began)
      failure = null
      const { file, bytes, events } = backup
      const audit = { at: clock(), actor, verb: 'backup.create', subject: file, detail: { bytes, events } }
      await keepMade({ ...(await readMade()), [file]: { events, tookMs, bytes } }, audit)
      return { ...backup, tookMs }
    } catch (error) {
      failure = { at: clock(), detail: error instanceof Error ? error.message : String(error) }
      throw error
    }
  }

  async function readMade(): Promise<Made> {
    return ((await store.record(MADE.kind, MADE.id))?.body as Made | undefined) ?? {}
  }

  /** What is known of files that are gone is forgotten. */
  async function keepMade(made: Made, audit: AuditEntry): Promise<void> {
    const there = new Set(folder.list().map(({ file }) => file))
    const body = Object.fromEntries(Object.entries(made).filter(([file]) => there.has(file)))
    await store.putRecords([{ ...MADE, body, audit, at: clock() }])
  }

  async function readSchedule(): Promise<{ schedule: BackupSchedule; since: Millis }> {
    const record = await store.record(SCHEDULE.kind, SCHEDULE.id)
    if (!record) return { schedule: DEFAULT, since: 0 }
    return { schedule: record.body as BackupSchedule, since: record.updatedAt }
  }

  /** A time that passed while the machine was off counts; one before the first start or the last change does not. */
  async function isDue(): Promise<boolean> {
    const { schedule, since } = await readSchedule()
    if (!schedule.enabled) return false
    const now = clock()
    if (failure && now - failure.at < RETRY) return false
    const newest = folder.list()[0]?.at ?? startedAt
    return timeBefore(schedule.time, now) > Math.max(newest, since)
  }

  async function rotate(): Promise<void> {
    const { schedule } = await readSchedule()
    for (const { file, bytes } of folder.list().slice(schedule.keep)) {
      folder.remove(file)
      const detail = { reason: 'old', bytes }
      await store.note({ at: clock(), actor: ACTOR, verb: 'backup.remove', subject: file, detail })
    }
  }

  async function beat(): Promise<void> {
    try {
      if (running > 0 || !(await isDue())) return
      await inTurn(() => make(ACTOR))
      await rotate()
    } catch (error) {
      parts.onError(error)
    }
  }

  async function state(): Promise<BackupState> {
    const [made, { schedule }] = await Promise.all([readMade(), readSchedule()])
    const backups = folder.list().map((one): KnownBackup => {
      const own = made[one.file]
      const isOurs = own !== undefined && own.bytes === one.bytes
      return { ...one, made: isOurs ? { events: own.events, tookMs: own.tookMs } : null }
    })
    const next = schedule.enabled ? timeAfter(schedule.time, clock()) : null
    return { backups, schedule, next, running: running > 0, failure }
  }

  const timer = setInterval(() => void beat(), every)
  timer.unref()
  return {
    make: (actor) => inTurn(() => make(actor)),
    state,
    async setSchedule(schedule, actor) {
      const at = clock()
      const audit = { at, actor, verb: 'backup-schedule.change', subject: 'daily', detail: schedule }
      await store.putRecords([{ ...SCHEDULE, body: schedule, audit, at }])
      return state()
    },
    beat,
    async stop() {
      clearInterval(timer)
      await last
    },
  }
}
