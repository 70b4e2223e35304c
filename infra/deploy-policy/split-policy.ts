import type { Statement } from './policy-of-template.ts';

/** A policy document of IAM. */
type PolicyDocument = { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] };

/** IAM's limit for a managed policy, in characters without white space (IAM User Guide, "IAM and STS quotas"). */
export const longestPolicy = 6144;

/** As few policies as IAM's limit allows, with the statements in their order. */
export function policiesOf(statements: readonly Statement[]): readonly PolicyDocument[] {
  const policies: PolicyDocument[] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    const longer = last && documentOf([...last.Statement, statement]);
    if (longer !== undefined && JSON.stringify(longer).length <= longestPolicy) {
      policies.splice(-1, 1, longer);
    } else {
      policies.push(documentOf([statement]));
    }
  }
  return policies;
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}
