const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** `14.6 GB`; units of 1000, as disks are sold. */
export function bytesWord(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}
