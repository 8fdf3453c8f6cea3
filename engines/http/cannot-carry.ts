/**
 * A provider's API cannot be told this email so that it leaves unchanged. Its message goes on with
 * "it", the email: "it is signed". Caught where an engine makes an outcome of it.
 */
export class CannotCarry extends Error {
  override readonly name = 'CannotCarry'
}
