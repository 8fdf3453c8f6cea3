/** Which part of Amazon SES it sends with. */
export interface SesProps {
  /**
   * Name of a configuration set that is there already, in the Region that it sends from.
   *
   * @default - one of its own; none in another Region
   */
  readonly configurationSet?: string
  /**
   * The Region that it sends from.
   *
   * @default - that of the stack
   */
  readonly region?: string
  /**
   * An identity of another account, whose policy lets this one send from it.
   *
   * @default - the sender's own
   */
  readonly identityArn?: string
  /**
   * The tenant that its emails count for.
   *
   * @default - none
   */
  readonly tenant?: string
}
