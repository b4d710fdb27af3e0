// SPDX-License-Identifier: Apache-2.0
// The SAM inside the boundary of its crypto module: the same messages, in this process. Loaded only where the configuration says so, since
// it brings the native library along.
import type { CryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { CryptoModuleError, openCryptoModule, type CryptoModule, type OpenOptions } from '@sigillo/crypto-module';
import { type Handlers, LinkError, type CallContext } from '@sigillo/wire';
import type { CryptoModulePort } from './crypto-module.ts';

export function openInternalModule(options: OpenOptions): CryptoModulePort {
  return portOf(openCryptoModule(options));
}

/** A module of this process behind the port of a link: a refusal is final, anything else leaves open what was done. */
export function portOf(module: CryptoModule): CryptoModulePort {
  const handlers = handlersOf(module);
  return {
    async call(name, request, { requestId }) {
      const context: CallContext = { caller: 'sam', requestId, deadlineAt: Number.MAX_SAFE_INTEGER };
      try {
        return await handlers[name](request, context);
      } catch (cause) {
        throw cause instanceof CryptoModuleError ? new LinkError('refused', cause.code) : new LinkError('unknown', 'internal');
      }
    },
    close: () => module.close(),
  };
}

function handlersOf(module: CryptoModule): Handlers<CryptoModuleDoor> {
  return {
    info: () => module.info(),
    generate: ({ keyId, algorithm }) => module.generate(keyId, algorithm),
    certificationRequest: async ({ ticket, wrapped }) => ({ request: await module.certificationRequest(ticket, wrapped) }),
    sign: async ({ wrapped, tickets, keepUntil }) => ({ signatures: await module.sign(wrapped, tickets, keepUntil) }),
    forget({ operation }) {
      module.forget(operation);
      return {};
    },
    enterEpoch: async ({ ticket }) => {
      await module.enterEpoch(ticket);
      return {};
    },
    identitySign: ({ digest }) => ({ signature: module.identitySign(digest) }),
    mac: ({ data }) => ({ mac: module.mac(data) }),
    random: ({ length }) => ({ bytes: module.random(length) }),
    seal: ({ secret }) => ({ sealed: module.seal(secret) }),
    unseal: ({ sealed }) => ({ secret: module.unseal(sealed) }),
  };
}
