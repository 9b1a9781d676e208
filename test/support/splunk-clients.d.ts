/** What the tests use of Splunk's clients, which come without types. */
declare module 'splunk-logging' {
  type Context = { message: unknown; severity?: string; metadata?: Record<string, unknown> }
  export class Logger {
    constructor(config: { token: string; url: string; maxBatchCount?: number; maxRetries?: number })
    error: (error: Error) => void
    send(context: Context): void
    flush(callback: (error: Error | null, response: unknown, body: unknown) => void): void
  }
}
declare module 'winston-splunk-httplogger' {
  import Transport from 'winston-transport'
  export default class SplunkTransport extends Transport {
    constructor(options: { splunk: Record<string, unknown> })
  }
}
