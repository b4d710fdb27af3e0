// SPDX-License-Identifier: Apache-2.0
// The second reader and writer of certificates. Its decorators need the metadata polyfill loaded first.
import 'reflect-metadata';

export * from '@peculiar/x509';
