/** The settings as the server would read them; where one is wrong, the rest can still be looked at. */
import { type Config, ConfigError, readConfig } from '../config.ts'
import { type Finding, findings } from './finding.ts'

type Env = Record<string, string | undefined>

const { ok, fail } = findings('settings')

/** `folder`: where `.env` lies. `config` has the default in the place of a setting that is wrong. */
export function examineSettings(env: Env, folder: string): { config: Config; found: Finding[] } {
  const found: Finding[] = []
  let rest = env
  for (;;) {
    try {
      const config = readConfig(rest, folder)
      return { config, found: found.length > 0 ? found : [ok('all can be used')] }
    } catch (error) {
      const name = error instanceof ConfigError ? /^VEDETTE_[A-Z_]+/.exec(error.message)?.[0] : undefined
      if (name === undefined) throw error
      found.push(fail((error as Error).message, `Correct ${name} in the environment or in .env.`))
      rest = { ...rest, ...without(name) }
    }
  }
}

/** Blank counts as not set. One of the two of TLS alone would be wrong again. */
function without(name: string): Env {
  return name.startsWith('VEDETTE_TLS_') ? { VEDETTE_TLS_CERT: '', VEDETTE_TLS_KEY: '' } : { [name]: '' }
}
