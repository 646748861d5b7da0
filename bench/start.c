// The init of a Linux guest that runs one program as Mote would: it mounts what programs expect, runs the program that /bench.start names, and ends the machine.
// /bench.start: the working directory, the executable, the number of arguments, those, then the environment; each ends with a zero byte.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { most_words = 256 };

static char text[65536];
static char *words[most_words];

int main(void)
{
    int file = open("/bench.start", O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    int count = 0;
    for (ssize_t at = 0; at < length && count < most_words - 1; at += strlen(text + at) + 1)
        words[count++] = text + at;
    int arguments = count > 2 ? atoi(words[2]) : 0;
    if (arguments <= 0 || 3 + arguments > count) {
        puts("start: /bench.start is not right");
        arguments = 0;
    }
    mount("proc", "/proc", "proc", 0, 0);
    mount("sysfs", "/sys", "sysfs", 0, 0);
    mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
    mkdir("/dev/shm", 01777);
    mount("tmpfs", "/dev/shm", "tmpfs", 0, 0);
    mount("tmpfs", "/tmp", "tmpfs", 0, 0);
    pid_t child = arguments > 0 ? vfork() : -1;
    if (child == 0) {
        // The arguments end where the environment begins, so their end takes the place of nothing: the words are copied apart.
        char *argv[most_words];
        memcpy(argv, words + 3, arguments * sizeof *argv);
        argv[arguments] = 0;
        chdir(words[0]);
        execve(words[1], argv, words + 3 + arguments);
        _exit(127);
    }
    int status = -1;
    if (child > 0)
        waitpid(child, &status, 0);
    printf("start: status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
    tcdrain(1);
    reboot(RB_AUTOBOOT); // QEMU runs with -no-reboot
    for (;;)
        pause();
}
