import type { Shipper } from './shipper.ts'

export const fluentBit: Shipper = {
  name: 'fluent-bit',
  title: 'Fluent Bit',
  language: 'ini',
  path: '/etc/fluent-bit/fluent-bit.conf',
  text: ({ host, port, tls, key }) => `[SERVICE]
    Flush                     2
    storage.path              /var/lib/fluent-bit/buffer
    storage.sync              full
    storage.max_chunks_up     64

[INPUT]
    Name                      tail
    Path                      /var/log/*.log
    DB                        /var/lib/fluent-bit/tail.db
    Tag                       logs
    storage.type              filesystem

[OUTPUT]
    Name                      es
    Match                     *
    Host                      ${host}
    Port                      ${port}
    tls                       ${tls ? 'On' : 'Off'}
    HTTP_User                 vedette
    HTTP_Passwd               ${key}
    Index                     logs-fluent-bit-default
    Suppress_Type_Name        On
    Write_Operation           create
    Generate_ID               On
    Time_Key                  @timestamp
    Time_Key_Nanos            On
    Compress                  gzip
    Trace_Error               On
    Buffer_Size               False
    Retry_Limit               no_limits
    storage.total_limit_size  1G
`,
  steps: () => [
    'Put your files into Path. For lines that are JSON add Parser json to the input.',
    'Make the folder /var/lib/fluent-bit.',
    'Restart it: systemctl restart fluent-bit.',
  ],
  notes: [
    'The server away or full: with storage.type filesystem and Retry_Limit no_limits chunks stay on disk and are sent again without end, up to storage.total_limit_size; then the oldest chunk is dropped.',
    'Generate_ID makes the id from the record itself, so that a chunk that is sent again is stored once.',
    'Suppress_Type_Name must be on: newer Elasticsearch and this server know no types.',
    'One document that cannot be stored makes Fluent Bit send its whole chunk again; the ids keep the others from doubling.',
  ],
}

export const fluentd: Shipper = {
  name: 'fluentd',
  title: 'Fluentd',
  language: 'apache',
  path: '/etc/fluent/conf.d/vedette.conf',
  text: ({ host, port, protocol, key }) => `<filter **>
  @type elasticsearch_genid
  hash_id_key _hash
</filter>

<match **>
  @type elasticsearch
  host ${host}
  port ${port}
  scheme ${protocol}
  user vedette
  password ${key}
  index_name logs-fluentd-default
  include_timestamp true
  suppress_type_name true
  id_key _hash
  remove_keys _hash
  write_operation create
  verify_es_version_at_startup false
  default_elasticsearch_version 8
  log_es_400_reason true
  # The addresses that a cluster tells are not to be followed: there is one.
  reload_connections false
  reload_on_failure false
  reconnect_on_error true
  request_timeout 90s
  compression_level default_compression
  <buffer>
    @type file
    path /var/log/fluent/buffer/vedette
    flush_interval 2s
    chunk_limit_size 4MB
    total_limit_size 4GB
    retry_forever true
    retry_max_interval 30s
    overflow_action block
  </buffer>
</match>
`,
  steps: () => [
    'Install the plugin: fluent-gem install fluent-plugin-elasticsearch',
    'Include the file from fluent.conf, after your sources.',
    'Restart it: systemctl restart fluentd.',
  ],
  notes: [
    'The server away or full: chunks stay in the file buffer and are sent again without end; when the buffer is full, inputs wait.',
    'elasticsearch_genid gives each record an id, so that a chunk that is sent again is stored once.',
    'reload_connections must be off: else the plugin follows addresses that a cluster would tell.',
    'Use a client of Elasticsearch 8 with the plugin (gem elasticsearch, version 8): older ones refuse some servers.',
  ],
}
