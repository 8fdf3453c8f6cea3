export interface Page<Item> {
  readonly data: readonly Item[]
  readonly hasMore: boolean
}
