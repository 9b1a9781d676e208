import type { Shipper } from './shipper.ts'

export const vector: Shipper = {
  name: 'vector',
  title: 'Vector',
  language: 'yaml',
  path: '/etc/vector/vector.yaml',
  text: ({ url, key }) => `data_dir: /var/lib/vector

sources:
  files:
    type: file
    include:
      - /var/log/*.log

transforms:
  documents:
    type: remap
    inputs: [files]
    source: |
      ."@timestamp" = del(.timestamp)
      # Made once for each event, so that one that is sent again is known, and stored once.
      .vector_id = uuid_v4()

sinks:
  vedette:
    type: elasticsearch
    inputs: [documents]
    endpoints: ["${url}"]
    api_version: v8
    mode: bulk
    bulk:
      action: create
      index: logs-vector-default
    id_key: vector_id
    auth:
      strategy: basic
      user: vedette
      password: ${key}
    compression: gzip
    request_retry_partial: true
    batch:
      max_bytes: 4000000
      timeout_secs: 2
    buffer:
      type: disk
      max_size: 1073741824
      when_full: block
    acknowledgements:
      enabled: true
`,
  steps: () => [
    'Put your files into include. For lines that are JSON add . = merge!(., parse_json!(.message)) to the remap.',
    'Check it: vector validate /etc/vector/vector.yaml',
    'Restart it: systemctl restart vector.',
  ],
  notes: [
    'The server away or full: Vector keeps events in its disk buffer and sends again without end; a source that can be acknowledged waits.',
    'api_version must be said: auto asks the server for its version first, which Vector reads only in part.',
    'request_retry_partial sends only the documents again that failed for now, not the whole batch.',
  ],
}
