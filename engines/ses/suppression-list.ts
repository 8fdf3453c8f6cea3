import {
  DeleteSuppressedDestinationCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  SESv2Client,
  type SuppressedDestinationSummary,
} from '@aws-sdk/client-sesv2'
import type { Clock } from '../../mail/ports/clock.ts'
import type { ListedAddress, ProviderList } from '../../mail/suppress/provider-list.ts'

/** Most that SES lists at a time. */
const pageSize = 1_000

/** SES answers about one such call a second, for the whole account. */
const pageMs = 1_000

/**
 * Amazon SES's own suppression list of an account and Region. Sending compares its addresses in any
 * case, but these calls by the exact one (SES guide, "Using the account-level suppression list").
 *
 * @param region null: that of the process
 */
export function sesSuppressionList(region: string | null, clock: Clock): ProviderList {
  // Unlike sending, each of these calls may be made twice.
  const client = new SESv2Client({ ...(region !== null && { region }), maxAttempts: 5 })
  return {
    async *pages(stopping) {
      let NextToken: string | undefined
      do {
        const command = new ListSuppressedDestinationsCommand({ PageSize: pageSize, NextToken })
        const page = await client.send(command, { abortSignal: stopping })
        yield (page.SuppressedDestinationSummaries ?? []).flatMap(listedIn)
        NextToken = page.NextToken
        if (NextToken) await clock.until(clock.now() + pageMs, stopping)
      } while (NextToken && !stopping.aborted)
    },
    async reasonOf(EmailAddress) {
      const command = new GetSuppressedDestinationCommand({ EmailAddress })
      const answer = await client.send(command).catch(ifThere)
      return reasonNamed(answer?.SuppressedDestination?.Reason)
    },
    async remove(EmailAddress) {
      await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress })).catch(ifThere)
    },
    close: () => client.destroy(),
  }
}

function listedIn(summary: SuppressedDestinationSummary): ListedAddress[] {
  const { EmailAddress: address, Reason, LastUpdateTime } = summary
  const reason = reasonNamed(Reason)
  return address && reason && LastUpdateTime
    ? [{ address, reason, at: LastUpdateTime.getTime() }]
    : []
}

function reasonNamed(reason: string | undefined): ListedAddress['reason'] | undefined {
  return reason === 'BOUNCE' ? 'bounce' : reason === 'COMPLAINT' ? 'complaint' : undefined
}

function ifThere(error: Error): undefined {
  if (error.name !== 'NotFoundException') throw error
}
