/** White space, the invisible characters that come with copied text, dashes, dots, and what passes for a middle dot in Korean text. */
const separators = /[\s\u200B-\u200D\u2060\p{Dash_Punctuation}\u2212.·ㆍ・･‧∙⋅•]/gu;

/**
 * Text in the form under which plates are compared: NFC, full-width ASCII as ASCII, without separators, a to z as capitals. Not NFKC, which
 * makes digits of ½ and ², nor other capitals, which make SS of ß: nothing that was not read may come in. May be empty.
 */
export function normalFormOf(text: string): string {
  return (
    text
      .normalize('NFC')
      .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
      .replace(separators, '')
      .replace(/[a-z]+/g, (letters) => letters.toUpperCase())
      // Parts of a syllable can become neighbours only now.
      .normalize('NFC')
  );
}
