import { checkContent } from '../mail/check/check.ts'
import { readFolder } from '../mail/template/folder.ts'
import { spread } from './statistics.ts'
import { printTable } from './table.ts'
import { starterFiles } from './template.ts'

/** How long the content checks of one email take: of a usual one, and of one that Gmail would cut off. */
export async function checks(rounds: number): Promise<void> {
  const usual = await starterHtml()
  const long = longHtml(usual)
  const took = async (html: string) => {
    const times: number[] = []
    // The first ones warm up.
    for (let round = -3; round < rounds * 5; round++) {
      const from = performance.now()
      await checkContent({ html, text: 'Hello' })
      if (round >= 0) times.push(performance.now() - from)
    }
    return spread(times)
  }
  const kilobytes = (html: string) => `${Math.round(Buffer.byteLength(html) / 1_000)} kB of html`
  printTable('Content checks of one email, ms', [
    ['what', 'median (least-most)'],
    [kilobytes(usual), await took(usual)],
    [kilobytes(long), await took(long)],
  ])
}

/** A newsletter: the same rows again and again, up to where Gmail cuts off. */
function longHtml(html: string): string {
  const row = `<table role="presentation" width="100%" style="border-collapse:collapse">
    <tr><td style="padding:8px 16px;font-family:Arial,sans-serif;font-size:16px;color:#333333">
    <a href="https://example.com/a" style="color:#0055aa"><img src="https://example.com/a.png" alt="A picture" width="120"></a>
    Something that is told at some length, as newsletters do.</td></tr></table>\n`
  const rows = row.repeat(Math.floor((100_000 - html.length) / row.length))
  return html.replace('</body>', `${rows}</body>`)
}

async function starterHtml(): Promise<string> {
  const { templates } = await readFolder(starterFiles(), async () => undefined)
  const one = templates.get('verification')!
  const made = one.render({ variables: one.source.samples!, locale: 'en' })
  if ('faults' in made) throw new Error('the starter set does not render')
  return made.rendered.html!
}
