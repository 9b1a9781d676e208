/** What a chart shows, as a table for those who do not see it. */
import { formatCount } from '../text/words.ts'
import { shortDate, shortTime } from '../text/age.ts'

type Props = {
  label: string
  caption: string
  heading: string
  bars: readonly { from: string; count: number }[]
}

/** Stretches without anything are left out. */
export function CountsTable({ label, caption, heading, bars }: Props) {
  return (
    <div class="table__wrap" tabIndex={0} role="group" aria-label={label}>
      <table class="table">
        <caption class="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" class="num">
              {heading}
            </th>
          </tr>
        </thead>
        <tbody>
          {bars
            .filter(({ count }) => count > 0)
            .map(({ from, count }) => (
              <tr key={from}>
                <th scope="row">{`${shortDate(from)} ${shortTime(from)}`}</th>
                <td class="num">{formatCount(count)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}
