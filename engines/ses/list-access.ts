import { ListSuppressedDestinationsCommand } from '@aws-sdk/client-sesv2'

/**
 * What to tell a person when SES does not let this role see its suppression list.
 *
 * @param ask makes the call; throws its error
 */
export async function warningsOfList(
  ask: (command: ListSuppressedDestinationsCommand) => Promise<unknown>,
): Promise<string[]> {
  try {
    await ask(new ListSuppressedDestinationsCommand({ PageSize: 1 }))
    return []
  } catch (error) {
    // Anything else is no matter of permissions, and mail leaves all the same.
    return (error as Error).name === 'AccessDeniedException' ? [missing] : []
  }
}

const missing =
  'this role may not call ses:ListSuppressedDestinations: what SES suppresses by itself is not learnt, and what is removed here may stay on its list; allow ses:ListSuppressedDestinations, ses:GetSuppressedDestination and ses:DeleteSuppressedDestination'
