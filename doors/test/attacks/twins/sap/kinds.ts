// SPDX-License-Identifier: Apache-2.0
// An answer may be as long as whoever sends it likes.
import { bytesUpTo, map, nullable } from '../../../../schema/index.ts';
import { credentialId } from '../../../../sap/kinds.ts';

export {
  bytes32,
  certificate,
  coseKey,
  credentialId,
  id,
  item,
  items,
  ITEMS_MAX,
  level,
  LIST_MAX,
  ocspResponse,
  oid,
  shownName,
  signedStatement,
  time,
} from '../../../../sap/kinds.ts';

const ANY = 2 ** 24;

export const assertion = map({
  credentialId: { key: 1, of: credentialId, what: 'the credential that answered' },
  authenticatorData: { key: 2, of: bytesUpTo(ANY, 1), what: 'of the authenticator' },
  clientDataJson: { key: 3, of: bytesUpTo(ANY, 1), what: 'of the browser' },
  signature: { key: 4, of: bytesUpTo(ANY, 1), what: 'of the authenticator' },
  userHandle: { key: 5, of: nullable(bytesUpTo(64, 1)), what: 'the signer id where the authenticator returned one' },
});
