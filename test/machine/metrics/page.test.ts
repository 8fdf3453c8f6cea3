import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../../cli/run-command.ts'
import { readProjectFile } from '../../house/tree.ts'

describe('the page of metrics', () => {
  it('has every metric of ours with its kind and meaning, and none that does not exist', async () => {
    const postern = await startHere({ env: { POSTERN_METRICS_PORT: '0' } })
    onTestFinished(() => postern.stop())
    const text = await (await fetch(postern.metricsUrl!)).text()
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
