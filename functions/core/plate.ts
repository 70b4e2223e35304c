/** The form under which a plate is searched: NFC, upper case, without spaces, hyphens, dots and middle dots. May be empty. */
export function plateKeyOf(plate: string): string {
  return plate
    .normalize('NFC')
    .replace(/[\s\-.·]/gu, '')
    .toUpperCase();
}
