import { describe, expect, test } from 'vitest'
import { type Fields, type Json, textAt } from '../../server/domain/json.ts'
import { one } from './records.ts'

const FAILED = 'Failed password for root from 203.0.113.7 port 4022 ssh2'
const fieldsOf = (program: string, message: string) => {
  const { fields } = one({ '@timestamp': '2026-06-01T08:00:00Z', PROGRAM: program, MESSAGE: message })
  const part = (key: string) => (fields[key] ?? {}) as Fields
  return { event: part('event'), user: part('user'), source: part('source'), fields }
}

type Said = [program: string, line: string, expected: string]
/** action, outcome, user, effective or target, address, port: one line an event. */
function summary(program: string, line: string): string {
  const { event, user, source, fields } = fieldsOf(program, line)
  if (event['category'] === undefined) return 'nothing'
  const name = (part: Json | undefined) => textAt(part, 'name')
  const [other, group] = [name(user['effective'] ?? user['target']), name(fields['group'])]
  const words = [
    (event['category'] as string[]).join('+'),
    text(event['action']),
    text(event['outcome']),
    text(user['name']),
    other && `as ${other}`,
    group && `group ${group}`,
    text(source['ip']) ?? text(source['domain']),
    typeof source['port'] === 'number' ? String(source['port']) : undefined,
  ]
  return words.filter(Boolean).join(' ')
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : undefined)

describe('sshd', () => {
  test.each<Said>([
    ['sshd', FAILED, 'authentication ssh_login failure root 203.0.113.7 4022'],
    [
      'sshd',
      'Failed password for invalid user admin from 203.0.113.7 port 4022 ssh2',
      'authentication ssh_login failure admin 203.0.113.7 4022',
    ],
    [
      'sshd',
      'Accepted password for ann from 2001:db8::7 port 22 ssh2',
      'authentication+session ssh_login success ann 2001:db8::7 22',
    ],
    [
      'sshd-session',
      'Accepted publickey for ann from 192.0.2.1 port 22 ssh2: ED25519 SHA256:AbC',
      'authentication+session ssh_login success ann 192.0.2.1 22',
    ],
    [
      'sshd',
      'Accepted keyboard-interactive/pam for ann from fe80::1%eth0 port 22 ssh2',
      'authentication+session ssh_login success ann fe80::1 22',
    ],
    [
      'sshd',
      'Failed none for invalid user  from 192.0.2.1 port 22 ssh2',
      'authentication ssh_login failure 192.0.2.1 22',
    ],
    [
      'sshd',
      'Failed password for root from bad.example.net port 22 ssh2',
      'authentication ssh_login failure root bad.example.net 22',
    ],
    [
      'sshd',
      'Failed password for root from 203.0.113.7',
      'authentication ssh_login failure root 203.0.113.7',
    ],
    [
      'sshd',
      ' Failed password for root from 203.0.113.7 port 22 and more',
      'authentication ssh_login failure root 203.0.113.7 22',
    ],
    [
      'sshd',
      'Invalid user oracle from 203.0.113.7 port 4022',
      'authentication ssh_login failure oracle 203.0.113.7 4022',
    ],
    ['sshd', 'Invalid user  from 203.0.113.7 port 4022', 'authentication ssh_login failure 203.0.113.7 4022'],
    [
      'sshd',
      'message repeated 4 times: [ Failed password for root from 203.0.113.7 port 4022 ssh2]',
      'authentication ssh_login failure root 203.0.113.7 4022',
    ],
    [
      'sshd',
      'error: maximum authentication attempts exceeded for root from 203.0.113.7 port 4022 ssh2 [preauth]',
      'authentication ssh_attempts_exceeded failure root 203.0.113.7 4022',
    ],
    [
      'sshd',
      'Connection closed by authenticating user root 203.0.113.7 port 4022 [preauth]',
      'authentication ssh_disconnect failure root 203.0.113.7 4022',
    ],
    [
      'sshd-session',
      'Connection reset by invalid user a b 203.0.113.7 port 4022 [preauth]',
      'authentication ssh_disconnect failure a b 203.0.113.7 4022',
    ],
    [
      'sshd',
      'Disconnecting authenticating user root 203.0.113.7 port 4022: Too many authentication failures [preauth]',
      'authentication ssh_disconnect failure root 203.0.113.7 4022',
    ],
    ['sshd', 'Disconnected from user ann 192.0.2.1 port 22', 'session logged-off ann 192.0.2.1 22'],
    [
      'sshd',
      'Received disconnect from 192.0.2.1 port 22:11: Bye Bye [preauth]',
      'network ssh_connection 192.0.2.1 22',
    ],
    ['sshd', 'Connection closed by 192.0.2.1 port 22 [preauth]', 'network ssh_connection 192.0.2.1 22'],
    ['sshd', 'Did not receive identification string from 192.0.2.1', 'network ssh_probe 192.0.2.1'],
    [
      'sshd',
      'banner exchange: Connection from 192.0.2.1 port 22: invalid format',
      'network ssh_probe 192.0.2.1 22',
    ],
    [
      'sshd',
      'User root from 192.0.2.1 not allowed because not listed in AllowUsers',
      'authentication ssh_denied failure root 192.0.2.1',
    ],
    [
      'sshd',
      'ROOT LOGIN REFUSED FROM 192.0.2.1 port 22',
      'authentication ssh_denied failure root 192.0.2.1 22',
    ],
    [
      'sshd',
      'error: PAM: Authentication failure for root from 192.0.2.1',
      'authentication authentication_failure failure root 192.0.2.1',
    ],
    ['sshd', 'Server listening on 0.0.0.0 port 22.', 'nothing'],
    ['postfix/smtpd', FAILED, 'nothing'],
  ])('%s: %s', (program, line, expected) => {
    expect(summary(program, line)).toBe(expected)
  })

  test.each([
    'Failed password for invalid user x from 192.0.2.1 port 1 ssh2 from 203.0.113.7 port 4022 ssh2',
    'Failed password for invalid user x from 192.0.2.1 port 1 ssh2: y from 203.0.113.7 port 4022 ssh2',
    'Failed password for invalid user Accepted password for root from 192.0.2.1 port 1 ssh2 from 203.0.113.7 port 4022 ssh2',
    'Invalid user x from 192.0.2.1 port 1 from 203.0.113.7 port 4022',
    'Connection closed by invalid user x 192.0.2.1 port 1 203.0.113.7 port 4022 [preauth]',
  ])('a user name cannot put the blame on another address: %s', (line) => {
    const { event, source } = fieldsOf('sshd', line)
    expect(source).toMatchObject({ ip: '203.0.113.7', port: 4022 })
    expect(event['outcome']).toBe('failure')
  })

  test('the parts that Elastic names are there', () => {
    expect(
      fieldsOf('sshd', 'Accepted publickey for ann from 192.0.2.1 port 22 ssh2: RSA 39:33').fields,
    ).toMatchObject({
      event: {
        kind: 'event',
        category: ['authentication', 'session'],
        type: ['info'],
        dataset: 'system.auth',
      },
      system: { auth: { ssh: { event: 'Accepted', method: 'publickey', signature: 'RSA 39:33' } } },
      related: { ip: ['192.0.2.1'], user: ['ann'] },
    })
  })
})

describe('other programs', () => {
  test.each<Said>([
    [
      'sudo',
      '  ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/bin/sh -c a ; b',
      'authentication+process sudo success ann as root',
    ],
    [
      'sudo',
      'ann : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
      'authentication sudo failure ann as root',
    ],
    [
      'sudo',
      'ann : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
      'authentication sudo failure ann as root',
    ],
    [
      'sudo',
      'ann : PWD=/ ; USER=www ; GROUP=www ; ENV=A=b ; COMMAND=list',
      'authentication+process sudo success ann as www',
    ],
    [
      'sudo',
      'pam_unix(sudo:session): session opened for user root(uid=0) by ann(uid=1000)',
      'session logged-on success ann as root',
    ],
    [
      'sudo',
      'pam_unix(sudo:auth): authentication failure; logname=ann uid=1000 euid=0 tty=/dev/pts/0 ruser=ann rhost=  user=ann',
      'authentication authentication_failure failure ann',
    ],
    ['su', "'su root' failed for lonvick on /dev/pts/8", 'authentication su failure lonvick as root'],
    ['su', '(to root) ann on pts/0', 'authentication su success ann as root'],
    ['su', 'FAILED SU (to root) ann on pts/0', 'authentication su failure ann as root'],
    ['su', 'Successful su for root by ann', 'authentication su success ann as root'],
    ['su', '+ /dev/pts/0 ann:root', 'authentication su success ann as root'],
    [
      'su',
      'pam_unix(su:auth): authentication failure; logname=ann uid=1000 euid=0 tty=pts/0 ruser=ann rhost=  user=root',
      'authentication authentication_failure failure ann as root',
    ],
    [
      'sshd',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root',
      'authentication authentication_failure failure root 203.0.113.7',
    ],
    [
      'sshd',
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root',
      'authentication authentication_failure failure root 203.0.113.7',
    ],
    [
      'sshd',
      'pam_unix(sshd:auth): check pass; user unknown',
      'authentication authentication_failure failure',
    ],
    [
      'sshd',
      'pam_unix(sshd:session): session opened for user ann(uid=1000) by (uid=0)',
      'session logged-on success ann',
    ],
    ['sshd', 'pam_unix(sshd:session): session closed for user ann', 'session logged-off ann'],
    [
      'vsftpd',
      'pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=203.0.113.7',
      'authentication authentication_failure failure 203.0.113.7',
    ],
    [
      'passwd',
      'pam_unix(passwd:chauthtok): password changed for ann',
      'iam password-changed success ann as ann',
    ],
    [
      'login',
      'FAILED LOGIN 2 FROM 203.0.113.7 FOR root, Authentication failure',
      'authentication login failure root 203.0.113.7',
    ],
    [
      'login',
      "FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure",
      'authentication login failure root',
    ],
    ['login', 'ROOT LOGIN ON tty1', 'authentication+session login success root'],
    [
      'login',
      'LOGIN ON tty1 BY ann FROM 203.0.113.7',
      'authentication+session login success ann 203.0.113.7',
    ],
    ['systemd-logind', 'New session 12 of user ann.', 'session logged-on success ann'],
    [
      'systemd-logind',
      "New session '12' of user 'ann' with class 'user' and type 'tty'.",
      'session logged-on success ann',
    ],
    ['systemd-logind', 'Removed session 12.', 'session logged-off'],
    ['systemd-logind', 'Session 12 logged out. Waiting for processes to exit.', 'session logged-off'],
    [
      'useradd',
      'new user: name=evil, UID=1001, GID=1001, home=/home/evil, shell=/bin/bash, from=/dev/pts/1',
      'iam user-added success evil',
    ],
    ['groupadd', 'new group: name=evil, GID=1001', 'iam group-added success group evil'],
    ['usermod', "add 'evil' to group 'sudo'", 'iam group-member-added success evil group sudo'],
    [
      'gpasswd',
      'user evil added by root to group sudo',
      'iam group-user-added success root as evil group sudo',
    ],
    ['userdel', "delete user 'ann'", 'iam user-deleted success ann'],
    ['sudo', 'whatever else', 'nothing'],
  ])('%s: %s', (program, line, expected) => {
    expect(summary(program, line)).toBe(expected)
  })
})

describe('the same line from every shipper', () => {
  const at = '2026-06-01T08:00:00.000Z'
  test.each<[string, unknown]>([
    [
      'rsyslog with a template',
      { '@timestamp': at, 'host.hostname': 'web1', 'process.name': 'sshd', message: ` ${FAILED}` },
    ],
    [
      'rsyslog with jsonmesg',
      { msg: FAILED, hostname: 'web1', programname: 'sshd', syslogtag: 'sshd[77]:', timereported: at },
    ],
    ['syslog-ng', { PROGRAM: 'sshd', PID: '77', MESSAGE: FAILED, HOST: 'web1', ISODATE: at }],
    [
      'Fluent Bit, from a file',
      { date: Date.parse(at) / 1000, log: `Jun  1 08:00:00 web1 sshd[77]: ${FAILED}\n` },
    ],
    [
      'Fluent Bit, from syslog',
      { date: Date.parse(at) / 1000, ident: 'sshd', pid: '77', host: 'web1', message: FAILED },
    ],
    ['Vector', { timestamp: at, appname: 'sshd', procid: 77, host: 'web1', message: FAILED }],
    ['a line as it is in the file', { message: `Jun  1 08:00:00 web1 sshd[77]: ${FAILED}` }],
    ['a line with an ISO time', { message: `2026-06-01T10:00:00.000000+02:00 web1 sshd[77]: ${FAILED}` }],
    [
      'a line of RFC 5424',
      { message: `<38>1 2026-06-01T08:00:00Z web1 sshd 77 - [x@1 a="]\\"b"] \uFEFF${FAILED}` },
    ],
    [
      'Beats without a module',
      { '@timestamp': at, agent: { type: 'filebeat' }, message: `Jun  1 07:59:59 web1 sshd[77]: ${FAILED}` },
    ],
    [
      'a list of journal entries',
      {
        __REALTIME_TIMESTAMP: `${Date.parse(at)}000`,
        _HOSTNAME: 'web1',
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: '77',
        MESSAGE: FAILED,
      },
    ],
    [
      'journal-upload',
      {
        journald: {
          __CURSOR: 's=1',
          __REALTIME_TIMESTAMP: `${Date.parse(at)}000`,
          _HOSTNAME: 'web1',
          SYSLOG_IDENTIFIER: 'sshd',
          _PID: '77',
          MESSAGE: FAILED,
        },
      },
    ],
    [
      'OpenTelemetry’s syslog receiver',
      {
        otel: {
          log: {
            time_unix_nano: `${Date.parse(at)}000000`,
            body: `<38>Jun  1 08:00:00 web1 sshd[77]: ${FAILED}`,
            attributes: { appname: 'sshd', proc_id: '77', hostname: 'web1', message: FAILED },
          },
        },
      },
    ],
    [
      'OpenTelemetry’s file receiver',
      {
        otel: {
          log: {
            observed_time_unix_nano: `${Date.parse(at)}000000`,
            body: `Jun  1 08:00:00 web1 sshd[77]: ${FAILED}`,
            attributes: { 'log.file.name': 'auth.log' },
          },
        },
      },
    ],
    [
      'OpenTelemetry’s journal receiver',
      {
        otel: {
          log: {
            time_unix_nano: `${Date.parse(at)}000000`,
            body: {
              __REALTIME_TIMESTAMP: '1',
              __CURSOR: 'c',
              _HOSTNAME: 'web1',
              SYSLOG_IDENTIFIER: 'sshd',
              _PID: '77',
              MESSAGE: FAILED,
            },
          },
        },
      },
    ],
  ])('%s', (_, record) => {
    const event = one(record)
    expect(event).toMatchObject({
      dataset: 'system.auth',
      time: Date.parse(at),
      category: ['authentication'],
    })
    expect(event.fields).toMatchObject({
      event: { action: 'ssh_login', outcome: 'failure', dataset: 'system.auth' },
      user: { name: 'root' },
      source: { ip: '203.0.113.7', port: 4022 },
      related: { hosts: ['web1'] },
    })
  })

  test('what was sent stays, and a search by _id reads it', () => {
    const sent = { '@timestamp': at, PROGRAM: 'sshd', MESSAGE: FAILED, HOST: 'web1', host: 'relay' }
    const event = one(sent)
    expect(event).toMatchObject({ asSent: true, fields: sent })
    expect(event.fields['host.hostname']).toBe('web1')
  })

  test('Filebeat’s module has said what it is: nothing is added', () => {
    const sent = {
      '@timestamp': at,
      message: FAILED,
      event: { category: ['authentication'], dataset: 'system.auth' },
      process: { name: 'sshd' },
    }
    expect(one(sent).fields).toEqual({
      ...sent,
      data_stream: { type: 'logs', dataset: 'system.auth', namespace: 'default' },
    })
  })

  test('a dataset that the sender names stays', () => {
    const event = one({ PROGRAM: 'sshd', MESSAGE: FAILED }, { dataset: 'bastion' })
    expect(event.dataset).toBe('bastion')
    expect(event.fields['event']).toMatchObject({ dataset: 'bastion', action: 'ssh_login' })
  })
})
