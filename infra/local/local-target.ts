import type { DeploymentTarget } from './template/intrinsics.ts';

/** The local stack's region, as in serverless.yml, and its account, which is not a real one. */
export const localTarget: DeploymentTarget = { region: 'ap-northeast-2', accountId: '000000000000' };
