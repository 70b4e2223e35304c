import type { DeploymentTarget } from './template/intrinsics.ts';

/** Where the local stack is deployed, in the words of AWS: the region that serverless.yml names, in no real account. */
export const localTarget: DeploymentTarget = { region: 'ap-northeast-2', accountId: '000000000000' };
