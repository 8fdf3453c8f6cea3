/** Takes a request to a Postern and brings the answer. */
export type Carry = (request: Request) => Promise<Response>
