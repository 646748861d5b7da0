// Raw sockets of IPv4 and IPv6 and ICMP's datagram sockets over loopback: echoes by hand, filters, headers of one's own, checksums, errors.
// Prints what Linux prints.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void said(const char *what, long result)
{
    printf("%s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "-");
}

static uint16_t sum(const void *data, size_t length)
{
    uint32_t total = 0;
    const uint8_t *bytes = data;
    for (size_t i = 0; i < length; i++)
        total += i % 2 ? bytes[i] : bytes[i] << 8;
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return htons(~total);
}

static struct sockaddr_in four(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static struct sockaddr_in6 six(int port)
{
    return (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
}

static void echo(uint8_t *packet, int type, int number)
{
    memset(packet, 0, 16);
    packet[0] = type;
    packet[4] = 0x12, packet[5] = 0x34, packet[7] = number;
    memcpy(packet + 8, "echoecho", 8);
    uint16_t check = sum(packet, 16);
    memcpy(packet + 2, &check, 2);
}

static void take(const char *what, int fd)
{
    uint8_t data[2048];
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    memset(&from, 0, sizeof from);
    ssize_t n = recvfrom(fd, data, sizeof data, MSG_DONTWAIT, (void *)&from, &length);
    printf("%s: %zd", what, n);
    if (n < 0) {
        printf(" %s\n", strerrorname_np(errno));
        return;
    }
    const uint8_t *payload = data;
    if (from.ss_family == AF_INET && n >= 20 && data[0] >> 4 == 4) {
        const struct iphdr *ip = (void *)data;
        payload += ip->ihl * 4;
        printf(" ip %d %d %d ttl %d tos %d protocol %d", ip->version, ip->ihl, ntohs(ip->tot_len), ip->ttl, ip->tos, ip->protocol);
    }
    printf(" from %d port %d", from.ss_family, ntohs(((struct sockaddr_in *)&from)->sin_port));
    n -= payload - data;
    printf(" payload %zd type %d code %d, data %.*s\n", n, payload[0], payload[1], n > 8 ? (int)n - 8 : 0, payload + 8);
}

static void creation(void)
{
    static const int families[] = {AF_INET, AF_INET6}, protocols[] = {0, 1, 6, 17, 58, 41, 255};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 7; j++) {
            int fd = socket(families[i], SOCK_RAW, protocols[j]), value = -1;
            if (fd < 0) {
                printf("socket %d %d: %s\n", families[i], protocols[j], strerrorname_np(errno));
                continue;
            }
            struct sockaddr_storage name;
            socklen_t length = sizeof name, four = sizeof value;
            getsockname(fd, (void *)&name, &length);
            printf("socket %d %d: name %u port %d", families[i], protocols[j], length, ntohs(((struct sockaddr_in *)&name)->sin_port));
            getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &four);
            printf(" type %d", value);
            getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &four);
            printf(" protocol %d", value);
            if (families[i] == AF_INET)
                getsockopt(fd, IPPROTO_IP, IP_HDRINCL, &value, &four), printf(" header %d", value);
            else
                getsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &value, &four), printf(" checksum %d", value);
            uint32_t filter = 1;
            printf(" filter %s", setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter) < 0 ? strerrorname_np(errno) : "ok");
            printf(" filter6 %s\n", setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &(struct icmp6_filter){{0}}, 32) < 0
                ? strerrorname_np(errno) : "ok");
            close(fd);
        }
}

static void icmp4(void)
{
    uint8_t packet[16];
    struct sockaddr_in to = four(0);
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), second = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), ttl = 33;
    setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
    said("no peer", send(fd, "x", 1, 0));
    echo(packet, ICMP_ECHO, 1);
    said("echo", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    usleep(1000);
    take("request", fd), take("reply", fd), take("no more", fd);
    take("request", second), take("reply", second);
    uint32_t filter = ~(1u << ICMP_ECHOREPLY);
    said("filter", setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter));
    socklen_t length = sizeof filter;
    filter = 0;
    getsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, &length);
    printf("reads %x\n", filter);
    echo(packet, ICMP_ECHO, 2);
    said("connect", connect(fd, (void *)&to, sizeof to));
    said("echo", send(fd, packet, sizeof packet, 0));
    usleep(1000);
    take("reply", fd), take("no more", fd);
    struct sockaddr_in name;
    length = sizeof name;
    getsockname(fd, (void *)&name, &length);
    printf("name %x %d\n", ntohl(name.sin_addr.s_addr), ntohs(name.sin_port));
    length = sizeof name;
    said("peer", getpeername(fd, (void *)&name, &length));
    int waiting;
    ioctl(second, FIONREAD, &waiting);
    printf("waiting %d\n", waiting);
    close(fd), close(second);
}

static void header(void)
{
    struct sockaddr_in to = four(0);
    uint8_t packet[36];
    memset(packet, 0, sizeof packet);
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), in = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct iphdr *ip = (void *)packet;
    ip->version = 4, ip->ihl = 5, ip->ttl = 77, ip->tos = 4, ip->protocol = IPPROTO_ICMP, ip->daddr = to.sin_addr.s_addr;
    echo(packet + 20, ICMP_ECHO, 3);
    said("own header", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    usleep(1000);
    take("request", in), take("reply", in);
    ip->ihl = 15;
    said("too long a header", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    ip->ihl = 4;
    said("short", sendto(fd, packet, 10, 0, (void *)&to, sizeof to));
    take("nothing for raw", fd);
    close(fd), close(in);
}

static void others(void)
{
    // UDP by hand, and a protocol that nobody speaks.
    struct sockaddr_in to = four(0), home = four(0);
    int server = socket(AF_INET, SOCK_DGRAM, 0), udp = socket(AF_INET, SOCK_RAW, IPPROTO_UDP), own = socket(AF_INET, SOCK_RAW, 253), on = 1;
    bind(server, (void *)&home, sizeof home);
    socklen_t length = sizeof home;
    getsockname(server, (void *)&home, &length);
    struct {
        uint16_t source, destination, length, check;
        char data[4];
    } datagram = {htons(9), home.sin_port, htons(12), 0, "hand"};
    said("by hand", sendto(udp, &datagram, sizeof datagram, 0, (void *)&to, sizeof to));
    usleep(1000);
    char data[64];
    ssize_t n = recvfrom(server, data, sizeof data, MSG_DONTWAIT, (void *)&home, &length);
    printf("received %zd %.4s from port %d\n", n, data, ntohs(home.sin_port));
    n = recv(udp, data, sizeof data, MSG_DONTWAIT);
    printf("a copy %zd\n", n);
    said("own", sendto(own, "12345678body", 12, 0, (void *)&to, sizeof to));
    usleep(1000);
    take("own", own);
    close(own);
    own = socket(AF_INET, SOCK_RAW, 254);
    setsockopt(own, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    struct sockaddr_in bad = four(0);
    connect(own, (void *)&bad, sizeof bad);
    send(own, "to myself", 9, 0);
    usleep(1000);
    take("it comes back", own);
    close(own), close(udp), close(server);
    take("closed", own);
}

static void icmp6(void)
{
    uint8_t packet[16];
    struct sockaddr_in6 to = six(0);
    int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), hops = 44, two = 2, odd = 3, value = 0;
    socklen_t length = sizeof value;
    setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops);
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &(int){1}, sizeof(int));
    echo(packet, ICMP6_ECHO_REQUEST, 1); // its checksum is none for IPv6: the stack writes it
    said("echo", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    usleep(1000);
    take("request", fd), take("reply", fd), take("no more", fd);
    struct icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    said("filter", setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter));
    said("echo", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    usleep(1000);
    take("reply", fd), take("no more", fd);
    to.sin6_port = htons(58);
    said("port of the protocol", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    to.sin6_port = htons(9);
    said("another port", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    to.sin6_port = 0;
    said("checksum", setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &two, sizeof two));
    close(fd);
    fd = socket(AF_INET6, SOCK_RAW, 253);
    said("checksum", setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &two, sizeof two));
    said("odd", setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &odd, sizeof odd));
    getsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &value, &length);
    printf("reads %d\n", value);
    said("too short", sendto(fd, "abc", 3, 0, (void *)&to, sizeof to));
    said("enough", sendto(fd, "\1\2\0\0abcdefgh", 12, 0, (void *)&to, sizeof to));
    usleep(1000);
    uint8_t data[64] = "";
    ssize_t n = recv(fd, data, sizeof data, MSG_DONTWAIT);
    printf("received %zd, checksum %02x%02x\n", n, data[2], data[3]);
    close(fd);
}

static void datagrams(void)
{
    FILE *range = fopen("/proc/sys/net/ipv4/ping_group_range", "w");
    if (range) {
        fprintf(range, "0 2147483647");
        fclose(range);
    }
    uint8_t packet[16];
    struct sockaddr_in to = four(0);
    struct sockaddr_in6 to6 = six(0);
    int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), fd6 = socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
    echo(packet, ICMP_ECHO, 5);
    said("echo", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    packet[0] = ICMP_ECHOREPLY;
    said("reply by hand", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    said("short", sendto(fd, packet, 4, 0, (void *)&to, sizeof to));
    echo(packet, ICMP6_ECHO_REQUEST, 6);
    said("echo", sendto(fd6, packet, sizeof packet, 0, (void *)&to6, sizeof to6));
    usleep(1000);
    take("reply", fd), take("no more", fd), take("reply", fd6), take("no more", fd6);
    close(fd), close(fd6);
}

int main(void)
{
    creation();
    icmp4();
    header();
    others();
    icmp6();
    datagrams();
    return 0;
}
