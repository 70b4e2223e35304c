/**
 * White space, invisible characters of copied text, dashes, dots, and characters used as a middle dot in
 * Korean text.
 */
const separators = /[\s\u200B-\u200D\u2060\p{Dash_Punctuation}\u2212.·ㆍ・･‧∙⋅•]/gu;

/**
 * The form in which plates are compared: NFC, full-width ASCII as ASCII, no separators, a to z as capitals.
 * Not NFKC, which turns ½ and ² into digits, and no other capitals, which turn ß into SS: the result has only
 * what was read. May be empty.
 */
export function normalFormOf(text: string): string {
  return (
    text
      .normalize('NFC')
      .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
      .replace(separators, '')
      .replace(/[a-z]+/g, (letters) => letters.toUpperCase())
      // Removing separators can bring parts of a syllable together.
      .normalize('NFC')
  );
}
