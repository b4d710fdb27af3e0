// SPDX-License-Identifier: Apache-2.0
import type { CryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { Refusal, type Handlers } from '@sigillo/wire';
import { after, type Soon } from './driver.ts';
import { CryptoModuleError } from './error.ts';
import type { CryptoModule } from './module.ts';

/** The door's table: what each message asks of the module. Its refusals travel as codes. */
export function cryptoModuleHandlers(module: CryptoModule): Handlers<CryptoModuleDoor> {
  return {
    info: () => module.info(),
    generate: ({ keyId, algorithm }) => refusing(() => module.generate(keyId, algorithm)),
    certificationRequest: ({ ticket, wrapped }) => refusing(async () => ({ request: await module.certificationRequest(ticket, wrapped) })),
    sign: ({ wrapped, tickets, keepUntil }) => refusing(() => after(module.sign(wrapped, tickets, keepUntil), (signatures) => ({ signatures }))),
    forget: ({ operation }) => {
      module.forget(operation);
      return {};
    },
    enterEpoch: ({ ticket }) => refusing(async () => {
      await module.enterEpoch(ticket);
      return {};
    }),
    identitySign: ({ digest }) => ({ signature: module.identitySign(digest) }),
    mac: ({ data }) => ({ mac: module.mac(data) }),
    random: ({ length }) => ({ bytes: module.random(length) }),
    seal: ({ secret }) => ({ sealed: module.seal(secret) }),
    unseal: ({ sealed }) => refusing(async () => ({ secret: module.unseal(sealed) })),
  };
}

function refusing<T>(act: () => Soon<T>): Soon<T> {
  try {
    const value = act();
    return value instanceof Promise ? value.catch(refuse) : value;
  } catch (cause) {
    return refuse(cause);
  }
}

function refuse(cause: unknown): never {
  if (cause instanceof CryptoModuleError) throw new Refusal(cause.code, { cause });
  throw cause;
}
