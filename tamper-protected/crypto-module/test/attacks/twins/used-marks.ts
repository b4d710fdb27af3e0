// SPDX-License-Identifier: Apache-2.0
// Without the module's memory: what signed once may sign again.
import { UsedMarks as Guard } from '../../../src/used-marks.ts';

export class UsedMarks extends Guard {
  override has(): boolean {
    return false;
  }
}
