/** Rules as files to take away. */
import { z } from 'zod'
import type { Rule } from '../../domain/rule.ts'
import { exportEql } from '../../rules/export/eql.ts'
import { exportSigma } from '../../rules/export/sigma.ts'
import { exportYaml } from '../../rules/export/yaml.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { route, type Route } from '../route.ts'

const query = z.strictObject({
  format: z.enum(['sigma', 'yaml', 'eql']).default('yaml').meta({
    description: 'Sigma, our own rule file, or the query alone.',
  }),
})

export function ruleExportRoutes({ rules }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/rules/{id}/export',
      tag: 'rules',
      summary: 'A rule as a file; what the format cannot say is a comment at its top',
      access: ['read'],
      query,
      answers: {
        200: { description: 'The file', type: 'application/yaml' },
        404: { description: 'No such rule' },
        422: { description: 'The rule is in a language that this format cannot hold' },
      },
      async handle({ params, query: { format } }) {
        const stored = await rules.get(params.id!)
        if (!stored) throw new Problem('notFound', `There is no rule ${JSON.stringify(params.id)}.`)
        const { rule } = stored
        const name = `${rule.id}.${format === 'eql' ? 'eql' : 'yml'}`
        return {
          status: 200,
          text: textOf(rule, format),
          type: format === 'eql' ? 'text/plain; charset=utf-8' : 'application/yaml; charset=utf-8',
          headers: { 'content-disposition': `attachment; filename="${name}"` },
        }
      },
    }),
  ]
}

function textOf(rule: Rule, format: z.output<typeof query>['format']): string {
  if (format === 'yaml') return exportYaml(rule)
  if (format === 'sigma') return exportSigma(rule)
  const text = exportEql(rule)
  if (text !== null) return text
  throw new Problem('invalid', `The rule is written in ${rule.language}: export it as sigma or yaml.`)
}
