// SPDX-License-Identifier: Apache-2.0
// DER: every element is read by its type where it has one, written again by the writer, and the whole is also compared with what a second reader
// writes. BER has many spellings by its nature; for that reader the promise is only to come to an end.
import * as asn1 from '@sigillo/standards/asn1';
import { sameBytes } from '@sigillo/standards/bytes';
import { derMutation } from '../mutate-der.ts';
import type { Parser } from '../parser.ts';
import { derAgain } from './der-again.ts';
import { refusesWith } from './refusals.ts';
import { CERTIFICATES, filler, NAME } from './sample-der.ts';

const isRefusal = refusesWith(asn1.Asn1Error);

const SAMPLES: readonly Uint8Array[] = [
  ...[0, 1, 127, 128, 255, 256, 65_535, 2 ** 40].map((value) => asn1.integer(value)),
  asn1.sequence(asn1.integer(filler(20, 0x90)), asn1.boolean(true), asn1.nullValue(), asn1.enumerated(6)),
  asn1.setOf(asn1.oid('1.2.840.10045.4.3.2'), asn1.oid('2.999.1'), asn1.octetString(filler(9, 1))),
  asn1.sequence(asn1.time(Date.UTC(2026, 10, 21)), asn1.time(Date.UTC(2051, 1, 28)), asn1.generalizedTimeExact(Date.UTC(2026, 0, 1) + 120)),
  asn1.sequence(asn1.utf8String('承認'), asn1.printableString('Trial 1'), asn1.ia5String('a@b.example')),
  asn1.explicit(0, asn1.sequence(asn1.bitString(filler(5, 3)), asn1.namedBits([0, 5, 9]), asn1.element(0x81, filler(3, 4)))),
  NAME,
  CERTIFICATES[0]!,
];

export const ofAsn1: readonly Parser<Uint8Array>[] = [
  {
    name: 'der',
    valid: SAMPLES,
    mutations: [derMutation],
    isRefusal,
    respell(input) {
      const reader = asn1.readDer(input);
      const ours = rewritten(reader.any());
      reader.end();
      const again = derAgain(input);
      return sameBytes(again, input) ? ours : again;
    },
  },
  {
    name: 'ber',
    valid: SAMPLES,
    mutations: [derMutation],
    isRefusal,
    respell(input) {
      const reader = asn1.readBer(input);
      typed(reader.peek(), 'ber');
      reader.any();
      reader.end();
      return input;
    },
    share: 1 / 5,
  },
];

function rewritten(element: asn1.Asn1Element): Uint8Array {
  const { tag, children } = element;
  if ((tag & 0x20) === 0) return typed(element, 'der') ?? asn1.element(tag, element.content);
  return tag === asn1.TAG.set ? asn1.setOf(...children.map(rewritten)) : asn1.element(tag, ...children.map(rewritten));
}

/** The element through the method for its type; undefined where it has no type of ours, or a value that the method does not take. */
function typed(element: asn1.Asn1Element, encoding: 'der' | 'ber'): Uint8Array | undefined {
  const read = TYPED[element.tag];
  if (read === undefined) return undefined;
  try {
    return read(new asn1.Asn1Reader([element], encoding, element.offset + element.encoded.length));
  } catch (error) {
    // A negative number, a fraction of a millisecond: DER, and not for us.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const TYPED: Readonly<Partial<Record<number, (reader: asn1.Asn1Reader) => Uint8Array>>> = {
  [asn1.TAG.boolean]: (reader) => asn1.boolean(reader.boolean()),
  [asn1.TAG.integer]: (reader) => asn1.integer(reader.integerBytes()),
  [asn1.TAG.bitString]: (reader) => asn1.bitString(reader.bitString()),
  [asn1.TAG.octetString]: (reader) => asn1.octetString(reader.octetString()),
  [asn1.TAG.null]: (reader) => (reader.null(), asn1.nullValue()),
  [asn1.TAG.oid]: (reader) => asn1.oid(reader.oid()),
  [asn1.TAG.utf8String]: (reader) => asn1.utf8String(reader.text()),
  [asn1.TAG.printableString]: (reader) => asn1.printableString(reader.text()),
  [asn1.TAG.ia5String]: (reader) => asn1.ia5String(reader.text()),
  [asn1.TAG.utcTime]: (reader) => asn1.time(reader.timeMs()),
  [asn1.TAG.generalizedTime]: (reader) => asn1.generalizedTimeExact(reader.timeMs()),
};
