// SPDX-License-Identifier: Apache-2.0
// A reader's thread: a job comes, an outcome goes. What is none of the documented refusals ends the thread.
import { parentPort } from 'node:worker_threads';
import { type ByteSource, PdfError } from '@sigillo/standards/pdf';
import { type FileSource, openFileSource } from './file-source.ts';
import { inspect } from './inspect.ts';
import type { Job, Outcome } from './job.ts';
import { prepare } from './prepare.ts';
import { prove } from './prove.ts';

parentPort!.on('message', (job: Job) => parentPort!.postMessage(answer(job), []));

function answer(job: Job): Outcome {
  try {
    return work(job);
  } catch (cause) {
    if (cause instanceof PdfError && job.task !== 'prove') return { outcome: 'refused', code: cause.code, advice: cause.advice };
    throw cause;
  }
}

function work(job: Job): Outcome {
  switch (job.task) {
    case 'inspect':
      return within([job.upload], (upload) => ({ outcome: 'inspected', inspected: inspect(upload, job.fileBytesMax) }));
    case 'prepare':
      return within([job.job.upload], (upload) => ({ outcome: 'prepared', prepared: prepare(upload, job.job, job.fileBytesMax) }));
    case 'prove':
      return within([job.job.upload, job.job.signedTail], (upload, tail) => {
        prove(upload, tail, job.job, job.fileBytesMax);
        return { outcome: 'proven' };
      });
  }
}

function within(paths: readonly string[], use: (...sources: readonly ByteSource[]) => Outcome): Outcome {
  const opened: FileSource[] = [];
  try {
    for (const path of paths) opened.push(openFileSource(path));
    return use(...opened);
  } finally {
    for (const source of opened) source.close();
  }
}
