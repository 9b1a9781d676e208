/** Answers about an account. */
import { z } from 'zod'
import type { AccountView } from '../../domain/api.ts'
import { alert } from './alert.ts'
import { named, textOrNull, time } from './base.ts'
import { incident } from './incident.ts'

const seenValue = { value: z.string(), count: z.int(), firstSeen: time, lastSeen: time }

const seenValues = z.array(z.strictObject(seenValue))

export const account = named(
  'Account',
  z.strictObject({
    account: z.string(),
    history: z
      .strictObject({
        firstSeen: time,
        lastSeen: time,
        events: z.int(),
        complete: z.boolean().meta({ description: 'False: there are older events than were looked at.' }),
        usual: z.strictObject({
          countries: seenValues,
          networks: seenValues,
          apps: seenValues,
          devices: seenValues,
          hours: z.array(z.int()).meta({ description: 'Events in each hour of the day, UTC.' }),
          mailsPerDay: z.number(),
          mostMailsAnHour: z.int(),
        }),
        new: z.array(
          z.strictObject({ kind: z.enum(['country', 'network', 'address', 'app', 'device']), ...seenValue }),
        ),
        signIns: z.array(
          z.strictObject({
            eventId: z.string(),
            time,
            outcome: z.string(),
            address: textOrNull,
            country: textOrNull,
            app: textOrNull,
            device: textOrNull,
          }),
        ),
      })
      .nullable(),
    alerts: z.array(alert),
    incidents: z.array(incident),
  }) satisfies z.ZodType<AccountView>,
)
