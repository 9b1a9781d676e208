/** A command that sends one made-up sign-in. `at` is ISO 8601, `key` may be a placeholder. */
export function eventSnippet(origin: string, key: string, at: string): string {
  const record = {
    '@timestamp': at,
    event: { dataset: 'test', category: ['authentication'], action: 'logged-in', outcome: 'success' },
    user: { email: 'first@example.com' },
    source: { ip: '203.0.113.24' },
  }
  return [
    `curl ${origin}/api/v1/events \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(record)}'`,
  ].join('\n')
}
