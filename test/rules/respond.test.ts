import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../server/rules/respond/catalogue.ts'
import {
  jsonText,
  nftText,
  odataText,
  powershellText,
  shellText,
  urlText,
} from '../../server/rules/respond/quote.ts'
import { type RespondAlert, respondSteps } from '../../server/rules/respond/respond-steps.ts'

const AT = Date.UTC(2026, 8, 9, 12)
const alert = (user: string | null, entity = { type: 'user', value: user ?? '' }): RespondAlert => ({
  user,
  entity,
  firstSeen: AT,
  lastSeen: AT,
  evidence: [],
})
const all = { respond: Object.keys(CATALOGUE) }

describe('every step of the catalogue', () => {
  test.each(Object.keys(CATALOGUE))('%s says what it does, and leaves no placeholder', (id) => {
    const [step] = respondSteps(
      { respond: [id] },
      alert('mara@example.org', { type: 'ip', value: '203.0.113.7' }),
    )
    expect(step!.title).not.toBe('')
    expect(step!.what.length).toBeGreaterThan(40)
    const { powershell, graph, shell } = CATALOGUE[id]!
    expect(Object.keys(step!.commands)).toEqual([
      ...(powershell ? ['powershell'] : []),
      ...(graph ? ['graph'] : []),
      ...(shell ? ['shell'] : []),
    ])
    for (const command of Object.values(step!.commands))
      expect(command).not.toMatch(/\{(ps|url|json|odata|sh|nft):|undefined|null,/)
  })

  test('steps that change something say how to take it back', () => {
    for (const [id, { undo, powershell, graph, shell }] of Object.entries(CATALOGUE)) {
      const changes =
        /(Update|Set|Revoke|New|Disable|Remove)-|POST|PATCH|DELETE|nft add|usermod|terminate|> \//.test(
          `${powershell}${graph}${shell}`,
        )
      if (changes) expect(undo, id).not.toBeNull()
    }
  })
})

test('account and times stand in the commands', () => {
  const [step] = respondSteps({ respond: ['find-sent-mail'] }, alert('mara@example.org'))
  expect(step!.commands.powershell).toContain(
    "-SenderAddress 'mara@example.org' -StartDate '2026-09-09T11:00:00.000Z'",
  )
  expect(step!.commands.graph).toContain('/users/mara%40example.org/mailFolders/')
})

test.each([
  ['203.0.113.7', '203.0.113.7/32', '#microsoft.graph.iPv4CidrRange'],
  ['2001:db8::7', '2001:db8::7/128', '#microsoft.graph.iPv6CidrRange'],
])('the address %s is blocked as a network of one', (value, cidr, type) => {
  const [step] = respondSteps({ respond: ['block-address'] }, alert(null, { type: 'ip', value }))
  const body = step!.commands.graph!.split('\n\n')[1]!
  expect(JSON.parse(body)).toMatchObject({
    displayName: value,
    ipRanges: [{ '@odata.type': type, cidrAddress: cidr }],
  })
})

test('the address comes from the evidence when it names just one', () => {
  const seen = (...values: string[]) => ({
    ...alert('mara@example.org'),
    evidence: values.map((value, i) => ({
      eventId: String(i),
      step: 0,
      time: AT,
      receivedAt: AT,
      dataset: 'azure.signinlogs',
      matched: [{ field: 'source.ip', value }],
    })),
  })
  const commands = (of: RespondAlert) => respondSteps({ respond: ['block-address'] }, of)[0]!.commands
  expect(commands(seen('192.0.2.9', '192.0.2.9')).powershell).toContain("'192.0.2.9/32'")
  expect(commands(seen('192.0.2.9', '192.0.2.8'))).toEqual({})
  expect(commands(seen("1'; Remove-Item"))).toEqual({})
})

test('without an account, account steps stay and their commands are left out', () => {
  const steps = respondSteps(
    { respond: ['block-address', 'revoke-sessions'] },
    alert(null, { type: 'ip', value: '192.0.2.1' }),
  )
  expect(steps.map(({ id, commands }) => [id, Object.keys(commands)])).toEqual([
    ['block-address', ['powershell', 'graph']],
    ['revoke-sessions', []],
  ])
})

test('an unknown step is left out', () => {
  expect(
    respondSteps({ respond: ['make-coffee', 'constructor', 'revoke-sessions'] }, alert('a@b.c')).map(
      ({ id }) => id,
    ),
  ).toEqual(['revoke-sessions'])
})

describe('a hostile account name cannot leave its quotes', () => {
  test.each([
    ["o'brien@example.org", "'o''brien@example.org'"],
    ["x'; Remove-Mailbox boss #@example.org", "'x''; Remove-Mailbox boss #@example.org'"],
    ['$(Get-Secret)@example.org', "'$(Get-Secret)@example.org'"],
    ['`n@example.org', "'`n@example.org'"],
    ['a"b@example.org', "'a\"b@example.org'"],
    ['zoë@example.org', "'zoë@example.org'"],
    ['{ps:address}@example.org', "'{ps:address}@example.org'"],
  ])('%s is quoted', (account, quoted) => {
    expect(powershellText(account)).toBe(quoted)
    const [step] = respondSteps({ respond: ['revoke-sessions'] }, alert(account))
    expect(step!.commands.powershell).toBe(`Revoke-MgUserSignInSession -UserId ${quoted}`)
  })

  test.each([
    ['U+2018', 'x\u2018; calc #@example.org'],
    ['U+2019', 'x\u2019; calc #@example.org'],
    ['U+201A', 'x\u201A; calc #@example.org'],
    ['U+201B', 'x\u201B; calc #@example.org'],
    ['a wildcard', '*@example.org'],
  ])('%s is not filled into PowerShell', (_, account) => {
    for (const step of respondSteps(all, alert(account))) {
      if (CATALOGUE[step.id]!.powershell?.includes(':account}'))
        expect(step.commands.powershell).toBeUndefined()
    }
  })

  test.each([
    ['a line end', 'a\n@example.org'],
    ['a carriage return', 'a\r@example.org'],
    ['NUL', 'a\0@example.org'],
    ['a next-line control', 'a\u0085@example.org'],
    ['a line separator', 'a\u2028@example.org'],
    ['a right-to-left override', 'a\u202Egro.elpmaxe@b'],
    ['a zero-width blank', 'a\u200B@example.org'],
    ['half a surrogate', 'a\uD800@example.org'],
    ['nothing', ''],
    ['a very long text', 'a'.repeat(400)],
  ])('%s is filled in nowhere', (_, account) => {
    for (const step of respondSteps(all, alert(account))) {
      const { powershell, graph } = CATALOGUE[step.id]!
      if (powershell?.includes(':account}')) expect(step.commands.powershell).toBeUndefined()
      if (graph?.includes(':account}')) expect(step.commands.graph).toBeUndefined()
    }
  })

  test('".." does not climb out of a path', () => {
    expect(urlText('..')).toBeNull()
    expect(urlText('../../me?x=1#')).toBe('..%2F..%2Fme%3Fx%3D1%23')
  })

  test('OData doubles its quotes before the URL does its own', () => {
    expect(odataText("o'brien@example.org")).toBe('%27o%27%27brien%40example.org%27')
  })

  test('whatever the value: read back, each form gives exactly it, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const shell = powershellText(value)
        if (shell !== null) {
          expect(shell).toMatch(/^'(?:[^'\u2018-\u201B\p{Cc}]|'')*'$/u)
          expect(shell.slice(1, -1).replaceAll("''", "'")).toBe(value)
        }
        const url = urlText(value)
        if (url !== null) {
          expect(url).toMatch(/^[A-Za-z0-9%._~-]+$/)
          expect(decodeURIComponent(url)).toBe(value)
        }
        const json = jsonText(value)
        if (json !== null) expect(JSON.parse(json)).toBe(value)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('commands for a shell on a host', () => {
  const shell = (step: string, user: string | null, address = '203.0.113.7') =>
    respondSteps({ respond: [step] }, alert(user, { type: 'ip', value: address }))[0]!.commands.shell

  test.each([
    ['203.0.113.7', 'ip saddr 203.0.113.7 drop'],
    ['2001:db8::7', 'ip6 saddr 2001:db8::7 drop'],
  ])('the address %s is blocked in its family', (address, rule) => {
    expect(shell('block-address-on-host', null, address)).toContain(`vedette input ${rule}`)
  })

  test.each([
    ['ann', "'ann'"],
    ["x'; reboot #", "'x'\\''; reboot #'"],
    ['$(reboot)', "'$(reboot)'"],
    ['`reboot`', "'`reboot`'"],
    ['a b\\', "'a b\\'"],
  ])('the account %s cannot leave its quotes', (account, quoted) => {
    expect(shellText(account)).toBe(quoted)
    expect(shell('lock-local-account', account)).toBe(`usermod --lock --expiredate 1 -- ${quoted}`)
  })

  test.each(['-f', '--help', 'a\nb', 'a\u202Eb', '', 'x'.repeat(400)])(
    'the account %j is left out of commands',
    (account) => {
      expect(shellText(account)).toBeNull()
      if (account !== '') expect(shell('lock-local-account', account)).toBeUndefined()
    },
  )

  test.each(['fe80::1%eth0;reboot', '203.0.113.7; reboot', 'web1'])('%j is no address for nft', (text) => {
    expect(nftText(text)).toBeNull()
  })
})
