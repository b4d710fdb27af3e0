// SPDX-License-Identifier: Apache-2.0
// The faults that the simulator must find, each where somebody could make it.
import type { PlantedBug } from './bug.ts';

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'signed-before-durable',
    what: 'the module is asked while EXECUTING is still being written',
    module: 'activation/execute.ts',
    changes: [['  await executing.durable;\n', '']],
    fallsTo: ['I4'],
  },
];
