/** Holds every answer that a test sees against what the API description promises for it. */
import type { Route } from '../../server/http/route.ts'
import { problem } from '../../server/http/schemas.ts'

export async function checkAnswer(
  routes: readonly Route[],
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const route = findRoute(routes, method, path)
  if (!route) return
  const type = response.headers.get('content-type') ?? ''
  const spec = route.answers[response.status]
  const where = `${method} ${path} -> ${response.status}`
  if (type.startsWith('application/problem+json')) {
    if (route.dialect) throw new Error(`${where}: a problem, where the protocol has its own errors`)
    problem.parse(await response.clone().json())
    return
  }
  if (response.status >= 400 && !spec?.schema) return
  // A file of the dashboard, whose name could be one of an index.
  if (/^(?:text\/html|image\/|text\/javascript)/.test(type)) return
  if (!spec) throw new Error(`${where}: this status is not described`)
  if (!spec.schema) return
  const checked = spec.schema.safeParse(await response.clone().json())
  if (!checked.success) throw new Error(`${where}: not as described: ${checked.error.message}`)
}

export function findRoute(routes: readonly Route[], method: string, path: string): Route | undefined {
  const pathname = path.split('?')[0]!
  return routes.find((route) => {
    const pattern = route.path
      .split(/\{\w+\}/)
      .map((part) => RegExp.escape(part))
      .join('[^/]+')
    return route.method === method.toLowerCase() && new RegExp(`^${pattern}$`).test(pathname)
  })
}
