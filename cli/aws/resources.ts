/** The name of the bucket that the stack makes for pictures, which has the account and the region in it. */
export function picturesBucketOf(stage: string, accountId: string, region: string): string {
  return `plateline-${stage}-pictures-${accountId}-${region}-an`;
}

/** The names that the stack gives its resources in a stage; `table` names another table of readings. */
export function resourcesOf({
  stage,
  table,
}: {
  readonly stage: string;
  readonly table?: string | undefined;
}) {
  return {
    readingsTable: table ?? `plateline-${stage}-readings`,
    usageTable: `plateline-${stage}-usage`,
    visitsTable: `plateline-${stage}-visits`,
    listsTable: `plateline-${stage}-lists`,
    webhooksTable: `plateline-${stage}-webhooks`,
    webhooksQueue: `plateline-${stage}-webhooks`,
    webhooksDeadLetterQueue: `plateline-${stage}-webhooks-dead-letter`,
    webhooksPath: `/plateline/${stage}/webhooks`,
    eventsTopic: `plateline-${stage}-events`,
    queue: `plateline-${stage}-pictures`,
    deadLetterQueue: `plateline-${stage}-pictures-dead-letter`,
    appKeyParameter: `/plateline/${stage}/app-key`,
    hashKeyParameter: `/plateline/${stage}/hash-key`,
    secretKeyParameter: `/plateline/${stage}/secret-key`,
  };
}
