// SPDX-License-Identifier: Apache-2.0
// The faults that the simulator must find, each where somebody could make it.
import type { PlantedBug } from './bug.ts';

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'wait-between-take-and-delete',
    what: 'an intent is looked up, the module is waited for, and only then it is taken out: two answers are accepted',
    module: 'activation/authorise.ts',
    changes: [
      [
        'const issued = takeIssued(state.operations, request.challenge); // 1',
        `const issued = takeIssued(state.operations, request.challenge);
  state.operations.issue(issued);
  await state.cryptoModule.identitySign(issued.challenge);
  state.operations.takeIssued(issued.challengeKey);`,
      ],
    ],
    fallsTo: ['I1'],
  },
  {
    name: 'answered-before-durable',
    what: 'the receipt goes out while AUTHORISED is still being written',
    module: 'activation/authorise.ts',
    changes: [
      [
        'await record(state, activation, operation, request.assertion).durable; // 14',
        'void record(state, activation, operation, request.assertion).durable;',
      ],
    ],
    fallsTo: ['I10'],
  },
  {
    name: 'signed-before-durable',
    what: 'the module is asked while EXECUTING is still being written',
    module: 'activation/execute.ts',
    changes: [['  await executing.durable;\n', '']],
    fallsTo: ['I4'],
  },
  {
    name: 'released-before-durable',
    what: 'signatures go out while RELEASED is still being written',
    module: 'activation/execute.ts',
    changes: [['  await durable;\n  return { signatures', '  return { signatures']],
    fallsTo: ['I5'],
  },
  {
    name: 'item-not-marked',
    what: 'an item that was taken is not marked, and is signed again in another call',
    module: 'activation/match-items.ts',
    changes: [['  for (const index of indices) operation.taken[index] = true;\n', '']],
    fallsTo: ['I2'],
  },
  {
    name: 'asked-again-after-lost',
    what: 'a module that was lost is asked again, although it may have signed',
    module: 'crypto-module.ts',
    changes: [["cause.kind !== 'refused' || cause.code !== 'ticket_other_boot'", "cause.kind === 'refused' && cause.code !== 'ticket_other_boot'"]],
    fallsTo: ['I3'],
  },
  {
    name: 'key-at-either-process',
    what: 'a key is sent to whichever process of the module has its turn',
    module: 'crypto-module.ts',
    changes: [
      [
        '    return this.#processes[keyId.at(-1)! % this.#processes.length]!;\n',
        '    void keyId;\n    this.#turn = (this.#turn + 1) % this.#processes.length;\n    return this.#processes[this.#turn]!;\n',
      ],
    ],
    fallsTo: ['I3'],
  },
  {
    name: 'old-epoch-not-fenced',
    what: 'the module is not told that the SAM has started anew',
    module: 'crypto-module.ts',
    changes: [['    for (const process of this.#processes) await this.#enter(process, epoch);\n', '']],
    fallsTo: ['I7', 'I10'],
  },
  {
    name: 'fence-not-waited-for',
    what: 'the SAM serves while the module is still being told that it has started anew',
    module: 'crypto-module.ts',
    changes: [['await this.#enter(process, epoch);', 'void this.#enter(process, epoch).catch(() => undefined);']],
    fallsTo: ['I7', 'I10'],
  },
  {
    name: 'freeze-waits-for-nobody',
    what: 'a freeze is acknowledged while calls with the key are still at the module',
    module: 'stop.ts',
    changes: [['  await callsEnded(state, keyId);\n', '']],
    fallsTo: ['I7'],
  },
  {
    name: 'freeze-not-durable',
    what: 'a freeze is acknowledged before it is written',
    module: 'stop.ts',
    changes: [['  await durable;\n  return record.number;', '  return record.number;']],
    fallsTo: ['I10'],
  },
  {
    name: 'one-officer-revokes',
    what: 'one officer is enough to revoke a key',
    module: 'privileged-user/officer-stop.ts',
    changes: [['revoke: 2 }', 'revoke: 1 }']],
    fallsTo: ['I6'],
  },
  {
    name: 'restart-keeps-pending',
    what: 'what was open before a restart is not ended',
    module: 'recover.ts',
    changes: [['  for (const open of state.memory.open.values()) end(state, open);\n', '  void end;\n']],
    fallsTo: ['I11'],
  },
  {
    name: 'torn-tail-kept',
    what: 'the torn end of the journal is carried along, and new groups are written behind it',
    module: 'journal/journal.ts',
    changes: [
      ['copyStart(disk, path, file, scan.segmentBytes)', 'copyStart(disk, path, file, scan.segmentBytes + scan.tornBytes)'],
      ['        segmentBytes: this.scan.segmentBytes,', '        segmentBytes: this.scan.segmentBytes + this.scan.tornBytes,'],
    ],
    fallsTo: ['I8', 'I10', 'I11'],
  },
  {
    name: 'tail-not-written-anew',
    what: 'the last segment is used as it was found, also where a write to it had failed',
    module: 'journal/journal.ts',
    changes: [["  const fresh = `${path}.new`;", "  if (scan.segment > 0 && scan.tornBytes === 0) return segment;\n  const fresh = `${path}.new`;"]],
    fallsTo: ['I8', 'I10', 'I11'],
  },
  {
    name: 'segment-head-not-checked',
    what: 'what a file of the journal begins with is believed, whatever the file before it ends with',
    module: 'journal/scan.ts',
    changes: [
      [
        '      if (group === undefined || !follows(group, head)) break;\n',
        `      if (group === undefined || (offset > 0 && !follows(group, head))) break;
      const recordHash = decode(journalRecord, group.records[0]!.bytes).previous;
      if (offset === 0) head = { group: group.number - 1, groupMac: group.previousMac, record: group.firstRecord - 1, recordHash };
`,
      ],
    ],
    fallsTo: ['I8', 'I11'],
  },
  {
    name: 'rotated-before-durable',
    what: 'the next file of the journal is begun while the last write to the one before is under way, and both go on',
    module: 'journal/writer.ts',
    changes: [
      [
        '    await disk.write(this.#file, this.#withRoom(group), start);\n',
        `    const writing = disk.write(this.#file, this.#withRoom(group), start);
    if (this.#segmentBytes + 2 * group.length > this.#options.segmentBytesMax) void writing.catch(this.#options.failed);
    else await writing;
`,
      ],
    ],
    fallsTo: ['I4', 'I5', 'I8', 'I10'],
  },
  {
    name: 'failed-write-retried',
    what: 'a durable write that failed is tried once more',
    module: 'journal/writer.ts',
    changes: [['await disk.write(this.#file, this.#withRoom(group), start);', 'await disk.write(this.#file, this.#withRoom(group), start).catch(() => disk.write(this.#file, group, start));']],
    fallsTo: ['I8', 'I10'],
  },
  {
    name: 'stale-row-believed',
    what: 'a row of the database counts if its MAC is right, whatever its version',
    module: 'records/row-store.ts',
    changes: [['    requireFresh(row, entry);\n    requireKnown(mac, row, entry);\n', '']],
    fallsTo: ['I7', 'I10'],
  },
  {
    name: 'repeated-to-another-client',
    what: 'a call that was answered is answered again to whoever asks',
    module: 'activation/repeat.ts',
    changes: [
      [
        '  requirePresented({ intent: { ...decode(authorisedDetail, detail), keyId: keyId!, clientId: clientId! } }, request);\n',
        '  void [detail, keyId, clientId, request, authorisedDetail, requirePresented];\n',
      ],
    ],
    fallsTo: ['I6'],
  },
  {
    name: 'deadline-by-wall-clock',
    what: 'deadlines are measured with a clock that can be set',
    module: 'clock.ts',
    changes: [['    return this.#monotonic();\n', '    return this.#wall();\n']],
    fallsTo: ['I6'],
  },
  {
    name: 'founded-again',
    what: 'a first start that ended before it was written down as one founds its home a second time',
    module: 'sam.ts',
    changes: [['if (memory.genesis === undefined) await', 'if (memory.epoch === 0) await']],
    fallsTo: ['I8', 'I9', 'I11'],
  },
  {
    name: 'state-key-written-in-place',
    what: 'the sealed key is written into its place, and not put there when it is whole',
    module: 'state-key.ts',
    changes: [
      ['const file = disk.create(fresh);', 'const file = disk.create(join(folder, NAME));'],
      ['    disk.rename(fresh, join(folder, NAME));\n', ''],
    ],
    fallsTo: ['I11'],
  },
  {
    name: 'operation-numbers-begin-again',
    what: 'the numbers of operations begin anew with each start',
    module: 'sam.ts',
    changes: [['memory.epoch * NUMBERS_PER_START + numbers++', 'NUMBERS_PER_START + numbers++']],
    fallsTo: ['I9'],
  },
  {
    name: 'outcome-before-durable',
    what: 'the outcome of an operation is told before it is written',
    module: 'outcome.ts',
    changes: [['  await state.journal.durable();\n', '']],
    fallsTo: ['I10'],
  },
  {
    name: 'released-before-copied',
    what: 'where answers have to wait for the copy, they do not',
    module: 'sam.ts',
    changes: [['return copyBeforeRelease ? copy.caughtUp() : undefined;', 'return undefined;']],
    fallsTo: ['I10'],
  },
  {
    name: 'copied-before-its-name-is-durable',
    what: 'at start, groups go to the copy before the file that has them is sure to stay',
    module: 'sam.ts',
    changes: [
      ['  await recordStarted(state, driver);\n', ''],
      ['  await endWhatWasOpen(state);\n', '  await recordStarted(state, driver);\n  await endWhatWasOpen(state);\n'],
    ],
    fallsTo: ['I8', 'I11'],
  },
];
