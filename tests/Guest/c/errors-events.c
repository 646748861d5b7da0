// How the calls that wait fail, and which error wins: epoll(7), poll(2), select(2), inotify(7), eventfd(2), signalfd(2), pipe(2),
// memfd_create(2); what each kind of descriptor says when it is polled, files below /proc and /sys included.
#include "grid.h"
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>

static int lists;

static long control(int list, int operation, int fd, struct epoll_event *event)
{
    return syscall(SYS_epoll_ctl, list, operation, fd, event);
}

static long waiting(int list, void *events, int count, int timeout)
{
    return syscall(SYS_epoll_wait, list, events, count, timeout);
}

// The events that a descriptor has now, in hexadecimal for the eye: poll(2)'s and epoll's.
static long polled(int fd, int events)
{
    struct pollfd entry = {fd, (short)events, 0};
    return poll(&entry, 1, 0) < 0 ? -1 : entry.revents;
}

static long watched(int fd, unsigned events)
{
    struct epoll_event event = {.events = events}, found = {0};
    int list = epoll_create1(0);
    long result = control(list, EPOLL_CTL_ADD, fd, &event);
    if (result == 0) {
        result = waiting(list, &found, 1, 0) < 0 ? -1 : (long)found.events;
    }
    int error = errno;
    close(list);
    errno = error;
    return result;
}

static long selected(int fd)
{
    fd_set in, out, bad;
    struct timeval none = {0, 0};
    if (fd < 0 || fd >= FD_SETSIZE) {
        errno = EBADF;
        return -1;
    }
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&bad);
    FD_SET(fd, &in);
    FD_SET(fd, &out);
    FD_SET(fd, &bad);
    if (select(fd + 1, &in, &out, &bad, &none) < 0) {
        return -1;
    }
    return FD_ISSET(fd, &in) | FD_ISSET(fd, &out) << 1 | FD_ISSET(fd, &bad) << 2;
}

static void testPolls(void)
{
    VALUES(polled(fd, 0xffff & ~POLLNVAL));
    VALUES(polled(fd, 0));
    VALUES(polled(fd, POLLIN));
    VALUES(polled(fd, POLLPRI));
    VALUES(watched(fd, EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP));
    VALUES(watched(fd, EPOLLET));
    VALUES(watched(fd, 0));
    VALUES(selected(fd));
    static const char *files[] = {
        "/proc/mounts", "/proc/self/mountinfo", "/proc/self/mountstats", "/proc/self/status", "/proc/self/maps", "/proc/self/mem",
        "/proc/self/comm", "/proc/self/environ",
        "/proc/self/stat", "/proc/self/io", "/proc/self/limits", "/proc/self/oom_score_adj", "/proc/self/pagemap", "/proc/self/fdinfo/0",
        "/proc/self/fd", "/proc/self/task", "/proc/self/ns/uts", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/uptime",
        "/proc/loadavg", "/proc/version",
        "/proc/filesystems", "/proc/swaps", "/proc/interrupts", "/proc/sys/kernel/hostname", "/proc/sys/kernel/ostype",
        "/proc/sys/kernel/random/uuid",
        "/proc/sys/vm/overcommit_memory", "/proc/sys/fs/file-nr", "/proc/sys/fs/pipe-max-size", "/proc/sysvipc/shm", "/proc/net/dev",
        "/proc/devices", "/proc/misc",
        "/sys/kernel/uevent_seqnum", "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible",
        "/sys/devices/system/node/node0/meminfo", "/sys/kernel",
        "/sys/devices/system/clocksource/clocksource0/current_clocksource", "/sys/kernel/mm/transparent_hugepage/enabled", "/dev/null",
        "/dev/zero", "/dev/full", "/dev/random",
        "/dev/urandom", "/etc/passwd", "/"
    };
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        int fd = open(files[i], O_RDONLY);
        if (fd < 0) {
            continue;
        }
        long before = polled(fd, 0xffdf), list = watched(fd, EPOLLIN | EPOLLOUT | EPOLLPRI);
        int error = errno;
        long chosen = selected(fd);
        char byte;
        read(fd, &byte, 1);
        printf("%s: %lx %lx %s %lx, read %lx\n", files[i], before, list, list == -1 ? strerrorname_np(error) : "", chosen,
            polled(fd, 0xffdf));
        close(fd);
    }
}

static void testEpoll(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int pipes[2];
    if (pipe(pipes) != 0) {
        return;
    }
    VALUES(control(fd, EPOLL_CTL_ADD, pipes[0], &event));
    VALUES(control(fd, EPOLL_CTL_DEL, pipes[0], NULL));
    VALUES(control(fd, EPOLL_CTL_MOD, pipes[0], &event));
    VALUES(control(fd, EPOLL_CTL_ADD, pipes[0], NULL));
    VALUES(control(fd, EPOLL_CTL_ADD, pipes[0], BAD));
    VALUES(control(fd, EPOLL_CTL_ADD, fd, &event));
    VALUES(control(fd, 0, pipes[0], &event));
    VALUES(control(fd, 4, pipes[0], BAD));
    VALUES(control(fd, -1, FREE_FD, BAD));
    VALUES(control(fd, EPOLL_CTL_ADD, FREE_FD, &event));
    VALUES(control(lists, EPOLL_CTL_DEL, fd, NULL));
    VALUES(control(lists, EPOLL_CTL_DEL, fd, BAD));
    VALUES(control(lists, EPOLL_CTL_MOD, fd, &event));
    VALUES(control(lists, EPOLL_CTL_MOD, fd, BAD));
    VALUES(control(lists, 77, fd, &event));
    VALUES(control(FREE_FD, EPOLL_CTL_ADD, fd, &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    VALUES(control(lists, EPOLL_CTL_MOD, fd, &event));
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event) == 0 ? control(lists, EPOLL_CTL_MOD, fd, &event) : -1);
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event));
    event.events = EPOLLPRI | EPOLLEXCLUSIVE;
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event));
    event.events = EPOLLRDHUP | EPOLLEXCLUSIVE;
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event));
    event.events = EPOLLWAKEUP | EPOLLIN;
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event));
    event.events = 0x0fff0000;
    VALUES(control(lists, EPOLL_CTL_ADD, fd, &event));
    VALUES(waiting(fd, buf, 1, 0));
    LEAVE_OUT(BIT(K_PATH) | BIT(K_PATHDIR) | BIT(K_PATHLINK) | BIT(K_MINUS) | BIT(K_FREE) | BIT(K_LEAST) | BIT(K_CWD));
    VALUES(waiting(fd, buf, 0, 0));
    VALUES(waiting(fd, buf, -1, 0));
    VALUES(waiting(fd, buf, INT_MAX, 0));
    VALUES(waiting(fd, buf, INT_MAX / 12, 0));
    VALUES(waiting(fd, BAD, 1, 0));
    VALUES(waiting(fd, KERN, 1, 0));
    VALUES(waiting(fd, BAD, 0, 0));
    VALUES(syscall(SYS_epoll_pwait, fd, buf, 1, 0, BAD, 8));
    VALUES(syscall(SYS_epoll_pwait, fd, buf, 1, 0, BAD, 7));
    VALUES(syscall(SYS_epoll_pwait, fd, buf, 0, 0, NULL, 7));
    VALUES(syscall(SYS_epoll_pwait, fd, buf, 0, 0, BAD, 8));
    VALUES(syscall(441, fd, buf, 1, BAD, NULL, 0));
    VALUES(syscall(441, fd, buf, 1, &(struct timespec){0, -1}, NULL, 0));
    VALUES(syscall(441, fd, buf, 0, &(struct timespec){-1, 0}, NULL, 0));
    VALUES(syscall(441, fd, buf, 1, &(struct timespec){0, 0}, BAD, 7));
    LEAVE_OUT(0);
    OUTCOME(syscall(SYS_epoll_create, 0));
    OUTCOME(syscall(SYS_epoll_create, -1));
    OUTCOME(syscall(SYS_epoll_create, INT_MIN));
    OUTCOME(syscall(SYS_epoll_create1, 1));
    OUTCOME(syscall(SYS_epoll_create1, -1));
    close(pipes[0]);
    close(pipes[1]);
}

static void testCalls(void)
{
    struct pollfd one = {0, 0, 0};
    struct timespec wrong = {0, 1000000000}, below = {-1, 0}, none = {0, 0};
    struct timeval wrongMicroseconds = {0, -1}, belowSeconds = {-1, 0}, over = {0, 1000000}, zero = {0, 0};
    OUTCOME(syscall(SYS_poll, BAD, 0, 0));
    OUTCOME(syscall(SYS_poll, BAD, 1, 0));
    OUTCOME(syscall(SYS_poll, NULL, 1, 0));
    OUTCOME(syscall(SYS_poll, &one, -1, 0));
    OUTCOME(syscall(SYS_poll, BAD, INT_MAX, 0));
    OUTCOME(syscall(SYS_poll, BAD, 1L << 32, 0));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &none, NULL, 0));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &wrong, NULL, 0));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &below, NULL, 0));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, BAD, NULL, 0));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &none, BAD, 8));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &none, BAD, 7));
    OUTCOME(syscall(SYS_ppoll, NULL, 0, &wrong, BAD, 7));
    OUTCOME(syscall(SYS_ppoll, BAD, 1, &none, BAD, 8));
    OUTCOME(syscall(SYS_ppoll, &one, -1, &none, BAD, 7));
    OUTCOME(syscall(SYS_select, 0, BAD, BAD, BAD, &zero));
    OUTCOME(syscall(SYS_select, -1, NULL, NULL, NULL, &zero));
    OUTCOME(syscall(SYS_select, INT_MIN, BAD, NULL, NULL, &zero));
    OUTCOME(syscall(SYS_select, 1, BAD, NULL, NULL, &zero));
    OUTCOME(syscall(SYS_select, 1, NULL, NULL, BAD, &zero));
    OUTCOME(syscall(SYS_select, INT_MAX, NULL, NULL, NULL, &zero));
    OUTCOME(syscall(SYS_select, 0, NULL, NULL, NULL, BAD));
    OUTCOME(syscall(SYS_select, -1, NULL, NULL, NULL, BAD));
    OUTCOME(syscall(SYS_select, -1, NULL, NULL, NULL, &wrongMicroseconds));
    OUTCOME(syscall(SYS_select, 0, NULL, NULL, NULL, &wrongMicroseconds));
    OUTCOME(syscall(SYS_select, 0, NULL, NULL, NULL, &belowSeconds));
    OUTCOME(syscall(SYS_select, -1, NULL, NULL, NULL, &over));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &wrong, NULL));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &below, NULL));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, BAD, NULL));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &none, BAD));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &wrong, BAD));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &none, ((long[2]){16, 8})));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &none, ((long[2]){16, 7})));
    OUTCOME(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &none, ((long[2]){0, 7})));
    OUTCOME(syscall(SYS_pselect6, -1, NULL, NULL, NULL, &none, ((long[2]){16, 7})));

    OUTCOME(syscall(SYS_eventfd, -1));
    OUTCOME(syscall(SYS_eventfd2, 0, 2));
    OUTCOME(syscall(SYS_eventfd2, 0, -1));
    OUTCOME(syscall(SYS_eventfd2, 0, EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK));
    unsigned long mask = 1 << 9;
    OUTCOME(syscall(SYS_signalfd4, -1, &mask, 8, 1));
    OUTCOME(syscall(SYS_signalfd4, -1, &mask, 7, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, &mask, 16, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, BAD, 8, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, BAD, 7, 1));
    OUTCOME(syscall(SYS_signalfd4, FREE_FD, BAD, 8, 1));
    OUTCOME(syscall(SYS_signalfd4, -2, &mask, 8, 0));
    OUTCOME(syscall(SYS_signalfd4, INT_MIN, &mask, 8, 0));
    OUTCOME(syscall(SYS_signalfd, -1, &mask, 8));
    VALUES(syscall(SYS_signalfd4, fd == -1 ? FREE_FD : fd, &mask, 8, 0) < 0 ? -1 : 0);
    VALUES(syscall(SYS_signalfd4, fd == -1 ? FREE_FD : fd, BAD, 8, 0) < 0 ? -1 : 0);

    OUTCOME(syscall(SYS_pipe, BAD));
    OUTCOME(syscall(SYS_pipe, NULL));
    OUTCOME(syscall(SYS_pipe2, BAD, 0));
    OUTCOME(syscall(SYS_pipe2, BAD, 1));
    OUTCOME(syscall(SYS_pipe2, buf, -1));
    OUTCOME(syscall(SYS_pipe2, buf, O_APPEND));
    OUTCOME(syscall(SYS_pipe2, buf + 4092, 0));

    static char name249[250], name250[251];
    memset(name249, 'm', 249);
    memset(name250, 'm', 250);
    OUTCOME(syscall(SYS_memfd_create, BAD, 0));
    OUTCOME(syscall(SYS_memfd_create, NULL, 0));
    OUTCOME(syscall(SYS_memfd_create, BAD, 0x100));
    OUTCOME(syscall(SYS_memfd_create, "", 0));
    OUTCOME(syscall(SYS_memfd_create, "a/b", 0));
    OUTCOME(syscall(SYS_memfd_create, name249, 0));
    OUTCOME(syscall(SYS_memfd_create, name250, 0));
    OUTCOME(syscall(SYS_memfd_create, "m", 0x80000000));
    OUTCOME(syscall(SYS_memfd_create, "m", -1));
    OUTCOME(syscall(SYS_memfd_create, "m", 1 << 26));

    OUTCOME(syscall(SYS_close_range, 5, 4, 0));
    OUTCOME(syscall(SYS_close_range, 5, 4, 1));
    OUTCOME(syscall(SYS_close_range, 1000, 2000, 8));
    OUTCOME(syscall(SYS_close_range, 1000, -1, 0));
    OUTCOME(syscall(SYS_close_range, -1, -1, 0));
    OUTCOME(syscall(SYS_close_range, -1, -1, 4));
    OUTCOME(close(-1));
    OUTCOME(close(INT_MIN));
    OUTCOME(close(FREE_FD));
    OUTCOME(syscall(SYS_umask, -1) * (umask(022) * 0 + 1) * 0);

    OUTCOME(syscall(SYS_inotify_init1, 1));
    OUTCOME(syscall(SYS_inotify_init1, -1));
    VALUES(syscall(SYS_inotify_rm_watch, fd, 1));
    VALUES(syscall(SYS_inotify_rm_watch, fd, -1));
    VALUES(syscall(SYS_inotify_add_watch, fd, "d", IN_MODIFY) < 0 ? -1 : 0);
    VALUES(syscall(SYS_inotify_add_watch, fd, "missing", IN_MODIFY) < 0 ? -1 : 0);
    VALUES(syscall(SYS_inotify_add_watch, fd, BAD, IN_MODIFY) < 0 ? -1 : 0);
    VALUES(syscall(SYS_inotify_add_watch, fd, BAD, 0) < 0 ? -1 : 0);
    VALUES(syscall(SYS_inotify_add_watch, fd, "d", IN_MODIFY | IN_MASK_ADD | IN_MASK_CREATE) < 0 ? -1 : 0);

    OUTCOME(syscall(SYS_getcwd, buf, 0));
    OUTCOME(syscall(SYS_getcwd, buf, 1));
    OUTCOME(syscall(SYS_getcwd, BAD, 4096));
    OUTCOME(syscall(SYS_getcwd, BAD, 1));
    OUTCOME(syscall(SYS_getcwd, buf, -1));
}

int main(void)
{
    enter("errors-events");
    lists = epoll_create1(0);
    testPolls();
    testEpoll();
    testCalls();
    leave();
    return 0;
}
