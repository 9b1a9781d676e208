/** The heartbeat of the correlator: a cron expression of six fields. */
import cron from 'node-cron'

type HeartbeatLog = Record<'info' | 'warn' | 'error' | 'debug', (message: string) => void>
export type Heartbeat = { stop(): Promise<void> }

export function startHeartbeat(expression: string, beat: () => void, log: HeartbeatLog): Heartbeat {
  cron.setLogger?.({
    info: (message: string) => log.info(message),
    warn: (message: string) => log.warn(message),
    error: (message: string | Error) => log.error(String(message)),
    debug: (message: string | Error) => log.debug(String(message)),
  })
  const task = cron.schedule(expression, beat, { name: 'correlate' })
  return {
    stop: async () => {
      await task.destroy()
    },
  }
}
