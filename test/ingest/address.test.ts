import { expect, test } from 'vitest'
import { parseClient, parseHost } from '../../server/ingest/address.ts'

test.each([
  ['81.2.69.142', { address: '81.2.69.142' }],
  ['81.2.69.142:443', { address: '81.2.69.142', port: 443 }],
  ['[81.2.69.142]', { address: '81.2.69.142' }],
  ['[81.2.69.142]:443', { address: '81.2.69.142', port: 443 }],
  ['2a02:cf40::1', { address: '2a02:cf40::1' }],
  ['[2a02:cf40::1]', { address: '2a02:cf40::1' }],
  ['[2a02:cf40::1]:443', { address: '2a02:cf40::1', port: 443 }],
  ['::ffff:81.2.69.142', { address: '81.2.69.142' }],
  ['::FFFF:81.2.69.142', { address: '81.2.69.142' }],
  ['[::ffff:81.2.69.142]:443', { address: '81.2.69.142', port: 443 }],
  ['mail01', { domain: 'mail01' }],
  ['mail01:443', { domain: 'mail01:443' }],
  ['[mail01]:443', { domain: '[mail01]:443' }],
  ['300.1.1.1:443', { domain: '300.1.1.1:443' }],
  ['MB01 (10.2.3.4)', { domain: 'MB01', address: '10.2.3.4' }],
  ['[MB01 (10.2.3.4)]', { domain: 'MB01', address: '10.2.3.4' }],
  ['not an address', { address: 'not an address' }],
])('the client address %s', (text, expected) => {
  expect(parseClient(text)).toEqual(expected)
})

test.each([
  ['MB01 (15.20.1.1)\r\n', { domain: 'MB01', address: '15.20.1.1' }],
  ['MB01', null],
])('the server %j', (text, expected) => {
  expect(parseHost(text)).toEqual(expected)
})
