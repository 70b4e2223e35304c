import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { hashWith } from '../../functions/core/privacy/keyed-hash.ts';
import { withHash, type WantedPlate } from '../../functions/core/search/wanted-plate.ts';
import { CommandError } from '../terminal/command-error.ts';

/** What a search cannot find, with a stable code and a sentence. */
export type SearchNote = { readonly code: string; readonly message: string };

/**
 * The wanted plate as the tables of the stage can have it: as text, and as a hash once the stage has a key for
 * hashes. The note says which plates the search leaves out.
 */
export async function wantedInStage(
  ssm: SSMClient,
  hashKeyParameter: string,
  wanted: WantedPlate,
): Promise<{ readonly wanted: WantedPlate; readonly note?: SearchNote }> {
  try {
    const { Parameters: parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: [hashKeyParameter], WithDecryption: true }),
    );
    const key = parameters[0]?.Value;
    if (key === undefined) return { wanted };
    const isWhole = wanted.kind === 'exact' || wanted.kind === 'last-four';
    return isWhole ? { wanted: withHash(wanted, hashWith(key)) } : { wanted, note: notCompared };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const message = `Plates that the stage keeps as hashes only were not searched: ${error.message}`;
    return { wanted, note: { code: 'HASHES_NOT_SEARCHED', message } };
  }
}

const notCompared: SearchNote = {
  code: 'HASHES_NOT_COMPARED',
  message:
    'Of plates that the stage keeps as hashes only, whole plates and last four digits can be searched; these are left out.',
};
