/** Backups: made now or once a day. */
import { z } from 'zod'
import type { BackupScheduleView, BackupsView, MadeBackupView } from '../../domain/api/keeping.ts'
import { toIso } from '../../domain/time.ts'
import type { BackupState } from '../../pipeline/backups.ts'
import { STORE_FULL } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import type { BackupsPort } from '../parts.ts'
import { Problem } from '../problem.ts'
import { created, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas/keeping.ts'
import { isoOrNull } from '../views.ts'

const schedule: z.ZodType<BackupScheduleView> = z.strictObject({
  enabled: z.boolean(),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as "03:00"')
    .meta({ description: "By the server's own clock." }),
  keep: z
    .int()
    .min(1)
    .max(365)
    .meta({ description: 'How many backups stay; older ones go after the daily one.' }),
})

export function backupRoutes({ backups, log }: Context): Route[] {
  const tag = 'operations'
  const access = ['admin'] as const
  const port = (): BackupsPort => {
    if (!backups) throw new Problem('notFound', 'This server makes no backups.')
    return backups
  }
  return [
    route({
      method: 'get',
      path: '/api/v1/backups',
      tag,
      summary: 'List backups, with the schedule',
      access,
      answers: { 200: { description: 'All of them, newest first', schema: answers.backups } },
      handle: async () => ok(backupsView(await port().state())),
    }),
    route({
      method: 'post',
      path: '/api/v1/backups',
      tag,
      summary: 'Make a backup now and restore it once',
      access,
      answers: {
        201: { description: 'It is there and can be restored', schema: answers.madeBackup },
        500: { description: 'It failed: `detail` says why' },
        503: { description: 'There is no room for it' },
      },
      async handle({ who }) {
        try {
          const made = await port().make(who.name)
          const view: MadeBackupView = { ...made, checked: true }
          return created(view, '/api/v1/backups')
        } catch (error) {
          if (error instanceof Problem) throw error
          const { message, code } = error as Error & { code?: string }
          if (code === STORE_FULL) throw new Problem('storageFull', message)
          log.error({ err: error }, 'a backup failed')
          throw new Problem('backupFailed', `No backup was made: ${message}.`)
        }
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/backups/schedule',
      tag,
      summary: 'Set when the daily backup is made and how many stay',
      access,
      body: jsonBody(schedule),
      answers: { 200: { description: 'Set', schema: answers.backups } },
      handle: async ({ body, who }) => ok(backupsView(await port().setSchedule(body, who.name))),
    }),
  ]
}

function backupsView(state: BackupState): BackupsView {
  const { schedule: set, next, running, failure } = state
  return {
    backups: state.backups.map(({ file, bytes, at, made }) => ({
      file,
      bytes,
      at: toIso(at),
      events: made?.events ?? null,
      checked: made !== null,
      tookMs: made?.tookMs ?? null,
    })),
    nextCursor: null,
    schedule: { ...set, next: isoOrNull(next) },
    running,
    failure: failure && { at: toIso(failure.at), detail: failure.detail },
  }
}
