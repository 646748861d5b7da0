// AF_UNIX: streams, datagrams, sequenced packets, names, descriptors and credentials in messages, readiness, and the errors of each.
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef SIOCOUTQ
#define SIOCOUTQ 0x5411
#endif

static volatile sig_atomic_t caught;

static void onSignal(int number)
{
    caught = number;
}

static socklen_t address(struct sockaddr_un *name, const char *path, int abstract)
{
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    strcpy(name->sun_path + abstract, path);
    return abstract ? offsetof(struct sockaddr_un, sun_path) + 1 + strlen(path) : sizeof *name;
}

static short ready(int fd)
{
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&entry, 1, 0);
    return entry.revents;
}

static void testPair(void)
{
    int pair[2], value;
    socklen_t length = sizeof value;
    char buffer[64];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    struct stat status;
    CHECK(fstat(pair[0], &status) == 0 && S_ISSOCK(status.st_mode) && (status.st_mode & 0777) == 0777);
    char link[64] = "", path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", pair[0]);
    CHECK(readlink(path, link, sizeof link - 1) > 0 && strncmp(link, "socket:[", 8) == 0);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &value, &length) == 0 && value == SOCK_STREAM);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_DOMAIN, &value, &length) == 0 && value == AF_UNIX);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value == 0);
    CHECK(ready(pair[0]) == POLLOUT);
    CHECK(write(pair[0], "hello world", 11) == 11 && ready(pair[1]) == (POLLIN | POLLOUT));
    CHECK(ioctl(pair[1], FIONREAD, &value) == 0 && value == 11);
    CHECK(recv(pair[1], buffer, 5, MSG_PEEK) == 5 && memcmp(buffer, "hello", 5) == 0);
    CHECK(recv(pair[1], buffer, 5, 0) == 5 && memcmp(buffer, "hello", 5) == 0);
    CHECK(send(pair[0], "!", 1, MSG_NOSIGNAL) == 1);
    CHECK(recv(pair[1], buffer, sizeof buffer, 0) == 7 && memcmp(buffer, " world!", 7) == 0);
    FAILS(recv(pair[1], buffer, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(read(pair[1], buffer, 0) == 0);
    CHECK(fcntl(pair[1], F_SETFL, O_NONBLOCK) == 0);
    FAILS(read(pair[1], buffer, 1), EAGAIN);
    FAILS(recv(pair[1], buffer, 1, MSG_ERRQUEUE), EAGAIN);
    FAILS(connect(pair[0], (struct sockaddr *)buffer, 1), EINVAL);
    FAILS(listen(pair[0], 1), EINVAL);
    FAILS(accept(pair[0], NULL, NULL), EINVAL);
    FAILS(lseek(pair[0], 0, SEEK_SET), ESPIPE);
    struct sockaddr_un name;
    length = sizeof name;
    CHECK(getsockname(pair[0], (struct sockaddr *)&name, &length) == 0 && length == 2 && name.sun_family == AF_UNIX);
    length = sizeof name;
    CHECK(getpeername(pair[0], (struct sockaddr *)&name, &length) == 0 && length == 2);
    struct ucred peer;
    length = sizeof peer;
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && length == sizeof peer && peer.pid == getpid()
        && peer.uid == geteuid());
    close(pair[0]);
    CHECK(ready(pair[1]) == (POLLIN | POLLOUT | POLLHUP | POLLRDHUP));
    CHECK(read(pair[1], buffer, 1) == 0);
    caught = 0;
    FAILS(write(pair[1], "x", 1), EPIPE);
    CHECK(caught == SIGPIPE);
    caught = 0;
    FAILS(send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(caught == 0);
    close(pair[1]);
    FAILS(socketpair(AF_UNIX, SOCK_STREAM, 17, pair), EPROTONOSUPPORT);
    FAILS(socketpair(AF_UNIX, 9, 0, pair), ESOCKTNOSUPPORT);
    FAILS(socket(AF_UNIX, 77, 0), EINVAL);
    FAILS(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    FAILS(send(STDOUT_FILENO, "x", 1, 0), ENOTSOCK);
    FAILS(send(999, "x", 1, 0), EBADF);
    passed("pair");
}

static void testShutdown(void)
{
    int pair[2];
    char buffer[8];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(fcntl(pair[0], F_GETFD) == FD_CLOEXEC);
    CHECK(write(pair[0], "last", 4) == 4 && shutdown(pair[0], SHUT_WR) == 0);
    FAILS(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(ready(pair[1]) == (POLLIN | POLLOUT | POLLRDHUP));
    CHECK(read(pair[1], buffer, 8) == 4 && read(pair[1], buffer, 8) == 0);
    CHECK(write(pair[1], "back", 4) == 4 && read(pair[0], buffer, 8) == 4);
    CHECK(shutdown(pair[0], SHUT_RD) == 0);
    CHECK(ready(pair[0]) == (POLLIN | POLLOUT | POLLHUP | POLLRDHUP));
    FAILS(send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    FAILS(shutdown(pair[0], 3), EINVAL);
    close(pair[0]);
    close(pair[1]);

    // Data that nobody read resets the writer.
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK(write(pair[0], "unread", 6) == 6);
    close(pair[1]);
    CHECK(ready(pair[0]) == (POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP));
    FAILS(read(pair[0], buffer, 1), ECONNRESET);
    CHECK(read(pair[0], buffer, 1) == 0);
    close(pair[0]);
    passed("shutdown");
}

static int wake[2];

static void *readSlowly(void *argument)
{
    long *total = argument;
    char buffer[5000];
    uint32_t sum = 1;
    for (;;) {
        ssize_t count = read(wake[1], buffer, sizeof buffer);
        if (count <= 0) {
            break;
        }
        for (ssize_t i = 0; i < count; i++) {
            sum = sum * 31 + (unsigned char)buffer[i];
        }
        *total += count;
    }
    printf("sum %08x\n", sum);
    return NULL;
}

static void testBulk(void)
{
    pthread_t thread;
    long total = 0;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, wake) == 0);
    CHECK(pthread_create(&thread, NULL, readSlowly, &total) == 0);
    static char block[70000];
    for (int i = 0; i < 60; i++) {
        memset(block, 'a' + i % 26, sizeof block);
        CHECK(write(wake[0], block, sizeof block) == (ssize_t)sizeof block);
    }
    close(wake[0]);
    pthread_join(thread, NULL);
    close(wake[1]);
    printf("bulk %ld\n", total);

    // A full socket is not writable; room makes it so.
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, wake) == 0);
    long sent = 0;
    ssize_t count;
    while ((count = write(wake[0], block, 1000)) > 0) {
        sent += count;
    }
    int error = errno;
    CHECK(count == -1 && error == EAGAIN && sent > 50000 && ready(wake[0]) == 0);
    int value;
    CHECK(ioctl(wake[0], SIOCOUTQ, &value) == 0 && value >= sent);
    int events = epoll_create1(0);
    struct epoll_event event = {EPOLLOUT | EPOLLET, {.u32 = 7}};
    CHECK(epoll_ctl(events, EPOLL_CTL_ADD, wake[0], &event) == 0 && epoll_wait(events, &event, 1, 0) == 0);
    while (sent > 0 && (count = read(wake[1], block, sizeof block)) > 0) {
        sent -= count;
    }
    CHECK(sent == 0 && ready(wake[0]) == POLLOUT);
    CHECK(epoll_wait(events, &event, 1, 0) == 1 && event.data.u32 == 7 && (event.events & EPOLLOUT));
    CHECK(epoll_wait(events, &event, 1, 0) == 0);
    close(events);
    close(wake[0]);
    close(wake[1]);
    passed("bulk");
}

static int listener;

static void *connectLater(void *argument)
{
    struct sockaddr_un *name = argument;
    struct timespec moment = {0, 20000000};
    nanosleep(&moment, NULL);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)name, sizeof *name) == 0);
    CHECK(write(fd, "from the thread", 15) == 15);
    shutdown(fd, SHUT_WR);
    char buffer[8];
    CHECK(read(fd, buffer, sizeof buffer) == 2);
    close(fd);
    return NULL;
}

static void testNames(const char *folder)
{
    char path[100];
    struct sockaddr_un name, other;
    socklen_t length;
    snprintf(path, sizeof path, "%s/stream", folder);
    socklen_t size = address(&name, path, 0);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(ready(listener) == (POLLOUT | POLLHUP));
    FAILS(listen(listener, 5), EINVAL);
    FAILS(bind(listener, (struct sockaddr *)&name, 200), EINVAL);
    FAILS(bind(listener, (struct sockaddr *)&name, 1), EINVAL);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    FAILS(connect(fd, (struct sockaddr *)&name, size), ENOENT);
    FAILS(send(fd, "x", 1, MSG_NOSIGNAL), ENOTCONN);
    FAILS(recv(fd, path, 1, 0), EINVAL);
    FAILS(getpeername(fd, (struct sockaddr *)&other, (length = sizeof other, &length)), ENOTCONN);
    mode_t mask = umask(0077);
    CHECK(bind(listener, (struct sockaddr *)&name, size) == 0);
    umask(mask);
    struct stat status;
    CHECK(stat(path, &status) == 0 && S_ISSOCK(status.st_mode));
    printf("mode %o\n", status.st_mode & 07777);
    FAILS(open(path, O_RDWR), ENXIO);
    FAILS(bind(listener, (struct sockaddr *)&name, size), EADDRINUSE);
    address(&other, "another", 1);
    FAILS(bind(listener, (struct sockaddr *)&other, 10), EINVAL);
    FAILS(bind(fd, (struct sockaddr *)&name, size), EADDRINUSE);
    FAILS(connect(fd, (struct sockaddr *)&name, size), ECONNREFUSED);
    CHECK(listen(listener, 1) == 0);
    CHECK(ready(listener) == 0);
    int value;
    length = sizeof value;
    CHECK(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value == 1);
    length = sizeof other;
    CHECK(getsockname(listener, (struct sockaddr *)&other, &length) == 0 && strcmp(other.sun_path, path) == 0);
    CHECK(length == offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);

    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, connectLater, &name) == 0);
    length = sizeof other;
    int server = accept4(listener, (struct sockaddr *)&other, &length, SOCK_CLOEXEC);
    CHECK(server >= 0 && length == 2 && fcntl(server, F_GETFD) == FD_CLOEXEC);
    char buffer[64];
    CHECK(recv(server, buffer, 15, MSG_WAITALL) == 15 && memcmp(buffer, "from the thread", 15) == 0);
    CHECK(read(server, buffer, 8) == 0 && write(server, "ok", 2) == 2);
    pthread_join(thread, NULL);
    length = sizeof other;
    CHECK(getsockname(server, (struct sockaddr *)&other, &length) == 0 && strcmp(other.sun_path, path) == 0);
    close(server);

    // The backlog: one more than asked for, then EAGAIN.
    int pending[3];
    for (int i = 0; i < 3; i++) {
        pending[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    }
    CHECK(connect(pending[0], (struct sockaddr *)&name, size) == 0 && connect(pending[1], (struct sockaddr *)&name, size) == 0);
    FAILS(connect(pending[2], (struct sockaddr *)&name, size), EAGAIN);
    FAILS(connect(pending[0], (struct sockaddr *)&name, size), EAGAIN);
    CHECK(ready(listener) == POLLIN);
    CHECK(write(pending[0], "early", 5) == 5);
    server = accept(listener, NULL, NULL);
    CHECK(read(server, buffer, 64) == 5);
    FAILS(connect(pending[0], (struct sockaddr *)&name, size), EISCONN);
    CHECK(connect(pending[2], (struct sockaddr *)&name, size) == 0);
    struct sockaddr_un wrong = name;
    FAILS(sendto(pending[0], "x", 1, MSG_NOSIGNAL, (struct sockaddr *)&wrong, size), EISCONN);
    close(listener);
    FAILS(read(pending[1], buffer, 1), ECONNRESET);
    CHECK(read(pending[1], buffer, 1) == 0);
    FAILS(read(pending[0], buffer, 1), EAGAIN);
    close(server);
    CHECK(read(pending[0], buffer, 1) == 0);
    for (int i = 0; i < 3; i++) {
        close(pending[i]);
    }
    FAILS(connect(fd, (struct sockaddr *)&name, size), ECONNREFUSED);
    CHECK(unlink(path) == 0);
    close(fd);

    // Abstract names end with their socket.
    size = address(&name, "mote test name", 1);
    listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    CHECK(bind(listener, (struct sockaddr *)&name, size) == 0);
    FAILS(bind(fd, (struct sockaddr *)&name, size), EADDRINUSE);
    length = sizeof other;
    CHECK(getsockname(listener, (struct sockaddr *)&other, &length) == 0 && length == size && memcmp(&other, &name, size) == 0);
    FAILS(connect(fd, (struct sockaddr *)&name, size), ECONNREFUSED);
    CHECK(listen(listener, 5) == 0 && connect(fd, (struct sockaddr *)&name, size) == 0);
    length = sizeof other;
    CHECK(getpeername(fd, (struct sockaddr *)&other, &length) == 0 && length == size);
    close(fd);
    close(listener);
    listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    CHECK(bind(listener, (struct sockaddr *)&name, size) == 0);
    close(listener);

    // A name of the kernel's choice.
    fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&name, sizeof(sa_family_t)) == 0);
    length = sizeof other;
    CHECK(getsockname(fd, (struct sockaddr *)&other, &length) == 0 && length == 8 && other.sun_path[0] == 0);
    close(fd);
    passed("names");
}

static void testDatagrams(const char *folder)
{
    char path[100], buffer[64];
    struct sockaddr_un name, other;
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    CHECK(send(pair[0], "one", 3, 0) == 3 && send(pair[0], "", 0, 0) == 0 && send(pair[0], "three!", 6, 0) == 6);
    CHECK(recv(pair[1], buffer, 64, 0) == 3 && recv(pair[1], buffer, 64, 0) == 0);
    int value;
    CHECK(ioctl(pair[1], FIONREAD, &value) == 0 && value == 6);
    CHECK(recv(pair[1], buffer, 2, MSG_PEEK | MSG_TRUNC) == 6);
    struct iovec piece = {buffer, 4};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
    CHECK(recvmsg(pair[1], &header, 0) == 4 && header.msg_flags == MSG_TRUNC);
    FAILS(recv(pair[1], buffer, 4, MSG_DONTWAIT), EAGAIN);
    static char large[300000];
    FAILS(send(pair[0], large, sizeof large, 0), EMSGSIZE);
    close(pair[1]);
    FAILS(send(pair[0], "x", 1, 0), ECONNREFUSED);
    FAILS(send(pair[0], "x", 1, 0), ENOTCONN);
    CHECK(caught == 0);
    close(pair[0]);

    snprintf(path, sizeof path, "%s/datagrams", folder);
    socklen_t size = address(&name, path, 0), length = sizeof other;
    int receiver = socket(AF_UNIX, SOCK_DGRAM, 0), sender = socket(AF_UNIX, SOCK_DGRAM, 0);
    FAILS(sendto(sender, "x", 1, 0, (struct sockaddr *)&name, size), ENOENT);
    CHECK(bind(receiver, (struct sockaddr *)&name, size) == 0);
    FAILS(send(sender, "x", 1, 0), ENOTCONN);
    FAILS(listen(sender, 1), EOPNOTSUPP);
    FAILS(accept(sender, NULL, NULL), EOPNOTSUPP);
    CHECK(sendto(sender, "anon", 4, 0, (struct sockaddr *)&name, size) == 4);
    CHECK(recvfrom(receiver, buffer, 64, 0, (struct sockaddr *)&other, &length) == 4 && length == 0);
    struct sockaddr_un mine;
    socklen_t mineSize = address(&mine, "mote sender", 1);
    CHECK(bind(sender, (struct sockaddr *)&mine, mineSize) == 0);
    CHECK(connect(sender, (struct sockaddr *)&name, size) == 0 && send(sender, "named", 5, 0) == 5);
    length = sizeof other;
    CHECK(recvfrom(receiver, buffer, 64, 0, (struct sockaddr *)&other, &length) == 5 && length == mineSize
        && memcmp(&other, &mine, mineSize) == 0);
    CHECK(sendto(receiver, "reply", 5, 0, (struct sockaddr *)&other, length) == 5 && recv(sender, buffer, 64, 0) == 5);

    // Strangers fill the queue up to a limit, with POLLOUT for who is connected.
    CHECK(fcntl(sender, F_SETFL, O_NONBLOCK) == 0);
    int sent = 0;
    while (send(sender, "fill", 4, 0) == 4) {
        sent++;
    }
    int error = errno;
    CHECK(error == EAGAIN);
    printf("queue holds %d\n", sent);
    CHECK(ready(sender) == 0 && recv(receiver, buffer, 64, 0) == 4 && ready(sender) == POLLOUT);
    int stream = socket(AF_UNIX, SOCK_STREAM, 0);
    FAILS(connect(stream, (struct sockaddr *)&name, size), EPROTOTYPE);
    close(stream);
    struct sockaddr none = {AF_UNSPEC};
    CHECK(connect(sender, &none, sizeof none) == 0);
    FAILS(send(sender, "x", 1, 0), ENOTCONN);
    int third = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK(connect(receiver, (struct sockaddr *)&mine, mineSize) == 0);
    FAILS(sendto(third, "x", 1, 0, (struct sockaddr *)&name, size), EPERM);
    close(third);
    close(sender);
    close(receiver);
    CHECK(unlink(path) == 0);

    // Sequenced packets: whole messages, and an end.
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    CHECK(send(pair[0], "packet", 6, 0) == 6 && send(pair[0], "two", 3, MSG_EOR) == 3);
    CHECK(recv(pair[1], buffer, 3, 0) == 3 && recv(pair[1], buffer, 64, 0) == 3 && memcmp(buffer, "two", 3) == 0);
    close(pair[0]);
    CHECK(recv(pair[1], buffer, 64, 0) == 0);
    CHECK(caught == 0);
    FAILS(send(pair[1], "x", 1, 0), EPIPE);
    CHECK(caught == 0);
    close(pair[1]);
    passed("datagrams");
}

static ssize_t sendFiles(int fd, const int *files, int count, const char *text)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 300)];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof control);
    struct iovec piece = {(void *)text, strlen(text)};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(rights), files, sizeof(int) * count);
    return syscall(SYS_sendmsg, fd, &header, MSG_NOSIGNAL); // musl's own copies control messages to a small buffer
}

static ssize_t receiveFiles(int fd, int *files, int room, int *count, int flags, int *came, char *text, size_t size)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 16)];
        struct cmsghdr align;
    } control;
    struct iovec piece = {text, size};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control,
        .msg_controllen = room < 0 ? 0 : CMSG_LEN(sizeof(int) * room)};
    ssize_t result = recvmsg(fd, &header, flags);
    *count = 0;
    *came = header.msg_flags;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (result >= 0 && rights != NULL && rights->cmsg_type == SCM_RIGHTS) {
        *count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(files, CMSG_DATA(rights), sizeof(int) * *count);
    }
    return result;
}

static void testRights(void)
{
    int pair[2], ends[2], got[16], count, flags;
    char text[64];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(ends) == 0);
    CHECK(write(pair[0], "before", 6) == 6);
    CHECK(sendFiles(pair[0], ends, 2, "files") == 5);
    CHECK(write(pair[0], "after", 5) == 5);
    close(ends[0]);
    close(ends[1]);
    // The files come with the part of the stream that they were sent with, and reading ends there.
    CHECK(recv(pair[1], text, 3, 0) == 3);
    CHECK(receiveFiles(pair[1], got, 4, &count, MSG_CMSG_CLOEXEC, &flags, text, sizeof text) == 8);
    CHECK(count == 2 && memcmp(text, "orefiles", 8) == 0 && flags == MSG_CMSG_CLOEXEC);
    CHECK(fcntl(got[0], F_GETFD) == FD_CLOEXEC);
    CHECK(write(got[1], "through", 7) == 7 && read(got[0], text, 64) == 7);
    CHECK(recv(pair[1], text, 64, 0) == 5);
    // No room: the rest is closed, with MSG_CTRUNC.
    CHECK(sendFiles(pair[0], got, 2, "x") == 1);
    int one[16];
    CHECK(receiveFiles(pair[1], one, 1, &count, 0, &flags, text, sizeof text) == 1 && count == 1 && flags == MSG_CTRUNC);
    close(one[0]);
    CHECK(sendFiles(pair[0], got, 2, "y") == 1);
    CHECK(receiveFiles(pair[1], one, -1, &count, 0, &flags, text, sizeof text) == 1 && count == 0 && flags == MSG_CTRUNC);
    // Plain reads drop files.
    CHECK(sendFiles(pair[0], got, 2, "z") == 1 && read(pair[1], text, 64) == 1);
    int many[300];
    for (int i = 0; i < 300; i++) {
        many[i] = got[0];
    }
    FAILS(sendFiles(pair[0], many, 254, "x"), EINVAL);
    many[0] = 999;
    FAILS(sendFiles(pair[0], many, 1, "x"), EBADF);
    close(got[1]);
    CHECK(read(got[0], text, 1) == 0);
    close(got[0]);

    // A circle: each holds the other and nobody else does.
    for (int i = 0; i < 50; i++) {
        int circle[2];
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, circle) == 0);
        CHECK(sendFiles(circle[0], &circle[0], 1, "c") == 1 && sendFiles(circle[1], &circle[1], 1, "c") == 1);
        close(circle[0]);
        close(circle[1]);
    }

    // Credentials.
    int on = 1;
    CHECK(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
    CHECK(write(pair[0], "who", 3) == 3);
    union {
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct iovec piece = {text, sizeof text};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    CHECK(recvmsg(pair[1], &header, 0) == 3);
    struct cmsghdr *message = CMSG_FIRSTHDR(&header);
    CHECK(message != NULL && message->cmsg_type == SCM_CREDENTIALS && message->cmsg_len == CMSG_LEN(sizeof(struct ucred)));
    struct ucred sender;
    memcpy(&sender, CMSG_DATA(message), sizeof sender);
    CHECK(sender.pid == getpid() && sender.uid == getuid() && sender.gid == getgid());
    CHECK(recv(pair[1], text, 1, MSG_DONTWAIT) == -1);
    close(pair[0]);
    close(pair[1]);
    passed("rights");
}

static void testMany(void)
{
    int pair[2];
    struct mmsghdr messages[4];
    struct iovec pieces[8];
    char text[4][8];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < 3; i++) {
        pieces[2 * i] = (struct iovec){"ab", 2};
        pieces[2 * i + 1] = (struct iovec){"cdefg", i};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[2 * i], .msg_iovlen = 2};
    }
    CHECK(sendmmsg(pair[0], messages, 3, 0) == 3 && messages[2].msg_len == 4);
    for (int i = 0; i < 4; i++) {
        pieces[i] = (struct iovec){text[i], 8};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    CHECK(recvmmsg(pair[1], messages, 4, MSG_WAITFORONE, NULL) == 3);
    CHECK(messages[0].msg_len == 2 && messages[1].msg_len == 3 && messages[2].msg_len == 4 && memcmp(text[2], "abcd", 4) == 0);
    FAILS(recvmmsg(pair[1], messages, 4, MSG_DONTWAIT, NULL), EAGAIN);
    close(pair[0]);
    close(pair[1]);
    passed("many");
}

static void *interruptMain(void *argument)
{
    struct timespec moment = {0, 30000000};
    nanosleep(&moment, NULL);
    pthread_kill(*(pthread_t *)argument, SIGUSR1);
    nanosleep(&moment, NULL);
    CHECK(write(wake[0], "done", 4) == 4);
    return NULL;
}

static void testWaiting(void)
{
    char buffer[16];
    struct timeval limit = {0, 20000}, got;
    socklen_t length = sizeof got;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, wake) == 0);
    CHECK(setsockopt(wake[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(getsockopt(wake[1], SOL_SOCKET, SO_RCVTIMEO, &got, &length) == 0 && got.tv_usec == 20000);
    FAILS(read(wake[1], buffer, 1), EAGAIN);
    limit.tv_usec = 0;
    CHECK(setsockopt(wake[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);

    pthread_t self = pthread_self(), thread;
    struct sigaction action = {.sa_handler = onSignal};
    sigaction(SIGUSR1, &action, NULL);
    CHECK(pthread_create(&thread, NULL, interruptMain, &self) == 0);
    FAILS(read(wake[1], buffer, 4), EINTR);
    CHECK(read(wake[1], buffer, 4) == 4);
    pthread_join(thread, NULL);
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    CHECK(pthread_create(&thread, NULL, interruptMain, &self) == 0);
    CHECK(read(wake[1], buffer, 4) == 4);
    pthread_join(thread, NULL);
    limit.tv_sec = 5;
    CHECK(setsockopt(wake[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(pthread_create(&thread, NULL, interruptMain, &self) == 0);
    FAILS(read(wake[1], buffer, 4), EINTR);
    CHECK(read(wake[1], buffer, 4) == 4);
    pthread_join(thread, NULL);
    close(wake[0]);
    close(wake[1]);
    passed("waiting");
}

static void testOptions(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), value = 0;
    socklen_t length = sizeof value;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &length) == 0);
    printf("buffer %d\n", value);
    value = 30000;
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &length) == 0 && value == 60000);
    value = 1;
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &length) == 0);
    printf("least %d\n", value);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, &length) == 0 && value == 1);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, 2), EINVAL);
    FAILS(setsockopt(fd, SOL_SOCKET, 9999, &value, sizeof value), ENOPROTOOPT);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, sizeof value), ENOPROTOOPT);
    FAILS(setsockopt(fd, 6, 1, &value, sizeof value), EOPNOTSUPP);
    FAILS(getsockopt(fd, 6, 1, &value, &length), EOPNOTSUPP);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, NULL, 4), EFAULT);
    struct linger linger = {1, 3};
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    length = sizeof linger;
    memset(&linger, 0, sizeof linger);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length) == 0 && linger.l_onoff == 1 && linger.l_linger == 3);
    struct timeval wrong = {0, 2000000};
    FAILS(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
    length = 1;
    value = 0;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &length) == 0 && length == 1 && value == 1);
    close(fd);

    // sendfile to a socket.
    int pair[2];
    char name[] = "/tmp/mote-test-sendfile-XXXXXX", buffer[32];
    int file = mkstemp(name);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && write(file, "contents of a file", 18) == 18);
    off_t offset = 3;
    CHECK(sendfile(pair[0], file, &offset, 100) == 15 && offset == 18 && read(pair[1], buffer, 32) == 15
        && memcmp(buffer, "tents of a file", 15) == 0);
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], "spliced", 7) == 7);
    CHECK(splice(ends[0], NULL, pair[0], NULL, 100, 0) == 7 && splice(pair[1], NULL, ends[1], NULL, 100, 0) == 7
        && read(ends[0], buffer, 32) == 7);
    unlink(name);
    passed("options");
}

int main(void)
{
    char folder[] = "/tmp/mote-test-unix-XXXXXX";
    struct sigaction action = {.sa_handler = onSignal};
    sigaction(SIGPIPE, &action, NULL);
    CHECK(mkdtemp(folder) != NULL);
    testPair();
    testShutdown();
    testBulk();
    testNames(folder);
    caught = 0;
    testDatagrams(folder);
    testRights();
    testMany();
    testWaiting();
    testOptions();
    CHECK(rmdir(folder) == 0);
    return finish();
}
