/** Soon. */
export function KeysView() {
  return <h1>Keys</h1>
}
