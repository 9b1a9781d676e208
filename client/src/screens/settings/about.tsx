import { getAbout } from '../../api/settings.ts'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { bytesWord } from '../../text/bytes.ts'
import { formatCount, plural } from '../../text/words.ts'

export function AboutTab() {
  const about = useRead('about', getAbout)
  const { data } = about
  return (
    <Panel title="About this installation">
      <div class="panel__body">
        {!data ? (
          about.why ? (
            <Failed what="It could not be read" why={about.why} retry={about.again} />
          ) : (
            <Skeleton rows={5} label="Loading" />
          )
        ) : (
          <dl class="kv">
            <dt>Vedette</dt>
            <dd>{data.version}</dd>
            <dt>Node.js</dt>
            <dd>{data.runtime}</dd>
            <dt>Events</dt>
            <dd>{formatCount(data.events)}</dd>
            <dt>On the disk</dt>
            <dd>
              {bytesWord(data.bytes)}
              {data.freeBytes === null ? '' : `, ${bytesWord(data.freeBytes)} free`}
            </dd>
            <dt>Events are kept for</dt>
            <dd>
              {data.retentionDays === null
                ? 'ever'
                : `${plural(data.retentionDays, 'day')}, counted from receipt`}
            </dd>
            <dt>Connection</dt>
            <dd>{data.tls ? 'TLS' : 'plain HTTP: use it on this machine, or behind a proxy with TLS'}</dd>
            <dt>Address</dt>
            <dd>{data.publicUrl ?? location.origin}</dd>
            <dt>For programs</dt>
            <dd>
              <a href="/api/v1/openapi.json">the API as OpenAPI</a>
            </dd>
          </dl>
        )}
      </div>
    </Panel>
  )
}
