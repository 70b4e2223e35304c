import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { localTarget } from '../../infra/local/local-target.ts';
import { resolveIntrinsics } from '../../infra/local/template/intrinsics.ts';
import { parsePolicy } from './iam.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const roleSchema = z.object({ Policies: z.array(z.object({ PolicyDocument: z.unknown() })) });

/** The policies of a role in the packaged template, such as `NotifyRole`. */
export function packagedRole(logicalId: string) {
  const { Resources: resources } = templateSchema.parse(
    JSON.parse(readFileSync('.build/local/cloudformation-template-update-stack.json', 'utf8')),
  );
  const role = roleSchema.parse(resolveIntrinsics(resources[logicalId]?.Properties, resources, localTarget));
  return role.Policies.map(({ PolicyDocument }) => parsePolicy(PolicyDocument));
}
