import { Hono } from 'hono';
import { koreaDayOf } from '../../../functions/core/record/usage.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { awsMonthDollars } from '../../usage/aws-cost.ts';
import { monthProgress, parseUsagePeriod } from '../../usage/usage-period.ts';
import { estimateMonth, groupUsage, totalOf } from '../../usage/usage-summary.ts';
import type { ReadDays } from '../usage-reader.ts';

/** The counters of a month by day and by camera, its estimate and cost: `?month=2026-11&camera=`. */
export function createUsageRoutes(readDays: ReadDays): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => {
    const nowMs = Date.now();
    const month = context.req.query('month') ?? koreaDayOf(nowMs).slice(0, 7);
    const camera = context.req.query('camera');
    const parsed = parseUsagePeriod({ month }, nowMs);
    if (parsed.kind === 'fault') throw new CommandError('USAGE', parsed.message);
    const items = await readDays(parsed.period);
    const wanted = camera === undefined ? items : items.filter((item) => item.camera === camera);
    const total = totalOf(wanted);
    const estimate = estimateMonth(total, month, nowMs);
    const { daysInMonth } = monthProgress(month, nowMs);
    return context.json({
      month,
      days: groupUsage(wanted, 'day').map(({ day, counts }) => ({ day, ...counts })),
      cameras: groupUsage(items, 'camera').map((row) => ({ camera: row.camera, ...row.counts })),
      total,
      ...(estimate && { estimate: estimate.counts }),
      awsDollars: awsMonthDollars((estimate?.counts ?? total).pictures, daysInMonth),
    });
  });
  return routes;
}
