/*
 * /proc/net/snmp, snmp6 and netstat count what happens: each event is caused, and the counters that moved are printed, of those that are
 * watched. It runs in a network of its own with loopback alone. Where time decides how often something happens, only that it did is
 * printed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 400 };
struct counters { int count; char names[MOST][80]; long values[MOST]; };
static struct counters before, after;

static const char *watched[] = {
	"IpInHdrErrors", "IpInUnknownProtos", "IpOutNoRoutes", "IcmpInMsgs", "IcmpInDestUnreachs", "IcmpInEchos", "IcmpInEchoReps", "IcmpOutMsgs",
		"IcmpOutDestUnreachs", "IcmpOutEchoReps",
	"TcpActiveOpens", "TcpPassiveOpens", "TcpAttemptFails", "TcpEstabResets", "TcpCurrEstab", "TcpOutRsts", "TcpRetransSegs", "TcpInErrs",
		"TcpInCsumErrors",
	"UdpInDatagrams", "UdpNoPorts", "UdpInErrors", "UdpOutDatagrams", "UdpRcvbufErrors", "UdpInCsumErrors",
	"Udp6InDatagrams", "Udp6NoPorts", "Udp6OutDatagrams", "Icmp6InDestUnreachs", "Icmp6OutDestUnreachs", "Icmp6InEchos", "Icmp6OutEchoReplies",
		"Icmp6InEchoReplies",
	"TcpExtListenOverflows", "TcpExtListenDrops", "TcpExtTCPAbortOnData", "TcpExtTCPAbortOnClose", "TcpExtTCPSynRetrans", "TcpExtTCPTimeouts",
		"TcpExtEmbryonicRsts",
};

static void add(struct counters *to, const char *prefix, const char *name, long value)
{
	if (to->count < MOST) {
		snprintf(to->names[to->count], sizeof to->names[0], "%s%s", prefix, name);
		to->values[to->count++] = value;
	}
}

/* Pairs of lines: names, then numbers. */
static void read_pairs(struct counters *to, const char *path)
{
	static char names[8192], numbers[8192];
	FILE *file = fopen(path, "r");
	while (file && fgets(names, sizeof names, file) && fgets(numbers, sizeof numbers, file)) {
		char *n, *v, *prefix = strtok_r(names, ": \n", &n);
		strtok_r(numbers, ": \n", &v);
		for (char *name, *value; (name = strtok_r(NULL, " \n", &n)) && (value = strtok_r(NULL, " \n", &v));)
			add(to, prefix, name, atol(value));
	}
	if (file)
		fclose(file);
}

static void take(struct counters *to)
{
	char name[64];
	long value;
	to->count = 0;
	read_pairs(to, "/proc/net/snmp");
	read_pairs(to, "/proc/net/netstat");
	FILE *file = fopen("/proc/net/snmp6", "r");
	while (file && fscanf(file, "%63s %ld", name, &value) == 2)
		add(to, "", name, value);
	if (file)
		fclose(file);
}

static long value_of(const struct counters *of, const char *name)
{
	for (int i = 0; i < of->count; i++)
		if (!strcmp(of->names[i], name))
			return of->values[i];
	return -1;
}

enum how { EXACT, WHETHER };

static void begin(void) { take(&before); }

static void end(const char *what, enum how how)
{
	usleep(50000);
	take(&after);
	printf("%s:", what);
	for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
		long was = value_of(&before, watched[i]), is = value_of(&after, watched[i]);
		if (was < 0 || is < 0)
			printf(" (no %s)", watched[i]);
		else if (is != was)
			how == EXACT ? printf(" %s%+ld", watched[i], is - was) : printf(" %s", watched[i]);
	}
	printf("\n");
	fflush(stdout);
}

static struct sockaddr_in at(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return address;
}

static int bound(int type, int *port)
{
	struct sockaddr_in address = at(0);
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, type, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) || getsockname(fd, (struct sockaddr *)&address, &length))
		perror("bind");
	*port = ntohs(address.sin_port);
	return fd;
}

static int free_port(int type)
{
	int port, fd = bound(type, &port);
	close(fd);
	return port;
}

static void datagrams(void)
{
	char bytes[1000] = { 0 };
	int port, other = free_port(SOCK_DGRAM), fd = bound(SOCK_DGRAM, &port), from = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = at(port), nobody = at(other);
	begin();
	sendto(from, bytes, 10, 0, (struct sockaddr *)&to, sizeof to);
	recv(fd, bytes, sizeof bytes, 0);
	end("a datagram", EXACT);
	begin();
	for (int i = 0; i < 3; i++)
		sendto(from, bytes, 10, 0, (struct sockaddr *)&nobody, sizeof nobody);
	end("three to nobody", EXACT);
	int small = 2304;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	begin();
	for (int i = 0; i < 30; i++)
		sendto(from, bytes, sizeof bytes, 0, (struct sockaddr *)&to, sizeof to);
	end("more than there is room for", WHETHER);
	while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		continue;
	struct sockaddr_in away = at(9);
	away.sin_addr.s_addr = htonl(0xc0000201);
	begin();
	ssize_t sent = sendto(from, bytes, 10, 0, (struct sockaddr *)&away, sizeof away);
	end(sent < 0 && errno == ENETUNREACH ? "no way" : "some way", EXACT);
	close(fd);
	close(from);
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(other) };
	from = socket(AF_INET6, SOCK_DGRAM, 0);
	begin();
	sendto(from, bytes, 10, 0, (struct sockaddr *)&six, sizeof six);
	end("one to nobody, by IPv6", EXACT);
	close(from);
}

static uint16_t sum(const void *bytes, int length)
{
	const uint8_t *at = bytes;
	uint32_t total = 0;
	for (int i = 0; i + 1 < length; i += 2)
		total += at[i] << 8 | at[i + 1];
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons(~total);
}

static void packets(void)
{
	/* Headers of the program's own: protocol 201, which nobody has, and a version that there is not. */
	unsigned char packet[40] = { 0x45, 0, 0, 40, 0, 1, 0, 0, 64, 201, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1 };
	struct sockaddr_in to = at(0);
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	begin();
	sendto(raw, packet, sizeof packet, 0, (struct sockaddr *)&to, sizeof to);
	end("an unknown protocol", EXACT);

	/* UDP and TCP with a wrong checksum. */
	int port, fd = bound(SOCK_DGRAM, &port);
	packet[9] = 17;
	memcpy(packet + 20, (unsigned char[]){ 0, 9, port >> 8, port, 0, 20, 0x12, 0x34 }, 8);
	begin();
	sendto(raw, packet, sizeof packet, 0, (struct sockaddr *)&to, sizeof to);
	end("a datagram with a wrong checksum", EXACT);
	close(fd);
	packet[9] = 6;
	memcpy(packet + 20, (unsigned char[]){ 0, 9, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0x12, 0x34, 0, 0 }, 20);
	begin();
	sendto(raw, packet, sizeof packet, 0, (struct sockaddr *)&to, sizeof to);
	end("a segment with a wrong checksum", EXACT);
	close(raw);

	unsigned char echo[16] = { 8, 0, 0, 0, 0, 1, 0, 1 };
	uint16_t check = sum(echo, sizeof echo);
	memcpy(echo + 2, &check, 2);
	raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	begin();
	sendto(raw, echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to);
	end("an echo", EXACT);
	close(raw);
	raw = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	memcpy(echo, (unsigned char[]){ 128, 0, 0, 0 }, 4);
	begin();
	sendto(raw, echo, sizeof echo, 0, (struct sockaddr *)&six, sizeof six);
	end("an echo by IPv6", EXACT);
	close(raw);
}

static int connected(int port)
{
	struct sockaddr_in to = at(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof to))
		perror("connect");
	return fd;
}

static void connections(void)
{
	int port, listener = bound(SOCK_STREAM, &port);
	listen(listener, 10);
	struct sockaddr_in nobody = at(free_port(SOCK_STREAM));
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	begin();
	int refused = connect(fd, (struct sockaddr *)&nobody, sizeof nobody);
	end(refused < 0 && errno == ECONNREFUSED ? "refused" : "not refused", EXACT);
	close(fd);

	begin();
	fd = connected(port);
	int peer = accept(listener, NULL, NULL);
	end("a connection", EXACT);
	begin();
	write(peer, "unread", 6);
	usleep(20000);
	close(fd);
	end("closed with data unread", EXACT);
	close(peer);

	fd = connected(port);
	peer = accept(listener, NULL, NULL);
	struct linger now = { 1, 0 };
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	begin();
	close(fd);
	end("closed at once", EXACT);
	close(peer);

	fd = connected(port);
	peer = accept(listener, NULL, NULL);
	begin();
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	connect(fd, &none, sizeof none);
	end("disconnected", EXACT);
	close(fd);
	close(peer);

	fd = connected(port);
	begin();
	close(listener);
	end("a listener closed with one that waits", EXACT);
	close(fd);
}

static void queues(void)
{
	int port, listener = bound(SOCK_STREAM, &port), all[8];
	struct sockaddr_in to = at(port);
	listen(listener, 0);
	begin();
	for (int i = 0; i < 8; i++) {
		all[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(all[i], (struct sockaddr *)&to, sizeof to);
	}
	sleep(2);
	end("more than may wait", WHETHER);
	for (int i = 0; i < 8; i++)
		close(all[i]);
	close(listener);
}

int main(void)
{
	datagrams();
	packets();
	connections();
	queues();
	return 0;
}
