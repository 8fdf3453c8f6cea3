/** Soon. */
export function LogView() {
  return <h1>Log</h1>
}
