import type { Shipper, Target } from './shipper.ts'

/** The part that all Beats share. */
const output = (
  dataset: string,
  { node, key }: Target,
) => `# There is no cluster to prepare: templates and lifecycles are for a real Elasticsearch.
setup.template.enabled: false
setup.ilm.enabled: false

# Kept on disk while the server is away, so that nothing is lost when this machine restarts.
queue.disk:
  max_size: 10GB

output.elasticsearch:
  hosts: ["${node}"]
  username: "vedette"
  password: "${key}"
  index: "logs-${dataset}-default"
  allow_older_versions: true
  compression_level: 3
  bulk_max_size: 1000
  timeout: 90
`

const notes = [
  'The server away or full: everything is kept in the disk queue and sent again, without end.',
  'hosts needs the port, also where it is the usual one: without it Beats take 9200.',
  'allow_older_versions is needed because newer Beats refuse a server that says an older version than their own.',
  'The modules’ own ingest pipelines do not run here: send the lines as they are.',
]

export const filebeat: Shipper = {
  name: 'filebeat',
  title: 'Filebeat',
  language: 'yaml',
  path: '/etc/filebeat/filebeat.yml',
  text: (target) => `filebeat.inputs:
  - type: filestream
    id: logs
    paths:
      - /var/log/*.log

# An id of its own for each event: what is sent again is then known, and stored once.
processors:
  - add_id: ~

${output('filebeat', target)}`,
  steps: () => [
    'Put your files into paths. For files with one JSON record a line add parsers: [{ndjson: {target: ""}}] to the input.',
    'Run filebeat test config and filebeat test output.',
    'Restart it: systemctl restart filebeat.',
  ],
  notes,
}

export const winlogbeat: Shipper = {
  name: 'winlogbeat',
  title: 'Winlogbeat',
  language: 'yaml',
  path: 'C:\\Program Files\\Winlogbeat\\winlogbeat.yml',
  text: (target) => `winlogbeat.event_logs:
  - name: Security
    ignore_older: 72h
  - name: System
    ignore_older: 72h
  - name: Microsoft-Windows-PowerShell/Operational
    ignore_older: 72h

# An id of its own for each event: what is sent again is then known, and stored once.
processors:
  - add_id: ~

${output('winlogbeat', target)}`,
  steps: () => [
    'Run .\\winlogbeat.exe test config -c .\\winlogbeat.yml and .\\winlogbeat.exe test output.',
    'Start the service: Start-Service winlogbeat.',
  ],
  notes: [
    ...notes,
    'Reading the Security log needs the service to run as Local System, as its installer sets it up.',
  ],
}
