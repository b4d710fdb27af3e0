// SPDX-License-Identifier: Apache-2.0
// A pure room takes bytes and gives values. The compiler keeps most powers away from it (no types of Node, no DOM); what the language
// itself brings, and what a cast could reach, is looked for here.
import { importsOf } from './imports.ts';
import { codeOf, type SourceFile } from './source.ts';

const POWERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'the clock',
    /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!\bnew\s+)(?<![.\w])Date\s*\(|\bperformance\b|\bTemporal\s*\.\s*Now\b/,
  ],
  ['randomness', /\bMath\s*\.\s*random\b|\bgetRandomValues\b|\brandomUUID\b|\brandomBytes\b/],
  ['the network', /(?<![.\w])fetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b/],
  ['timers', /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
  ['the process', /(?<![.\w])process\s*[.[]|(?<![.\w])Buffer\b|(?<![.\w])require\s*\(/],
  ['the global object', /\bglobalThis\b|(?<![.\w#])(?:window|self)\s*\./],
  ['code made at run time', /(?<![.\w])eval\s*\(|\bnew\s+Function\b/],
];

export function isPureRoom(path: string): boolean {
  return /^(standards|doors)\/(?!test\/|node_modules\/).*\.ts$/.test(path);
}

export function impurities(file: SourceFile): string[] {
  const { code } = codeOf(file.text);
  const used = POWERS.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${file.path} uses ${name}`);
  return [
    ...used,
    ...importsOf(file)
      .filter((name) => name.startsWith('node:'))
      .map((name) => `${file.path} imports ${name}`),
  ];
}
