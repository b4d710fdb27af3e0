// SPDX-License-Identifier: Apache-2.0
// From what the tests said to one line an attack. A test's name says everything:
//   SAP-05 <title> · <guard> [+ <guard>] · <code>     the attack, refused
//   SAP-05 twin · <guard> [+ <guard>] · <title>       the same attack where the guards are taken away, which succeeds
//   SAP-48 <title> · by construction: <because> · <code>   nothing could be taken away, and why
import type { TestOutcome } from '../test-run/outcome.ts';

export interface AttackLine {
  readonly id: string;
  readonly attack: string;
  readonly refusedBy: string;
  readonly code: string;
  readonly result: TestOutcome['result'];
  /** Whether the attack succeeded without its guard, so that the test was seen to be able to fail. */
  readonly twinCaught: 'yes' | 'no' | 'nothing to take away';
  /** Why there is nothing to take away; empty where there is. */
  readonly because: string;
}

export const BY_CONSTRUCTION = 'by construction';
const ATTACK = /^(?<id>[A-Z]{3}-\d{1,2}) (?!twin · )(?<title>.+) · (?<guards>[^·]+) · (?<code>[^·]+)$/;
const BUILT = /^by construction(?:: *(?<because>.*))?$/;
const TWIN = /^(?<id>[A-Z]{3}-\d{1,2}) twin · (?<guards>[^·]+) · (?<title>.+)$/;

export interface AttackOutcome extends TestOutcome {
  /** Whose tests said it: the guards are this room's, where they do not name another. */
  readonly room: string;
}

/** The attacks among these outcomes, by id. */
export function attackLines(outcomes: readonly AttackOutcome[]): AttackLine[] {
  const caught = new Set(
    outcomes.flatMap(({ name, result }) => {
      const twin = TWIN.exec(name)?.groups;
      return twin !== undefined && result === 'passed' ? [`${twin['id']} ${twin['guards']} ${twin['title']}`] : [];
    }),
  );
  return outcomes.flatMap(({ name, result, room }): AttackLine[] => {
    const said = ATTACK.exec(name)?.groups as Record<'id' | 'title' | 'guards' | 'code', string> | undefined;
    if (said === undefined) return [];
    const { id, title, guards, code } = said;
    const built = BUILT.exec(guards)?.groups;
    const about = { id, attack: title, code, result };
    if (built !== undefined) return [{ ...about, refusedBy: BY_CONSTRUCTION, twinCaught: 'nothing to take away', because: built['because'] ?? '' }];
    return [{ ...about, refusedBy: withRooms(guards, room), twinCaught: caught.has(`${id} ${guards} ${title}`) ? 'yes' : 'no', because: '' }];
  }).sort((a, b) => compareIds(a.id, b.id));
}

/** Each guard with the last word of its room's path, which no two rooms have in common. */
function withRooms(guards: string, own: string): string {
  return guards.split(' + ').map((guard) => {
    const [path = '', room = own] = guard.split(':').reverse();
    return `${room.split('/').at(-1)}:${path}`;
  }).join(' + ');
}

export interface Demands {
  readonly catalogue: readonly string[];
  /** Whether a test that cannot run here counts. */
  readonly full: boolean;
}

/** What is wrong, one line each; nothing when all is as it must be. */
export function faultsOf(lines: readonly AttackLine[], outcomes: readonly TestOutcome[], { catalogue, full }: Demands): string[] {
  const known = new Set(lines.map(({ id }) => id));
  return [
    ...catalogue.filter((id) => !known.has(id)).map((id) => `${id}: no test`),
    ...outcomes.filter(({ result }) => result === 'failed').map(({ name, reason }) => `${name}: ${reason.split('\n', 1)[0]!}`),
    ...lines.filter(({ result }) => full && result === 'skipped').map(({ id, attack }) => `${id} ${attack}: was not run`),
    ...lines.filter(
      ({ result, twinCaught }) => result === 'passed' && twinCaught === 'no',
    ).map(({ id, attack }) => `${id} ${attack}: no twin was caught`),
    ...lines.filter(
      ({ twinCaught, because }) => twinCaught === 'nothing to take away' && because === '',
    ).map(({ id, attack }) => `${id} ${attack}: nobody says why there is nothing to take away`),
  ];
}

const TITLE_WIDTH = 56;
const CODE_WIDTH = 26;
const REASON_WIDTH = 40;

/** The table as text: its columns as wide as they need be, each guard in a line of its own, long titles and reasons in several. */
export function tableOf(lines: readonly AttackLine[]): string {
  const head = [['id'], ['attack'], ['refused by'], ['code'], ['twin caught']];
  const rows = [
    head,
    ...lines.map(({ id, attack, refusedBy, code, result, twinCaught, because }) => [
      [id],
      wrapped(attack, TITLE_WIDTH),
      refusedBy.split(' + '),
      wrapped(result === 'passed' ? code : result, CODE_WIDTH),
      because === '' ? [twinCaught] : wrapped(because, REASON_WIDTH),
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...rows.flatMap((row) => row[column]!.map((text) => text.length))));
  const lineOf = (row: readonly (readonly string[])[], line: number): string => row.map(
    (cell, column) => (cell[line] ?? '').padEnd(widths[column]!),
  ).join('  ').trimEnd();
  return rows.flatMap((row) => Array.from(
    { length: Math.max(...row.map((cell) => cell.length)) },
    (_, line) => lineOf(row, line),
  )).join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function compareIds(a: string, b: string): number {
  const [[familyA = '', numberA], [familyB = '', numberB]] = [a.split('-'), b.split('-')];
  return familyA === familyB ? Number(numberA) - Number(numberB) : familyA < familyB ? -1 : 1;
}
