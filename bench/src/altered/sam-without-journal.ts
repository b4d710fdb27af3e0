// SPDX-License-Identifier: Apache-2.0
// The SAM as it is, over a disk that is memory: what durability costs is the difference. Such a SAM cannot be started again.
import { samDisk, samMain } from '../by-address.ts';
import { diskInMemory } from './disk-in-memory.ts';

Object.assign((await samDisk()).realDisk, diskInMemory());
await samMain();
