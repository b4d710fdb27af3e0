// SPDX-License-Identifier: Apache-2.0
// What the page does with what it is given, for attacks: loaded anew where a guard's twin is to stand.
export { checkConfirmation, checkEnrolment } from '../../src/checks/enrolment.ts';
export { checkHistory } from '../../src/checks/history.ts';
export { checkIntent } from '../../src/checks/intent.ts';
export { checkLogin, loginChallenge } from '../../src/checks/login.ts';
export { checkPrepared } from '../../src/checks/prepared.ts';
export { checkReceipt } from '../../src/checks/receipt.ts';
export { checkSignedFile } from '../../src/checks/signed.ts';
export { readTicket } from '../../src/checks/ticket.ts';
export { findAuthorizationServer } from '../../src/session/authorization-server.ts';
export { visible } from '../../src/text/visible.ts';
