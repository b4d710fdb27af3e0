// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, encode } from '@sigillo/doors/schema';
import { frame, FRAME_BYTES_MAX } from '@sigillo/doors/door';
import { cryptoModuleDoor, ticketBody } from '@sigillo/doors/crypto-module';
import { samDoor, TICKET_LENGTH_MAX } from '@sigillo/doors/sam';
import { intentStatement, LIST_MAX } from '@sigillo/doors/sap';
import { doors } from '../values.ts';

for (const [name, table] of Object.entries(doors)) {
  test(`${name}: every message has a number of its own, a deadline and a line that says what it asks`, () => {
    const messages = Object.values(table);
    assert.equal(new Set(messages.map(({ number }) => number)).size, messages.length);
    for (const { number, deadlineMs, what, request, answer } of messages) {
      assert.ok(Number.isInteger(number) && number > 0 && number <= 0xffff);
      assert.ok(deadlineMs > 0 && deadlineMs <= 600_000);
      assert.ok(what.length > 0);
      for (const schema of [request, answer]) assert.ok(describe(schema).startsWith('| # |'));
    }
  });
}

test('a thousand tickets of the largest signing keys fit into one frame, and so do their signatures', () => {
  const body = encode(ticketBody, {
    version: 1,
    bootNonce: new Uint8Array(16),
    epoch: Number.MAX_SAFE_INTEGER,
    operation: new Uint8Array(32),
    index: 99_999,
    keyId: new Uint8Array(16),
    publicKey: new Uint8Array(550),
    signatureAlgorithm: '1.2.840.113549.1.1.10',
    signatureParameters: new Uint8Array(70),
    hashAlgorithm: '2.16.840.1.101.3.4.2.3',
    digest: new Uint8Array(64),
    expires: Number.MAX_SAFE_INTEGER,
  });
  const ticket = { body, mac: new Uint8Array(32) };
  const request = encode(cryptoModuleDoor.sign.request, { wrapped: new Uint8Array(4000), tickets: Array.from({ length: 1000 }, () => ticket), keepUntil: Number.MAX_SAFE_INTEGER });
  const answer = encode(cryptoModuleDoor.sign.answer, { signatures: Array.from({ length: 1000 }, () => new Uint8Array(512)) });
  const frames = [
    encode(frame.request, { id: 1, message: 4, deadlineMs: 1, requestId: 'x'.repeat(64), body: request }),
    encode(frame.answer, { id: 1, ok: true, code: '', body: answer }),
  ];
  for (const { length } of frames) assert.ok(length <= FRAME_BYTES_MAX);
});

test('a list of a thousand with the longest names and the largest digests fits into what brings it to the SAM and to the page', () => {
  const documents = Array.from({ length: LIST_MAX }, () => ({ digest: new Uint8Array(64), sizeBytes: Number.MAX_SAFE_INTEGER }));
  const prepare = encode(samDoor.prepare.request, { ticket: 'x'.repeat(TICKET_LENGTH_MAX), documents, language: 'en', pageNonce: new Uint8Array(32) });
  const items = documents.map(({ digest, sizeBytes }) => ({ dtbsr: digest, documentDigest: digest, name: 'x'.repeat(360), mediaType: 'application/octet-stream', sizeBytes }));
  const level = { soleControlLevel: 2, claim: 'x'.repeat(64) };
  const shown = { clientName: 'x'.repeat(360), firstTime: true, keyLabel: 'x'.repeat(360), level, certificate: new Uint8Array(8192) };
  const statement = encode(intentStatement, { body: new Uint8Array(2000), shown, pageNonce: new Uint8Array(32), items });
  const answer = encode(samDoor.prepare.answer, { statement, signature: new Uint8Array(64) });
  const frames = [
    encode(frame.request, { id: 1, message: 11, deadlineMs: 1, requestId: 'x'.repeat(64), body: prepare }),
    encode(frame.answer, { id: 1, ok: true, code: '', body: answer }),
  ];
  for (const { length } of frames) assert.ok(length <= FRAME_BYTES_MAX);
});
