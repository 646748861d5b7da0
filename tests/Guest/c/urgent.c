// TCP's urgent data over loopback (tcp(7), sockatmark(3)): MSG_OOB both ways, apart from the stream and in it, the mark, readiness, SIGURG
// and its owner.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef FIOSETOWN
#define FIOSETOWN 0x8901
#define SIOCSPGRP 0x8902
#define FIOGETOWN 0x8903
#define SIOCGPGRP 0x8904
#endif
#ifndef SIOCOUTQNSD
#define SIOCOUTQNSD 0x894b
#endif

static volatile sig_atomic_t urgents, urgentCode, chosens, chosenCodes;

static void onUrgent(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    urgents++;
    urgentCode = info->si_code;
}

static void onChosen(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    chosens++;
    chosenCodes |= 1 << info->si_code;
}

static void connectPair(int pair[2])
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    char buffer[4];
    CHECK(bind(listener, (struct sockaddr *)&name, sizeof name) == 0 && listen(listener, 1) == 0);
    FAILS(recv(listener, buffer, 1, MSG_OOB), ENOTCONN);
    FAILS(send(listener, buffer, 1, MSG_OOB | MSG_NOSIGNAL), EPIPE);
    CHECK(getsockname(listener, (struct sockaddr *)&name, &length) == 0);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(pair[0], (struct sockaddr *)&name, sizeof name) == 0);
    pair[1] = accept(listener, NULL, NULL);
    CHECK(pair[1] >= 0 && setsockopt(pair[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    close(listener);
}

static void closePair(int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static int asked(int fd, unsigned long request)
{
    int value = -7;
    return ioctl(fd, request, &value) == 0 ? value : -errno;
}

static short ready(int fd)
{
    struct pollfd entry = {fd, POLLIN | POLLPRI | POLLRDHUP, 0};
    poll(&entry, 1, 0);
    return entry.revents;
}

// Says what the receiver sees, so that two systems can be compared.
static void show(const char *when, int fd)
{
    printf("%s: ready %#x, mark %d (%d), inq %d\n", when, ready(fd), asked(fd, SIOCATMARK), sockatmark(fd), asked(fd, FIONREAD));
}

static void showRead(int fd, int size, int flags)
{
    char buffer[64] = "";
    errno = 0;
    int count = recv(fd, buffer, size, flags | MSG_DONTWAIT);
    printf("recv(%d, %#x): %d '%.*s' errno %d\n", size, flags, count, count > 0 ? count : 0, buffer, errno);
}

static void testApart(void)
{
    int pair[2];
    connectPair(pair);
    show("nothing", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    CHECK(send(pair[0], "", 0, MSG_OOB) == 0);
    showRead(pair[1], 8, MSG_OOB);

    // In the middle: reading stops at the mark, and goes on behind it.
    CHECK(send(pair[0], "before", 6, 0) == 6 && send(pair[0], "!", 1, MSG_OOB) == 1 && send(pair[0], "after", 5, 0) == 5);
    CHECK(waitForEvents(pair[1], POLLPRI) == POLLPRI);
    show("sent", pair[1]);
    showRead(pair[1], 8, MSG_OOB | MSG_PEEK);
    showRead(pair[1], 32, MSG_PEEK);
    showRead(pair[1], 3, 0);
    show("three read", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    show("urgent read", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    showRead(pair[1], 32, MSG_WAITALL);
    show("at the mark", pair[1]);
    showRead(pair[1], 32, MSG_PEEK);
    show("peeked", pair[1]);
    showRead(pair[1], 2, 0);
    show("behind the mark", pair[1]);
    showRead(pair[1], 32, 0);
    showRead(pair[1], 8, MSG_OOB);
    show("all read", pair[1]);

    // Alone: nothing to read, but something urgent.
    CHECK(send(pair[0], "A", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    show("alone", pair[1]);
    showRead(pair[1], 0, MSG_OOB);
    showRead(pair[1], 8, 0);
    show("passed over", pair[1]);
    showRead(pair[1], 8, MSG_OOB);

    // Passed over with what follows it.
    CHECK(send(pair[0], "B", 1, MSG_OOB) == 1 && send(pair[0], "rest", 4, 0) == 4 && (waitForEvents(pair[1], POLLIN) & POLLIN));
    show("with a rest", pair[1]);
    showRead(pair[1], 2, MSG_PEEK);
    showRead(pair[1], 8, 0);
    showRead(pair[1], 8, MSG_OOB);

    // Of several bytes the last is urgent; a newer pointer makes the older byte ordinary.
    CHECK(send(pair[0], "one", 3, MSG_OOB) == 3 && send(pair[0], "two", 3, MSG_OOB) == 3);
    while (asked(pair[1], FIONREAD) < 5) {
        usleep(1000);
    }
    show("two pointers", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    showRead(pair[1], 32, 0);
    show("at the second", pair[1]);

    // A newer pointer while the reader stands at the older: that byte is gone.
    CHECK(send(pair[0], "x", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    show("a third", pair[1]);
    showRead(pair[1], 32, 0);
    showRead(pair[1], 8, MSG_OOB);
    show("at the third", pair[1]);
    CHECK(send(pair[0], "tail", 4, 0) == 4 && (waitForEvents(pair[1], POLLIN) & POLLIN));
    showRead(pair[1], 32, MSG_TRUNC);

    // recvmsg tells by a flag; without room, too.
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    CHECK(send(pair[0], "m", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    part.iov_len = 0;
    CHECK(recvmsg(pair[1], &message, MSG_OOB | MSG_PEEK) == 0);
    printf("flags %#x\n", message.msg_flags);
    part.iov_len = 1;
    CHECK(recvmsg(pair[1], &message, MSG_OOB) == 1);
    printf("flags %#x byte %c\n", message.msg_flags, byte);
    CHECK(send(pair[0], "n", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    CHECK(recv(pair[1], &byte, 1, MSG_OOB | MSG_TRUNC) == 1 && byte == 'm');
    CHECK(send(pair[0], "o", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    FAILS(recv(pair[1], (char *)8, 1, MSG_OOB), EFAULT);
    showRead(pair[1], 1, MSG_OOB);
    closePair(pair);
    passed("apart");
}

static void testInline(void)
{
    int pair[2], on = 1, off = 0;
    socklen_t length = sizeof on;
    connectPair(pair);
    CHECK(setsockopt(pair[1], SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == 0);
    CHECK(getsockopt(pair[1], SOL_SOCKET, SO_OOBINLINE, &on, &length) == 0 && on == 1);
    CHECK(send(pair[0], "before", 6, 0) == 6 && send(pair[0], "!", 1, MSG_OOB) == 1 && send(pair[0], "after", 5, 0) == 5);
    CHECK(waitForEvents(pair[1], POLLPRI) == POLLPRI);
    while (asked(pair[1], FIONREAD) < 12) {
        usleep(1000);
    }
    show("sent", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    showRead(pair[1], 32, MSG_PEEK);
    showRead(pair[1], 32, 0);
    show("at the mark", pair[1]);
    showRead(pair[1], 32, MSG_PEEK);
    showRead(pair[1], 1, 0);
    show("behind the mark", pair[1]);
    showRead(pair[1], 32, 0);
    show("all read", pair[1]);
    CHECK(send(pair[0], "A", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    show("alone", pair[1]);

    // The option counts when something is read, not when it comes.
    CHECK(setsockopt(pair[1], SOL_SOCKET, SO_OOBINLINE, &off, sizeof off) == 0);
    show("no more in the stream", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    closePair(pair);
    passed("inline");
}

static void testReadiness(void)
{
    int pair[2], events = epoll_create1(0);
    connectPair(pair);
    struct epoll_event event = {EPOLLPRI, {.u32 = 5}};
    struct timeval none = {0, 0}, some = {5, 0};
    fd_set readers, excepts;
    CHECK(epoll_ctl(events, EPOLL_CTL_ADD, pair[1], &event) == 0 && epoll_wait(events, &event, 1, 0) == 0);
    CHECK(send(pair[0], "data", 4, 0) == 4 && (waitForEvents(pair[1], POLLIN) & POLLIN) && epoll_wait(events, &event, 1, 0) == 0);
    FD_ZERO(&excepts);
    FD_SET(pair[1], &excepts);
    CHECK(select(pair[1] + 1, NULL, NULL, &excepts, &none) == 0);
    CHECK(send(pair[0], "!", 1, MSG_OOB) == 1 && epoll_wait(events, &event, 1, 5000) == 1 && event.events == EPOLLPRI
        && event.data.u32 == 5);
    FD_ZERO(&readers);
    FD_SET(pair[1], &readers);
    FD_ZERO(&excepts);
    FD_SET(pair[1], &excepts);
    CHECK(select(pair[1] + 1, &readers, NULL, &excepts, &some) == 2 && FD_ISSET(pair[1], &readers) && FD_ISSET(pair[1], &excepts));
    showRead(pair[1], 8, MSG_OOB);
    CHECK(epoll_wait(events, &event, 1, 0) == 0);
    showRead(pair[1], 8, 0);
    CHECK(ready(pair[1]) == 0);

    // By edges: each new pointer is one.
    event = (struct epoll_event){EPOLLIN | EPOLLPRI | EPOLLET, {.u32 = 6}};
    CHECK(epoll_ctl(events, EPOLL_CTL_MOD, pair[1], &event) == 0 && epoll_wait(events, &event, 1, 0) == 0);
    for (int i = 0; i < 3; i++) {
        CHECK(send(pair[0], "e", 1, MSG_OOB) == 1 && epoll_wait(events, &event, 1, 5000) == 1 && event.events == EPOLLPRI);
        CHECK(epoll_wait(events, &event, 1, 0) == 0);
    }
    close(events);
    closePair(pair);
    passed("readiness");
}

static void *sendLater(void *argument)
{
    int fd = *(int *)argument;
    usleep(20000);
    CHECK(send(fd, "ab", 2, 0) == 2);
    usleep(20000);
    CHECK(send(fd, "!", 1, MSG_OOB) == 1);
    usleep(20000);
    CHECK(send(fd, "cd", 2, 0) == 2);
    return NULL;
}

// A read that waits for more ends at the mark, whenever that comes.
static void testWaiting(void)
{
    int pair[2];
    pthread_t thread;
    char buffer[8] = "";
    connectPair(pair);
    CHECK(pthread_create(&thread, NULL, sendLater, &pair[0]) == 0);
    CHECK(recv(pair[1], buffer, 4, MSG_WAITALL) == 2 && memcmp(buffer, "ab", 2) == 0 && sockatmark(pair[1]) == 1);
    CHECK(recv(pair[1], buffer, 2, MSG_WAITALL) == 2 && memcmp(buffer, "cd", 2) == 0 && sockatmark(pair[1]) == 0);
    pthread_join(thread, NULL);
    closePair(pair);
    passed("waiting");
}

static void settle(void)
{
    for (int i = 0; i < 200 && urgents == 0; i++) {
        usleep(1000);
    }
}

static void testSignals(void)
{
    int pair[2], id = getpid(), group = getpgrp(), value;
    struct sigaction action = {.sa_sigaction = onUrgent, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGURG, &action, NULL);
    action.sa_sigaction = onChosen;
    sigaction(SIGRTMIN, &action, NULL);
    connectPair(pair);

    // Nobody owns it, then the process does.
    CHECK(asked(pair[1], FIOGETOWN) == 0 && asked(pair[1], SIOCGPGRP) == 0 && fcntl(pair[1], F_GETOWN) == 0);
    CHECK(send(pair[0], "1", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI) && urgents == 0);
    CHECK(fcntl(pair[1], F_SETOWN, id) == 0 && fcntl(pair[1], F_GETOWN) == id && asked(pair[1], FIOGETOWN) == id
        && asked(pair[1], SIOCGPGRP) == id);
    CHECK(send(pair[0], "2", 1, MSG_OOB) == 1);
    settle();
    CHECK(urgents == 1 && urgentCode == SI_KERNEL);

    // The same by ioctl, and for a group. musl has no wrapper that tells a negative owner, so the call is asked.
    value = 0;
    CHECK(ioctl(pair[1], FIOSETOWN, &value) == 0 && asked(pair[1], FIOGETOWN) == 0);
    value = -group;
    CHECK(ioctl(pair[1], SIOCSPGRP, &value) == 0 && asked(pair[1], SIOCGPGRP) == -group);
    struct f_owner_ex owner = {7, 7};
    CHECK(fcntl(pair[1], F_GETOWN_EX, &owner) == 0 && owner.type == F_OWNER_PGRP && owner.pid == group);
    urgents = 0;
    CHECK(send(pair[0], "3", 1, MSG_OOB) == 1);
    settle();
    CHECK(urgents == 1);
    owner = (struct f_owner_ex){F_OWNER_TID, (int)syscall(SYS_gettid)};
    CHECK(fcntl(pair[1], F_SETOWN_EX, &owner) == 0 && asked(pair[1], FIOGETOWN) == owner.pid);
    urgents = 0;
    CHECK(send(pair[0], "4", 1, MSG_OOB) == 1);
    settle();
    CHECK(urgents == 1);

    // Errors.
    value = 0x3ffffff0;
    FAILS(ioctl(pair[1], FIOSETOWN, &value), ESRCH);
    FAILS(fcntl(pair[1], F_SETOWN, value), ESRCH);
    value = -2147483647 - 1;
    FAILS(ioctl(pair[1], SIOCSPGRP, &value), EINVAL);
    FAILS(ioctl(pair[1], FIOSETOWN, (int *)8), EFAULT);
    FAILS(ioctl(pair[1], FIOGETOWN, (int *)8), EFAULT);
    FAILS(ioctl(pair[1], SIOCATMARK, (int *)8), EFAULT);
    int pipes[2];
    CHECK(pipe(pipes) == 0);
    FAILS(ioctl(pipes[0], FIOSETOWN, &id), ENOTTY);
    FAILS(ioctl(pipes[0], FIOGETOWN, &value), ENOTTY);
    FAILS(ioctl(pipes[0], SIOCATMARK, &value), ENOTTY);
    close(pipes[0]);
    close(pipes[1]);

    // O_ASYNC with a signal of one's own tells of it too, as POLL_PRI.
    CHECK(fcntl(pair[1], F_SETOWN, id) == 0 && fcntl(pair[1], F_SETSIG, SIGRTMIN) == 0 && fcntl(pair[1], F_SETFL, O_ASYNC) == 0);
    urgents = 0;
    CHECK(send(pair[0], "5", 1, MSG_OOB) == 1);
    settle();
    CHECK(urgents == 1 && chosens > 0 && (chosenCodes & (1 << POLL_PRI)) != 0 && (chosenCodes & (1 << POLL_IN)) != 0);
    closePair(pair);
    passed("signals");
}

static void *sendMuch(void *argument)
{
    static char block[300000];
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = 'a' + i % 26;
    }
    block[sizeof block - 1] = '!';
    CHECK(send(*(int *)argument, block, sizeof block, MSG_OOB) == (ssize_t)sizeof block);
    return NULL;
}

// More than the buffers hold, and a peer that does not read: the pointer follows what is sent.
static void testMuch(void)
{
    int pair[2], size = 8192, total = 0;
    pthread_t thread;
    char buffer[5000], urgent = 0;
    connectPair(pair);
    CHECK(setsockopt(pair[1], SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0
        && setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
    CHECK(pthread_create(&thread, NULL, sendMuch, &pair[0]) == 0);
    CHECK(waitForEvents(pair[1], POLLIN) & POLLIN);
    while (total < 299999) {
        // Pointers on the way take bytes out of the stream, which are counted.
        int mark = sockatmark(pair[1]);
        if (mark && recv(pair[1], &urgent, 1, MSG_OOB | MSG_DONTWAIT) == 1) {
            total += 1;
            if (total == 300000) {
                break;
            }
        }
        int count = recv(pair[1], buffer, sizeof buffer, MSG_DONTWAIT);
        if (count > 0) {
            total += count;
        } else {
            waitForEvents(pair[1], POLLIN | POLLPRI);
        }
    }
    pthread_join(thread, NULL);
    while (urgent != '!' && (recv(pair[1], &urgent, 1, MSG_OOB) == 1 || errno == EAGAIN)) {
    }
    printf("urgent %c, enough %d\n", urgent, total >= 299999);
    closePair(pair);

    // What the sender has queued.
    connectPair(pair);
    CHECK(send(pair[0], "q", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    for (int i = 0; i < 1000 && asked(pair[0], TIOCOUTQ) != 0; i++) {
        usleep(1000);
    }
    CHECK(asked(pair[0], TIOCOUTQ) == 0 && asked(pair[0], SIOCOUTQNSD) == 0);

    // The end of the stream; data that only MSG_OOB has taken was not read, so the peer hears a reset.
    CHECK(shutdown(pair[0], SHUT_WR) == 0 && (waitForEvents(pair[1], POLLRDHUP) & POLLRDHUP));
    show("ended", pair[1]);
    showRead(pair[1], 8, MSG_OOB);
    showRead(pair[1], 8, 0);
    showRead(pair[1], 8, MSG_OOB);
    show("all over", pair[1]);
    closePair(pair);
    connectPair(pair);
    CHECK(send(pair[0], "r", 1, MSG_OOB) == 1 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    showRead(pair[1], 8, MSG_OOB);
    close(pair[1]);
    CHECK(waitForEvents(pair[0], POLLIN) & POLLERR);
    close(pair[0]);
    passed("much");
}

static void testUnconnected(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char buffer[4];
    FAILS(recv(fd, buffer, 1, MSG_OOB), EINVAL);
    FAILS(send(fd, "x", 1, MSG_OOB | MSG_NOSIGNAL), EPIPE);
    CHECK(asked(fd, SIOCATMARK) == 0 && asked(fd, FIONREAD) == 0);
    close(fd);

    // What was not read is gone with a connection that is given up, and so is the mark.
    int pair[2];
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    connectPair(pair);
    CHECK(send(pair[0], "gone", 4, MSG_OOB) == 4 && (waitForEvents(pair[1], POLLPRI) & POLLPRI));
    CHECK(connect(pair[1], &nobody, sizeof nobody) == 0);
    FAILS(recv(pair[1], buffer, 4, MSG_DONTWAIT), ECONNRESET);
    FAILS(recv(pair[1], buffer, 4, MSG_DONTWAIT), ENOTCONN);
    FAILS(recv(pair[1], buffer, 4, MSG_OOB), EINVAL);
    CHECK(asked(pair[1], SIOCATMARK) == 0 && asked(pair[1], FIONREAD) == 0);
    closePair(pair);
    passed("unconnected");
}

static void testDatagrams(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t length = sizeof name;
    char buffer[4];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&name, sizeof name) == 0 && getsockname(fd, (struct sockaddr *)&name, &length) == 0);
    FAILS(send(fd, "x", 1, MSG_OOB), EOPNOTSUPP);
    CHECK(connect(fd, (struct sockaddr *)&name, sizeof name) == 0);
    FAILS(send(fd, "x", 1, MSG_OOB), EOPNOTSUPP);
    FAILS(recv(fd, buffer, 1, MSG_OOB | MSG_DONTWAIT), EAGAIN);
    CHECK(send(fd, "x", 1, 0) == 1 && (waitForEvents(fd, POLLIN) & POLLIN) && recv(fd, buffer, 1, MSG_OOB) == 1);
    close(fd);

    // Over IPv6 the flag is passed over, but not to an address of IPv4.
    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    length = sizeof six;
    CHECK(bind(fd, (struct sockaddr *)&six, sizeof six) == 0 && getsockname(fd, (struct sockaddr *)&six, &length) == 0);
    CHECK(sendto(fd, "x", 1, MSG_OOB, (struct sockaddr *)&six, sizeof six) == 1 && (waitForEvents(fd, POLLIN) & POLLIN)
        && recv(fd, buffer, 1, MSG_OOB) == 1);
    close(fd);
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    FAILS(send(pair[0], "x", 1, MSG_OOB), EOPNOTSUPP);
    FAILS(recv(pair[1], buffer, 1, MSG_OOB | MSG_DONTWAIT), EOPNOTSUPP);
    closePair(pair);
    passed("datagrams");
}

int main(void)
{
    testApart();
    testInline();
    testReadiness();
    testWaiting();
    testSignals();
    testMuch();
    testUnconnected();
    testDatagrams();
    return finish();
}
