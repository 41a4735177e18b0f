// Stands in for every program of gpiod in tests: hands its own name and options to the imitation of the kernel at the socket
// $GPIO_IMITATION (gpiod-imitation.ts), and does as it is told, one line at a time:
//
//   oTEXT  print TEXT      eTEXT  say TEXT on stderr      hNAME  hold a descriptor of this name      xSTATUS  end
//
// A process of its own, as the real ones are: it can be killed, dies of a closed pipe at its next print, and its lines are free when it is gone.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void say(int to, const char *text) {
  char line[1024];
  int length = snprintf(line, sizeof line, "%s\n", text);
  if (write(to, line, (size_t)length) != length) exit(1);
}

static void obey(const char *order) {
  switch (order[0]) {
  case 'o': say(1, order + 1); break;
  case 'e': say(2, order + 1); break;
  case 'h': if (memfd_create(order + 1, MFD_CLOEXEC) < 0) exit(1); break;
  case 'x': exit(atoi(order + 1));
  }
}

int main(int argc, char **argv) {
  const char *path = getenv("GPIO_IMITATION"), *slash = strrchr(argv[0], '/');
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int kernel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!path || strlen(path) >= sizeof address.sun_path) return fprintf(stderr, "no imitation\n"), 1;
  strcpy(address.sun_path, path);
  if (connect(kernel, (struct sockaddr *)&address, sizeof address) < 0) return perror(path), 1;
  FILE *orders = fdopen(kernel, "r+");
  setvbuf(orders, NULL, _IOLBF, 8192);
  fputs(slash ? slash + 1 : argv[0], orders);
  for (int i = 1; i < argc; i++) fprintf(orders, "\x1f%s", argv[i]);
  fputs("\n", orders);
  fflush(orders);
  for (char order[1024]; fgets(order, sizeof order, orders);) {
    order[strcspn(order, "\n")] = 0;
    obey(order);
  }
  return 1;
}
