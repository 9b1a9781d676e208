import type { Shipper } from './shipper.ts'

export const logstash: Shipper = {
  name: 'logstash',
  title: 'Logstash',
  language: 'ruby',
  path: '/etc/logstash/conf.d/90-vedette.conf',
  text: ({ node, key }) => `filter {
  # Made once for each event, so that one that is sent again is known, and stored once.
  uuid {
    target => "[@metadata][id]"
  }
}

output {
  elasticsearch {
    hosts => ["${node}"]
    user => "vedette"
    password => "${key}"
    index => "logs-logstash-default"
    action => "create"
    document_id => "%{[@metadata][id]}"
    data_stream => false
    manage_template => false
    ilm_enabled => false
    timeout => 90
  }
}
`,
  steps: () => [
    'Save it beside your inputs, and set queue.type: persisted in /etc/logstash/logstash.yml, so that events outlive a restart.',
    'Check it: /usr/share/logstash/bin/logstash --path.settings /etc/logstash -t',
    'Restart it: systemctl restart logstash.',
  ],
  notes: [
    'The server away or full: Logstash sends again without end, and reads no more from its inputs when its queue is full.',
    'hosts needs the port, also where it is the usual one: without it Logstash takes 9200.',
    'Its api_key works only with TLS and has the form id:key; user and password with the key as password always work.',
    'An event that can never be stored gets a 400: it is logged, and kept where dead_letter_queue.enable is true. The server keeps it with the reason too (GET /api/v1/rejected).',
  ],
}
