// SPDX-License-Identifier: Apache-2.0
// Without the module's memory: no two uses look alike, so what signed once may sign again, also within one call.
import { UsedMarks as Guard } from '../../../src/used-marks.ts';

let uses = 0;

export class UsedMarks extends Guard {
  static override of(): string {
    return `use ${++uses}`;
  }
}
