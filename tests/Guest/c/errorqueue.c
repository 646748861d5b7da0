// The queue of errors and control messages that tell of packets: IP_RECVERR and IPV6_RECVERR, SO_TIMESTAMP and its kin, SO_TIMESTAMPING
// both ways, MSG_ZEROCOPY, UDP_SEGMENT and UDP_GRO. Prints what Linux prints.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

static struct sockaddr_storage home;
static socklen_t homeLength;
static int family;

static void nameHome(int port)
{
    memset(&home, 0, sizeof home);
    home.ss_family = family;
    if (family == AF_INET) {
        ((struct sockaddr_in *)&home)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ((struct sockaddr_in *)&home)->sin_port = htons(port);
        homeLength = sizeof(struct sockaddr_in);
    } else {
        ((struct sockaddr_in6 *)&home)->sin6_addr = in6addr_loopback;
        ((struct sockaddr_in6 *)&home)->sin6_port = htons(port);
        homeLength = sizeof(struct sockaddr_in6);
    }
}

static int bound(int type)
{
    int fd = socket(family, type, 0);
    nameHome(0);
    bind(fd, (void *)&home, homeLength);
    homeLength = sizeof home;
    getsockname(fd, (void *)&home, &homeLength);
    return fd;
}

static int portOf(const void *name) { return ntohs(((const struct sockaddr_in *)name)->sin_port); }

static int64_t before; // seconds

static void tellTime(const char *what, const void *data, int isFine)
{
    struct timespec t;
    memcpy(&t, data, sizeof t);
    printf(" %s %s", what, t.tv_sec == 0 && t.tv_nsec == 0 ? "none" : t.tv_sec >= before - 1 && t.tv_sec <= before + 100 && t.tv_nsec >= 0
        && t.tv_nsec < (isFine ? 1000000000 : 1000000) ? "good" : "bad");
}

// Receives one message and tells all of it. Ports are told only as being the peer's.
static ssize_t tell(const char *what, int fd, int flags, size_t room)
{
    static char data[70000];
    char control[1024];
    struct sockaddr_storage name;
    memset(&name, 0, sizeof name);
    memset(data, 0, sizeof data);
    struct iovec piece = {data, room};
    struct msghdr message = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
        .msg_controllen = sizeof control};
    ssize_t n = recvmsg(fd, &message, flags | MSG_DONTWAIT);
    printf("%s:", what);
    if (n < 0) {
        printf(" %s\n", strerrorname_np(errno));
        return n;
    }
    printf(" %zd flags %x", n, message.msg_flags);
    if (message.msg_namelen > 0)
        printf(" name %u %d %s", message.msg_namelen, name.ss_family,
            portOf(&name) == portOf(&home) ? "home" : portOf(&name) ? "other" : "none");
    if (n > 0 && n < 200 && !(flags & MSG_ERRQUEUE))
        printf(" %.8s", data);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        printf("; %d/%d[%zu]", c->cmsg_level, c->cmsg_type, (size_t)c->cmsg_len);
        if ((c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) || (c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
            struct sock_extended_err e;
            memcpy(&e, CMSG_DATA(c), sizeof e);
            struct sockaddr_storage offender;
            memcpy(&offender, CMSG_DATA(c) + sizeof e, c->cmsg_len - CMSG_LEN(sizeof e));
            // of loopback either
            printf(" errno %s origin %d type %d code %d info %u data %u offender %d port %d",
                e.ee_errno ? strerrorname_np(e.ee_errno) : "0", e.ee_origin, e.ee_type, e.ee_code, e.ee_info > 65535 ? 65535 : e.ee_info,
                e.ee_data, offender.ss_family, offender.ss_family ? portOf(&offender) : 0);
            if (offender.ss_family == AF_INET)
                printf(" %s", inet_ntoa(((struct sockaddr_in *)&offender)->sin_addr));
            if (offender.ss_family == AF_INET6)
                printf(" %d", ((struct sockaddr_in6 *)&offender)->sin6_addr.s6_addr[15]);
        } else if (c->cmsg_level == SOL_SOCKET && (c->cmsg_type == SO_TIMESTAMP || c->cmsg_type == 63))
            tellTime("timeval", CMSG_DATA(c), 0);
        else if (c->cmsg_level == SOL_SOCKET && (c->cmsg_type == SO_TIMESTAMPNS || c->cmsg_type == 64))
            tellTime("timespec", CMSG_DATA(c), 1);
        else if (c->cmsg_level == SOL_SOCKET && (c->cmsg_type == SO_TIMESTAMPING || c->cmsg_type == 65))
            for (int i = 0; i < 3; i++)
                tellTime("clock", CMSG_DATA(c) + 16 * i, 1);
        else {
            int value = 0;
            size_t length = c->cmsg_len - CMSG_LEN(0);
            memcpy(&value, CMSG_DATA(c), length < sizeof value ? length : sizeof value);
            if (portOf(CMSG_DATA(c)) == portOf(&home))
                value &= 0xffff;
            printf(" %d", value);
            for (size_t i = sizeof value; i < length; i++)
                if (CMSG_DATA(c)[i])
                    printf(" %zu:%d", i, CMSG_DATA(c)[i]);
        }
    }
    printf("\n");
    return n;
}

static void ready(int fd)
{
    struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    poll(&p, 1, 0);
    int e = epoll_create1(0);
    struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLPRI, {0}};
    epoll_ctl(e, EPOLL_CTL_ADD, fd, &event);
    event.events = 0;
    epoll_wait(e, &event, 1, 0);
    close(e);
    printf("ready %x %x\n", p.revents, event.events);
}

static void said(const char *what, long result)
{
    printf("%s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "-");
}

static int take(int fd)
{
    int error = -1;
    socklen_t length = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

static void errors(void)
{
    int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, option = family == AF_INET ? IP_RECVERR : IPV6_RECVERR, on = 1, off = 0;
    close(bound(SOCK_DGRAM));
    int fd = socket(family, SOCK_DGRAM, 0);
    tell("empty", fd, MSG_ERRQUEUE, 100);
    setsockopt(fd, level, option, &on, sizeof on);
    sendto(fd, "hello world", 11, 0, (void *)&home, homeLength);
    usleep(1000);
    ready(fd);
    tell("unconnected", fd, MSG_ERRQUEUE, 100);
    ready(fd);
    printf("error %d\n", take(fd));
    connect(fd, (void *)&home, homeLength);
    printf("send %zd\n", send(fd, "one", 3, 0));
    usleep(1000);
    said("pending", send(fd, "two", 3, 0));
    printf("send %zd\n", send(fd, "three", 5, 0));
    usleep(1000);
    ready(fd);
    tell("short", fd, MSG_ERRQUEUE, 2);
    ready(fd);
    printf("error %d\n", take(fd));
    tell("second", fd, MSG_ERRQUEUE, 100);
    tell("empty", fd, MSG_ERRQUEUE, 100);
    ready(fd);
    send(fd, "four", 4, 0);
    usleep(1000);
    setsockopt(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &on, sizeof on);
    ready(fd);
    setsockopt(fd, level, option, &off, sizeof off);
    tell("off", fd, MSG_ERRQUEUE, 100);
    printf("error %d\n", take(fd));
    ready(fd);
    close(fd);

    // Too long for the path, refused here.
    fd = bound(SOCK_DGRAM);
    int discover = family == AF_INET ? IP_PMTUDISC_DO : IPV6_PMTUDISC_DO;
    setsockopt(fd, level, option, &on, sizeof on);
    setsockopt(fd, level, family == AF_INET ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &discover, sizeof discover);
    static char data[65536];
    said("large", sendto(fd, data, 65508, 0, (void *)&home, homeLength));
    tell("large", fd, MSG_ERRQUEUE, 100);
    close(fd);
}

static void times(void)
{
    static const int options[] = {SO_TIMESTAMP, SO_TIMESTAMPNS, 63, 64};
    int on = 1, off = 0;
    int fd = bound(SOCK_DGRAM);
    for (int i = 0; i < 4; i++) {
        setsockopt(fd, SOL_SOCKET, options[i], &on, sizeof on);
        for (int j = 0; j < 4; j++) {
            int value = -1;
            socklen_t length = sizeof value;
            getsockopt(fd, SOL_SOCKET, options[j], &value, &length);
            printf("%d ", value);
        }
        sendto(fd, "timed", 5, 0, (void *)&home, homeLength);
        usleep(500);
        tell("timed", fd, 0, 100);
    }
    setsockopt(fd, SOL_SOCKET, 64, &off, sizeof off);
    sendto(fd, "plain", 5, 0, (void *)&home, homeLength);
    usleep(500);
    tell("plain", fd, 0, 100);
    static const int flags[] = {SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE,
        SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_OPT_STATS, 1 << 30, 0};
    for (int i = 0; i < 6; i++) {
        int value[2] = {-1, -1};
        socklen_t length = sizeof value;
        int result = setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags[i], sizeof flags[i]);
        printf("timestamping %x %s", flags[i], result ? strerrorname_np(errno) : "ok");
        getsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, value, &length);
        printf(" [%u] %x", length, value[0]);
        sendto(fd, "timed", 5, 0, (void *)&home, homeLength);
        usleep(500);
        if (i == 1) // stamps may be on for others' sake
            recv(fd, value, 4, 0), printf("\n");
        else
            tell("", fd, 0, 100);
    }
    close(fd);
}

static void sending(void)
{
    int fd = bound(SOCK_DGRAM);
    int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID;
    printf("set %d\n", setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags));
    for (int i = 0; i < 2; i++)
        sendto(fd, "sent", 4, 0, (void *)&home, homeLength);
    usleep(1000);
    ready(fd);
    for (int i = 0; i < 5; i++)
        tell("sent", fd, MSG_ERRQUEUE, 100);
    flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
    sendto(fd, "sent", 4, 0, (void *)&home, homeLength);
    usleep(1000);
    tell("only", fd, MSG_ERRQUEUE, 100);
    flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_ID;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
    sendto(fd, "sent", 4, 0, (void *)&home, homeLength);
    usleep(1000);
    tell("none", fd, MSG_ERRQUEUE, 100);
    // One message asks by itself.
    char control[64];
    memset(control, 0, sizeof control);
    struct iovec piece = {"asks", 4};
    struct msghdr message = {.msg_name = &home, .msg_namelen = homeLength, .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
        .msg_controllen = CMSG_SPACE(4)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET, c->cmsg_type = SO_TIMESTAMPING, c->cmsg_len = CMSG_LEN(4);
    *(int *)CMSG_DATA(c) = SOF_TIMESTAMPING_TX_SOFTWARE;
    printf("asks %zd\n", sendmsg(fd, &message, 0));
    usleep(1000);
    tell("asks", fd, MSG_ERRQUEUE, 100);
    *(int *)CMSG_DATA(c) = SOF_TIMESTAMPING_RX_SOFTWARE;
    said("asks", sendmsg(fd, &message, 0));
    c->cmsg_len = CMSG_LEN(2);
    said("asks", sendmsg(fd, &message, 0));
    close(fd);
}

static int pair(int *peer)
{
    int l = bound(SOCK_STREAM);
    listen(l, 5);
    int fd = socket(family, SOCK_STREAM, 0);
    connect(fd, (void *)&home, homeLength);
    *peer = accept(l, 0, 0);
    close(l);
    return fd;
}

static void streams(void)
{
    int peer, on = 1;
    int fresh = socket(family, SOCK_STREAM, 0), id = SOF_TIMESTAMPING_OPT_ID;
    said("fresh id", setsockopt(fresh, SOL_SOCKET, SO_TIMESTAMPING, &id, sizeof id));
    close(fresh);
    int fd = pair(&peer);
    setsockopt(peer, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID
        | SOF_TIMESTAMPING_OPT_TSONLY;
    printf("set %d\n", setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags));
    for (int i = 0; i < 2; i++) {
        send(fd, "streams", 7, 0);
        usleep(1000);
        tell("timed", peer, 0, 100);
        for (int k = 0; k < 300 && tell("sent", fd, MSG_ERRQUEUE, 100) < 0; k++)
            usleep(1000);
        usleep(50000);
        tell("acknowledged", fd, MSG_ERRQUEUE, 100);
    }
    ready(fd);
    close(fd), close(peer);
}

static void copies(void)
{
    int peer, on = 1, two = 2, value;
    socklen_t length = sizeof value;
    int fd = pair(&peer);
    said("zerocopy", setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &two, sizeof two));
    int local[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, local);
    said("local", setsockopt(local[0], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on));
    close(local[0]), close(local[1]);
    printf(" unset %zd", send(fd, "copied", 6, MSG_ZEROCOPY));
    printf(" set %d", setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on));
    getsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &value, &length);
    printf(" %d\n", value);
    static char large[20000];
    for (int i = 0; i < 3; i++)
        send(fd, large, sizeof large, MSG_ZEROCOPY);
    char got[4096];
    size_t total = 0;
    while (total < 60006)
        total += recv(peer, got, sizeof got, 0);
    usleep(50000);
    uint32_t next = 0;
    for (int i = 0; i < 10 && next < 3; i++) { // as one range or several
        char control[128];
        struct msghdr message = {.msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(fd, &message, MSG_ERRQUEUE) < 0) {
            usleep(10000);
            continue;
        }
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        struct sock_extended_err e;
        memcpy(&e, CMSG_DATA(c), sizeof e);
        if (e.ee_errno || e.ee_origin != SO_EE_ORIGIN_ZEROCOPY || e.ee_info != next || e.ee_code & ~SO_EE_CODE_ZEROCOPY_COPIED)
            printf("unexpected %d %d %d %d\n", e.ee_errno, e.ee_origin, e.ee_info, e.ee_code);
        next = e.ee_data + 1;
    }
    printf("copied %u\n", next);
    close(fd), close(peer);
}

static void segments(void)
{
    int size = 100, value = -1, on = 1, bad = 65536, minus = -1;
    socklen_t length = sizeof value;
    int server = bound(SOCK_DGRAM), fd = socket(family, SOCK_DGRAM, 0);
    connect(fd, (void *)&home, homeLength);
    printf("segment %d", setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &bad, sizeof bad));
    printf(" %d", setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &minus, sizeof minus));
    printf(" %d", setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size));
    getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, &length);
    printf(" %d\n", value);
    static char data[65000];
    memset(data, 'g', sizeof data);
    printf("send %zd\n", send(fd, data, 250, 0));
    usleep(1000);
    for (int i = 0; i < 4; i++)
        tell("segment", server, 0, 1000);
    printf("send %zd\n", send(fd, data, 90, 0));
    usleep(1000);
    tell("whole", server, 0, 1000);
    value = 0;
    setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, sizeof value);
    char control[64];
    memset(control, 0, sizeof control);
    struct iovec piece = {data, 300};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(2)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = IPPROTO_UDP, c->cmsg_type = UDP_SEGMENT, c->cmsg_len = CMSG_LEN(2);
    *(uint16_t *)CMSG_DATA(c) = 200;
    printf("asked %zd\n", sendmsg(fd, &message, 0));
    usleep(1000);
    for (int i = 0; i < 3; i++)
        tell("asked", server, 0, 1000);
    c->cmsg_len = CMSG_LEN(1);
    said("short", sendmsg(fd, &message, 0));
    c->cmsg_len = CMSG_LEN(2);
    *(uint16_t *)CMSG_DATA(c) = 1;
    piece.iov_len = 1000;
    said("many", sendmsg(fd, &message, 0));

    printf("gro %d", setsockopt(server, IPPROTO_UDP, UDP_GRO, &on, sizeof on));
    getsockopt(server, IPPROTO_UDP, UDP_GRO, &value, &length);
    printf(" %d\n", value);
    *(uint16_t *)CMSG_DATA(c) = 200;
    piece.iov_len = 1100;
    printf("send %zd\n", sendmsg(fd, &message, 0));
    usleep(1000);
    tell("merged", server, 0, 10000);
    tell("merged", server, 0, 10000);
    printf("send %zd\n", send(fd, data, 150, 0));
    usleep(1000);
    tell("alone", server, 0, 10000);
    close(fd), close(server);
}

static void set(int fd, int level, int option, int value)
{
    if (setsockopt(fd, level, option, &value, sizeof value))
        printf("option %d/%d %s\n", level, option, strerrorname_np(errno));
}

// What the socket has asked to be told of packets, it is told of the packets of errors: time to live, type of service, interface and
// address (ip_cmsg_recv, ip6_datagram_recv_ctl).
static void controls(void)
{
    static const int options4[] = {IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR};
    static const int options6[] = {IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_2292PKTINFO, IPV6_2292HOPLIMIT,
        IPV6_RECVORIGDSTADDR};
    int count = family == AF_INET ? sizeof options4 / sizeof *options4 : sizeof options6 / sizeof *options6;
    close(bound(SOCK_DGRAM));
    for (int i = -1; i <= count; i++) { // none, each, all
        int fd = socket(family, SOCK_DGRAM, 0);
        set(fd, IPPROTO_IP, IP_RECVERR, 1);
        set(fd, IPPROTO_IP, IP_TOS, 0x48);
        set(fd, IPPROTO_IP, IP_TTL, 33);
        if (family == AF_INET6) {
            set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
            set(fd, IPPROTO_IPV6, IPV6_TCLASS, 0x48);
            set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33);
        }
        for (int k = 0; k < count; k++)
            if (i == k || i == count)
                set(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? options4[k] : options6[k], 1);
        sendto(fd, "hello world", 11, 0, (void *)&home, homeLength);
        usleep(1000);
        printf("%d ", i < 0 || i == count ? i : family == AF_INET ? options4[i] : options6[i]);
        tell("control", fd, MSG_ERRQUEUE, 100);
        sendto(fd, "x", 1, 0, (void *)&home, homeLength);
        usleep(1000);
        tell("short", fd, MSG_ERRQUEUE, 100);
        if (family == AF_INET6 && (i < 0 || i == count)) {
            for (int k = 0; i == count && k < (int)(sizeof options4 / sizeof *options4); k++)
                set(fd, IPPROTO_IP, options4[k], 1);
            struct sockaddr_in6 mapped = *(struct sockaddr_in6 *)&home;
            inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
            sendto(fd, "hello world", 11, 0, (void *)&mapped, sizeof mapped);
            usleep(1000);
            tell("mapped", fd, MSG_ERRQUEUE, 100);
        }
        int times = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_CMSG;
        set(fd, SOL_SOCKET, SO_TIMESTAMPING, times);
        set(fd, IPPROTO_IP, IP_RECVERR, 0);
        if (family == AF_INET6)
            set(fd, IPPROTO_IPV6, IPV6_RECVERR, 0);
        sendto(fd, "timed", 5, 0, (void *)&home, homeLength);
        usleep(1000);
        tell("timed", fd, MSG_ERRQUEUE, 100);
        close(fd);
    }
    // Refused here: there is no packet to tell of.
    int fd = bound(SOCK_DGRAM);
    set(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_RECVERR : IPV6_RECVERR, 1);
    set(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1);
    set(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, 2);
    static char data[65536];
    said("large", sendto(fd, data, 65508, 0, (void *)&home, homeLength));
    tell("large", fd, MSG_ERRQUEUE, 100);
    static char larger[130000];
    said("larger", sendto(fd, larger, sizeof larger, 0, (void *)&home, homeLength));
    tell("larger", fd, MSG_ERRQUEUE, 100);
    close(fd);
}

// Linux stamps packets from some time after the first socket asks for it: one asks until the end.
static void startStamping(void)
{
    int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    family = AF_INET;
    int fd = bound(SOCK_DGRAM);
    set(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
    for (int i = 0; i < 5000; i++) {
        char control[128], data[1];
        struct iovec piece = {data, sizeof data};
        struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        sendto(fd, "x", 1, 0, (void *)&home, homeLength);
        if (recvmsg(fd, &message, 0) > 0 && CMSG_FIRSTHDR(&message))
            return;
        usleep(1000);
    }
    printf("no stamps\n");
}

int main(void)
{
    before = time(0);
    startStamping();
    static const int families[] = {AF_INET, AF_INET6};
    for (int i = 0; i < 2; i++) {
        family = families[i];
        printf("-- %s\n", i ? "IPv6" : "IPv4");
        errors();
        controls();
        times();
        sending();
        streams();
        copies();
        segments();
    }
    return 0;
}
