import { expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere } from './run-command.ts'

const bob = 'bob@example.com'

it('postern erase counts, asks, refuses while email waits, and erases', async () => {
  const postern = await startHere()
  onTestFinished(postern.stop)
  const send = () =>
    postern.run('send', '--from', 'a@acme.test', '--to', bob, '--subject', 's', '--text', 't')
  await send()
  await postern.run('captures', 'wait', '--to', bob, '--timeout', '20')

  const trial = await postern.run('erase', bob, '--dry-run')
  expect(trial.out).toMatch(/^WHAT\tTO ERASE\tSTAYS\nemails\t1\t0\n/)
  const no = await runCommand(['erase', bob], { url: postern.url, input: 'n\n', atTerminal: true })
  expect(no).toMatchObject({ code: 1, out: '' })
  expect(no.err).toContain('captures')
  expect((await postern.run('emails', 'list', '--q', bob)).out).toContain(bob)

  const later = { from: 'a@acme.test', to: bob, subject: 's', text: 't', scheduled_at: 'in 2 days' }
  await fetch(`${postern.url}/emails`, { method: 'POST', body: JSON.stringify(later) })
  expect(await postern.run('erase', bob, '--yes')).toMatchObject({
    code: 1,
    err: 'postern: nothing was erased: to or from the address 1 email waits to be sent; --cancel cancels what waits\n',
  })
  const done = await postern.run('erase', bob, '--yes', '--cancel')
  expect(done).toMatchObject({ code: 0, err: '' })
  expect(done.out).toMatch(/ERASED[^]*emails\t2\t0[^]*canceled: 1/)
  expect((await postern.run('erase', bob, '--yes')).out).toBe('nothing names the address\n')
  expect((await postern.run('emails', 'list')).out).not.toContain(bob)
})
