/** `/api/v1/alerts/{id}` -> a pattern of the paths that it means. */
export function pathPattern(path: string): RegExp {
  const pattern = path
    .split(/\{\w+\}/)
    .map((part) => RegExp.escape(part))
    .join('[^/]+')
  return new RegExp(`^${pattern}/?$`)
}
