import { microsoftSays } from '../records/scenes.ts'
import { storyDrill } from '../story.ts'

/** What Microsoft itself raises. */
export const MICROSOFT = [
  storyDrill({
    name: 'microsoft-sending',
    title: 'Microsoft keeps an account from sending',
    rule: 'microsoft-sending-alert',
    severity: 'high',
    attack: [[20, microsoftSays('User restricted from sending email')]],
    nearMisses: {
      'another alert': [[20, microsoftSays('Elevation of Exchange admin privilege')]],
    },
  }),
  storyDrill({
    name: 'microsoft-forwarding',
    title: 'Microsoft finds a suspicious inbox rule',
    rule: 'microsoft-forwarding-alert',
    severity: 'medium',
    attack: [[20, microsoftSays('Suspicious inbox manipulation rules')]],
    nearMisses: {
      'another alert': [[20, microsoftSays('Unusual volume of file deletion')]],
    },
  }),
]
