import type { Shipper } from './shipper.ts'

const DOCUMENT =
  '$(format-json --scope none --omit-empty-values @timestamp=${ISODATE} message=${MESSAGE} host.hostname=${HOST} process.name=${PROGRAM} log.syslog.procid=${PID} log.syslog.msgid=${MSGID} log.syslog.facility.name=${FACILITY} log.syslog.severity.code=int(${LEVEL_NUM}) log.syslog.severity.name=${LEVEL})'

const notes = [
  'The server away or full: messages wait in the disk buffer and are sent again; retries says how often, and must be large, since syslog-ng drops a batch after the last.',
  'flow-control makes the source wait when the buffer is full.',
]

export const syslogNg: Shipper = {
  name: 'syslog-ng',
  title: 'syslog-ng (elasticsearch-http)',
  language: 'syslog-ng',
  path: '/etc/syslog-ng/conf.d/vedette.conf',
  text: ({
    url,
    key,
  }) => `# Each message gets an id of its own: one that is sent again is then known, and stored once.
options { use-uniqid(yes); };

destination d_vedette {
  elasticsearch-http(
    url("${url}/_bulk")
    index("logs-syslog-default")
    type("")
    custom-id("\${UNIQID}")
    user("vedette")
    password("${key}")
    template("${DOCUMENT}")
    frac-digits(3)
    batch-lines(500)
    batch-bytes(4Mb)
    batch-timeout(1000)
    workers(1)
    timeout(90)
    time-reopen(5)
    retries(1000000)
    disk-buffer(reliable(yes) disk-buf-size(1073741824) mem-buf-size(67108864) dir("/var/lib/syslog-ng"))
  );
};

log { source(s_src); destination(d_vedette); flags(flow-control); };
`,
  steps: () => [
    'Install the modules: apt install syslog-ng-mod-http syslog-ng-scl.',
    'Put the name of your source in place of s_src.',
    'Check it with syslog-ng --syntax-only, then systemctl restart syslog-ng.',
  ],
  notes: [
    ...notes,
    'syslog-ng does not look at the answer to each document: what the server rejects is listed there (GET /api/v1/rejected), not in its own log.',
  ],
}

export const syslogNgHttp: Shipper = {
  name: 'syslog-ng-http',
  title: 'syslog-ng (http)',
  language: 'syslog-ng',
  path: '/etc/syslog-ng/conf.d/vedette.conf',
  text: ({ url, key }) => `destination d_vedette {
  http(
    url("${url}/api/v1/events?source=syslog-ng&dataset=syslog")
    method("POST")
    headers("Authorization: Bearer ${key}", "Content-Type: application/x-ndjson")
    body("${DOCUMENT}")
    frac-digits(3)
    delimiter("\\n")
    batch-lines(500)
    batch-bytes(4Mb)
    batch-timeout(1000)
    workers(1)
    timeout(90)
    time-reopen(5)
    retries(1000000)
    disk-buffer(reliable(yes) disk-buf-size(1073741824) mem-buf-size(67108864) dir("/var/lib/syslog-ng"))
  );
};

log { source(s_src); destination(d_vedette); flags(flow-control); };
`,
  steps: () => [
    'Install the module: apt install syslog-ng-mod-http.',
    'Put the name of your source in place of s_src.',
    'Check it with syslog-ng --syntax-only, then systemctl restart syslog-ng.',
  ],
  notes: [
    ...notes,
    'A batch that is sent again as it was within ten minutes is known and stored once. Use elasticsearch-http where doubles after a longer outage matter: there each message has an id.',
  ],
}
