import { describe, expect, test } from 'vitest'
import { one } from './records.ts'

const COMBINED =
  '203.0.113.7 - frank [31/May/2026:13:55:36 -0700] "GET /a.gif?x=1&y HTTP/1.1" 200 2326 "https://example.org/" "Mozilla/5.0 (made up)"'

describe('a line of an access log', () => {
  test('in the combined format', () => {
    const event = one({ message: COMBINED })
    expect(event).toMatchObject({
      dataset: 'web.access',
      time: Date.UTC(2026, 4, 31, 20, 55, 36),
      category: ['web'],
    })
    expect(event.fields).toMatchObject({
      message: COMBINED,
      event: { kind: 'event', type: ['access'], outcome: 'success', dataset: 'web.access' },
      source: { address: '203.0.113.7', ip: '203.0.113.7' },
      user: { name: 'frank' },
      http: {
        request: { method: 'GET', referrer: 'https://example.org/' },
        version: '1.1',
        response: { status_code: 200, body: { bytes: 2326 } },
      },
      url: { original: '/a.gif?x=1&y', path: '/a.gif', query: 'x=1&y' },
      user_agent: { original: 'Mozilla/5.0 (made up)' },
      related: { ip: ['203.0.113.7'], user: ['frank'] },
    })
  })

  test.each<[string, string, object]>([
    [
      'the common format',
      '192.0.2.1 - - [31/May/2026:13:55:36 +0000] "POST /login HTTP/2" 401 -',
      {
        http: { request: { method: 'POST' }, version: '2', response: { status_code: 401 } },
        event: { outcome: 'failure' },
      },
    ],
    [
      'a virtual host first',
      'www.example.org:443 192.0.2.1 - - [31/May/2026:13:55:36 +0000] "GET / HTTP/1.1" 301 0 "-" "-"',
      { url: { domain: 'www.example.org', port: 443, path: '/' }, source: { ip: '192.0.2.1' } },
    ],
    [
      'more at the end',
      '192.0.2.1 - - [31/May/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" "198.51.100.2" 0.003',
      { user_agent: { original: 'curl/8' } },
    ],
    [
      'quotes within',
      '192.0.2.1 - - [31/May/2026:13:55:36 +0000] "GET /\\"x HTTP/1.1" 200 5 "-" "a \\"b\\" c"',
      { url: { original: '/"x' }, user_agent: { original: 'a "b" c' } },
    ],
    [
      'no request at all',
      '192.0.2.1 - - [31/May/2026:13:55:36 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"',
      { http: { request: { original: '\\x16\\x03\\x01' }, response: { status_code: 400 } } },
    ],
    [
      'a proxy’s target',
      '192.0.2.1 - - [31/May/2026:13:55:36 +0000] "CONNECT example.org:443 HTTP/1.1" 405 0',
      { url: { original: 'example.org:443' } },
    ],
    [
      'a name for an address',
      'host.example.org - - [31/May/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5',
      { source: { domain: 'host.example.org' } },
    ],
    [
      'IPv6',
      '2001:db8::7 - - [31/May/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5',
      { source: { ip: '2001:db8::7' } },
    ],
  ])('%s', (_, message, expected) => {
    expect(one({ message }).fields).toMatchObject({ event: { category: ['web'] }, ...expected })
  })

  test.each<[object, string]>([
    [{ message: COMBINED, log: { file: { path: '/var/log/nginx/access.log' } } }, 'nginx.access'],
    [{ log: COMBINED, tag: 'apache2' }, 'apache.access'],
    [{ message: `<190>Jun  1 08:00:00 web1 nginx: ${COMBINED}` }, 'nginx.access'],
    [{ message: COMBINED, file: '/var/log/httpd/access_log' }, 'apache.access'],
    [{ message: COMBINED, event: { dataset: 'mine' } }, 'mine'],
  ])('whose it is follows from what is around it: %j', (record, dataset) => {
    expect(one(record)).toMatchObject({ dataset, category: ['web'] })
  })

  test.each([
    'GET /a HTTP/1.1',
    '[31/May/2026:13:55:36 +0000] "GET / HTTP/1.1" 200',
    '192.0.2.1 - - [yesterday, at some time] "GET / HTTP/1.1" 200 5',
    'INFO [main] "started"',
  ])('is not %j', (message) => {
    expect(one({ message })).toMatchObject({ dataset: 'generic', category: [] })
  })

  test('the time of the shipper comes first', () => {
    expect(one({ '@timestamp': '2026-06-01T08:00:00Z', message: COMBINED }).time).toBe(
      Date.UTC(2026, 5, 1, 8),
    )
  })
})
