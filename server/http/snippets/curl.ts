import type { Shipper } from './shipper.ts'

export const curl: Shipper = {
  name: 'curl',
  title: 'curl',
  language: 'sh',
  path: 'send-logs.sh',
  text: ({ url, key }) => `#!/bin/sh
# Usage: send-logs.sh FILE, with one JSON record a line, a JSON array, {"records":[...]} or {"value":[...]}.
set -eu

gzip -c "$1" | curl --silent --show-error --fail-with-body \\
  --retry 10 --retry-all-errors --retry-max-time 600 --max-time 120 \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/x-ndjson" \\
  -H "Content-Encoding: gzip" \\
  --data-binary @- \\
  "${url}/api/v1/events?source=curl"
`,
  steps: () => [
    'Save it as send-logs.sh and make it executable.',
    'Run ./send-logs.sh records.ndjson. The answer counts what was accepted, what was known already and what was rejected, and why.',
    'Say what the records are with &dataset=azure.signinlogs or &dataset=o365.audit; without it each record is recognised by its shape.',
  ],
  notes: [
    'The server away or full: curl waits and sends the same body again, up to ten minutes. Run it again after that: sending the same records twice is harmless.',
    'At most 64 MiB unpacked in one request: split larger files, for example with split -l 50000.',
    'curl before 7.76 has no --fail-with-body: use --fail; before 7.71 no --retry-all-errors: use --retry-connrefused.',
    'The key stands in the list of processes while curl runs: on a machine with other users put the header into a file and use -H @FILE.',
  ],
}
