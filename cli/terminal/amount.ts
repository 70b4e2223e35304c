/** A number of things for people, such as `1 picture` or `1,034 pictures`; `thing` is one that takes an s in the plural. */
export function amount(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}
