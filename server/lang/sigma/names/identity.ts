/** Okta and OneLogin: records keep the vendor's names, or have them below Elastic's. */
import { namesOf } from './names.ts'

export const okta = namesOf(
  [
    [['eventType'], ['okta.event_type', 'eventType', 'event.action']],
    [['displayMessage'], ['okta.display_message', 'displayMessage', 'message']],
    [
      ['client.ipAddress', 'ip'],
      ['okta.client.ip', 'client.ipAddress', 'source.ip', 'client.ip'],
    ],
    [
      ['actor.alternateId', 'user'],
      ['okta.actor.alternate_id', 'actor.alternateId', 'user.email'],
    ],
  ],
  ['okta', '', 'json'],
  true,
)

export const onelogin = namesOf([], ['onelogin', '', 'json'], true)
