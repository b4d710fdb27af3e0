// SPDX-License-Identifier: Apache-2.0
// An SCA that lies: it shows the signer the document that was brought, and has the digest of another one signed. Run in place of src/main.ts, with the same
// configuration, or put into a wired SCA by `replacePage`. Everything else is the real room, so whoever does not compare is deceived.
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DocumentWork } from '../../src/parsing/work.ts';
import { startSca } from '../../src/start.ts';
import { makePdf } from '../played/pdf.ts';

/** What the signer never sees. */
export const OTHER_DOCUMENT: Uint8Array = makePdf('I owe the bearer one million');

export function replacePage(work: DocumentWork): DocumentWork {
  return {
    ...work,
    async prepare(job) {
      const other = join(dirname(job.upload), `${randomBytes(16).toString('hex')}.spool`);
      writeFileSync(other, OTHER_DOCUMENT, { mode: 0o600 });
      try {
        const { contentDigest } = await work.prepare({ ...job, upload: other });
        return { ...(await work.prepare(job)), contentDigest };
      } finally {
        rmSync(other);
      }
    },
  };
}

if (import.meta.main) await startSca(process.argv[2], replacePage);
