// What /proc/self/fdinfo tells of each kind of descriptor. Numbers that differ from machine to machine are shown as N.
#include "check.h"
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

// Whether a value is the machine's own: numbers of inodes, mounts, devices, processes, and what is left of a time.
static int isMasked(const char *row)
{
    static const char *masked[] = {"mnt_id:", "ino:", "eventfd-id:", "Pid:", "NSpid:", "it_value:", "lock:", "tfd:", "inotify"};
    for (unsigned i = 0; i < sizeof masked / sizeof *masked; i++) {
        if (strncmp(row, masked[i], strlen(masked[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

static void show(const char *what, int fd)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    int file = open(path, O_RDONLY);
    ssize_t length = read(file, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = 0;
    close(file);
    printf("== %s\n", what);
    struct stat status;
    fstat(fd, &status);
    char *end;
    for (char *row = text; *row; row = end) {
        end = row + strcspn(row, "\n");
        end += *end == '\n';
        if (strncmp(row, "ino:", 4) == 0) {
            CHECK(strtoul(row + 4, NULL, 10) == status.st_ino);
        }
        if (strncmp(row, "eventfd-semaphore", 17) == 0 || strncmp(row, "scm_fds", 7) == 0) {
            continue; // newer Linux; not told on Mote
        }
        if (!isMasked(row)) {
            printf("%.*s", (int)(end - row), row);
            continue;
        }
        // Every number as a whole, up to where newer Linux adds file handles.
        char shape[512];
        int at = 0;
        for (char *c = row; c < end && *c != '\n' && strncmp(c, "fhandle", 7) != 0;) {
            int digits = (int)strspn(c, "0123456789abcdef");
            if (digits > 0 && (c == row || strchr(": (-\t", c[-1])) && !isalnum((unsigned char)c[digits])) {
                shape[at++] = 'N';
                c += digits;
            } else {
                if (*c != ' ' || at == 0 || shape[at - 1] != ' ') {
                    shape[at++] = *c;
                }
                c++;
            }
        }
        while (at > 0 && shape[at - 1] == ' ') {
            at--;
        }
        printf("%.*s\n", at, shape);
    }
}

int main(void)
{
    const char *path = "/tmp/mote-test-fdinfo";
    int fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    CHECK(write(fd, "0123456789", 10) == 10 && lseek(fd, 4, SEEK_SET) == 4);
    show("regular", fd);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3};
    CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    CHECK(flock(fd, LOCK_SH) == 0);
    lock.l_start = 100;
    lock.l_len = 0;
    lock.l_type = F_RDLCK;
    CHECK(fcntl(fd, F_OFD_SETLK, &lock) == 0);
    show("locked", fd);
    int other = open(path, O_RDONLY | O_APPEND);
    show("another description of it", other);
    close(other);
    close(fd);

    fd = open("/tmp", O_RDONLY | O_DIRECTORY);
    show("directory", fd);
    int notify = inotify_init1(IN_NONBLOCK);
    int watch = inotify_add_watch(notify, "/tmp", IN_CREATE | IN_DELETE);
    CHECK(watch == 1 && inotify_add_watch(notify, "/", IN_MODIFY | IN_ONESHOT) == 2);
    show("inotify", notify);
    close(notify);
    close(fd);

    fd = eventfd(0x1234, EFD_NONBLOCK);
    show("eventfd", fd);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 0xabcdef};
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    show("epoll", epoll);
    close(fd);
    show("epoll without items", epoll);
    close(epoll);

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGCHLD);
    fd = signalfd(-1, &signals, 0);
    show("signalfd", fd);
    close(fd);

    fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    show("timerfd", fd);
    struct itimerspec time = {.it_value = {1000, 0}, .it_interval = {3, 5}};
    CHECK(timerfd_settime(fd, 0, &time, NULL) == 0);
    show("armed timerfd", fd);
    close(fd);
    fd = timerfd_create(CLOCK_REALTIME, 0);
    time.it_value.tv_sec = 4000000000;
    CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &time, NULL) == 0);
    show("absolute timerfd", fd);
    close(fd);

    fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    show("pidfd", fd);
    close(fd);

    int pipes[2];
    CHECK(pipe2(pipes, O_NONBLOCK) == 0);
    show("pipe", pipes[1]);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    show("socket", fd);
    close(fd);
    fd = open("/dev/null", O_WRONLY);
    show("null", fd);
    close(fd);
    fd = open("/tmp", O_PATH);
    show("path", fd);
    close(fd);
    FAILS(open("/proc/self/fdinfo/999", O_RDONLY), ENOENT);
    unlink(path);
    passed("fdinfo");
    return finish();
}
