import { describe, expect, it } from 'vitest'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'
import {
  applyPreset,
  presetFaults,
  presetNames,
  presetOf,
} from '../../../mail/settings/smtp-presets.ts'

/** The settings of SMTP as they are when only these were set. */
function smtp(set: Partial<Settings['smtp']> = {}): Settings['smtp'] {
  const defaults = resolveSettings({ defaults: {}, saved: {}, locks: {} })
  if ('faults' in defaults) throw new Error('the bare defaults are wrong')
  return { ...defaults.settings.smtp, ...set }
}

const named = presetNames.map((name) => name.replace('<region>', 'eu-west-1'))

describe('an SMTP preset', () => {
  it.each(named)('%s gives a host, requires TLS and says what login it takes', (preset) => {
    expect(presetFaults(smtp({ preset }))).toEqual([])
    const applied = applyPreset(smtp({ preset, username: 'ann' }))
    expect(applied.host).toMatch(/^[a-z0-9.-]+\.[a-z]+$/)
    expect(applied).toMatchObject({ port: 587, security: 'starttls', username: 'ann', preset })
    expect(presetOf(preset)!.credentials.length).toBeGreaterThan(40)
  })

  it('names every server once', () => {
    const hosts = named.map((name) => presetOf(name)!.host)
    expect(new Set(hosts).size).toBe(hosts.length)
  })

  it('is contradicted by no default, so that only a chosen value can contradict it', () => {
    for (const name of named) {
      const { port, security } = smtp()
      expect(presetOf(name)).toMatchObject({ port, security })
    }
  })

  it('may be given with its own host', () => {
    const both = smtp({ preset: 'postmark', host: 'smtp.postmarkapp.com' })
    expect(presetFaults(both)).toEqual([])
  })

  it.each([
    ['host', 'mail.example.com'],
    ['port', 465],
    ['security', 'none'],
  ])('is contradicted by another %s', (key, value) => {
    const contradicted = smtp({ preset: 'sendgrid', [key]: value })
    expect(presetFaults(contradicted).map(({ path }) => path)).toEqual([key])
    expect(() => applyPreset(contradicted)).toThrow('not checked')
  })

  it('leaves settings without one as they are', () => {
    const own = smtp({ host: 'mail.example.com', port: 25, security: 'none' })
    expect(presetFaults(own)).toEqual([])
    expect(applyPreset(own)).toEqual(own)
  })

  it.each(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'il-central-1'])(
    'of SES has a server in %s',
    (region) => {
      expect(presetOf(`ses-smtp:${region}`)?.host).toBe(`email-smtp.${region}.amazonaws.com`)
    },
  )

  it.each([
    'Gmail',
    'nobody',
    '',
    '__proto__',
    'constructor',
    'ses-smtp',
    'ses-smtp:',
    'ses-smtp:us-east-1.evil.test/',
    'ses-smtp:evil.test#',
    'ses-smtp:us-east-1\n',
    'ses-smtp:EU-WEST-1',
  ])('called %j is not known', (preset) => {
    expect(presetOf(preset)).toBeUndefined()
    const [fault, ...more] = presetFaults(smtp({ preset }))
    expect(more).toEqual([])
    expect(fault?.path).toBe('preset')
    expect(fault?.rule).toContain('ses-smtp:<region>')
    expect(() => applyPreset(smtp({ preset }))).toThrow('not checked')
  })
})
