/** The page of each shipper in `.docs/shippers`: what the API gives, and what is known of it besides. */
import type { Shipper } from '../../../server/http/snippets/shipper.ts'
import { targetOf } from '../../../server/http/snippets/shipper.ts'

const EXAMPLE = targetOf('https://siem.example.org')

type About = { what: string; tested: string }

const RUN = (version: string, outcome = 'all arrive, none twice') =>
  `With ${version} and this configuration while the server is killed with SIGKILL and started again twice, by every run of the tests and once with 10,000 lines: ${outcome}.`
const READ =
  'Not run by the tests, since it cannot be installed there: its handshake is replayed against the server, as its source has it.'

const ABOUT: Record<string, About> = {
  curl: {
    what: 'Sends a file of records: the simplest way, and the one for scripts.',
    tested: RUN('curl 7.88'),
  },
  filebeat: { what: 'Follows log files on Linux, macOS and Windows.', tested: READ },
  winlogbeat: { what: 'Sends the event logs of Windows.', tested: READ },
  logstash: { what: 'Takes logs in from nearly anything and passes them on.', tested: READ },
  vector: {
    what: 'Follows files and other sources, and passes them on from a buffer on disk.',
    tested: READ,
  },
  'fluent-bit': { what: 'Follows files and containers with little memory.', tested: READ },
  fluentd: { what: 'Collects from many sources; here with fluent-plugin-elasticsearch.', tested: READ },
  rsyslog: {
    what: 'The syslog daemon of Debian, Ubuntu and Red Hat. One that receives the syslog of other machines and of network devices sends theirs too.',
    tested: `${RUN('rsyslog 8.2302 of Debian 12')} Documents that a server answers with 429 come again whole and under their id.`,
  },
  'syslog-ng': {
    what: 'A syslog daemon, with its Elasticsearch destination.',
    tested: RUN('syslog-ng 3.38 of Debian 12'),
  },
  'syslog-ng-http': {
    what: 'A syslog daemon, with its plain HTTP destination: needs one module less.',
    tested: RUN('syslog-ng 3.38 of Debian 12', 'all arrive; lines have no id, and some may be stored twice'),
  },
  'systemd-journal-upload': {
    what: 'Sends the journal of a Linux machine, with every field.',
    tested: RUN('systemd 252 of Debian 12'),
  },
  'opentelemetry-collector': {
    what: 'Collects logs of many kinds, and those of OpenTelemetry SDKs.',
    tested: READ,
  },
  'opentelemetry-js': {
    what: 'Logs of a Node.js application over OTLP.',
    tested: RUN('@opentelemetry/exporter-logs-otlp-http and -proto 0.301'),
  },
  'splunk-hec': {
    what: 'Anything that can send to Splunk’s HTTP Event Collector can send here.',
    tested:
      'Run by the tests with curl 7.88, one event a run, through two kills of the server: all arrive, none twice.',
  },
  'splunk-logging': { what: 'Splunk’s logging library for Node.js.', tested: RUN('splunk-logging 0.11') },
  'winston-splunk-httplogger': {
    what: 'A transport of winston that sends to Splunk.',
    tested: RUN('winston-splunk-httplogger 3.1 and winston 3.19'),
  },
  'elasticsearch-js': {
    what: 'Elasticsearch’s own client, from an application.',
    tested: RUN('@elastic/elasticsearch 8.19 and 9.5'),
  },
  'elasticsearch-js-7': {
    what: 'Elasticsearch’s own client in its older version, from an application.',
    tested: RUN('@elastic/elasticsearch 7.17'),
  },
  'opensearch-js': {
    what: 'OpenSearch’s own client, from an application.',
    tested: RUN('@opensearch-project/opensearch 3.9'),
  },
  'elasticsearch-py': {
    what: 'Elasticsearch’s own client, from a Python program.',
    tested: RUN('elasticsearch-py 7.17 of Debian 12'),
  },
  pino: {
    what: 'Logs of a Node.js application that uses pino.',
    tested: RUN('pino-elasticsearch 9 and pino 10'),
  },
  winston: {
    what: 'Logs of a Node.js application that uses winston.',
    tested: RUN(
      'winston-elasticsearch 0.19 and winston 3.19',
      'all arrive; lines have no id, and some may be stored twice',
    ),
  },
  'azure-event-hub': {
    what: 'Sign-ins and directory changes of Microsoft Entra as they happen: Entra streams them to Event Hubs, and Vector reads them there.',
    tested:
      'Not run by the tests, since it needs Azure. The records, in the envelope {"records":[...]} as Azure writes it, are those of the tests.',
  },
  'microsoft-graph': {
    what: 'Sign-ins and the audit log of a Microsoft 365 tenant, asked for every five minutes by a script.',
    tested:
      'Run by the tests against a stand-in for Microsoft’s two interfaces: every page is fetched, a run that cannot deliver is made up for by the next.',
  },
  powershell: {
    what: 'The audit log of the last days of a Microsoft 365 tenant, searched by PowerShell.',
    tested:
      'Not run by the tests, since it needs a tenant. Rows with AuditData as the search gives them are among the records of the tests.',
  },
}

export function pageOf(shipper: Shipper): string {
  const { name, title, language, path, notes } = shipper
  const { what, tested } = ABOUT[name]!
  const outage = notes.filter((note) => note.startsWith('The server '))
  const traps = notes.filter((note) => !outage.includes(note))
  return `# ${title}

${what}

## Configuration

${code(path)}, with your server's address in place of https://siem.example.org and an API key with the scope \`ingest\` in place of YOUR_KEY. \`GET /api/v1/sources/snippets?shipper=${name}\` gives it with your address.

<!-- prettier-ignore -->
\`\`\`${language}
${shipper.text(EXAMPLE)}\`\`\`

## Steps

${shipper
  .steps(EXAMPLE)
  .map((step, i) => `${i + 1}. ${escaped(step)}`)
  .join('\n')}

## When the server is full or away

${list(outage)}${traps.length > 0 ? `\n## Good to know\n\n${list(traps)}` : ''}
## Tested

${tested}
`
}

export function indexPage(shippers: readonly Shipper[]): string {
  const lines = shippers.map(({ name, title }) => `- [${title}](${name}.md): ${ABOUT[name]!.what}`)
  return `# Shippers

One page each: the configuration as the server gives it, what to do, what happens when the server is full or away, and known traps. The server gives the same with its own address: \`GET /api/v1/sources/snippets\`.

Every shipper needs an API key with the scope \`ingest\` (\`POST /api/v1/keys\`), one for each, so that sources can be told apart and a key can be taken back. An answer with success means that the logs are on disk.

${lines.join('\n')}
`
}

function list(notes: readonly string[]): string {
  return notes.map((note) => `- ${escaped(note)}\n`).join('')
}

/** As Markdown, with what stands for itself. */
function escaped(text: string): string {
  return text.replace(/[*<[]/g, (sign) => `\\${sign}`)
}

function code(text: string): string {
  return `\`${text}\``
}
