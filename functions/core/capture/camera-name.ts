/**
 * The name of a camera in one form (NFC): macOS writes the name of a folder in another form (NFD) than other
 * systems, and both look the same.
 */
export function cameraNameOf(text: string): string {
  return text.normalize('NFC');
}

/** Both forms of a text, such as an object's key: as it is first, each form once. */
export function unicodeFormsOf(text: string): readonly string[] {
  return [...new Set([text, text.normalize('NFC'), text.normalize('NFD')])];
}
