/** The environment of this function is not what a deployment makes: an administrator must act. */
export class NotDeployed extends Error {
  override readonly name = 'NotDeployed'
}
