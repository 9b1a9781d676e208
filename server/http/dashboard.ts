/** The built dashboard: its files, and one page for all of its addresses. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import { Problem } from './problem.ts'
import { isEncrypted } from './proxy.ts'

/** First parts of the addresses that the dashboard itself understands. */
export const CLIENT_PAGES = [
  'login',
  'setup',
  'overview',
  'alerts',
  'incidents',
  'search',
  'accounts',
  'users',
  'user',
  'rules',
  'sources',
  'coverage',
  'settings',
  'start',
] as const
const PAGE = new RegExp(`^/(?:(?:${CLIENT_PAGES.join('|')})(?:/[^/]*){0,3})?$`)

/**
 * Everything that is shown comes from attackers: no inline code, nothing from elsewhere, no HTML from strings.
 * `secure`: TLS always, by the settings.
 */
export function securityHeaders(secure: boolean): RequestHandler {
  const [plain, encrypted] = [headersOf(false), headersOf(true)]
  return (request, response, next) =>
    (isEncrypted(request, secure) ? encrypted : plain)(request, response, next)
}

function headersOf(encrypted: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        fontSrc: ["'none'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // Without TLS it would lock people out of an address that may never have any.
    strictTransportSecurity: encrypted && { maxAge: 180 * 24 * 3600, includeSubDomains: false },
  })
}

/** The page, for whoever asks in so many words for HTML: shippers ask for the same `/`. */
export function mountPages(app: Express, clientDir: string): void {
  const index = join(clientDir, 'index.html')
  app.use((request, response, next) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && PAGE.test(request.path)
    if (!isPage || !/\btext\/html\b/i.test(request.headers.accept ?? '')) {
      next()
      return
    }
    if (!existsSync(index)) throw new Problem('notFound', 'The dashboard is not built: run "npm run build".')
    response.set({ 'cache-control': 'no-cache', vary: 'accept' })
    response.sendFile(index, { cacheControl: false })
  })
}

export function mountFiles(app: Express, clientDir: string): void {
  const common = {
    index: false,
    redirect: false,
    setHeaders: (response: Response) => response.removeHeader('cache-control'),
  } as const
  // Their names carry a hash of their content.
  app.use('/assets', express.static(join(clientDir, 'assets'), { ...common, immutable: true, maxAge: '1y' }))
  app.use(express.static(clientDir, { ...common, maxAge: 0 }))
}
