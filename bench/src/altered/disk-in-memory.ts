// SPDX-License-Identifier: Apache-2.0
// What the journal of a SAM asks of its disk, kept in memory for as long as the process lives: nothing of it is written anywhere.

export interface Disk {
  list: (folder: string) => string[];
  read: (path: string) => Uint8Array;
  create: (path: string) => number;
  openToWrite: (path: string) => number;
  openToRead: (path: string) => number;
  readAt: (file: number, offset: number, length: number) => Uint8Array;
  write: (file: number, bytes: Uint8Array, offset: number) => Promise<void>;
  writeNow: (file: number, bytes: Uint8Array, offset: number) => void;
  close: (file: number) => void;
  rename: (from: string, to: string) => void;
  remove: (path: string) => void;
}

class GrowingFile {
  #bytes: Buffer = Buffer.alloc(1_048_576);
  #length = 0;

  write(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    this.#bytes.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
  }

  read(offset = 0, length: number = this.#length): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(offset, offset + length));
  }
}

export function diskInMemory(): Disk {
  const files = new Map<string, GrowingFile>();
  const opened: GrowingFile[] = [];
  const open = (path: string): number => opened.push(files.get(path)!) - 1;
  const write = (file: number, bytes: Uint8Array, offset: number): void => opened[file]!.write(bytes, offset);
  return {
    list: (folder) => [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    read: (path) => files.get(path)!.read(),
    create: (path) => {
      files.set(path, new GrowingFile());
      return open(path);
    },
    openToWrite: open,
    openToRead: open,
    readAt: (file, offset, length) => opened[file]!.read(offset, length),
    write: (file, bytes, offset) => Promise.resolve(write(file, bytes, offset)),
    writeNow: write,
    close: () => undefined,
    rename: (from, to) => {
      files.set(to, files.get(from)!);
      files.delete(from);
    },
    remove: (path) => void files.delete(path),
  };
}
