// SPDX-License-Identifier: Apache-2.0
import { utf8 } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';

// oxlint-disable-next-line no-control-regex -- a control character in a name could only mislead whoever reads it.
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const BYTES_MAX = 360;

/** What a person will read: NFC, one line, no control characters. The page makes visible whatever else could mislead. */
export function shownName(name: string): string {
  const plain = name.isWellFormed() && name.normalize('NFC') === name && !CONTROL_CHARACTER.test(name);
  if (!plain || utf8(name).length > BYTES_MAX) throw new SamRefusal('ticket_details');
  return name;
}
