/** A count for people, such as `1 picture` or `1,034 pictures`; the plural of `thing` must end in s. */
export function amount(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}
