/** The syslog daemons, reading a file that grows, and what else comes with Debian. */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, keepRunning, pause, spread, start } from './client.ts'

const RSYSLOG_OUTPUT = '/usr/lib/x86_64-linux-gnu/rsyslog/omelasticsearch.so'

export const rsyslog: Client = {
  name: 'rsyslog',
  missing: () =>
    existsSync('/usr/sbin/rsyslogd') && existsSync(RSYSLOG_OUTPUT) ? null : 'rsyslog rsyslog-elasticsearch',
  async send(run) {
    const input = join(run.folder, 'input.log')
    writeFileSync(input, '')
    mkdirSync(join(run.folder, 'spool'))
    writeFileSync(join(run.folder, '60-vedette.conf'), await run.snippet('rsyslog'))
    writeFileSync(
      join(run.folder, 'rsyslog.conf'),
      `global(workDirectory="${run.folder}/spool")
module(load="imfile")
input(type="imfile" file="${input}" tag="app")
include(file="${run.folder}/60-vedette.conf")
`,
    )
    void start(run, '/usr/sbin/rsyslogd', ['-n', '-f', 'rsyslog.conf', '-i', join(run.folder, 'pid')])
    await pause(300)
    await spread(run, (piece) => appendFileSync(input, `${piece.join('\n')}\n`))
  },
}

const SYSLOG_NG = process.env['VEDETTE_TEST_SYSLOG_NG'] ?? '/opt/syslog-ng'
const SYSLOG_NG_SCL = `${SYSLOG_NG}/usr/share/syslog-ng/include/scl`

function syslogNg(name: string, shipper: string): Client {
  return {
    name,
    missing: () =>
      existsSync(`${SYSLOG_NG}/usr/sbin/syslog-ng`) && existsSync(`${SYSLOG_NG_SCL}/elasticsearch`)
        ? null
        : 'syslog-ng, unpacked into /opt/syslog-ng (see .ci/run)',
    async send(run) {
      const input = join(run.folder, 'input.log')
      writeFileSync(input, '')
      const snippet = (await run.snippet(shipper)).replace('/var/lib/syslog-ng', run.folder)
      writeFileSync(join(run.folder, 'vedette.conf'), snippet)
      writeFileSync(
        join(run.folder, 'syslog-ng.conf'),
        `@version: 3.38
@define scl-root "${SYSLOG_NG_SCL}"
@include "${SYSLOG_NG_SCL}/elasticsearch/*.conf"
source s_src { file("${input}" flags(no-parse) follow-freq(0.2)); };
@include "${run.folder}/vedette.conf"
`,
      )
      const modules = `${SYSLOG_NG}/usr/lib/syslog-ng`
      const libraries = [`${SYSLOG_NG}/usr/lib/x86_64-linux-gnu`, `${SYSLOG_NG}/lib/x86_64-linux-gnu`]
      const own = (file: string) => join(run.folder, file)
      void start(
        run,
        `${SYSLOG_NG}/usr/sbin/syslog-ng`,
        ['-F', '--no-caps', `--module-path=${modules}/3.38`]
          .concat('-f', own('syslog-ng.conf'), '-R', own('persist'))
          .concat('-c', own('control'), '-p', own('pid')),
        { env: { LD_LIBRARY_PATH: [...libraries, modules, `${modules}/3.38`].join(':') } },
      )
      await pause(500)
      await spread(run, (piece) => appendFileSync(input, `${piece.join('\n')}\n`))
    },
  }
}

const UPLOAD = '/usr/lib/systemd/systemd-journal-upload'
const REMOTE = '/usr/lib/systemd/systemd-journal-remote'

const journalUpload: Client = {
  name: 'systemd-journal-upload',
  missing: () => (existsSync(UPLOAD) && existsSync(REMOTE) ? null : 'systemd-journal-remote'),
  async send(run) {
    const url = /^URL=(.+)$/m.exec(await run.snippet('systemd-journal-upload'))![1]!
    const journal = join(run.folder, 'journal')
    mkdirSync(journal)
    const state = join(run.folder, 'state')
    const args = [`--url=${url}`, `--directory=${journal}`, `--save-state=${state}`]
    let written = 0
    // Microseconds; of this run: what is asked for afterwards begins with it.
    const first = Date.now() * 1000
    await spread(
      run,
      async (piece) => {
        const entries = piece.map((line) => exportEntry(line, ++written, first))
        const file = join(run.folder, 'entries.export')
        writeFileSync(file, entries.join(''))
        await start(run, REMOTE, ['-o', join(journal, 'system.journal'), file]).exit
        if (written === piece.length) void keepRunning(run, UPLOAD, args, 1000)
      },
      12,
    )
  },
}

function exportEntry(line: string, number: number, first: number): string {
  const fields = {
    __REALTIME_TIMESTAMP: first + number,
    __MONOTONIC_TIMESTAMP: number,
    _BOOT_ID: '0123456789abcdef0123456789abcdef',
    _MACHINE_ID: 'fedcba9876543210fedcba9876543210',
    _HOSTNAME: 'host',
    SYSLOG_IDENTIFIER: 'app',
    PRIORITY: 6,
    MESSAGE: line,
  }
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`
}

const PYTHON = '/usr/bin/python3'

const python: Client = {
  name: 'elasticsearch-py',
  missing: () =>
    existsSync('/usr/lib/python3/dist-packages/elasticsearch') ? null : 'python3-elasticsearch',
  async send(run) {
    writeFileSync(join(run.folder, 'vedette_logs.py'), await run.snippet('elasticsearch-py'))
    writeFileSync(join(run.folder, 'lines'), run.lines.join('\n'))
    writeFileSync(
      join(run.folder, 'drive.py'),
      `import time
from vedette_logs import send
lines = open("lines").read().split("\\n")
size = max(1, len(lines) // 40)
for start in range(0, len(lines), size):
    send([{"message": line} for line in lines[start:start + size]])
    time.sleep(${run.pace / 1000} / 40)
`,
    )
    await start(run, PYTHON, ['drive.py']).exit
  },
}

/** Scripts that are run once for a file, or once for a line. */
const curl: Client = {
  name: 'curl',
  missing: () => (existsSync('/usr/bin/curl') ? null : 'curl'),
  async send(run) {
    writeFileSync(join(run.folder, 'send-logs.sh'), await run.snippet('curl'))
    await spread(run, async (piece) => {
      const records = piece.map((message) => JSON.stringify({ message }))
      writeFileSync(join(run.folder, 'records.ndjson'), records.join('\n'))
      await start(run, '/bin/sh', ['send-logs.sh', 'records.ndjson']).exit
    })
  },
}

const hec: Client = {
  name: 'curl to Splunk HEC',
  missing: () => (existsSync('/usr/bin/curl') && existsSync('/usr/bin/jq') ? null : 'curl jq'),
  share: 0.02,
  async send(run) {
    writeFileSync(join(run.folder, 'send-event.sh'), await run.snippet('splunk-hec'))
    const one = async ([line]: readonly string[]) => start(run, '/bin/sh', ['send-event.sh', line!]).exit
    await spread(run, one, run.lines.length)
  },
}

export const daemons: Client[] = [
  rsyslog,
  syslogNg('syslog-ng elasticsearch-http', 'syslog-ng'),
  syslogNg('syslog-ng http', 'syslog-ng-http'),
  journalUpload,
  python,
  curl,
  hec,
]
