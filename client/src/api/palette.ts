/** What the palette asks for. */
import { request } from './request.ts'

export type RuleName = { id: string; name: string }

export async function getRuleNames(): Promise<RuleName[]> {
  const { rules } = await request<{ rules: RuleName[] }>('/api/v1/rules')
  return rules
}
