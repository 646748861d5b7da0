// How the calls on sockets fail, and which error wins when several apply: socket(2) to recvmmsg(2).
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#define BAD ((void *)0x7030000000)
#define NONE 987654

// Numbers of calls, so that no library stands between; each descriptor by a name that says what it is.
#define SOCKET(a, b, c) syscall(SYS_socket, a, b, c)
#define BIND(a, b, c) syscall(SYS_bind, a, b, c)
#define CONNECT(a, b, c) syscall(SYS_connect, a, b, c)
#define ACCEPT(a, b, c, d) syscall(SYS_accept4, a, b, c, d)
#define GETNAME(a, b, c) syscall(SYS_getsockname, a, b, c)
#define GETPEER(a, b, c) syscall(SYS_getpeername, a, b, c)
#define SENDTO(a, b, c, d, e, f) syscall(SYS_sendto, a, b, c, d, e, f)
#define RECVFROM(a, b, c, d, e, f) syscall(SYS_recvfrom, a, b, c, d, e, f)

static int tcp, listening, client, server, udp, connectedUdp, udp6, tcp6, local, localListening, localPair[2], datagrams, datagramPair[2],
    packetPair[2], netlink, file, pathOnly;
static struct sockaddr_in v4;
static struct sockaddr_in6 v6;
static char *readOnly, *last; // a page that can be read alone, and the end of mapped memory

static void closeAny(long fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

static long keep(long fd)
{
    int error = errno;
    closeAny(fd);
    errno = error;
    return fd;
}

static struct sockaddr_in at(const char *address, int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &name.sin_addr);
    return name;
}

static void make(void)
{
    socklen_t length = sizeof v4;
    v4 = at("127.0.0.1", 0);
    v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    listening = socket(AF_INET, SOCK_STREAM, 0);
    bind(listening, (struct sockaddr *)&v4, sizeof v4);
    listen(listening, 8);
    getsockname(listening, (struct sockaddr *)&v4, &length);
    client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&v4, sizeof v4);
    server = accept(listening, NULL, NULL);
    tcp = socket(AF_INET, SOCK_STREAM, 0);
    tcp6 = socket(AF_INET6, SOCK_STREAM, 0);
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    udp6 = socket(AF_INET6, SOCK_DGRAM, 0);
    connectedUdp = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in self = at("127.0.0.1", 0);
    bind(connectedUdp, (struct sockaddr *)&self, sizeof self);
    getsockname(connectedUdp, (struct sockaddr *)&self, &length);
    connect(connectedUdp, (struct sockaddr *)&self, sizeof self);
    local = socket(AF_UNIX, SOCK_STREAM, 0);
    localListening = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un here = {AF_UNIX, "\0mote-test-errors"};
    bind(localListening, (struct sockaddr *)&here, sizeof(sa_family_t) + 17);
    listen(localListening, 2);
    socketpair(AF_UNIX, SOCK_STREAM, 0, localPair);
    datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, datagramPair);
    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packetPair);
    netlink = socket(AF_NETLINK, SOCK_RAW, 0);
    file = open("/dev/null", O_RDWR);
    pathOnly = open("/dev/null", O_PATH);
    readOnly = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    last = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    munmap(last, 4096);
}

static void testSocket(void)
{
    static const int families[] = {0, 1, 2, 10, 16, 46, 100, -1, INT_MIN, INT_MAX};
    static const int types[] = {0, 1, 2, 3, 4, 5, 6, 9, 11, 15, 16, -1, INT_MIN, SOCK_STREAM | O_CLOEXEC, SOCK_STREAM
        | O_NONBLOCK, SOCK_STREAM | 0x20, SOCK_DGRAM | 0x100};
    static const int protocols[] = {0, 1, 2, 6, 17, 58, 132, 136, 253, 255, 262, 300, -1, INT_MIN, INT_MAX};
    for (unsigned family = 0; family < sizeof families / sizeof *families; family++) {
        for (unsigned type = 0; type < sizeof types / sizeof *types; type++) {
            printf("socket %d %d:", families[family], types[type]);
            const char *before = "";
            for (unsigned i = 0; i < sizeof protocols / sizeof *protocols; i++) {
                // Protocols that a kernel may have or not, and sockets of ping, which a group may make.
                int isUp = families[family] == AF_NETLINK || protocols[i] == 132 || protocols[i] == 136 || protocols[i] == 262
                    || ((types[type] & 15) == SOCK_DGRAM && (protocols[i] == 1 || protocols[i] == 58));
                if (isUp && families[family] != AF_UNIX && !(families[family] == AF_NETLINK && protocols[i] == 0)) {
                    continue;
                }
                errno = 0;
                long fd = SOCKET(families[family], types[type], protocols[i]);
                const char *word = fd >= 0 ? "ok" : strerrorname_np(errno);
                closeAny(fd);
                if (strcmp(word, before) != 0) {
                    printf(" %d %s", protocols[i], word);
                }
                before = word;
            }
            printf("\n");
        }
    }
    int pair[2];
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, BAD));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, NULL));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, readOnly));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, last - 4));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, 7, 0, pair));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, 7, 0, BAD));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, 0x20 | SOCK_STREAM, 0, BAD));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 2, pair));
    OUTCOME(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, -1, pair));
    OUTCOME(syscall(SYS_socketpair, AF_INET, SOCK_STREAM, 0, pair));
    OUTCOME(syscall(SYS_socketpair, AF_INET, SOCK_STREAM, 17, pair));
    OUTCOME(syscall(SYS_socketpair, AF_INET, SOCK_DGRAM, 0, BAD));
    OUTCOME(syscall(SYS_socketpair, AF_NETLINK, SOCK_RAW, 0, pair));
    OUTCOME(syscall(SYS_socketpair, 0, SOCK_STREAM, 0, pair));
    OUTCOME(syscall(SYS_socketpair, -1, SOCK_STREAM, 0, pair));
    OUTCOME(syscall(SYS_socketpair, -1, -1, -1, BAD));
}

static void testBind(void)
{
    struct sockaddr_in name = at("127.0.0.1", 0), other = at("192.0.2.77", 0), group = at("224.1.1.1", 0), all = at("255.255.255.255", 0);
    struct sockaddr_in6 name6 = v6;
    struct sockaddr_un path = {AF_UNIX, "/nowhere/at/all"};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    OUTCOME(BIND(NONE, &name, sizeof name));
    OUTCOME(BIND(-1, BAD, -1));
    OUTCOME(BIND(file, &name, sizeof name));
    OUTCOME(BIND(file, BAD, -1));
    OUTCOME(BIND(pathOnly, &name, sizeof name));
    OUTCOME(BIND(fd, BAD, sizeof name));
    OUTCOME(BIND(fd, NULL, sizeof name));
    OUTCOME(BIND(fd, BAD, -1));
    OUTCOME(BIND(fd, BAD, 129));
    OUTCOME(BIND(fd, &name, INT_MIN));
    OUTCOME(BIND(fd, BAD, 0));
    OUTCOME(BIND(fd, NULL, 0));
    OUTCOME(BIND(fd, last - 8, 16));
    OUTCOME(BIND(fd, &name, 0));
    OUTCOME(BIND(fd, &name, 1));
    OUTCOME(BIND(fd, &name, 2));
    OUTCOME(BIND(fd, &name, 8));
    OUTCOME(BIND(fd, &name, 15));
    OUTCOME(BIND(fd, &name6, sizeof name6));
    OUTCOME(BIND(fd, &path, sizeof path));
    name.sin_family = AF_UNSPEC;
    OUTCOME(BIND(fd, &name, sizeof name));
    name.sin_addr.s_addr = 0;
    OUTCOME(BIND(fd, &name, sizeof name));
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    OUTCOME(BIND(fd, &other, sizeof other));
    OUTCOME(BIND(fd, &group, sizeof group));
    OUTCOME(BIND(fd, &all, sizeof all));
    OUTCOME(BIND(fd, &v4, sizeof v4));
    OUTCOME(BIND(listening, &v4, sizeof v4));
    OUTCOME(BIND(client, &v4, sizeof v4));
    close(fd);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    OUTCOME(BIND(fd, &other, sizeof other));
    OUTCOME(BIND(fd, &group, sizeof group));
    close(fd);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    OUTCOME(BIND(fd, &all, sizeof all));
    OUTCOME(BIND(fd, &all, sizeof all));
    close(fd);

    fd = socket(AF_INET6, SOCK_STREAM, 0);
    OUTCOME(BIND(fd, &name6, 16));
    OUTCOME(BIND(fd, &name6, 23));
    OUTCOME(BIND(fd, &v4, sizeof v4));
    name6.sin6_family = AF_INET;
    OUTCOME(BIND(fd, &name6, sizeof name6));
    name6.sin6_family = AF_INET6;
    name6.sin6_scope_id = 99;
    inet_pton(AF_INET6, "fe80::1", &name6.sin6_addr);
    OUTCOME(BIND(fd, &name6, sizeof name6));
    name6.sin6_scope_id = 0;
    OUTCOME(BIND(fd, &name6, sizeof name6));
    inet_pton(AF_INET6, "ff02::1", &name6.sin6_addr);
    OUTCOME(BIND(fd, &name6, sizeof name6));
    inet_pton(AF_INET6, "2001:db8::1", &name6.sin6_addr);
    OUTCOME(BIND(fd, &name6, sizeof name6));
    inet_pton(AF_INET6, "::ffff:192.0.2.77", &name6.sin6_addr);
    OUTCOME(BIND(fd, &name6, sizeof name6));
    close(fd);

    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    OUTCOME(BIND(fd, &path, 0));
    OUTCOME(BIND(fd, &path, 1));
    OUTCOME(BIND(fd, &path, 111));
    OUTCOME(BIND(fd, &path, 129));
    OUTCOME(BIND(fd, &v4, sizeof v4));
    OUTCOME(BIND(fd, &path, sizeof path));
    strcpy(path.sun_path, "/dev/null/x");
    OUTCOME(BIND(fd, &path, sizeof path));
    strcpy(path.sun_path, "/dev/null");
    OUTCOME(BIND(fd, &path, sizeof path));
    strcpy(path.sun_path, "/");
    OUTCOME(BIND(fd, &path, sizeof path));
    strcpy(path.sun_path, "/tmp/");
    OUTCOME(BIND(fd, &path, sizeof path));
    strcpy(path.sun_path, "/proc/version/");
    OUTCOME(BIND(fd, &path, sizeof path));
    memcpy(path.sun_path, "\0mote-test-errors", 17);
    OUTCOME(BIND(fd, &path, sizeof(sa_family_t) + 17));
    OUTCOME(BIND(fd, &path, 2));
    OUTCOME(BIND(fd, &path, 2));
    OUTCOME(BIND(fd, &path, sizeof(sa_family_t) + 17));
    strcpy(path.sun_path, "/nowhere/at/all");
    OUTCOME(BIND(fd, &path, sizeof path));
    close(fd);

    struct { sa_family_t family; unsigned short pad; unsigned port, groups; } address = {AF_NETLINK, 0, 0, 0};
    OUTCOME(BIND(netlink, &address, 2));
    OUTCOME(BIND(netlink, &address, 11));
    address.family = AF_INET;
    OUTCOME(BIND(netlink, &address, 12));
}

static void testListen(void)
{
    OUTCOME(listen(NONE, 1));
    OUTCOME(listen(file, 1));
    OUTCOME(listen(pathOnly, 1));
    OUTCOME(listen(udp, 1));
    OUTCOME(listen(connectedUdp, -1));
    OUTCOME(listen(client, 1));
    OUTCOME(listen(netlink, 1));
    OUTCOME(listen(local, 1));
    OUTCOME(listen(localPair[0], 1));
    OUTCOME(listen(datagrams, 1));
    OUTCOME(listen(packetPair[0], 1));
    OUTCOME(listen(listening, INT_MIN));
    OUTCOME(listen(listening, -1));
    OUTCOME(listen(listening, 0));
    OUTCOME(listen(listening, 8));
    OUTCOME(listen(localListening, -1));
    OUTCOME(listen(localListening, 2));
}

static void testAccept(void)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name, negative = -1;
    fcntl(listening, F_SETFL, O_NONBLOCK);
    fcntl(localListening, F_SETFL, O_NONBLOCK);
    OUTCOME(ACCEPT(NONE, NULL, NULL, 0));
    OUTCOME(ACCEPT(NONE, NULL, NULL, 1));
    OUTCOME(ACCEPT(file, NULL, NULL, 0));
    OUTCOME(ACCEPT(file, NULL, NULL, 1));
    OUTCOME(ACCEPT(pathOnly, NULL, NULL, 0));
    OUTCOME(ACCEPT(listening, NULL, NULL, 1));
    OUTCOME(ACCEPT(listening, NULL, NULL, -1));
    OUTCOME(ACCEPT(listening, NULL, NULL, 0));
    OUTCOME(ACCEPT(listening, BAD, BAD, 0));
    OUTCOME(ACCEPT(tcp, NULL, NULL, 0));
    OUTCOME(ACCEPT(client, NULL, NULL, 0));
    OUTCOME(ACCEPT(udp, NULL, NULL, 0));
    OUTCOME(ACCEPT(local, NULL, NULL, 0));
    OUTCOME(ACCEPT(localPair[0], NULL, NULL, 0));
    OUTCOME(ACCEPT(localListening, NULL, NULL, 0));
    OUTCOME(ACCEPT(datagrams, NULL, NULL, 0));
    OUTCOME(ACCEPT(netlink, NULL, NULL, 0));
    for (int i = 0; i < 6; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        connect(fd, (struct sockaddr *)&v4, sizeof v4);
        struct pollfd entry = {listening, POLLIN, 0};
        poll(&entry, 1, 5000);
        length = 3;
        switch (i) {
        case 0: OUTCOME(keep(ACCEPT(listening, &name, BAD, 0))); break;
        case 1: OUTCOME(keep(ACCEPT(listening, &name, NULL, 0))); break;
        case 2: OUTCOME(keep(ACCEPT(listening, &name, &negative, 0))); break;
        case 3: OUTCOME(keep(ACCEPT(listening, BAD, &length, 0))); break;
        case 4: OUTCOME(keep(ACCEPT(listening, &name, &length, 0))); break;
        default: OUTCOME(keep(ACCEPT(listening, NULL, BAD, 0))); break;
        }
        printf("length %d, left %s\n", i == 3 ? 0 : (int)length, poll(&entry, 1, 0) == 1 ? "one" : "none");
        close(fd);
    }
    fcntl(listening, F_SETFL, 0);
    fcntl(localListening, F_SETFL, 0);
}

static void testConnect(void)
{
    struct sockaddr_in name = v4, none = at("127.0.0.1", 1), all = at("255.255.255.255", 9), group = at("224.1.1.1", 9),
        zero = at("0.0.0.0", 1);
    struct sockaddr_in6 name6 = v6;
    struct sockaddr_un path = {AF_UNIX, "/nowhere/at/all"};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    OUTCOME(CONNECT(NONE, &name, sizeof name));
    OUTCOME(CONNECT(NONE, BAD, -1));
    OUTCOME(CONNECT(file, &name, sizeof name));
    OUTCOME(CONNECT(file, BAD, 16));
    OUTCOME(CONNECT(file, BAD, -1));
    OUTCOME(CONNECT(pathOnly, &name, sizeof name));
    OUTCOME(CONNECT(fd, BAD, 16));
    OUTCOME(CONNECT(fd, NULL, 16));
    OUTCOME(CONNECT(fd, BAD, -1));
    OUTCOME(CONNECT(fd, &name, 129));
    OUTCOME(CONNECT(fd, &name, 0));
    OUTCOME(CONNECT(fd, &name, 1));
    OUTCOME(CONNECT(fd, &name, 2));
    OUTCOME(CONNECT(fd, &name, 15));
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    OUTCOME(CONNECT(fd, &path, sizeof path));
    OUTCOME(CONNECT(fd, &none, sizeof none));
    OUTCOME(CONNECT(fd, &zero, sizeof zero));
    OUTCOME(CONNECT(fd, &all, sizeof all));
    OUTCOME(CONNECT(fd, &group, sizeof group));
    name.sin_port = 0;
    OUTCOME(CONNECT(fd, &name, sizeof name));
    name = v4;
    name.sin_family = AF_UNSPEC;
    OUTCOME(CONNECT(fd, &name, 2));
    OUTCOME(CONNECT(fd, &name, 16));
    OUTCOME(CONNECT(client, &v4, sizeof v4));
    OUTCOME(CONNECT(client, &v6, sizeof v6));
    OUTCOME(CONNECT(client, &v4, 2));
    OUTCOME(CONNECT(client, &v4, 1));
    OUTCOME(CONNECT(client, BAD, 16));
    OUTCOME(CONNECT(listening, &v4, sizeof v4));
    OUTCOME(CONNECT(listening, &v6, sizeof v6));
    close(fd);

    fd = socket(AF_INET, SOCK_DGRAM, 0);
    OUTCOME(CONNECT(fd, &name, 0));
    OUTCOME(CONNECT(fd, &v4, 1));
    OUTCOME(CONNECT(fd, &v4, 2));
    OUTCOME(CONNECT(fd, &v4, 15));
    OUTCOME(CONNECT(fd, &v6, sizeof v6));
    none.sin_port = 0;
    OUTCOME(CONNECT(fd, &none, sizeof none));
    OUTCOME(CONNECT(fd, &name, 2));
    close(fd);

    fd = socket(AF_INET6, SOCK_STREAM, 0);
    OUTCOME(CONNECT(fd, &v6, 1));
    OUTCOME(CONNECT(fd, &v6, 23));
    OUTCOME(CONNECT(fd, &v4, sizeof v4));
    name6.sin6_port = htons(1);
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    OUTCOME(CONNECT(fd, &name6, 24));
    inet_pton(AF_INET6, "fe80::1", &name6.sin6_addr);
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    name6.sin6_scope_id = 99;
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    inet_pton(AF_INET6, "ff02::1", &name6.sin6_addr);
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    close(fd);
    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    int on = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &name6.sin6_addr);
    OUTCOME(CONNECT(fd, &name6, sizeof name6));
    OUTCOME(CONNECT(fd, &v4, sizeof v4));
    OUTCOME(CONNECT(fd, &v6, 23));
    close(fd);

    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    OUTCOME(CONNECT(fd, &path, 0));
    OUTCOME(CONNECT(fd, &path, 1));
    OUTCOME(CONNECT(fd, &path, 2));
    OUTCOME(CONNECT(fd, &path, 111));
    OUTCOME(CONNECT(fd, &v4, sizeof v4));
    OUTCOME(CONNECT(fd, &path, sizeof path));
    strcpy(path.sun_path, "/dev/null");
    OUTCOME(CONNECT(fd, &path, sizeof path));
    strcpy(path.sun_path, "/dev/null/x");
    OUTCOME(CONNECT(fd, &path, sizeof path));
    strcpy(path.sun_path, "/tmp");
    OUTCOME(CONNECT(fd, &path, sizeof path));
    memcpy(path.sun_path, "\0mote-test-nobody", 17);
    OUTCOME(CONNECT(fd, &path, sizeof(sa_family_t) + 17));
    memcpy(path.sun_path, "\0mote-test-errors", 17);
    OUTCOME(CONNECT(localPair[0], &path, sizeof(sa_family_t) + 17));
    OUTCOME(CONNECT(localListening, &path, sizeof(sa_family_t) + 17));
    OUTCOME(CONNECT(datagrams, &path, sizeof(sa_family_t) + 17));
    path.sun_family = AF_UNSPEC;
    OUTCOME(CONNECT(fd, &path, 2));
    OUTCOME(CONNECT(localPair[0], &path, 2));
    OUTCOME(CONNECT(datagrams, &path, 2));
    OUTCOME(CONNECT(datagrams, &path, 1));
    close(fd);
    struct { sa_family_t family; unsigned short pad; unsigned port, groups; } address = {AF_NETLINK, 0, 0, 0};
    OUTCOME(CONNECT(netlink, &address, 1));
    OUTCOME(CONNECT(netlink, &address, 2));
    OUTCOME(CONNECT(netlink, &address, 11));
    OUTCOME(CONNECT(netlink, &v4, 16));
}

static void testNames(void)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    int fds[] = {NONE, file, pathOnly, tcp, listening, client, udp, connectedUdp, udp6, local, localListening, localPair[0], datagrams,
        netlink};
    static const char *const words[] = {"none", "file", "path", "tcp", "listening", "client", "udp", "connected udp", "udp6", "local",
        "local listening", "pair", "datagrams", "netlink"};
    static const int rooms[] = {-1, INT_MIN, 0, 1, 2, 15, 16, 200};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        printf("%s\n", words[i]);
        OUTCOME(GETNAME(fds[i], &name, BAD));
        OUTCOME(GETNAME(fds[i], BAD, &length));
        OUTCOME(GETNAME(fds[i], NULL, NULL));
        OUTCOME(GETPEER(fds[i], &name, BAD));
        OUTCOME(GETPEER(fds[i], BAD, &length));
        OUTCOME(GETPEER(fds[i], NULL, NULL));
        for (unsigned room = 0; room < sizeof rooms / sizeof *rooms; room++) {
            socklen_t one = rooms[room], two = rooms[room];
            errno = 0;
            int first = GETNAME(fds[i], &name, &one), error = errno;
            errno = 0;
            int second = GETPEER(fds[i], &name, &two), error2 = errno;
            printf(" %d: %s %d, %s %d\n", rooms[room], first == 0 ? "ok" : strerrorname_np(error), (int)one,
                second == 0 ? "ok" : strerrorname_np(error2), (int)two);
        }
    }
}

static void testShutdown(void)
{
    int pair[2];
    OUTCOME(shutdown(NONE, 0));
    OUTCOME(shutdown(NONE, 3));
    OUTCOME(shutdown(file, 0));
    OUTCOME(shutdown(file, 3));
    OUTCOME(shutdown(pathOnly, 3));
    int fds[] = {tcp, udp, tcp6, udp6, datagrams, local, netlink};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        OUTCOME(shutdown(fds[i], 3));
        OUTCOME(shutdown(fds[i], -1));
        OUTCOME(shutdown(fds[i], INT_MIN));
        OUTCOME(shutdown(fds[i], SHUT_RD));
        OUTCOME(shutdown(fds[i], SHUT_RDWR));
    }
    close(tcp);
    close(udp);
    close(udp6);
    close(local);
    close(datagrams);
    tcp = socket(AF_INET, SOCK_STREAM, 0);
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    udp6 = socket(AF_INET6, SOCK_DGRAM, 0);
    local = socket(AF_UNIX, SOCK_STREAM, 0);
    datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    OUTCOME(shutdown(pair[0], SHUT_WR));
    OUTCOME(shutdown(pair[0], SHUT_WR));
    close(pair[1]);
    OUTCOME(shutdown(pair[0], SHUT_RDWR));
    close(pair[0]);
}

static void testSend(void)
{
    struct sockaddr_in zero = at("127.0.0.1", 0), to = at("127.0.0.1", 9);
    struct sockaddr_un path = {AF_UNIX, "/nowhere/at/all"};
    int fds[] = {NONE, file, pathOnly, tcp, listening, udp, connectedUdp, udp6, local, localListening, localPair[0], datagrams,
        datagramPair[0], packetPair[0], netlink};
    static const char *const words[] = {"none", "file", "path", "tcp", "listening", "udp", "connected udp", "udp6", "local",
        "local listening", "pair", "datagrams", "datagram pair", "packet pair", "netlink"};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        int fd = fds[i];
        printf("send to %s\n", words[i]);
        if (fd != netlink) {
            OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
            OUTCOME(SENDTO(fd, "x", 0, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
        }
        if (fd != datagrams) { // which Linux asks for their peer before the data, or after it, by its version
            OUTCOME(SENDTO(fd, BAD, 1, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
            OUTCOME(SENDTO(fd, NULL, 1, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
            OUTCOME(SENDTO(fd, last - 1, 2, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
            OUTCOME(SENDTO(fd, "x", -1L, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
        }
        OUTCOME(SENDTO(fd, (void *)-1L, 1, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0));
        OUTCOME(SENDTO(fd, (void *)-1L, 1, MSG_DONTWAIT | MSG_NOSIGNAL, BAD, -1));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, BAD, 16));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, -1));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, 129));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, BAD, 129));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, 0));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, 1));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, 2));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &to, 15));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &zero, 16));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &path, sizeof path));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &path, 2));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, &v6, sizeof v6));
        OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 16));
        if (fd != localPair[0]) {
            OUTCOME(SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL | MSG_OOB, NULL, 0));
            OUTCOME(SENDTO(fd, "x", 0, MSG_DONTWAIT | MSG_NOSIGNAL | MSG_OOB, NULL, 0));
        }
        for (int bit = 0; bit < 32 && fd != netlink; bit++) {
            if ((1u << bit) & (MSG_OOB | MSG_ERRQUEUE | MSG_MORE | MSG_DONTROUTE | 0x20000000u | 0x4000000u | 0x8000000u | 0x10000000u
                | 0x10000u | 0x20000u | 0x80000u)) {
                continue;
            }
            errno = 0;
            long result = SENDTO(fd, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL | (1u << bit), NULL, 0);
            printf("%s%s", bit == 0 ? "flags: " : " ", result >= 0 ? "ok" : strerrorname_np(errno));
        }
        printf("\n");
        char bytes[4096];
        int others[] = {localPair[1], datagramPair[1], packetPair[1], connectedUdp};
        for (int other = 0; other < 4; other++) {
            while (recv(others[other], bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
            }
        }
    }
}

static void testMessages(void)
{
    char byte = 'x';
    struct iovec one = {&byte, 1}, bad = {BAD, 1}, huge = {&byte, (size_t)-1}, pieces[2] = {{&byte, 1}, {BAD, 1}};
    struct msghdr good = {.msg_iov = &one, .msg_iovlen = 1}, cases[10];
    struct mmsghdr many[2] = {{.msg_hdr = good}, {.msg_hdr = good}};
    for (int i = 0; i < 10; i++) {
        cases[i] = good;
    }
    cases[0].msg_name = &v4;
    cases[0].msg_namelen = -1;
    cases[1].msg_name = NULL;
    cases[1].msg_namelen = -1;
    cases[2].msg_name = BAD;
    cases[2].msg_namelen = 16;
    cases[3].msg_iov = BAD;
    cases[4].msg_iovlen = 1025;
    cases[5].msg_iovlen = -1;
    cases[6].msg_iov = &bad;
    cases[7].msg_iov = &huge;
    cases[8].msg_iov = pieces;
    cases[8].msg_iovlen = 2;
    cases[9].msg_name = &v4;
    cases[9].msg_namelen = 200;
    int fds[] = {NONE, file, pathOnly, tcp, listening, udp, connectedUdp, local, localPair[0], datagramPair[0], packetPair[0], netlink};
    static const char *const words[] = {"none", "file", "path", "tcp", "listening", "udp", "connected udp", "local", "pair",
        "datagram pair", "packet pair", "netlink"};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        int fd = fds[i];
        printf("messages of %s\n", words[i]);
        OUTCOME(syscall(SYS_sendmsg, fd, BAD, MSG_DONTWAIT | MSG_NOSIGNAL));
        OUTCOME(syscall(SYS_sendmsg, fd, NULL, MSG_DONTWAIT | MSG_NOSIGNAL));
        OUTCOME(syscall(SYS_sendmsg, fd, BAD, MSG_DONTWAIT | MSG_NOSIGNAL | 0x80000000));
        OUTCOME(syscall(SYS_sendmsg, fd, &good, MSG_DONTWAIT | MSG_NOSIGNAL | 0x80000000));
        OUTCOME(syscall(SYS_recvmsg, fd, BAD, MSG_DONTWAIT));
        OUTCOME(syscall(SYS_recvmsg, fd, NULL, MSG_DONTWAIT));
        OUTCOME(syscall(SYS_recvmsg, fd, &good, MSG_DONTWAIT | 0x80000000));
        printf("sendmsg:");
        for (int each = 0; each < 10; each++) {
            if (fd == netlink && each != 3 && each != 4 && each != 5) {
                continue;
            }
            errno = 0;
            long result = syscall(SYS_sendmsg, fd, &cases[each], MSG_DONTWAIT | MSG_NOSIGNAL);
            printf(" %s", result >= 0 ? "ok" : strerrorname_np(errno));
        }
        printf("\nrecvmsg:");
        for (int each = 0; each < 10; each++) {
            struct msghdr copy = cases[each];
            errno = 0;
            long result = syscall(SYS_recvmsg, fd, &copy, MSG_DONTWAIT);
            printf(" %s", result >= 0 ? "ok" : strerrorname_np(errno));
        }
        printf("\n");
        OUTCOME(syscall(SYS_sendmmsg, fd, BAD, 1, MSG_DONTWAIT | MSG_NOSIGNAL));
        OUTCOME(syscall(SYS_sendmmsg, fd, BAD, 0, MSG_DONTWAIT | MSG_NOSIGNAL));
        OUTCOME(syscall(SYS_sendmmsg, fd, NULL, -1, MSG_DONTWAIT | MSG_NOSIGNAL));
        OUTCOME(syscall(SYS_sendmmsg, fd, many, 2, MSG_DONTWAIT | MSG_NOSIGNAL | 0x80000000));
        if (fd != netlink) {
            VALUE(syscall(SYS_sendmmsg, fd, many, 2, MSG_DONTWAIT | MSG_NOSIGNAL));
        }
        many[1].msg_hdr.msg_iov = BAD;
        if (fd != netlink) {
            VALUE(syscall(SYS_sendmmsg, fd, many, 2, MSG_DONTWAIT | MSG_NOSIGNAL));
        }
        many[1].msg_hdr.msg_iov = &one;
        struct timespec negative = {-1, 0}, wrong = {0, 1000000000}, zero = {0, 0};
        OUTCOME(syscall(SYS_recvmmsg, fd, BAD, 1, MSG_DONTWAIT, NULL));
        OUTCOME(syscall(SYS_recvmmsg, fd, BAD, 0, MSG_DONTWAIT, NULL));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT, BAD));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT, &negative));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT, &wrong));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT | 0x80000000, &wrong));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT | 0x80000000, NULL));
        OUTCOME(syscall(SYS_recvmmsg, fd, many, 1, MSG_DONTWAIT, &zero));
        char bytes[4096];
        int others[] = {localPair[1], datagramPair[1], packetPair[1], connectedUdp};
        for (int other = 0; other < 4; other++) {
            while (recv(others[other], bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
            }
        }
    }
}

static void testReceive(void)
{
    static char bytes[16]; // not on the stack, where so long a range ends above the program's half or not by chance
    struct sockaddr_storage name;
    socklen_t length = sizeof name, negative = -1;
    int fds[] = {NONE, file, pathOnly, tcp, listening, server, udp, connectedUdp, udp6, local, localListening, localPair[0], datagrams,
        datagramPair[0], packetPair[0], netlink};
    static const char *const words[] = {"none", "file", "path", "tcp", "listening", "server", "udp", "connected udp", "udp6", "local",
        "local listening", "pair", "datagrams", "datagram pair", "packet pair", "netlink"};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        int fd = fds[i];
        printf("receive from %s\n", words[i]);
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 0, MSG_DONTWAIT, NULL, NULL));
        OUTCOME(RECVFROM(fd, BAD, 1, MSG_DONTWAIT, NULL, NULL));
        OUTCOME(RECVFROM(fd, (void *)-1L, 1, MSG_DONTWAIT, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, -1L, MSG_DONTWAIT, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT, BAD, BAD));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | MSG_OOB, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 0, MSG_DONTWAIT | MSG_OOB, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | MSG_ERRQUEUE, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | MSG_PEEK, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | MSG_OOB | MSG_ERRQUEUE, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | MSG_WAITALL, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, MSG_DONTWAIT | 0x80000000, NULL, NULL));
        OUTCOME(RECVFROM(fd, bytes, 16, -1 & ~MSG_OOB & ~MSG_ERRQUEUE, NULL, NULL));
    }
    int pairs[][2] = {{client, server}, {connectedUdp, connectedUdp}, {localPair[0], localPair[1]}, {datagramPair[0], datagramPair[1]},
        {packetPair[0], packetPair[1]}};
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int from = pairs[i][0], fd = pairs[i][1];
        struct pollfd entry = {fd, POLLIN, 0};
        printf("data of pair %u\n", i);
        for (int which = 0; which < 7; which++) {
            send(from, "hello", 5, 0);
            poll(&entry, 1, 5000);
            length = which == 4 ? 3 : sizeof name;
            switch (which) {
            case 0: VALUE(RECVFROM(fd, BAD, 5, MSG_DONTWAIT, NULL, NULL)); break;
            case 1: VALUE(RECVFROM(fd, last - 2, 5, MSG_DONTWAIT, NULL, NULL)); break;
            case 2: VALUE(RECVFROM(fd, bytes, 5, MSG_DONTWAIT, &name, BAD)); break;
            case 3: VALUE(RECVFROM(fd, bytes, 5, MSG_DONTWAIT, BAD, &length)); break;
            case 4: VALUE(RECVFROM(fd, bytes, 5, MSG_DONTWAIT, &name, &length)); break;
            case 5: VALUE(RECVFROM(fd, bytes, 5, MSG_DONTWAIT, &name, &negative)); break;
            default: VALUE(RECVFROM(fd, bytes, 0, MSG_DONTWAIT, NULL, NULL)); break;
            }
            printf("length %d, left %d\n", which == 3 ? 0 : (int)length, (int)recv(fd, bytes, 16, MSG_DONTWAIT));
            while (recv(fd, bytes, 16, MSG_DONTWAIT) > 0) {
            }
        }
    }
}

static void testOptions(void)
{
    int value = 1;
    socklen_t length = sizeof value, negative = -1;
    int fds[] = {NONE, file, pathOnly, tcp, udp, tcp6, udp6, local, netlink};
    static const char *const words[] = {"none", "file", "path", "tcp", "udp", "tcp6", "udp6", "local", "netlink"};
    static const int levels[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, 1000, -1, INT_MIN};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        for (unsigned level = 0; level < sizeof levels / sizeof *levels; level++) {
            int fd = fds[i], at = levels[level];
            printf("%s at %d\n", words[i], at);
            OUTCOME(syscall(SYS_setsockopt, fd, at, 1, &value, 4));
            OUTCOME(syscall(SYS_setsockopt, fd, at, 1, BAD, 4));
            if (i >= 3) { // a negative length or what is no socket: one is looked at first, by the version
                OUTCOME(syscall(SYS_setsockopt, fd, at, 1, &value, -1));
                OUTCOME(syscall(SYS_setsockopt, fd, at, 1, &value, INT_MIN));
                OUTCOME(syscall(SYS_setsockopt, fd, at, 1, BAD, -1));
            }
            OUTCOME(syscall(SYS_setsockopt, fd, at, 1, BAD, 0));
            OUTCOME(syscall(SYS_setsockopt, fd, at, 9999, &value, 4));
            OUTCOME(syscall(SYS_setsockopt, fd, at, 9999, BAD, 4));
            OUTCOME(syscall(SYS_setsockopt, fd, at, -1, &value, 4));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 1, &value, BAD));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 1, BAD, &length));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 1, BAD, BAD));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 1, &value, NULL));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 9999, &value, &length));
            OUTCOME(syscall(SYS_getsockopt, fd, at, 9999, BAD, BAD));
            OUTCOME(syscall(SYS_getsockopt, fd, at, -1, &value, &length));
            if (at != IPPROTO_IPV6) {
                OUTCOME(syscall(SYS_getsockopt, fd, at, 1, &value, &negative));
                OUTCOME(syscall(SYS_getsockopt, fd, at, 9999, &value, &negative));
            }
            length = sizeof value;
            negative = -1;
        }
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    make();
    testSocket();
    testBind();
    testListen();
    testAccept();
    testConnect();
    testNames();
    testShutdown();
    testSend();
    testMessages();
    testReceive();
    testOptions();
    return 0;
}
