/** Calls that are paid for, and the time of the functions. */
export interface Calls {
  /** DynamoDB: one write unit each, the records being below 1 KB; one read unit. */
  writes: number
  reads: number
  /** SQS: receives and deletes of a batch, changes of visibility. */
  receives: number
  deletes: number
  deferrals: number
  /** Reads of the settings parameter, which cost nothing. */
  settings: number
  invocations: number
  /** Of the send function, cold starts included. */
  milliseconds: number
}

export function noCalls(): Calls {
  return {
    ...{ writes: 0, reads: 0, receives: 0, deletes: 0, deferrals: 0 },
    ...{ settings: 0, invocations: 0, milliseconds: 0 },
  }
}

/** Dollars per million of what the name says, us-east-1, list prices of 2026, no free tier. */
const perMillion = {
  httpApi: 1,
  invocation: 0.2,
  writeUnit: 0.625,
  readUnit: 0.125,
  sqsRequest: 0.4,
  /** A fair queue's request costs so much more. */
  fairRequest: 0.1,
}

/** Dollars per GB-second on arm64, and per GB of logs. */
const gigabyteSecond = 0.0000133334
const logGigabyte = 0.5

/** Of both functions, in GB; what accepting takes; what one email writes into the log. */
const memory = 0.5
const acceptMs = 25
const logBytes = 800

/** Accepting writes the record and its entry in the list: two units. */
const acceptWrites = 2

/** Dollars per million emails of everything but SES itself, from the calls of `emails` of them. */
export function costPerMillion(calls: Calls, emails: number, fair: boolean): number {
  const requests = emails + calls.receives + calls.deletes + calls.deferrals
  const millionths =
    emails * (perMillion.httpApi + perMillion.invocation + acceptWrites * perMillion.writeUnit) +
    requests * (perMillion.sqsRequest + (fair ? perMillion.fairRequest : 0)) +
    calls.writes * perMillion.writeUnit +
    calls.reads * perMillion.readUnit +
    calls.invocations * perMillion.invocation
  const seconds = (emails * acceptMs + calls.milliseconds) / 1_000
  const dollars =
    millionths / 1_000_000 +
    seconds * memory * gigabyteSecond +
    ((emails * logBytes) / 2 ** 30) * logGigabyte
  return (dollars / emails) * 1_000_000
}
