/** No longer hidden: it comes again by itself, another worker has it, or it is done. */
export function unlessStale(error: unknown) {
  const stale = ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']
  if (!(error instanceof Error) || !stale.some((name) => error.name.endsWith(name))) throw error
}
