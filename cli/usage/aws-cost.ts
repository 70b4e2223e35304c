/**
 * What AWS costs a stage with the default parameters and a retention of 90 days, in USD, from the table in
 * docs/scale.md; a test compares them. Pictures arrive one by one, which is the most that a picture costs.
 */
const awsPrices = {
  /** Alarms, metrics, dashboard, key, and the polling of an empty queue. */
  fixedMonth: 14.4,
  millionPictures: 34,
  /** Pictures and records of a full retention, for each thousand pictures a day. */
  storageMonthOfThousandADay: 0.66,
} as const;

/** A month's cost of AWS in USD, without the price of calls. */
export function awsMonthDollars(pictures: number, daysInMonth: number): number {
  return (
    awsPrices.fixedMonth +
    (pictures / 1e6) * awsPrices.millionPictures +
    (pictures / daysInMonth / 1000) * awsPrices.storageMonthOfThousandADay
  );
}
