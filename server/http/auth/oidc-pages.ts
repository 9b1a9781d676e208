/** The two pages that a browser sees on its way back from the provider. Without scripts, in the dashboard's clothes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../problem.ts'
import type { Answer } from '../route.ts'
import { OidcRefused } from './oidc.ts'

/**
 * A page of our own, and not a redirect: the session cookie is SameSite=Strict, and would not come along with a
 * navigation that began at the provider.
 */
export function signedIn(to: string, clientDir: string, cookies: string[]): Answer {
  const text = pageOf(clientDir, {
    title: 'You are signed in',
    body: `<a class="btn btn--block" href="${escaped(to)}">Go on to the dashboard</a>`,
    head: `<meta http-equiv="refresh" content="0; url=${escaped(to)}">`,
  })
  return { status: 200, text, type: 'text/html; charset=utf-8', headers: { 'set-cookie': cookies } }
}

/** Throws on what is no refusal but a fault of ours. */
export function refusal(error: unknown, clientDir: string, cookies: string[]): Answer {
  if (!(error instanceof OidcRefused) && !(error instanceof Problem)) throw error
  const text = pageOf(clientDir, {
    title: 'You are not signed in',
    body:
      `<p class="callout callout--warn">${escaped(error.message)}</p>` +
      '<a class="btn btn--block" href="/">Back to the sign-in</a>',
  })
  return { status: 403, text, type: 'text/html; charset=utf-8', headers: { 'set-cookie': cookies } }
}

function pageOf(clientDir: string, page: { title: string; body: string; head?: string }): string {
  const { title, body, head = '' } = page
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - Vedette</title>` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">${styleOf(clientDir)}${head}</head>` +
    `<body><main class="login"><div class="login__card"><div class="login__head"><h1>${title}</h1></div>` +
    `${body}</div></main></body></html>`
  )
}

/** The link to the dashboard's own style; nothing while it is not built. */
function styleOf(clientDir: string): string {
  try {
    const index = readFileSync(join(clientDir, 'index.html'), 'utf8')
    return /<link rel="stylesheet"[^>]*>/.exec(index)?.[0] ?? ''
  } catch {
    return ''
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)!};`)
}
