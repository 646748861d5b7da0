// UDP over loopback: IPv4, IPv6 and both at once; names, errors of the other side, options and what is told of received datagrams.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct sockaddr_in v4(const char *address, int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &name.sin_addr);
    return name;
}

static struct sockaddr_in6 v6(const char *address, int port)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    inet_pton(AF_INET6, address, &name.sin6_addr);
    return name;
}

static int portOf(int fd)
{
    struct sockaddr_in6 name;
    socklen_t length = sizeof name;
    return getsockname(fd, (struct sockaddr *)&name, &length) == 0 ? ntohs(name.sin6_port) : -1;
}

static short ready(int fd)
{
    struct pollfd entry = {fd, POLLIN | POLLOUT, 0};
    poll(&entry, 1, 0);
    return entry.revents;
}

static void testPlain(void)
{
    int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
    struct sockaddr_in name = v4("127.0.0.1", 0), from;
    socklen_t length = sizeof from;
    char buffer[64];
    int value;
    CHECK(server >= 0 && client >= 0 && ready(client) == POLLOUT);
    CHECK(bind(server, (struct sockaddr *)&name, sizeof name) == 0);
    int port = portOf(server);
    CHECK(port >= 1024);
    name = v4("127.0.0.1", port);
    FAILS(bind(server, (struct sockaddr *)&name, sizeof name), EINVAL);
    FAILS(bind(client, (struct sockaddr *)&name, sizeof name), EADDRINUSE);
    FAILS(bind(client, (struct sockaddr *)&name, 8), EINVAL);
    struct sockaddr_in wrong = v4("192.0.2.77", 0);
    FAILS(bind(client, (struct sockaddr *)&wrong, sizeof wrong), EADDRNOTAVAIL);
    FAILS(send(client, "x", 1, 0), EDESTADDRREQ);
    FAILS(getpeername(client, (struct sockaddr *)&from, &length), ENOTCONN);
    FAILS(listen(client, 1), EOPNOTSUPP);
    FAILS(accept(client, NULL, NULL), EOPNOTSUPP);
    FAILS(recv(server, buffer, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(sendto(client, "hello", 5, 0, (struct sockaddr *)&name, sizeof name) == 5);
    CHECK(portOf(client) >= 32768 && waitForEvents(server, POLLIN) == POLLIN);
    CHECK(ioctl(server, FIONREAD, &value) == 0 && value == 5);
    CHECK(recv(server, buffer, 2, MSG_PEEK | MSG_TRUNC) == 5);
    length = sizeof from;
    CHECK(recvfrom(server, buffer, 64, 0, (struct sockaddr *)&from, &length) == 5 && memcmp(buffer, "hello", 5) == 0);
    CHECK(length == sizeof from && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && ntohs(from.sin_port) == portOf(client));
    CHECK(sendto(server, "", 0, 0, (struct sockaddr *)&from, length) == 0);
    CHECK(waitForEvents(client, POLLIN) == POLLIN && recv(client, buffer, 64, 0) == 0);

    // Connected: only the peer, and its refusals.
    CHECK(connect(client, (struct sockaddr *)&name, sizeof name) == 0 && send(client, "again", 5, 0) == 5);
    CHECK(waitForEvents(server, POLLIN) == POLLIN && read(server, buffer, 3) == 3);
    int stranger = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in clientName = v4("127.0.0.1", portOf(client));
    CHECK(sendto(stranger, "no", 2, 0, (struct sockaddr *)&clientName, sizeof clientName) == 2);
    CHECK(sendto(server, "yes", 3, 0, (struct sockaddr *)&clientName, sizeof clientName) == 3);
    CHECK(waitForEvents(client, POLLIN) == POLLIN && recv(client, buffer, 64, 0) == 3);
    close(stranger);
    close(server);
    CHECK(send(client, "x", 1, 0) == 1);
    CHECK(waitForEvents(client, POLLIN) & POLLERR);
    FAILS(send(client, "x", 1, 0), ECONNREFUSED);
    CHECK(send(client, "x", 1, 0) == 1 && (waitForEvents(client, POLLIN) & POLLERR));
    length = sizeof value;
    CHECK(getsockopt(client, SOL_SOCKET, SO_ERROR, &value, &length) == 0 && value == ECONNREFUSED);
    CHECK(getsockopt(client, SOL_SOCKET, SO_ERROR, &value, &length) == 0 && value == 0);
    struct sockaddr none = {AF_UNSPEC};
    CHECK(connect(client, &none, sizeof none) == 0);
    FAILS(send(client, "x", 1, 0), EDESTADDRREQ);
    static char large[70000];
    FAILS(sendto(client, large, sizeof large, 0, (struct sockaddr *)&name, sizeof name), EMSGSIZE);
    FAILS(sendto(client, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET}, 8), EINVAL);
    close(client);
    passed("plain");
}

static void testBulk(void)
{
    int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in name = v4("127.0.0.1", 0);
    static char sent[65507], got[70000];
    CHECK(bind(server, (struct sockaddr *)&name, sizeof name) == 0);
    name = v4("127.0.0.1", portOf(server));
    CHECK(connect(client, (struct sockaddr *)&name, sizeof name) == 0);
    for (size_t i = 0; i < sizeof sent; i++) {
        sent[i] = i * 7 + i / 251;
    }
    int sizes[] = {1, 100, 1472, 1473, 4096, 9000, 32768, 65507};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK(send(client, sent, sizes[i], 0) == sizes[i]);
        CHECK(recv(server, got, sizeof got, 0) == sizes[i] && memcmp(sent, got, sizes[i]) == 0);
    }
    struct mmsghdr messages[3];
    struct iovec pieces[6];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < 3; i++) {
        pieces[2 * i] = (struct iovec){sent, 10};
        pieces[2 * i + 1] = (struct iovec){sent + 10, i};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[2 * i], .msg_iovlen = 2};
    }
    CHECK(sendmmsg(client, messages, 3, 0) == 3);
    CHECK(recv(server, got, 64, 0) == 10 && recv(server, got, 64, 0) == 11 && recv(server, got, 64, 0) == 12);
    struct timeval limit = {0, 20000};
    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    FAILS(recv(server, got, 64, 0), EAGAIN);
    close(server);
    close(client);
    passed("bulk");
}

static void testBoth(void)
{
    int server = socket(AF_INET6, SOCK_DGRAM, 0), four = socket(AF_INET, SOCK_DGRAM, 0), six = socket(AF_INET6, SOCK_DGRAM, 0), value = 1;
    socklen_t length = sizeof value;
    struct sockaddr_in6 name = v6("::", 0), from;
    char buffer[64], text[INET6_ADDRSTRLEN];
    CHECK(getsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length) == 0 && value == 0);
    CHECK(bind(server, (struct sockaddr *)&name, sizeof name) == 0);
    int port = portOf(server);
    struct sockaddr_in name4 = v4("127.0.0.1", port);
    CHECK(sendto(four, "four", 4, 0, (struct sockaddr *)&name4, sizeof name4) == 4);
    length = sizeof from;
    CHECK(recvfrom(server, buffer, 64, 0, (struct sockaddr *)&from, &length) == 4 && length == sizeof from);
    printf("from %s\n", inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
    CHECK(sendto(server, "back", 4, 0, (struct sockaddr *)&from, length) == 4 && recv(four, buffer, 64, 0) == 4);
    name = v6("::1", port);
    CHECK(sendto(six, "six", 3, 0, (struct sockaddr *)&name, sizeof name) == 3);
    length = sizeof from;
    CHECK(recvfrom(server, buffer, 64, 0, (struct sockaddr *)&from, &length) == 3);
    printf("from %s\n", inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
    // As getaddrinfo looks for the address that packets to a destination would come from: one socket for both families.
    int probe = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr none = {AF_UNSPEC};
    CHECK(connect(probe, (struct sockaddr *)&name, sizeof name) == 0);
    length = sizeof from;
    CHECK(getsockname(probe, (struct sockaddr *)&from, &length) == 0 && IN6_IS_ADDR_LOOPBACK(&from.sin6_addr));
    CHECK(connect(probe, &none, sizeof none) == 0 && connect(probe, (struct sockaddr *)&name4, sizeof name4) == 0);
    CHECK(getsockname(probe, (struct sockaddr *)&from, &length) == 0 && IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
    close(probe);
    FAILS(bind(six, (struct sockaddr *)&name4, sizeof name4), EINVAL);
    FAILS(bind(four, (struct sockaddr *)&name, sizeof name), EAFNOSUPPORT);
    FAILS(connect(four, (struct sockaddr *)&name, sizeof name), EAFNOSUPPORT);
    close(six);
    six = socket(AF_INET6, SOCK_DGRAM, 0);
    value = 1;
    CHECK(setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value) == 0);
    name = v6("::", 0);
    CHECK(bind(six, (struct sockaddr *)&name, sizeof name) == 0);
    close(four);
    four = socket(AF_INET, SOCK_DGRAM, 0);
    name4 = v4("0.0.0.0", portOf(six));
    CHECK(bind(four, (struct sockaddr *)&name4, sizeof name4) == 0);
    FAILS(setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), EINVAL);
    close(server);
    close(four);
    close(six);
    passed("both");
}

static void testOptions(void)
{
    int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM, 0), value = 1;
    socklen_t length = sizeof value;
    struct sockaddr_in name = v4("0.0.0.0", 0);
    CHECK(setsockopt(server, IPPROTO_IP, IP_PKTINFO, &value, sizeof value) == 0);
    CHECK(setsockopt(server, IPPROTO_IP, IP_RECVTTL, &value, sizeof value) == 0);
    CHECK(bind(server, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK(getsockopt(client, IPPROTO_IP, IP_TTL, &value, &length) == 0 && value == 64);
    value = 33;
    CHECK(setsockopt(client, IPPROTO_IP, IP_TTL, &value, sizeof value) == 0);
    value = 300;
    FAILS(setsockopt(client, IPPROTO_IP, IP_TTL, &value, sizeof value), EINVAL);
    name = v4("127.0.0.1", portOf(server));
    CHECK(sendto(client, "info", 4, 0, (struct sockaddr *)&name, sizeof name) == 4);
    union {
        char bytes[256];
        struct cmsghdr align;
    } control;
    char buffer[16];
    struct iovec piece = {buffer, sizeof buffer};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    CHECK(recvmsg(server, &header, 0) == 4 && header.msg_flags == 0);
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&header); each != NULL; each = CMSG_NXTHDR(&header, each)) {
        if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(each), sizeof info);
            printf("by %d to %s\n", info.ipi_ifindex, inet_ntoa(info.ipi_addr));
        } else if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TTL) {
            memcpy(&value, CMSG_DATA(each), sizeof value);
            printf("time to live %d\n", value);
        }
    }
    int same[2];
    value = 1;
    name = v4("127.0.0.1", 0);
    for (int i = 0; i < 2; i++) {
        same[i] = socket(AF_INET, SOCK_DGRAM, 0);
        CHECK(setsockopt(same[i], SOL_SOCKET, SO_REUSEPORT, &value, sizeof value) == 0);
        CHECK(bind(same[i], (struct sockaddr *)&name, sizeof name) == 0);
        name = v4("127.0.0.1", portOf(same[0]));
    }
    close(same[0]);
    close(same[1]);
    close(server);
    CHECK(shutdown(client, SHUT_WR) == -1 && errno == ENOTCONN);
    close(client);
    FAILS(socket(AF_INET, SOCK_DGRAM, 200), EPROTONOSUPPORT);
    FAILS(socket(AF_INET, 9, 0), ESOCKTNOSUPPORT);
    passed("options");
}

static void testInterfaces(void)
{
    struct ifaddrs *all;
    char text[INET6_ADDRSTRLEN];
    CHECK(getifaddrs(&all) == 0);
    for (struct ifaddrs *each = all; each != NULL; each = each->ifa_next) {
        if (strcmp(each->ifa_name, "lo") != 0 || each->ifa_addr == NULL || each->ifa_addr->sa_family != AF_INET) {
            continue;
        }
        printf("lo %s", inet_ntop(AF_INET, &((struct sockaddr_in *)each->ifa_addr)->sin_addr, text, sizeof text));
        printf(" mask %s", inet_ntop(AF_INET, &((struct sockaddr_in *)each->ifa_netmask)->sin_addr, text, sizeof text));
        printf("%s%s%s\n", each->ifa_flags & IFF_UP ? " up" : "", each->ifa_flags & IFF_LOOPBACK ? " loopback" : "",
            each->ifa_flags & IFF_RUNNING ? " running" : "");
    }
    freeifaddrs(all);
    printf("index %u\n", if_nametoindex("lo"));
    char name[IF_NAMESIZE];
    CHECK(if_indextoname(1, name) != NULL && strcmp(name, "lo") == 0);
    CHECK(if_nametoindex("mote-none") == 0);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK(ioctl(fd, SIOCGIFMTU, &request) == 0);
    printf("mtu %d\n", request.ifr_mtu);
    strcpy(request.ifr_name, "mote-none");
    FAILS(ioctl(fd, SIOCGIFFLAGS, &request), ENODEV);
    close(fd);
    passed("interfaces");
}

// One datagram with a control message: what came of it, as sent bytes or -1.
static ssize_t sendWith(int fd, const void *name, socklen_t length, int level, int type, const void *value, size_t size)
{
    char space[CMSG_SPACE(64)] __attribute__((aligned(8))) = {0};
    struct iovec piece = {"x", 1};
    struct msghdr message = {.msg_name = (void *)name, .msg_namelen = length, .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space,
        .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), value, size);
    return sendmsg(fd, &message, 0);
}

// The number that came with the next datagram in a control message, or -1; the sender's address as text.
static int receiveWith(int fd, int level, int type, char *from)
{
    char space[256] __attribute__((aligned(8))), byte;
    struct iovec piece = {&byte, 1};
    struct sockaddr_in6 name = {0};
    struct msghdr message = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space,
        .msg_controllen = sizeof space};
    if (waitForEvents(fd, POLLIN) != POLLIN || recvmsg(fd, &message, 0) != 1) {
        return -2;
    }
    void *address = name.sin6_family == AF_INET ? (void *)&((struct sockaddr_in *)&name)->sin_addr : (void *)&name.sin6_addr;
    inet_ntop(name.sin6_family, address, from, INET6_ADDRSTRLEN);
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == level && header->cmsg_type == type) {
            return header->cmsg_len == CMSG_LEN(1) ? *CMSG_DATA(header) : *(int *)(void *)CMSG_DATA(header);
        }
    }
    return -1;
}

// How one datagram is sent: hop limit, type of service, source address and interface.
static void testControl(void)
{
    int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM, 0), on = 1, value;
    struct sockaddr_in name = v4("0.0.0.0", 0);
    char from[INET6_ADDRSTRLEN];
    CHECK(bind(server, (struct sockaddr *)&name, sizeof name) == 0);
    name = v4("127.0.0.1", portOf(server));
    setsockopt(server, IPPROTO_IP, IP_RECVTTL, &on, sizeof on);
    setsockopt(server, IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
    value = 7;
    CHECK(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TTL, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IP, IP_TTL, from) == 7);
    CHECK(sendto(client, "x", 1, 0, (struct sockaddr *)&name, sizeof name) == 1 && receiveWith(server, IPPROTO_IP, IP_TTL, from) == 64);
    value = 0x10;
    CHECK(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TOS, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IP, IP_TOS, from) == 0x10);
    CHECK(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TOS, &value, 1) == 1
        && receiveWith(server, IPPROTO_IP, IP_TOS, from) == 0x10);
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TTL, &value, 1), EINVAL);
    value = 0;
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TTL, &value, sizeof value), EINVAL);
    value = 256;
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_TTL, &value, sizeof value), EINVAL);
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, 250, &value, sizeof value), EINVAL);
    CHECK(sendWith(client, &name, sizeof name, IPPROTO_TCP, 250, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IP, IP_TTL, from) == 64);
    struct in_pktinfo where = {.ipi_ifindex = (int)if_nametoindex("lo")};
    inet_pton(AF_INET, "127.0.0.9", &where.ipi_spec_dst);
    CHECK(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_PKTINFO, &where, sizeof where) == 1);
    CHECK(receiveWith(server, IPPROTO_IP, IP_TTL, from) == 64 && strcmp(from, "127.0.0.9") == 0);
    inet_pton(AF_INET, "192.0.2.1", &where.ipi_spec_dst);
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_PKTINFO, &where, sizeof where), ENETUNREACH);
    where.ipi_ifindex = 99999;
    where.ipi_spec_dst.s_addr = 0;
    FAILS(sendWith(client, &name, sizeof name, IPPROTO_IP, IP_PKTINFO, &where, sizeof where), ENODEV);
    close(server);
    close(client);

    server = socket(AF_INET6, SOCK_DGRAM, 0), client = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 six = v6("::1", 0);
    CHECK(bind(server, (struct sockaddr *)&six, sizeof six) == 0);
    six = v6("::1", portOf(server));
    setsockopt(server, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on);
    setsockopt(server, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
    value = 2;
    CHECK(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_HOPLIMIT, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IPV6, IPV6_HOPLIMIT, from) == 2);
    CHECK(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_TCLASS, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IPV6, IPV6_TCLASS, from) == 2);
    value = -1;
    CHECK(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_HOPLIMIT, &value, sizeof value) == 1
        && receiveWith(server, IPPROTO_IPV6, IPV6_HOPLIMIT, from) == 64);
    value = -2;
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_HOPLIMIT, &value, sizeof value), EINVAL);
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_TCLASS, &value, 1), EINVAL);
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, 250, &value, sizeof value), EINVAL);
    struct in6_pktinfo here = {.ipi6_ifindex = if_nametoindex("lo")};
    CHECK(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_PKTINFO, &here, sizeof here) == 1
        && receiveWith(server, IPPROTO_IPV6, IPV6_HOPLIMIT, from) == 64);
    inet_pton(AF_INET6, "2001:db8::1", &here.ipi6_addr);
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_PKTINFO, &here, sizeof here), EINVAL);
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_PKTINFO, &here, 4), EINVAL);
    here.ipi6_ifindex = 99999;
    FAILS(sendWith(client, &six, sizeof six, IPPROTO_IPV6, IPV6_PKTINFO, &here, sizeof here), ENODEV);
    close(server);
    close(client);
    passed("control");
}

int main(void)
{
    testPlain();
    testBulk();
    testBoth();
    testOptions();
    testControl();
    testInterfaces();
    return finish();
}
