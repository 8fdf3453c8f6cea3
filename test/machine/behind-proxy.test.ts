import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere } from '../cli/run-command.ts'

describe('behind a proxy', () => {
  it('names its own address in links and uploads, whatever the proxy passes on', async () => {
    let key = ''
    const env = { POSTERN_HOSTS: 'mail.example.com', POSTERN_URL: 'https://mail.example.com/' }
    const postern = await startHere({ env, showKey: (token) => (key = token) })
    onTestFinished(() => postern.stop())
    const upload = await fetch(`${postern.url}/v1/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ size: 1, content_type: 'text/plain' }),
    })
    const { url } = (await upload.json()) as { url: string }
    expect(url).toMatch(/^https:\/\/mail\.example\.com\/v1\/uploads\/[0-9a-f-]{36}\?/)
    const { pathname, search } = new URL(url)
    const put = await fetch(`${postern.url}${pathname}${search}`, { method: 'PUT', body: 'x' })
    expect(put.status).toBe(200)
  })

  it('refuses an address that is none, with the rule', async () => {
    for (const url of [
      'mail.example.com',
      'ftp://mail.example.com',
      'https://mail.example.com/p',
    ]) {
      const { code, err } = await runCommand(['start'], { env: { POSTERN_URL: url } })
      expect([code, err]).toEqual([2, expect.stringContaining('POSTERN_URL must be http:// or')])
    }
  })
})

describe('beyond loopback without a certificate', () => {
  it('has SMTP off and says what to do, or on for a private network', async () => {
    const env = { POSTERN_HOST: '0.0.0.0', POSTERN_SMTP_PORT: '0' }
    const off = await startHere({ env, showKey: () => undefined })
    onTestFinished(() => off.stop())
    expect(off.smtp).toEqual({
      off: expect.stringMatching(/POSTERN_TLS_CERT.*POSTERN_SMTP_PLAIN=on/) as string,
    })
    const on = await startHere({
      env: { ...env, POSTERN_SMTP_PLAIN: 'on' },
      showKey: () => undefined,
    })
    onTestFinished(() => on.stop())
    expect(on.smtp).toEqual({ url: expect.stringMatching(/^smtp:/) as string })
  })
})
