import { describe, expect, it } from 'vitest'
import matrix from '../data/smtp-faults.json' with { type: 'json' }
import { connecting } from './smtp-faults/connecting.ts'
import { connections } from './smtp-faults/connections.ts'
import { content } from './smtp-faults/content.ts'
import { envelope } from './smtp-faults/envelope.ts'
import { play } from './smtp-faults/fault.ts'
import type { Fault, Faults } from './smtp-faults/fault.ts'
import { securing } from './smtp-faults/securing.ts'

const faults: Faults = { ...connecting, ...securing, ...envelope, ...content, ...connections }

const names = matrix.faults.map(({ stage, fault }) => `${stage}: ${fault}`)

describe('the SMTP engine in front of a server with a fault', () => {
  it('is tested with every fault of the matrix, and with no other', () => {
    expect(Object.keys(faults).sort()).toEqual([...names].sort())
    expect(names).toHaveLength(67)
  })

  for (const [i, { expect: required }] of matrix.faults.entries()) {
    const name = names[i]!
    it(`${name} -> ${required}`, async () => {
      for (const variant of variantsOf(faults[name]!)) await play(variant)
    })
  }
})

function variantsOf(fault: Fault | readonly Fault[]): readonly Fault[] {
  return 'outcome' in fault ? [fault] : fault
}
