// A disk that fails, is slow, or dies with the machine's power, under a program that knows nothing of it: preloaded before libc.
//
//   LD_PRELOAD=faulty-disk.so DISK_FILES=PREFIX DISK_CONTROL=FILE DISK_TRACE=FILE program
//
// DISK_FILES    calls about files whose path begins with this are counted and may fail; the folder they lie in is theirs
// DISK_CONTROL  struct control below, shared with the test while the program runs
// DISK_TRACE    every change that reached the files, in order, with its bytes: enough to work out what any power cut would leave
//
// Paths that end in ".marks" are traced and never fail: what the program's test writes there stands in order with the rest.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, WRITE = 2, SYNC = 4, NAME = 8, SIZE = 16, READ = 32 }; /* kinds of calls, for control.kinds */
enum { OPENED = 1, WRITTEN, SIZED, SYNCED, RENAMED, REMOVED, NAMES_SYNCED, FORGOTTEN }; /* entries of the trace */

struct control {
  uint32_t calls;       /* counted here */
  uint32_t first, last; /* the calls concerned, from 1; none while first is 0 */
  uint32_t error;       /* they fail with this; a write after half of its bytes */
  uint32_t delay_ms;    /* they take this long */
  uint32_t kinds;       /* which calls count */
  uint32_t forgets;     /* 1: a sync that fails loses the bytes that it was to save, as kernels do */
  uint32_t dies;        /* 1: the process is killed before the first of them */
};
struct entry { uint32_t kind, length; uint64_t inode, offset; };

enum { DESCRIPTORS = 65536, FOLDER = 1, MARKS = 2 };
struct open_file { uint64_t inode; int is; };
static struct open_file open_files[DESCRIPTORS];
static volatile struct control *control;
static const char *prefix;
static size_t folder_length;
static int trace_descriptor = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static int real_open(const char *path, int flags, mode_t mode) {
  return REAL(int, openat64, int, const char *, int, ...)(AT_FDCWD, path, flags, mode);
}

__attribute__((constructor)) static void start(void) {
  const char *shared = getenv("DISK_CONTROL"), *trace = getenv("DISK_TRACE");
  prefix = getenv("DISK_FILES");
  if (!prefix || !shared || !trace) return;
  const char *slash = strrchr(prefix, '/');
  folder_length = slash ? (size_t)(slash - prefix) : 0;
  int descriptor = real_open(shared, O_RDWR | O_CLOEXEC, 0);
  void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (descriptor < 0 || memory == MAP_FAILED) abort();
  control = memory;
  trace_descriptor = real_open(trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (trace_descriptor < 0) abort();
}

static int is_ours(const char *path) { return control && path && !strncmp(path, prefix, strlen(prefix)); }
static int is_folder(const char *path) {
  return control && path && !strncmp(path, prefix, folder_length) && !path[folder_length];
}
static int is_marks(const char *path) {
  size_t length = strlen(path);
  return length > 6 && !strcmp(path + length - 6, ".marks");
}
/* libuv closes by the system call itself: a number that means another file by now is forgotten here. */
static struct open_file *file_of(int descriptor) {
  static struct open_file none;
  if (descriptor < 0 || descriptor >= DESCRIPTORS) return &none;
  struct open_file *file = &open_files[descriptor];
  struct stat status;
  if (file->inode && (fstat(descriptor, &status) || status.st_ino != file->inode)) file->inode = 0;
  return file;
}

/* Returns the error with which this call has to fail, or 0. */
static int count_call(uint32_t kind) {
  if (!(control->kinds & kind)) return 0;
  uint32_t call = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST), first = control->first;
  if (!first || call < first || call > control->last) return 0;
  if (control->dies) kill(getpid(), SIGKILL);
  struct timespec delay = {control->delay_ms / 1000, control->delay_ms % 1000 * 1000000L};
  if (control->delay_ms) nanosleep(&delay, NULL);
  return (int)control->error;
}

static int fail(int error) {
  errno = error;
  return -1;
}

static void trace(uint32_t kind, uint64_t inode, uint64_t offset, const void *bytes, size_t length) {
  struct entry entry = {kind, (uint32_t)length, inode, offset};
  struct iovec parts[] = {{&entry, sizeof entry}, {(void *)bytes, length}};
  int saved = errno;
  if (REAL(ssize_t, writev, int, const struct iovec *, int)(trace_descriptor, parts, 2) < 0) abort();
  errno = saved;
}

static int opened(const char *path, int flags, mode_t mode) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT, ours = is_ours(path), descriptor, error = 0;
  if (ours && !is_marks(path)) error = count_call(writes ? OPEN : READ);
  if (error) return fail(error);
  pthread_mutex_lock(&order);
  descriptor = real_open(path, flags, mode);
  if (descriptor >= 0 && descriptor < DESCRIPTORS && (ours || is_folder(path))) {
    struct stat status;
    fstat(descriptor, &status);
    open_files[descriptor] = (struct open_file){status.st_ino, ours ? is_marks(path) ? MARKS : 0 : FOLDER};
    if (ours && writes) trace(OPENED, status.st_ino, 0, path, strlen(path));
    if (ours && flags & O_TRUNC) trace(SIZED, status.st_ino, 0, NULL, 0);
  }
  pthread_mutex_unlock(&order);
  return descriptor;
}

#define OPENS(name, parameters, path, flags)          \
  int name parameters {                               \
    mode_t mode = 0;                                  \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {          \
      va_list rest;                                   \
      va_start(rest, flags);                          \
      mode = va_arg(rest, mode_t);                    \
      va_end(rest);                                   \
    }                                                 \
    return opened(path, flags, mode);                 \
  }
OPENS(open, (const char *path, int flags, ...), path, flags)
OPENS(open64, (const char *path, int flags, ...), path, flags)

int close(int descriptor) {
  *file_of(descriptor) = (struct open_file){0, 0};
  return REAL(int, close, int)(descriptor);
}

/* offset -1: at the file's own position. */
static ssize_t put(int descriptor, const void *bytes, size_t length, off_t offset) {
  struct open_file *file = file_of(descriptor);
  int error = file->is == MARKS ? 0 : count_call(WRITE);
  size_t part = error ? length / 2 : length;
  struct stat status;
  pthread_mutex_lock(&order);
  fstat(descriptor, &status);
  off_t at = offset >= 0 ? offset
             : fcntl(descriptor, F_GETFL) & O_APPEND ? status.st_size
                                                     : lseek(descriptor, 0, SEEK_CUR);
  ssize_t done = offset >= 0 ? REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(descriptor, bytes, part, offset)
                             : REAL(ssize_t, write, int, const void *, size_t)(descriptor, bytes, part);
  if (done > 0) trace(WRITTEN, file->inode, (uint64_t)at, bytes, (size_t)done);
  pthread_mutex_unlock(&order);
  return error ? fail(error) : done;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  if (file_of(descriptor)->inode) return put(descriptor, bytes, length, -1);
  return REAL(ssize_t, write, int, const void *, size_t)(descriptor, bytes, length);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
  if (file_of(descriptor)->inode) return put(descriptor, bytes, length, offset);
  return REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(descriptor, bytes, length, offset);
}

static int fails_to_read(int descriptor) {
  struct open_file *file = file_of(descriptor);
  int error = file->inode && !file->is ? count_call(READ) : 0;
  if (error) errno = error;
  return error;
}

ssize_t read(int descriptor, void *bytes, size_t length) {
  if (fails_to_read(descriptor)) return -1;
  return REAL(ssize_t, read, int, void *, size_t)(descriptor, bytes, length);
}

ssize_t pread64(int descriptor, void *bytes, size_t length, off_t offset) {
  if (fails_to_read(descriptor)) return -1;
  return REAL(ssize_t, pread64, int, void *, size_t, off_t)(descriptor, bytes, length, offset);
}

static int sync_file(int descriptor, const char *name) {
  struct open_file *file = file_of(descriptor);
  int error = file->inode ? count_call(SYNC) : 0;
  if (error && control->forgets) trace(FORGOTTEN, file->inode, 0, NULL, 0);
  if (error) return fail(error);
  int result = ((int (*)(int))real(name))(descriptor);
  if (!result && file->inode) trace(file->is == FOLDER ? NAMES_SYNCED : SYNCED, file->inode, 0, NULL, 0);
  return result;
}
int fsync(int descriptor) { return sync_file(descriptor, "fsync"); }
int fdatasync(int descriptor) { return sync_file(descriptor, "fdatasync"); }

int ftruncate64(int descriptor, off_t size) {
  struct open_file *file = file_of(descriptor);
  int error = file->inode ? count_call(SIZE) : 0;
  if (error) return fail(error);
  pthread_mutex_lock(&order);
  int result = REAL(int, ftruncate64, int, off_t)(descriptor, size);
  if (!result && file->inode) trace(SIZED, file->inode, (uint64_t)size, NULL, 0);
  pthread_mutex_unlock(&order);
  return result;
}

int rename(const char *from, const char *to) {
  if (!is_ours(from)) return REAL(int, rename, const char *, const char *)(from, to);
  int error = count_call(NAME);
  if (error) return fail(error);
  char names[8192];
  int length = snprintf(names, sizeof names, "%s\n%s", from, to);
  pthread_mutex_lock(&order);
  int result = REAL(int, rename, const char *, const char *)(from, to);
  if (!result) trace(RENAMED, 0, 0, names, (size_t)length);
  pthread_mutex_unlock(&order);
  return result;
}

int unlink(const char *path) {
  if (!is_ours(path)) return REAL(int, unlink, const char *)(path);
  int error = count_call(NAME);
  if (error) return fail(error);
  pthread_mutex_lock(&order);
  int result = REAL(int, unlink, const char *)(path);
  if (!result) trace(REMOVED, 0, 0, path, strlen(path));
  pthread_mutex_unlock(&order);
  return result;
}
