/** Soon. */
export function QueueView() {
  return <h1>Queue</h1>
}
