// SPDX-License-Identifier: Apache-2.0
declare module 'pdfjs-dist/build/pdf.worker.mjs';
