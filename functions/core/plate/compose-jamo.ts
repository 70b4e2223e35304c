/** Jamo in the order of Unicode's syllables (The Unicode Standard, 3.12). */
const initials = Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ');
const vowels = Array.from('ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ');
const finals = ['', ...Array.from('ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ')];

/** An initial, a vowel and, unless another vowel follows it, a final. */
const syllable = /([ㄱ-ㅎ])([ㅏ-ㅣ])(?:([ㄱ-ㅎ])(?![ㅏ-ㅣ]))?/g;

/**
 * Puts together syllables that were typed as single letters (compatibility jamo), such as `ㄴㅏ` to `나`. NFKC
 * does not know finals among them. Letters that make no syllable stay.
 */
export function composeJamo(text: string): string {
  return text.replace(syllable, (jamo, initial: string, vowel: string, final: string | undefined) => {
    const [first, middle] = [initials.indexOf(initial), vowels.indexOf(vowel)];
    const last = finals.indexOf(final ?? '');
    if (first < 0 || middle < 0 || last < 0) return jamo;
    return String.fromCharCode(0xac00 + (first * vowels.length + middle) * finals.length + last);
  });
}
