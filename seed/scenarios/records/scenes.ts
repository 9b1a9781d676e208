/** Scenes of mailbox stories: each is one thing that an account does. */
import type { Json } from '../../../server/domain/json.ts'
import { MINUTE, SECOND } from '../../../server/domain/time.ts'
import type { Cast, Scene } from '../story.ts'
import { adminCommand, mailItem } from './audit.ts'
import { consent } from './directory.ts'
import { type Person, type Place, PLACES } from './invent.ts'
import * as mailbox from './mailbox.ts'
import { APPS, type SignIn, signIn } from './sign-in.ts'

/** A text, or one that names somebody of the cast. */
type Told<T> = T | ((cast: Cast) => T)
/** Who does it: the account in trouble unless another is said; and from its usual address with `home`. */
type By = { by?: (cast: Cast) => Person; home?: boolean }

/** A cmdlet about the own mailbox, or about another's with `of`. */
export function command(
  operation: string,
  parameters: Told<Record<string, string>>,
  options: By & { of?: (cast: Cast) => Person; object?: string; status?: 'True' | 'False' } = {},
): Scene {
  return (run, cast, at) => {
    const given = told(parameters, cast)
    const local = localPart(options.of?.(cast) ?? doer(cast, options).who)
    const identity =
      operation.endsWith('InboxRule') || given['Identity'] !== undefined ? {} : { Identity: local }
    return adminCommand(run, {
      ...doer(cast, options),
      at,
      operation,
      objectId:
        options.object ?? (operation.endsWith('InboxRule') ? `${local}\\${given['Name'] ?? '1'}` : local),
      parameters: { ...identity, ...given },
      ...(options.status && { status: options.status }),
    })
  }
}

/** A rule made in desktop Outlook. */
export function ruleInOutlook(
  rule: Told<{ name: string; condition: string; actions: Json[]; operation?: string }>,
  options: By = {},
): Scene {
  return (run, cast, at) => mailbox.outlookRule(run, { ...doer(cast, options), at, ...told(rule, cast) })
}

/** One mail, or several half a minute apart. */
export function send(
  subject: Told<string>,
  options: By & {
    times?: number
    as?: (cast: Cast) => Person
    operation?: 'Send' | 'SendAs' | 'SendOnBehalf'
    apart?: number
  } = {},
): Scene {
  return (run, cast, at) =>
    Array.from({ length: options.times ?? 1 }, (_, i) =>
      mailItem(run, {
        ...doer(cast, options),
        at: at + i * (options.apart ?? 30) * SECOND,
        operation: options.operation ?? (options.as ? 'SendAs' : 'Send'),
        subject: told(subject, cast),
        ...(options.as && { mailbox: options.as(cast) }),
      }),
    )
}

/** Mail deleted or moved, all in one record. */
export function remove(
  operation: mailbox.DeletedMail['operation'],
  subjects: Told<readonly string[]>,
  folder: string,
  options: By & { to?: string } = {},
): Scene {
  return (run, cast, at) =>
    mailbox.deletedMail(run, {
      ...doer(cast, options),
      at,
      operation,
      subjects: told(subjects, cast),
      folder,
      ...(options.to !== undefined && { to: options.to }),
    })
}

export function read(
  count: number,
  options: By & { of?: (cast: Cast) => Person } & Pick<
      mailbox.MailReading,
      'throttled' | 'sync' | 'client'
    > & { app?: Told<string> } = {},
): Scene {
  return (run, cast, at) => {
    const { app, of, by: _, home: __, ...more } = options
    return mailbox.mailReading(run, {
      ...doer(cast, options),
      ...more,
      at,
      count,
      ...(app !== undefined && { app: told(app, cast) }),
      ...(of && { mailbox: of(cast) }),
    })
  }
}

export function share(folder: string, member: string, rights: string, options: By = {}): Scene {
  return (run, cast, at) => mailbox.folderSharing(run, { ...doer(cast, options), at, folder, member, rights })
}

export function microsoftSays(name: string): Scene {
  return (run, cast, at) => mailbox.microsoftAlert(run, { ...doer(cast, {}), at, name })
}

export function consentTo(
  scopes: string,
  options: By & { everyone?: boolean; app?: Told<string> } = {},
): Scene {
  return (run, cast, at) =>
    consent(run, {
      ...doer(cast, options),
      at,
      scopes,
      ...(options.everyone && { everyone: true }),
      ...(options.app !== undefined && { app: told(options.app, cast) }),
    })
}

/** A sign-in to mail: of the attacker from abroad, unless it is from home. */
export function signInToMail(options: By & Partial<SignIn> & { place?: Place } = {}): Scene {
  return (run, cast, at) => {
    const { by: _, home, ...more } = options
    return signIn(run, {
      ...doer(cast, options),
      at,
      place: home ? PLACES.office : PLACES.lagos,
      app: APPS.outlookWeb,
      ...(home && { managedDevice: true }),
      ...more,
    })
  }
}

/** The same scene of each of these people. */
export function eachOf(people: (cast: Cast) => Person[], scene: Scene): Scene {
  return (run, cast, at) => people(cast).flatMap((who, i) => scene(run, { ...cast, who }, at + i * MINUTE))
}

function doer(cast: Cast, { by, home }: By) {
  const who = by?.(cast) ?? cast.who
  // A colleague works from a place and in a session of their own.
  if (who !== cast.who || home) return { who, address: cast.home }
  return { who, address: cast.address, sessionId: cast.sessionId }
}

function told<T>(value: Told<T>, cast: Cast): T {
  return typeof value === 'function' ? (value as (cast: Cast) => T)(cast) : value
}

function localPart({ address }: Person): string {
  return address.split('@')[0]!
}
