// Nests, chains, fans and circles of what can hold a descriptor or a reference: what Linux refuses is refused, what it takes comes and goes
// without the kernel's stack or its time running out.
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static int sendFds(int s, const int *fds, int count)
{
    char control[CMSG_SPACE(sizeof(int) * 16)] = {0}, byte = 'x';
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
    return sendmsg(s, &message, MSG_DONTWAIT) == 1 ? 0 : -1;
}

static int sendFd(int s, int fd)
{
    return sendFds(s, &fd, 1);
}

static int receiveFd(int s)
{
    char control[CMSG_SPACE(sizeof(int))], byte;
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    if (recvmsg(s, &message, 0) != 1 || CMSG_FIRSTHDR(&message) == NULL) {
        return -1;
    }
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
    return fd;
}

// Reads end of file: whoever could write is gone.
static int isEnded(int fd)
{
    char byte;
    struct pollfd entry = {fd, POLLIN, 0};
    return poll(&entry, 1, 5000) == 1 && read(fd, &byte, 1) == 0;
}

// Each socket waits in the next one's queue; a pipe's end is in the first.
static void chain(int type, int length)
{
    int last[2], next[2], pipes[2];
    CHECK(pipe(pipes) == 0);
    CHECK(socketpair(AF_UNIX, type, 0, last) == 0);
    CHECK(sendFd(last[0], pipes[1]) == 0);
    close(pipes[1]);
    for (int i = 0; i < length; i++) {
        CHECK(socketpair(AF_UNIX, type, 0, next) == 0);
        if (sendFd(next[0], last[1]) != 0) {
            printf("chain of %d: %s\n", i, strerror(errno));
            break;
        }
        close(last[0]);
        close(last[1]);
        memcpy(last, next, sizeof(last));
    }
    close(last[0]);
    close(last[1]);
    CHECK(isEnded(pipes[0]));
    close(pipes[0]);
    printf("chain of %d of type %d\n", length, type);
}

// As above, and unpacked again from the outside.
static void unpack(int length)
{
    int last[2], next[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, last);
    CHECK(write(last[0], "e", 1) == 1);
    close(last[0]);
    for (int i = 0; i < length; i++) {
        socketpair(AF_UNIX, SOCK_STREAM, 0, next);
        CHECK(sendFd(next[0], last[1]) == 0);
        close(next[0]);
        close(last[1]);
        last[1] = next[1];
    }
    int depth = 0;
    for (int fd; (fd = receiveFd(last[1])) >= 0; depth++) {
        close(last[1]);
        last[1] = fd;
    }
    close(last[1]);
    printf("unpacked %d\n", depth);
}

// Sockets that are in each other's queue, and in their own, closed by nobody but the search for circles.
static void circles(int type, int count, int selfish)
{
    int pipes[2], pair[2];
    CHECK(pipe(pipes) == 0);
    for (int i = 0; i < count; i++) {
        if (socketpair(AF_UNIX, type, 0, pair) != 0) {
            printf("circle %d: %s\n", i, strerror(errno));
            break;
        }
        CHECK(sendFds(pair[0], (int[]){pair[selfish], pipes[1]}, 2) == 0);
        CHECK(sendFds(pair[1], (int[]){pair[!selfish], pipes[1]}, 2) == 0);
        close(pair[0]);
        close(pair[1]);
    }
    close(pipes[1]);
    for (int i = 0; i < 4000; i++) {
        close(socket(AF_UNIX, SOCK_DGRAM, 0)); // Linux looks when a socket is closed
    }
    CHECK(isEnded(pipes[0]));
    close(pipes[0]);
    printf("%d circles of type %d\n", count, type);
}

// A long circle: each in the next one's queue, the last one's in the first's.
static void ring(int length)
{
    int (*pairs)[2] = calloc(length, sizeof(*pairs)), pipes[2];
    CHECK(pipe(pipes) == 0);
    for (int i = 0; i < length; i++) {
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0);
    }
    for (int i = 0; i < length; i++) {
        CHECK(sendFds(pairs[i][0], (int[]){pairs[(i + 1) % length][1], pipes[1]}, 2) == 0);
    }
    for (int i = 0; i < length; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    close(pipes[1]);
    for (int i = 0; i < 4000; i++) {
        close(socket(AF_UNIX, SOCK_STREAM, 0));
    }
    CHECK(isEnded(pipes[0]));
    close(pipes[0]);
    free(pairs);
    printf("a ring of %d\n", length);
}

// Many live sockets on their way: closing others is no slower for it.
static void crowd(int live, int closes)
{
    int keeper[2], pair[2], sent = 0;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, keeper) == 0);
    for (; sent < live; sent++) {
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        int full = sendFds(keeper[0], pair, 2) != 0;
        close(pair[0]);
        close(pair[1]);
        if (full) {
            break;
        }
    }
    for (int i = 0; i < closes; i++) {
        CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
        close(pair[0]);
        close(pair[1]);
    }
    int fd = receiveFd(keeper[1]);
    CHECK(fd >= 0);
    close(fd);
    close(keeper[0]);
    close(keeper[1]);
    printf("a crowd of %d\n", live);
}

// Listeners whose connections, never accepted, hold the listener and the next listener.
static void backlogs(int count)
{
    int pipes[2], previous = -1;
    CHECK(pipe(pipes) == 0);
    for (int i = 0; i < count; i++) {
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int length = sizeof(sa_family_t) + 1 + sprintf(name.sun_path + 1, "mote-chains-%d-%d", getpid(), i);
        int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(bind(listener, (struct sockaddr *)&name, length) == 0);
        CHECK(listen(listener, 4) == 0);
        CHECK(connect(client, (struct sockaddr *)&name, length) == 0);
        CHECK(sendFds(client, (int[]){listener, pipes[1], previous}, previous < 0 ? 2 : 3) == 0);
        close(client);
        close(previous);
        previous = listener;
    }
    close(previous);
    close(pipes[1]);
    for (int i = 0; i < 4000; i++) {
        close(socket(AF_UNIX, SOCK_STREAM, 0));
    }
    CHECK(isEnded(pipes[0]));
    close(pipes[0]);
    printf("%d backlogs\n", count);
}

static int addTo(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

// A chain of interest lists, built from the outside in or from the inside out; how many steps are allowed.
static void nest(int fromOutside)
{
    int lists[64], count = 0, event = eventfd(0, EFD_NONBLOCK);
    lists[count++] = epoll_create1(0);
    if (!fromOutside) {
        CHECK(addTo(lists[0], event) == 0);
    }
    while (count < 64) {
        lists[count] = epoll_create1(0);
        if (addTo(fromOutside ? lists[count - 1] : lists[count], fromOutside ? lists[count] : lists[count - 1]) != 0) {
            printf("list %d: %s\n", count, strerror(errno));
            close(lists[count]);
            break;
        }
        count++;
    }
    if (fromOutside) {
        CHECK(addTo(lists[count - 1], event) == 0);
    }
    uint64_t one = 1;
    struct epoll_event out;
    int top = fromOutside ? lists[0] : lists[count - 1];
    CHECK(epoll_wait(top, &out, 1, 0) == 0);
    CHECK(write(event, &one, 8) == 8);
    CHECK(epoll_wait(top, &out, 1, 5000) == 1);
    CHECK(read(event, &one, 8) == 8);
    CHECK(epoll_wait(top, &out, 1, 0) == 0);
    FAILS(addTo(fromOutside ? lists[count - 1] : lists[0], top), ELOOP);
    for (int i = 0; i < count; i++) {
        close(lists[i]);
    }
    close(event);
    printf("a nest of %d, %s\n", count, fromOutside ? "from outside" : "from inside");
}

// Two chains joined in the middle: both what is below and what is above counts.
static void joined(void)
{
    int low[3], high[4];
    for (int i = 0; i < 3; i++) {
        low[i] = epoll_create1(0);
        CHECK(i == 0 || addTo(low[i], low[i - 1]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        high[i] = epoll_create1(0);
        CHECK(i == 0 || addTo(high[i], high[i - 1]) == 0);
    }
    FAILS(addTo(high[0], low[2]), ELOOP);
    FAILS(addTo(high[1], low[2]), ELOOP);
    CHECK(addTo(high[2], low[2]) == 0);
    for (int i = 0; i < 4; i++) {
        close(high[i]);
        close(low[i % 3]);
    }
    puts("joined chains");
}

// Levels of lists, each in all of the next level: one event, told through all of them.
static void fan(int width, int levels)
{
    static int lists[5][200];
    int event = eventfd(0, EFD_NONBLOCK), refused = 0, added = 0;
    for (int l = 0; l < levels; l++) {
        for (int i = 0; i < width; i++) {
            lists[l][i] = epoll_create1(0);
        }
    }
    for (int l = 1; l < levels; l++) {
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                refused += addTo(lists[l][i], lists[l - 1][j]) != 0;
            }
        }
    }
    for (int i = 0; i < width; i++) {
        if (addTo(lists[0][i], event) == 0) {
            added++;
        } else {
            int error = errno;
            CHECK(error == EINVAL);
            break;
        }
    }
    uint64_t one = 1;
    struct epoll_event out;
    CHECK(write(event, &one, 8) == 8);
    CHECK(epoll_wait(lists[levels - 1][0], &out, 1, 0) == (added > 0));
    CHECK(read(event, &one, 8) == 8);
    CHECK(epoll_wait(lists[levels - 1][0], &out, 1, 0) == 0);
    for (int l = 0; l < levels; l++) {
        for (int i = 0; i < width; i++) {
            close(lists[l][i]);
        }
    }
    close(event);
    printf("a fan of %d by %d: %d refused, %d added\n", width, levels, refused, added);
}

// One event in very many lists, each of which is polled, and closed in the order in which they came.
static void wide(int width)
{
    int *lists = calloc(width, sizeof(int)), event = eventfd(0, EFD_NONBLOCK), ready = 0;
    for (int i = 0; i < width; i++) {
        lists[i] = epoll_create1(0);
        CHECK(addTo(lists[i], event) == 0);
    }
    uint64_t one = 1;
    for (int n = 0; n < 20; n++) {
        CHECK(write(event, &one, 8) == 8);
        CHECK(read(event, &one, 8) == 8);
    }
    CHECK(write(event, &one, 8) == 8);
    for (int i = 0; i < width; i++) {
        struct epoll_event out;
        ready += epoll_wait(lists[i], &out, 1, 0);
        close(lists[i]);
    }
    close(event);
    free(lists);
    printf("%d of %d ready\n", ready, width);
}

// Very many descriptors of one event in one list, told and no longer ready.
static void duplicates(int count)
{
    int list = epoll_create1(0), event = eventfd(0, EFD_NONBLOCK), *fds = calloc(count, sizeof(int));
    for (int i = 0; i < count; i++) {
        fds[i] = dup(event);
        CHECK(addTo(list, fds[i]) == 0);
    }
    uint64_t one = 1;
    struct epoll_event out[64];
    for (int n = 0; n < 50; n++) {
        CHECK(write(event, &one, 8) == 8);
        CHECK(epoll_wait(list, out, 64, 0) == 64);
        CHECK(read(event, &one, 8) == 8);
        CHECK(epoll_wait(list, out, 64, 0) == 0);
    }
    for (int i = 0; i < count; i++) {
        close(fds[i]);
    }
    close(event);
    CHECK(epoll_wait(list, out, 64, 0) == 0);
    close(list);
    free(fds);
    puts("duplicates");
}

// A list that holds a socket in whose queue the list lies, over and over.
static void mixed(int count)
{
    for (int i = 0; i < count; i++) {
        int list = epoll_create1(0), pair[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
        CHECK(addTo(list, pair[0]) == 0);
        CHECK(addTo(list, pair[1]) == 0);
        CHECK(sendFd(pair[0], list) == 0);
        close(list);
        close(pair[0]);
        close(pair[1]);
    }
    puts("mixed");
}

// Signals that make descriptors ready that send signals.
static void signalled(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK), list = epoll_create1(0), outer = epoll_create1(0), pair[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    fcntl(pair[0], F_SETOWN, getpid());
    fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK);
    CHECK(addTo(list, fd) == 0 && addTo(list, pair[0]) == 0 && addTo(outer, list) == 0);
    CHECK(write(pair[1], "x", 1) == 1);
    struct epoll_event out[4];
    CHECK(epoll_wait(outer, out, 4, 5000) == 1);
    CHECK(epoll_wait(list, out, 4, 5000) == 2);
    close(outer);
    close(list);
    close(fd);
    close(pair[0]);
    close(pair[1]);
    puts("signalled");
}

// The program's file is reached by a path that leads to /proc by now: it runs as "exe" in a folder, which becomes a link to /proc/self.
static void startCopy(void)
{
    static char buffer[65536];
    mkdir("/tmp/mote-chains", 0700);
    int from = open("/proc/self/exe", O_RDONLY), to = open("/tmp/mote-chains/exe", O_WRONLY | O_CREAT | O_TRUNC, 0700);
    CHECK(from >= 0 && to >= 0);
    for (ssize_t count; (count = read(from, buffer, sizeof(buffer))) > 0;) {
        CHECK(write(to, buffer, count) == count);
    }
    close(from);
    close(to);
    fflush(stdout);
    execl("/tmp/mote-chains/exe", "exe", failures ? "failed" : "copy", (char *)NULL);
    CHECK(!"started");
}

static void runAsCopy(void)
{
    char target[256] = "";
    CHECK(rename("/tmp/mote-chains", "/tmp/mote-chains2") == 0);
    CHECK(symlink("/proc/self", "/tmp/mote-chains") == 0);
    CHECK(readlink("/tmp/mote-chains/exe", target, sizeof(target) - 1) > 0);
    printf("moved to %s\n", target);
    unlink("/tmp/mote-chains");
    unlink("/tmp/mote-chains2/exe");
    rmdir("/tmp/mote-chains2");
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        failures = strcmp(argv[1], "copy") != 0;
        runAsCopy();
        return finish();
    }
    struct rlimit many = {20000, 20000};
    CHECK(setrlimit(RLIMIT_NOFILE, &many) == 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    chain(SOCK_STREAM, 400);
    chain(SOCK_DGRAM, 400);
    chain(SOCK_SEQPACKET, 400);
    chain(SOCK_STREAM, 8000);
    unpack(3000);
    circles(SOCK_STREAM, 9000, 0);
    circles(SOCK_STREAM, 2000, 1);
    circles(SOCK_DGRAM, 2000, 0);
    ring(2);
    ring(3000);
    crowd(200, 5000);
    backlogs(100);
    nest(1);
    nest(0);
    joined();
    fan(60, 4);
    fan(100, 3);
    fan(3, 4);
    fan(2, 5);
    wide(3000);
    duplicates(3000);
    mixed(500);
    signalled();
    startCopy();
    return finish();
}
