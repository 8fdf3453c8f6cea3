import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { startHere } from '../../cli/run-command.ts'
import { readProjectFile } from '../../house/tree.ts'

async function scraped(): Promise<string> {
  const postern = await startHere({ env: { POSTERN_METRICS_PORT: '0' } })
  onTestFinished(() => postern.stop())
  return (await fetch(postern.metricsUrl!)).text()
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: { readonly runbook: string }
}

const rules = (parse(readProjectFile('docs/monitoring/alerts.yml')) as Rules).groups.flatMap(
  (group) => group.rules,
)

describe('alerts and dashboard', () => {
  it('name only what the scrape has', async () => {
    const known = [...(await scraped()).matchAll(/^# TYPE (\S+) (\w+)/gm)].flatMap(
      ([, name, kind]) =>
        kind === 'histogram' ? ['bucket', 'count'].map((end) => `${name}_${end}`) : [name!],
    )
    const dashboard = readProjectFile('docs/monitoring/dashboard.json')
    const named = `${dashboard} ${rules.map(({ expr }) => expr).join(' ')}`.matchAll(
      /\b(?:postern|process|nodejs)_\w+/g,
    )
    const names = new Set([...named].map(([name]) => name))
    expect(names.size).toBeGreaterThan(30)
    expect([...names].filter((name) => !known.includes(name))).toEqual([])
  })

  it.each(rules.map(({ alert, annotations }) => [alert, annotations.runbook]))(
    '%s leads to its own entry, %s',
    (alert, entry) => {
      const [page, anchor] = entry.split('#')
      expect(anchor).toBe(alert.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase())
      const titles = [...readProjectFile(page!).matchAll(/^##+ (.+)$/gm)].map(([, title]) =>
        title!.toLowerCase().replaceAll(' ', '-'),
      )
      expect(titles).toContain(anchor)
    },
  )
})

describe('the page of metrics', () => {
  it('has every metric of ours with its kind and meaning, and none that does not exist', async () => {
    const text = await scraped()
    const kinds = new Map([...text.matchAll(/^# TYPE (\S+) (\w+)/gm)].map(([, n, k]) => [n, k]))
    const helps = [...text.matchAll(/^# HELP (postern_\S+) (.*)/gm)]
    const known = helps.map(([, name, help]) => `${name} ${kinds.get(name)} ${help}`)
    const rows = readProjectFile('docs/monitoring.md').matchAll(
      /^\| `(postern_\w+)(?:\{.*?\})?` +\| (\w+) +\| (.*?) +\|$/gm,
    )
    const shown = [...rows].map(([, name, kind, help]) => `${name} ${kind} ${help}`)
    expect(shown).toEqual(known)
  })
})
