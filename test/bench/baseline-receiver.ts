/**
 * What a user would write instead: Node's http server, one table, three indexes, the same durability.
 * Takes NDJSON, answers after the commit. Run as a process of its own: `node baseline-receiver.ts FILE`.
 */
import { createServer } from 'node:http'
import Database from 'better-sqlite3'

const db = new Database(process.argv[2]!)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(`CREATE TABLE event(id TEXT PRIMARY KEY, time TEXT, user TEXT, action TEXT, body TEXT NOT NULL);
CREATE INDEX event_time ON event(time); CREATE INDEX event_user ON event(user, time);`)
const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING')

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const lines = Buffer.concat(chunks).toString().split('\n').filter(Boolean)
    db.exec('BEGIN IMMEDIATE')
    for (const line of lines) {
      const record = JSON.parse(line)
      insert.run(record.Id, record.CreationTime, record.UserId, record.Operation, line)
    }
    db.exec('COMMIT')
    response.end(JSON.stringify({ accepted: lines.length }))
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as { port: number }).port} ready`)
})
