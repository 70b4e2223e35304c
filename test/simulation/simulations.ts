import type { SimulatedReader } from './run-history.ts';

/** The parts of the pipeline that have histories; the pictures' ones differ by what reads them. */
export const simulations = [
  'endpoint',
  'capped-endpoint',
  'refusing-endpoint',
  'builtin',
  'events',
  'webhooks',
] as const satisfies readonly (SimulatedReader | 'events' | 'webhooks')[];
export type Simulation = (typeof simulations)[number];
