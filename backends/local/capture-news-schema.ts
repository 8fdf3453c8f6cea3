/** When each capture came, as an id: the place behind which news of captures go on. */
export const captureNewsSchema = `
  ALTER TABLE capture_order ADD COLUMN stamp TEXT;
  CREATE UNIQUE INDEX capture_order_by_stamp ON capture_order (stamp) WHERE stamp IS NOT NULL;
`
