// An imitation of /sys/class/gpio for tests: one chip, its lines, and the interrupts that poll() reports, as a FUSE file system.
// Close enough to the kernel for onoff and epoll to work on it as they are; it has no driver, so it says nothing about real timing.
//
//   sysfs-imitation MOUNTPOINT BASE LINES    stays in the foreground, prints "ready"
//
// The outside world writes to the file "world":  "level LINE 0|1"   drives a line
//                                                "gone"             unplugs the chip
//                                                "back BASE"        plugs it in again, its first line now numbered BASE
// and reads from it, for each line:              "LINE LEVEL"
// The last line is taken by the kernel, the one before it has no interrupt.
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 64, TEXT_MAX = 4096 };
enum file { ROOT, EXPORT, UNEXPORT, WORLD, CHIP, LABEL, BASE, COUNT, LINE, VALUE, DIRECTION, EDGE, ACTIVE_LOW, NONE };
static const char *const chip_files[] = {"label", "base", "ngpio"};
static const char *const line_files[] = {"value", "direction", "edge", "active_low"};
static const char *const edges[] = {"none", "rising", "falling", "both"};

/* One open file: which change of its line it has read last, and who waits on it. */
struct opened {
  enum file file;
  int line;
  unsigned seen;
  struct fuse_pollhandle *waiting;
  struct opened *next;
};
static struct { int exported, output, level, inverted, edge; unsigned changes; } lines[LINES_MAX];
static struct opened *all_opened;
static int base, count, gone;

static int index_of(const char *const *names, int length, const char *name) {
  for (int i = 0; i < length; i++)
    if (!strcmp(names[i], name)) return i;
  return -1;
}

static enum file find(const char *path, int *line) {
  char name[64] = "";
  int number, length = 0, at;
  *line = -1;
  if (!strcmp(path, "/")) return ROOT;
  if (!strcmp(path, "/export")) return EXPORT;
  if (!strcmp(path, "/unexport")) return UNEXPORT;
  if (!strcmp(path, "/world")) return WORLD;
  if (gone) return NONE;
  if (sscanf(path, "/gpiochip%d%n/%63s", &number, &length, name) >= 1) {
    if (number != base) return NONE;
    if (!path[length]) return CHIP;
    at = index_of(chip_files, 3, name);
    return at < 0 ? NONE : LABEL + at;
  }
  if (sscanf(path, "/gpio%d%n/%63s", &number, &length, name) < 1) return NONE;
  *line = number - base;
  if (*line < 0 || *line >= count || !lines[*line].exported) return NONE;
  if (!path[length]) return LINE;
  at = index_of(line_files, 4, name);
  if (at < 0 || (VALUE + at == EDGE && *line == count - 2)) return NONE;
  return VALUE + at;
}

static int is_folder(enum file file) { return file == ROOT || file == CHIP || file == LINE; }

static int get_attributes(const char *path, struct stat *status, struct fuse_file_info *info) {
  int line;
  enum file file = find(path, &line);
  (void)info;
  if (file == NONE) return -ENOENT;
  memset(status, 0, sizeof *status);
  status->st_mode = is_folder(file) ? S_IFDIR | 0755 : S_IFREG | (file == EXPORT || file == UNEXPORT ? 0200 : 0644);
  status->st_nlink = 1;
  status->st_size = is_folder(file) ? 0 : TEXT_MAX;
  return 0;
}

static int read_folder(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
                       enum fuse_readdir_flags flags) {
  int line;
  char name[32];
  enum file file = find(path, &line);
  (void)offset, (void)info, (void)flags;
  if (file == CHIP) for (int i = 0; i < 3; i++) fill(buffer, chip_files[i], NULL, 0, 0);
  if (file == LINE) for (int i = 0; i < 4; i++) fill(buffer, line_files[i], NULL, 0, 0);
  if (file != ROOT) return 0;
  fill(buffer, "export", NULL, 0, 0);
  fill(buffer, "unexport", NULL, 0, 0);
  if (gone) return 0;
  snprintf(name, sizeof name, "gpiochip%d", base);
  fill(buffer, name, NULL, 0, 0);
  for (int i = 0; i < count; i++) {
    if (!lines[i].exported) continue;
    snprintf(name, sizeof name, "gpio%d", base + i);
    fill(buffer, name, NULL, 0, 0);
  }
  return 0;
}

static int open_file(const char *path, struct fuse_file_info *info) {
  int line;
  enum file file = find(path, &line);
  if (file == NONE) return -ENOENT;
  struct opened *opened = calloc(1, sizeof *opened);
  opened->file = file;
  opened->line = line;
  opened->seen = file == VALUE ? lines[line].changes - 1 : 0; /* as in the kernel, the first poll finds something new */
  opened->next = all_opened;
  all_opened = opened;
  info->fh = (uint64_t)(uintptr_t)opened;
  info->direct_io = 1;
  return 0;
}

static struct opened *opened_of(struct fuse_file_info *info) { return (struct opened *)(uintptr_t)info->fh; }

static int close_file(const char *path, struct fuse_file_info *info) {
  struct opened *opened = opened_of(info), **at = &all_opened;
  (void)path;
  while (*at != opened) at = &(*at)->next;
  *at = opened->next;
  if (opened->waiting) fuse_pollhandle_destroy(opened->waiting);
  free(opened);
  return 0;
}

/* A file opened before its line went away stays dead, as sysfs files do. */
static int is_dead(const struct opened *opened) {
  return opened->line >= 0 && (gone || !lines[opened->line].exported);
}

static void wake(struct opened *opened) {
  struct fuse_pollhandle *waiting = opened->waiting;
  if (!waiting) return;
  opened->waiting = NULL;
  fuse_notify_poll(waiting);
  fuse_pollhandle_destroy(waiting);
}

static int print(const struct opened *opened, char *text) {
  int at = opened->line, length = 0;
  switch (opened->file) {
  case LABEL: return sprintf(text, "imitation\n");
  case BASE: return sprintf(text, "%d\n", base);
  case COUNT: return sprintf(text, "%d\n", count);
  case VALUE: return sprintf(text, "%d\n", lines[at].level ^ lines[at].inverted);
  case DIRECTION: return sprintf(text, "%s\n", lines[at].output ? "out" : "in");
  case EDGE: return sprintf(text, "%s\n", edges[lines[at].edge]);
  case ACTIVE_LOW: return sprintf(text, "%d\n", lines[at].inverted);
  case WORLD:
    for (int i = 0; i < count; i++) length += sprintf(text + length, "%d %d\n", i, lines[i].level);
    return length;
  default: return -EACCES;
  }
}

static int read_file(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info) {
  struct opened *opened = opened_of(info);
  char text[TEXT_MAX];
  (void)path;
  if (is_dead(opened)) return -ENODEV;
  int length = print(opened, text);
  if (length < 0) return length;
  if (opened->file == VALUE) opened->seen = lines[opened->line].changes;
  if (offset >= length) return 0;
  if (size > (size_t)(length - offset)) size = (size_t)(length - offset);
  memcpy(buffer, text + offset, size);
  return (int)size;
}

static void drive(int line, int level) {
  if (lines[line].level == level) return;
  lines[line].level = level;
  int rises = level ^ lines[line].inverted;
  if (gone || !lines[line].exported || lines[line].output || !(lines[line].edge & (rises ? 1 : 2))) return;
  lines[line].changes++;
  for (struct opened *opened = all_opened; opened; opened = opened->next)
    if (opened->file == VALUE && opened->line == line) wake(opened);
}

static int change_world(const char *text) {
  int line, level;
  if (sscanf(text, "level %d %d", &line, &level) == 2 && line >= 0 && line < count) return drive(line, !!level), 0;
  if (sscanf(text, "back %d", &base) == 1) return gone = 0;
  if (strncmp(text, "gone", 4)) return -EINVAL;
  gone = 1;
  for (int i = 0; i < count; i++) lines[i].exported = lines[i].output = lines[i].edge = lines[i].inverted = 0;
  for (struct opened *opened = all_opened; opened; opened = opened->next) wake(opened);
  return 0;
}

static int export_line(int line) {
  if (gone || line < 0 || line >= count) return -EINVAL;
  if (line == count - 1 || lines[line].exported) return -EBUSY;
  lines[line].exported = 1;
  return 0;
}

static int unexport_line(int line) {
  if (gone || line < 0 || line >= count || !lines[line].exported) return -EINVAL;
  lines[line].exported = lines[line].output = lines[line].edge = lines[line].inverted = 0;
  for (struct opened *opened = all_opened; opened; opened = opened->next)
    if (opened->line == line) wake(opened);
  return 0;
}

static int set_direction(int line, const char *text) {
  int output = strncmp(text, "in", 2) != 0;
  if (output && lines[line].edge) return -EIO;
  lines[line].output = output;
  if (output) lines[line].level = !strncmp(text, "high", 4);
  return 0;
}

static int set_edge(int line, const char *text) {
  char name[16] = "";
  sscanf(text, "%15s", name);
  int edge = index_of(edges, 4, name);
  if (edge < 0) return -EINVAL;
  if (edge && lines[line].output) return -EIO;
  lines[line].edge = edge;
  return 0;
}

static int set_value(int line, const char *text) {
  if (!lines[line].output) return -EPERM;
  lines[line].level = (text[0] == '1') ^ lines[line].inverted;
  return 0;
}

static int write_file(const char *path, const char *buffer, size_t size, off_t offset, struct fuse_file_info *info) {
  struct opened *opened = opened_of(info);
  char text[64] = "";
  int result = -EACCES;
  (void)path, (void)offset;
  memcpy(text, buffer, size < sizeof text ? size : sizeof text - 1);
  if (is_dead(opened)) return -ENODEV;
  switch (opened->file) {
  case WORLD: result = change_world(text); break;
  case EXPORT: result = export_line(atoi(text) - base); break;
  case UNEXPORT: result = unexport_line(atoi(text) - base); break;
  case VALUE: result = set_value(opened->line, text); break;
  case DIRECTION: result = set_direction(opened->line, text); break;
  case EDGE: result = set_edge(opened->line, text); break;
  case ACTIVE_LOW: lines[opened->line].inverted = text[0] == '1', result = 0; break;
  default: break;
  }
  return result < 0 ? result : (int)size;
}

static int poll_file(const char *path, struct fuse_file_info *info, struct fuse_pollhandle *waiting, unsigned *events) {
  struct opened *opened = opened_of(info);
  (void)path;
  if (waiting) {
    if (opened->waiting) fuse_pollhandle_destroy(opened->waiting);
    opened->waiting = waiting;
  }
  *events = POLLIN | POLLOUT;
  if (is_dead(opened) || (opened->file == VALUE && opened->seen != lines[opened->line].changes))
    *events |= POLLPRI | POLLERR;
  return 0;
}

static int truncate_file(const char *path, off_t size, struct fuse_file_info *info) {
  (void)path, (void)size, (void)info; /* writing a sysfs file truncates nothing */
  return 0;
}

static void *start(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  printf("ready\n");
  fflush(stdout);
  return NULL;
}

int main(int argc, char **argv) {
  static const struct fuse_operations operations = {.getattr = get_attributes, .readdir = read_folder, .open = open_file,
    .release = close_file, .read = read_file, .write = write_file, .truncate = truncate_file, .poll = poll_file, .init = start};
  if (argc != 4) return fprintf(stderr, "sysfs-imitation MOUNTPOINT BASE LINES\n"), 2;
  base = atoi(argv[2]);
  count = atoi(argv[3]);
  if (count < 2 || count > LINES_MAX) return fprintf(stderr, "LINES: 2 to %d\n", LINES_MAX), 2;
  char *arguments[] = {argv[0], "-f", "-s", argv[1], NULL};
  return fuse_main(4, arguments, &operations, NULL);
}
