/** Time that this thread worked: on a busy machine the clock counts what others did too. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** The least of some rounds. */
export async function leastCpuMs(rounds: number, work: () => unknown): Promise<number> {
  let least = Infinity
  for (let round = 0; round < rounds; round++) least = Math.min(least, await cpuMs(work))
  return least
}
