/** The HTTP side: one port for shippers, people and their dashboard. */
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import express, { type RequestHandler } from 'express'
import type { Logger } from 'pino'
import type { LogLevel } from '../domain/log-level.ts'
import { createCoverage } from '../pipeline/coverage.ts'
import { createTrials, localTrialsPort } from '../pipeline/trials.ts'
import { localSearchPort } from '../search/port.ts'
import { scanPlan } from '../search/scan-plan.ts'
import { createSearch } from '../search/search.ts'
import { createTurn } from '../search/turn.ts'
import { createAttempts } from './auth/attempts.ts'
import { createDevices } from './auth/devices.ts'
import { createGate } from './auth/gate.ts'
import { createKeyRing, type KeyRing } from './auth/keys.ts'
import { createKeyUses } from './auth/key-use.ts'
import { createOidcFlows } from './auth/oidc.ts'
import type { OwnOrigin } from './auth/origin.ts'
import { closable } from './closing.ts'
import type { Context } from './context.ts'
import { countedIngest } from './counted-ingest.ts'
import { mountFiles, mountPages, securityHeaders } from './dashboard.ts'
import { limitArrival } from './deadline.ts'
import { createIntake, type Intake, type IntakeLimits } from './intake.ts'
import { LIVE_TIMES, type LiveTimes, openLive } from './live.ts'
import { elasticPaths } from './elastic-paths.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { mountNothing, mountRoutes } from './mount.ts'
import { openApiRoute } from './openapi.ts'
import type { HttpParts, LogLevelPort } from './parts.ts'
import { answerErrors } from './problem-json.ts'
import type { Route } from './route.ts'
import { allRoutes } from './routes/index.ts'
import { stateMetrics } from './state-metrics.ts'
import { createTally } from './tally.ts'
import type { TlsPair } from './tls-files.ts'
import { createTraffic } from './traffic.ts'

export type Http = {
  server: http.Server
  intake: Intake
  keys: KeyRing
  /** Finishes what was accepted, then resolves; live feeds are told to come back. */
  close(): Promise<void>
  /** The store holds changes of alerts and incidents up to this revision. */
  announce(revision: number): void
  /** Somebody was told of something, or could not be. */
  delivered: Metrics['delivered']
  /** New connections get this certificate, where the server has TLS. Throws when it cannot be used. */
  useTls(pair: TlsPair): void
  /** Every route there is, for the tests of the API description. */
  routes: readonly Route[]
}

export function createHttp(
  parts: HttpParts,
  options: { live?: Partial<LiveTimes>; intake?: IntakeLimits } = {},
): Http {
  const { store, clock, settings, log } = parts
  const own: OwnOrigin = { publicUrl: settings.publicUrl, secure: settings.secureCookie }
  const keys = createKeyRing({ store, clock, apiKey: settings.apiKey })
  const uses = createKeyUses({
    store,
    clock,
    onError: (error) => log.warn({ err: error }, 'when keys were used could not be written down'),
  })
  const gate = createGate({ store, clock, keys, uses, own })
  const metrics = createMetrics(parts.registry, settings.version)
  const context: Context = {
    ...parts,
    ingest: countedIngest(parts.ingest, metrics),
    intake: createIntake({ storage: parts.storage, maxBody: settings.maxBody }, options.intake),
    search: parts.search ?? localSearchPort(createSearch({ store, clock })),
    trials: parts.trials ?? localTrialsPort(createTrials({ store, clock, plan: scanPlan, turn: createTurn })),
    coverage: parts.coverage ?? createCoverage({ store, clock }),
    logLevel: parts.logLevel ?? levelOf(log),
    keys,
    uses,
    attempts: createAttempts(),
    devices: createDevices({ store, clock }),
    oidc: createOidcFlows(clock),
    metrics,
    traffic: createTraffic(store),
    tally: createTally(store),
  }
  let certificate = settings.tls ?? null
  metrics.beforeText(stateMetrics(parts.registry, context, () => certificate))
  const described = allRoutes(context)
  const routes = [...described, openApiRoute(described, settings.version)]

  const app = express()
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('query parser', 'simple')
    .set('case sensitive routing', true)
  app.use(securityHeaders(settings.secureCookie), mark, measure(context.metrics))
  mountPages(app, settings.clientDir)
  // Before the routes: `GET /{index}` would take their names.
  mountFiles(app, settings.clientDir)
  app.use(elasticPaths(routes))
  mountRoutes(app, routes, { gate, context, onChange: () => live.recheck() })
  mountNothing(app, routes, gate)
  app.use(answerErrors(log))

  const server = settings.tls ? https.createServer(settings.tls, app) : http.createServer(app)
  // Shippers send every few seconds on one connection; ended in between, it costs them an error and a retry.
  server.keepAliveTimeout = 65_000
  limitArrival(server)
  const stop = closable(server)
  const live = openLive(server, { context, gate, own, times: { ...LIVE_TIMES, ...options.live } })
  return {
    server,
    intake: context.intake,
    keys,
    routes,
    delivered: metrics.delivered,
    announce: (revision) => live.announce(revision),
    useTls(pair) {
      if (!(server instanceof https.Server)) return
      server.setSecureContext(pair)
      certificate = pair
    },
    async close() {
      live.close()
      await stop()
      // A disk that is full keeps nobody from stopping.
      await uses.flush().catch(() => undefined)
    },
  }
}

function levelOf(log: Logger): LogLevelPort {
  const current = () => log.level as LogLevel
  return { atStart: current(), current, set: async (level) => void (log.level = level) }
}

/** Gives every answer an id to search the log for, and keeps answers out of caches unless they say otherwise. */
const mark: RequestHandler = (_request, response, next) => {
  response.set({ 'x-request-id': randomUUID(), 'cache-control': 'no-store' })
  next()
}

function measure(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const began = performance.now()
    response.once('finish', () => {
      const route = (response.locals.route as string | undefined) ?? 'other'
      metrics.answered(request.method, route, response.statusCode, (performance.now() - began) / 1000)
    })
    next()
  }
}
