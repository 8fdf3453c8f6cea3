import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'

describe('postern open', () => {
  it('prints the address of the console, and opens nothing where no person looks', async () => {
    const { code, out } = await runCommand(['open', '--url', 'https://mail.example.com/'])
    expect([code, out]).toEqual([0, 'https://mail.example.com\n'])
    expect((await runCommand(['open'])).out).toBe('http://127.0.0.1:8025\n')
  })

  it('opens no address that is none', async () => {
    for (const url of ['file:///etc/passwd', 'mail.example.com', 'javascript:alert(1)'])
      expect(await runCommand(['open', '--url', url])).toMatchObject({ code: 2, out: '' })
    expect((await runCommand(['--stack', 'Postern', 'open'])).err).toContain('ApiUrl')
  })
})
