import { describe, expect, test } from 'vitest'
import { background } from '../../seed/scenarios/background.ts'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import type { ScenarioRecord } from '../../seed/scenarios/scenario.ts'

const NOW = Date.UTC(2026, 8, 9, 14, 30)
const play = (name: string, seed = 1) =>
  SCENARIOS.find((scenario) => scenario.name === name)!.play(newRun(seed, NOW))

// The records are plain JSON; tests read them loosely.
const raw = ({ record }: ScenarioRecord) => record as Record<string, any>
const signIns = (records: ScenarioRecord[]) =>
  records.filter(({ dataset }) => dataset === 'azure.signinlogs').map(raw)
const audits = (records: ScenarioRecord[]) =>
  records.filter(({ dataset }) => dataset === 'o365.audit').map(raw)
const happened = (record: Record<string, any>) =>
  Date.parse(record.properties?.createdDateTime ?? `${record.CreationTime}Z`)
const idOf = (record: Record<string, any>) => record.properties?.id ?? record.Id

const DOCUMENTATION = /^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/

describe.each(SCENARIOS.map(({ name }) => name))('the scenario %s', (name) => {
  const { records, expected } = play(name)

  test('is told by records of the two real feeds, each with an id of its own', () => {
    const ids = records.map((record) => idOf(raw(record)))
    expect(new Set(ids).size).toBe(records.length)
    for (const record of signIns(records)) {
      expect(record).toMatchObject({ category: 'SignInLogs', operationName: 'Sign-in activity' })
      expect(record.resultType).toBe(String(record.properties.status.errorCode))
      expect(record.callerIpAddress).toBe(record.properties.ipAddress)
      expect(record.properties.createdDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/)
      expect(Date.parse(record.time)).toBeGreaterThan(happened(record))
    }
    for (const record of audits(records)) {
      expect(record.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
      expect(record).toMatchObject({ Workload: 'Exchange', Version: 1 })
    }
  })

  test('happened in the hour before, at addresses kept for documentation', () => {
    for (const record of records.map(raw)) {
      expect(happened(record)).toBeLessThanOrEqual(NOW)
      expect(happened(record)).toBeGreaterThan(NOW - 3_600_000)
      expect(record.properties?.ipAddress ?? record.ClientIP).toMatch(DOCUMENTATION)
    }
  })

  test('the same seed plays the same records; another seed, other accounts and ids', () => {
    expect(play(name, 7)).toEqual(play(name, 7))
    const other = play(name, 2)
    expect(other.expected.user).not.toBe(expected.user)
    const ids = new Set(records.map((record) => idOf(raw(record))))
    expect(other.records.some((record) => ids.has(idOf(raw(record))))).toBe(false)
    const people = (all: ScenarioRecord[]) =>
      all.map(raw).map((r) => r.properties?.userPrincipalName ?? r.UserId)
    expect(people(other.records).some((who) => people(records).includes(who))).toBe(false)
  })
})

test('inbox rule: a risky success, then New-InboxRule with ForwardTo within four hours', () => {
  const { records, expected } = play('inbox-rule')
  const [risky] = signIns(records)
  const rule = audits(records).find(({ Operation }) => Operation === 'New-InboxRule')!
  expect(risky).toMatchObject({
    resultType: '0',
    properties: {
      userPrincipalName: expected.user,
      riskLevelDuringSignIn: 'high',
      riskState: 'atRisk',
      appDisplayName: 'Office 365 Exchange Online',
    },
  })
  expect(rule).toMatchObject({ RecordType: 1, UserId: expected.user, ResultStatus: 'True' })
  expect(rule.Parameters.map(({ Name }: { Name: string }) => Name)).toContain('ForwardTo')
  const gap = happened(rule) - happened(risky!)
  expect(gap).toBeGreaterThan(0)
  expect(gap).toBeLessThan(4 * 3_600_000)
})

test('credential spray: wrong and expired passwords from one address by legacy clients, then a success', () => {
  const { records, expected } = play('credential-spray')
  const failed = signIns(records).filter(({ resultType }) => resultType !== '0')
  const succeeded = signIns(records).filter(({ resultType }) => resultType === '0')
  expect(new Set(failed.map(({ resultType }) => resultType))).toEqual(new Set(['50126', '50055']))
  expect(new Set(records.map((record) => raw(record).properties.ipAddress))).toEqual(
    new Set([expected.entity.value]),
  )
  expect(new Set(failed.map(({ properties }) => properties.appDisplayName))).toEqual(
    new Set(['Exchange Web Services', 'Microsoft Outlook']),
  )
  for (const { properties } of failed) {
    expect(properties).toMatchObject({
      clientAppUsed: 'Exchange Web Services',
      authenticationProtocol: 'ropc',
    })
  }
  expect(failed.length).toBeGreaterThanOrEqual(30)
  expect(new Set(failed.map(({ properties }) => properties.userPrincipalName)).size).toBeGreaterThanOrEqual(
    10,
  )
  expect(succeeded.map(({ properties }) => properties.userPrincipalName)).toEqual([expected.user])
  expect(happened(succeeded[0]!)).toBeGreaterThan(Math.max(...failed.map(happened)))
})

test('bulk send: more than 50 Send, SendAs and SendOnBehalf of one account in an hour, with no recipients', () => {
  const sent = audits(play('bulk-send').records)
  const { expected } = play('bulk-send')
  expect(sent.length).toBeGreaterThan(50)
  expect(new Set(sent.map(({ Operation }) => Operation))).toEqual(new Set(['Send', 'SendAs', 'SendOnBehalf']))
  for (const record of sent) expect(record).toMatchObject({ RecordType: 2, UserId: expected.user })
  expect(sent.some(({ MailboxOwnerUPN }) => MailboxOwnerUPN !== expected.user)).toBe(true)
  expect(JSON.stringify(sent)).not.toMatch(/recipient/i)
  expect(happened(sent.at(-1)!) - happened(sent[0]!)).toBeLessThanOrEqual(3_600_000)
})

test('impossible travel: two interactive successes about 20 minutes apart, from the United States and Germany', () => {
  const { records, expected } = play('impossible-travel')
  const [first, second] = signIns(records)
  for (const record of [first!, second!]) {
    expect(record).toMatchObject({
      resultType: '0',
      properties: { isInteractive: true, userPrincipalName: expected.user },
    })
  }
  expect([first, second].map((record) => record!.properties.location.countryOrRegion)).toEqual(['US', 'DE'])
  expect(first!.location).toBe('US')
  const minutes = (happened(second!) - happened(first!)) / 60_000
  expect(minutes).toBeGreaterThanOrEqual(18)
  expect(minutes).toBeLessThanOrEqual(22)
})

test('ordinary life fills some hours with both feeds, in order, and keeps below every threshold', () => {
  const records = background(newRun(3, NOW), 12, 8)
  expect(signIns(records).length).toBeGreaterThan(30)
  expect(audits(records).length).toBeGreaterThan(100)
  const times = records.map(raw).map(happened)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times.at(-1)!).toBeLessThanOrEqual(NOW)
  const sends = audits(records).filter(({ Operation }) => Operation === 'Send')
  const most = Math.max(
    ...Object.values(Object.groupBy(sends, ({ UserId }) => UserId)).map((all) => all!.length),
  )
  expect(most).toBeLessThan(50)
})
