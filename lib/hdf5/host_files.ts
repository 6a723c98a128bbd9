/**
 * The files that the HDF5 library opens: those of this machine.
 *
 * The library was compiled for browsers and has a file system in memory. Its build for Node reads the machine's files,
 * but that needs Node's modules, which take longer to load than a short replay: so the functions that HDF5 calls are
 * exchanged here for ones that call Deno. Names, flags and error numbers are those of Emscripten's file system.
 *
 * @module
 */

/** A file that is open in the library. */
interface Stream {
  fd: number | null;
  /** How it was opened. */
  flags: number;
  /** Where it is read and written when no position is given. */
  position: number;
  /** The machine's file; undefined for what is in memory, such as the standard streams. */
  host?: HostFile;
}

/** What is asked about a file. Sizes are in bytes. */
interface Attributes {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blocks: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
}

/** The functions of Emscripten's file system that HDF5 comes to call. */
export interface FileSystem {
  cwd(): string;
  open(path: string, flags: number, mode?: number): Stream;
  close(stream: Stream): void;
  read(stream: Stream, memory: Int8Array, offset: number, length: number, position?: number): number;
  write(stream: Stream, memory: Int8Array, offset: number, length: number, position?: number): number;
  llseek(stream: Stream, offset: number, whence: number): number;
  stat(path: string, dontFollow?: boolean): Attributes;
  fstat(fd: number): Attributes;
  ftruncate(fd: number, length: number): void;
  createStream(stream: Omit<Stream, "fd">): Stream;
  closeStream(fd: number): void;
  getStreamChecked(fd: number): Stream;
  readonly ErrnoError: new (errno: number) => Error;
}

const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_DIRECTORY = 0o200000;
const SEEK_CUR = 1;
const SEEK_END = 2;

/** Error numbers of WASI, which the library turns into texts, for what the machine's files can answer. */
const ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EBUSY: 10,
  EDQUOT: 19,
  EEXIST: 20,
  EFBIG: 22,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENXIO: 60,
  EPERM: 63,
  EROFS: 69,
  ETXTBSY: 74,
};

/** Those that Deno does not name but by the system's number. */
const UNNAMED: Readonly<Record<string, string>> = { 27: "EFBIG", 122: "EDQUOT" };

function errnoOf(error: unknown): number {
  const { code, message } = error as Error & { code?: string };
  const number = /\(os error (\d+)\)/.exec(message)?.[1] ?? "";
  return ERRNO[code ?? UNNAMED[number] ?? "EIO"] ?? (ERRNO.EIO as number);
}

/** Exchanges the functions of the library's file system. */
export function useHostFiles(fs: FileSystem): void {
  const memory = { ...fs };
  const asErrno = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      throw new fs.ErrnoError(errnoOf(error));
    }
  };
  const exchanged: Partial<FileSystem> = {
    cwd: () => Deno.cwd(),
    open(path, flags, mode) {
      // HDF5 opens folders to look for plugins, which would have to be compiled for this build of it.
      if ((flags & O_DIRECTORY) !== 0) return memory.open.call(fs, path, flags, mode);
      const host = asErrno(() => new HostFile(hostPath(path), flags, mode));
      return fs.createStream({ flags: flags & ~(O_CREAT | O_EXCL | O_TRUNC), position: 0, host });
    },
    close(stream) {
      if (stream.host === undefined) return memory.close.call(fs, stream);
      fs.closeStream(stream.fd as number);
      stream.fd = null;
      stream.host.close();
    },
    read(stream, heap, offset, length, position) {
      const { host } = stream;
      if (host === undefined) return memory.read.call(fs, stream, heap, offset, length, position);
      const count = asErrno(() => host.read(bytesOf(heap, offset, length), position ?? stream.position));
      if (position === undefined) stream.position += count;
      return count;
    },
    write(stream, heap, offset, length, position) {
      const { host } = stream;
      if (host === undefined) return memory.write.call(fs, stream, heap, offset, length, position);
      const count = asErrno(() => host.write(bytesOf(heap, offset, length), position ?? stream.position));
      if (position === undefined) stream.position += count;
      return count;
    },
    llseek(stream, offset, whence) {
      const { host } = stream;
      if (host === undefined) return memory.llseek.call(fs, stream, offset, whence);
      const from = whence === SEEK_CUR ? stream.position : whence === SEEK_END ? host.attributes().size : 0;
      if (from + offset < 0) throw new fs.ErrnoError(ERRNO.EINVAL as number);
      return stream.position = from + offset;
    },
    stat: (path, dontFollow) =>
      asErrno(() => attributesOf((dontFollow ? Deno.lstatSync : Deno.statSync)(hostPath(path)))),
    fstat(fd) {
      const { host } = fs.getStreamChecked(fd);
      return host === undefined ? memory.fstat.call(fs, fd) : asErrno(() => host.attributes());
    },
    ftruncate(fd, length) {
      const { host } = fs.getStreamChecked(fd);
      if (host === undefined) return memory.ftruncate.call(fs, fd, length);
      asErrno(() => host.truncate(length));
    },
  };
  Object.assign(fs, exchanged);
}

/** A file of the machine, read and written at positions. */
class HostFile {
  readonly #file: Deno.FsFile;
  /** Where the system goes on reading and writing. */
  #at = 0;

  constructor(path: string, flags: number, mode = 0o666) {
    const access = flags & O_ACCMODE;
    this.#file = Deno.openSync(path, {
      read: access !== O_WRONLY,
      write: access !== 0,
      create: (flags & O_CREAT) !== 0,
      createNew: (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0,
      truncate: (flags & O_TRUNC) !== 0,
      mode: mode & 0o777,
    });
  }

  read(into: Uint8Array, position: number): number {
    this.#goTo(position);
    const count = this.#file.readSync(into) ?? 0;
    this.#at += count;
    return count;
  }

  write(from: Uint8Array, position: number): number {
    this.#goTo(position);
    const count = this.#file.writeSync(from);
    this.#at += count;
    return count;
  }

  attributes(): Attributes {
    return attributesOf(this.#file.statSync());
  }

  truncate(length: number): void {
    this.#file.truncateSync(length);
  }

  close(): void {
    this.#file.close();
  }

  #goTo(position: number): void {
    if (position === this.#at) return;
    this.#at = this.#file.seekSync(position, Deno.SeekMode.Start);
  }
}

/**
 * A path as the system has it. On Windows absolute ones begin with a drive, so that the library takes them for relative
 * ones and puts the folder of the process before them.
 */
function hostPath(path: string): string {
  return Deno.build.os === "windows" ? path.replace(/^.*[\\/](?=[a-z]:[\\/])/i, "") : path;
}

function bytesOf(heap: Int8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer as ArrayBuffer, heap.byteOffset + offset, length);
}

const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;

/** HDF5 knows by device and inode whether two names are one file. */
function attributesOf(info: Deno.FileInfo): Attributes {
  const kind = info.isDirectory ? S_IFDIR : info.isSymlink ? S_IFLNK : S_IFREG;
  const never = new Date(0);
  return {
    dev: info.dev,
    ino: info.ino ?? 0,
    mode: kind | ((info.mode ?? 0o666) & 0o7777),
    nlink: info.nlink ?? 1,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    rdev: info.rdev ?? 0,
    size: info.size,
    blocks: info.blocks ?? 0,
    atime: info.atime ?? never,
    mtime: info.mtime ?? never,
    ctime: info.ctime ?? never,
  };
}
