// SPDX-License-Identifier: Apache-2.0
// What the page does with an intent and with a name, for attacks: loaded anew where a guard's twin is to stand.
export { checkIntent } from '../../src/checks/intent.ts';
export { visible } from '../../src/text/visible.ts';
