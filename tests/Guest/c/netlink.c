/*
 * AF_NETLINK (netlink(7), rtnetlink(7), sock_diag(7)) at its edges: messages that are malformed, buffers that are too small, notices of
 * changes, sockets told one by one, and what a program without CAP_NET_ADMIN may not do. It runs in a network of its own with loopback
 * alone, whose settings it changes. Prints what came; numbers that differ from run to run are not printed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROUTE = 0, SOCK_DIAG = 4, GENERIC = 16 };
enum { REQUEST = 1, MULTI = 2, ACK = 4, REPLACE = 0x100, EXCL = 0x200, CREATE = 0x400, ROOT = 0x100, MATCH = 0x200, DUMP = ROOT | MATCH };
enum { NEWLINK = 16, DELLINK, GETLINK, SETLINK, NEWADDR = 20, DELADDR, GETADDR, NEWROUTE = 24, DELROUTE, GETROUTE, NEWNEIGH = 28, DELNEIGH,
	GETNEIGH, GETRULE = 34 };
enum { LEVEL = 270, ADD_MEMBERSHIP = 1, DROP_MEMBERSHIP = 2, PKTINFO = 3, LIST_MEMBERSHIPS = 9, CAP_ACK = 10, EXT_ACK = 11, STRICT = 12 };

struct header { uint32_t length; uint16_t type, flags; uint32_t sequence, port; };
struct name { uint16_t family, pad; uint32_t port, groups; };
struct link { uint8_t family, pad; uint16_t type; int32_t index; uint32_t flags, change; };
struct address { uint8_t family, prefix, flags, scope; int32_t index; };
struct route { uint8_t family, to, from, tos, table, protocol, scope, type; uint32_t flags; };
struct neighbor { uint8_t family, pad1; uint16_t pad2; int32_t index; uint16_t state; uint8_t flags, type; };

static union { struct header h; char bytes[8192]; } out, in;
static uint32_t sequence = 100;

static void begin(int type, int flags, const void *body, int length)
{
	memset(&out, 0, sizeof out);
	out.h.length = 16 + ((length + 3) & ~3);
	out.h.type = type;
	out.h.flags = flags;
	out.h.sequence = ++sequence;
	memcpy(out.bytes + 16, body, length);
}

static void attribute(int type, const void *value, int length)
{
	uint16_t head[2] = { (uint16_t)(4 + length), (uint16_t)type };
	memcpy(out.bytes + out.h.length, head, 4);
	memcpy(out.bytes + out.h.length + 4, value, length);
	out.h.length += 4 + ((length + 3) & ~3);
}

static int open_netlink(int protocol, uint32_t groups)
{
	struct name name = { AF_NETLINK, 0, 0, groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name))
		printf("cannot open protocol %d: %s\n", protocol, strerror(errno));
	return fd;
}

static const char *error_name(int error) { return error ? strerror(error) : "none"; }

/* Prints the messages of one answer: of an error its number, of what is told its type and how often it comes. */
static void answer(const char *what, int fd)
{
	printf("%s:", what);
	int type = 0, count = 0, done = 0, any = 0;
	while (!done) {
		ssize_t length = recv(fd, in.bytes, sizeof in.bytes, MSG_DONTWAIT);
		if (length < 0) {
			if (errno != EAGAIN || !any)
				printf(" %s", errno == EAGAIN ? "nothing" : strerror(errno));
			break;
		}
		any = 1;
		for (char *at = in.bytes; at - in.bytes + 16 <= length;) {
			struct header *h = (struct header *)at;
			if (h->sequence != sequence)
				printf(" (wrong sequence)");
			if (count && h->type != type) {
				printf(" type %d%s", type, count > 1 ? " several" : "");
				count = 0;
			}
			type = h->type;
			if (type == 2) {
				int32_t error;
				memcpy(&error, at + 16, 4);
				printf(" error %s, %s", error_name(-error), h->flags & 0x100 ? "capped" : "whole");
				if (!(h->flags & MULTI))
					done = 1;
			} else if (type == 3) {
				int32_t error;
				memcpy(&error, at + 16, 4);
				printf(" done %d%s", (int)error, h->flags & MULTI ? " multi" : "");
				done = 1;
			} else {
				count++;
				if (!(h->flags & MULTI) && !(out.h.flags & ACK))
					done = 1;
			}
			at += (h->length + 3) & ~3;
		}
	}
	if (count)
		printf(" type %d%s", type, count > 1 ? " several" : "");
	printf("\n");
}

static void ask(const char *what, int fd)
{
	ssize_t sent = send(fd, out.bytes, out.h.length, 0);
	if (sent != (ssize_t)out.h.length)
		printf("(sent %zd: %s) ", sent, sent < 0 ? strerror(errno) : "short");
	answer(what, fd);
}

static void ask_length(const char *what, int fd, int length)
{
	if (send(fd, out.bytes, length, 0) != length)
		printf("(send: %s) ", strerror(errno));
	answer(what, fd);
}

static void malformed(void)
{
	int fd = open_netlink(ROUTE, 0);
	struct link link = { 0 };
	begin(GETLINK, REQUEST | DUMP, &link, sizeof link);
	ask("all links", fd);
	begin(GETLINK, REQUEST | DUMP | ACK, &link, sizeof link);
	ask("all links, acknowledged", fd);
	ask_length("half a header", fd, 8);
	ask_length("a header without its body", fd, 16);
	begin(GETLINK, REQUEST | DUMP, &link, sizeof link);
	out.h.length = 15;
	ask_length("shorter than a header", fd, 32);
	begin(GETLINK, DUMP, &link, sizeof link);
	ask("no request", fd);
	begin(GETLINK, ACK, &link, sizeof link);
	ask("no request, acknowledged", fd);
	begin(1, REQUEST | ACK, "", 0);
	ask("no operation", fd);
	begin(3, REQUEST, "", 0);
	ask("done without acknowledgment", fd);
	begin(GETLINK, REQUEST | ACK, "", 0);
	ask("no body", fd);
	begin(15, REQUEST | ACK, &link, sizeof link);
	ask("below the first type", fd);
	begin(500, REQUEST, &link, sizeof link);
	ask("beyond the last type", fd);
	begin(GETLINK, REQUEST, &link, sizeof link);
	ask("no link named", fd);
	link.index = 9999;
	begin(GETLINK, REQUEST, &link, sizeof link);
	ask("no such link", fd);
	link.index = -1;
	begin(GETLINK, REQUEST, &link, sizeof link);
	ask("a negative link", fd);
	link.index = 1;
	begin(GETLINK, REQUEST, &link, sizeof link);
	ask("a link", fd);
	begin(GETLINK, REQUEST | ACK, &link, sizeof link);
	ask("a link, acknowledged", fd);
	begin(GETLINK, REQUEST, &link, 8);
	ask("half a body", fd);
	link.index = 0;
	begin(GETLINK, REQUEST, &link, sizeof link);
	attribute(3, "nothing", 8);
	ask("a name that nobody has", fd);
	begin(GETLINK, REQUEST, &link, sizeof link);
	attribute(3, "a-name-that-is-far-too-long", 28);
	ask("a name that is too long", fd);
	begin(GETLINK, REQUEST, &link, sizeof link);
	attribute(3, "lo", 3);
	ask("a name", fd);
	begin(GETLINK, REQUEST | DUMP, "\2", 1);
	ask("the general body", fd);
	begin(GETADDR, REQUEST | DUMP, "\2", 1);
	ask("addresses", fd);
	begin(GETADDR, REQUEST | DUMP, "\143", 1);
	ask("addresses of a family that there is not", fd);
	begin(GETROUTE, REQUEST | DUMP, "\2", 1);
	ask("routes", fd);
	begin(GETNEIGH, REQUEST | DUMP, "\2", 1);
	ask("neighbours", fd);
	begin(GETRULE, REQUEST | DUMP, "\2", 1);
	ask("rules", fd);
	struct route route = { .family = AF_INET, .to = 32 };
	begin(GETROUTE, REQUEST, &route, sizeof route);
	attribute(1, "\177\0\0\1", 4);
	ask("the way to loopback", fd);
	begin(GETROUTE, REQUEST, &route, sizeof route);
	attribute(1, "\300\0\2\1", 4);
	ask("no way", fd);
	begin(GETROUTE, REQUEST, &route, 4);
	ask("half a route", fd);
	int one = 1;
	printf("strict: %s\n", setsockopt(fd, LEVEL, STRICT, &one, sizeof one) ? strerror(errno) : "set");
	begin(GETADDR, REQUEST | DUMP, "\2", 1);
	ask("addresses, strictly", fd);
	struct address address = { .family = AF_INET, .index = 77 };
	begin(GETADDR, REQUEST | DUMP, &address, sizeof address);
	ask("addresses of no link, strictly", fd);
	address.index = 1;
	begin(GETADDR, REQUEST | DUMP, &address, sizeof address);
	ask("addresses of a link, strictly", fd);
	begin(GETROUTE, REQUEST | DUMP, "\2", 1);
	ask("routes, strictly", fd);
	begin(GETLINK, REQUEST | DUMP, "\2", 1);
	ask("links, strictly", fd);
	close(fd);
}

static void buffers(void)
{
	int fd = open_netlink(ROUTE, 0);
	struct link link = { .index = 1 };
	char little[20];
	begin(GETLINK, REQUEST, &link, sizeof link);
	send(fd, out.bytes, out.h.length, 0);
	ssize_t whole = recv(fd, little, 0, MSG_PEEK | MSG_TRUNC);
	printf("peeked: %s\n", whole > 200 ? "the whole length" : "something else");
	struct iovec part = { little, sizeof little };
	struct name from;
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got = recvmsg(fd, &message, 0);
	printf("a little buffer: %zd, %s, from %u in %u bytes\n", got, message.msg_flags & MSG_TRUNC ? "truncated" : "whole", (unsigned)from.port,
		(unsigned)message.msg_namelen);
	got = recv(fd, little, sizeof little, MSG_DONTWAIT);
	printf("the rest: %s\n", got < 0 ? strerror(errno) : "is there");
	begin(GETLINK, REQUEST, &link, sizeof link);
	send(fd, out.bytes, out.h.length, 0);
	got = recv(fd, little, sizeof little, MSG_TRUNC);
	printf("its length is told: %s\n", got == whole ? "yes" : "no");
	int small = 1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	for (int i = 0; i < 200; i++) {
		begin(GETLINK, REQUEST, &link, sizeof link);
		send(fd, out.bytes, out.h.length, MSG_DONTWAIT);
	}
	got = recv(fd, in.bytes, sizeof in.bytes, MSG_DONTWAIT);
	printf("too many answers: %s\n", got < 0 ? strerror(errno) : "read");
	got = recv(fd, in.bytes, sizeof in.bytes, MSG_DONTWAIT);
	printf("then: %s\n", got < 0 ? strerror(errno) : "read");
	close(fd);
}

static void names(void)
{
	struct name name = { AF_NETLINK, 0, 0, 0 }, own, other;
	socklen_t length = sizeof own;
	int fd = socket(AF_NETLINK, SOCK_DGRAM, ROUTE), second = socket(AF_NETLINK, SOCK_RAW, ROUTE);
	getsockname(fd, (struct sockaddr *)&own, &length);
	printf("unbound: %u in %u bytes\n", (unsigned)own.port, (unsigned)length);
	bind(fd, (struct sockaddr *)&name, sizeof name);
	getsockname(fd, (struct sockaddr *)&own, &length);
	bind(second, (struct sockaddr *)&name, sizeof name);
	getsockname(second, (struct sockaddr *)&other, &length);
	printf("bound: %s, the second %s\n", own.port == (uint32_t)getpid() ? "the process" : "another",
		other.port != own.port && other.port != 0 ? "another" : "the same");
	name.port = 4711;
	printf("bound anew: %s\n", bind(fd, (struct sockaddr *)&name, sizeof name) ? strerror(errno) : "yes");
	int third = socket(AF_NETLINK, SOCK_RAW, ROUTE);
	name.port = own.port;
	printf("a port that is taken: %s\n", bind(third, (struct sockaddr *)&name, sizeof name) ? strerror(errno) : "yes");
	name.family = AF_INET;
	printf("another family: %s\n", bind(third, (struct sockaddr *)&name, sizeof name) ? strerror(errno) : "yes");
	name.family = AF_NETLINK;
	printf("a short name: %s\n", bind(third, (struct sockaddr *)&name, 8) ? strerror(errno) : "yes");
	printf("a stream: %s\n", socket(AF_NETLINK, SOCK_STREAM, ROUTE) < 0 ? strerror(errno) : "yes");
	printf("a protocol that there is not: %s\n", socket(AF_NETLINK, SOCK_RAW, 31) < 0 ? strerror(errno) : "yes");
	printf("a negative protocol: %s\n", socket(AF_NETLINK, SOCK_RAW, -1) < 0 ? strerror(errno) : "yes");
	printf("listening: %s\n", listen(third, 1) ? strerror(errno) : "yes");
	printf("accepting: %s\n", accept(third, NULL, NULL) < 0 ? strerror(errno) : "yes");
	printf("shut down: %s\n", shutdown(third, SHUT_RD) ? strerror(errno) : "yes");
	printf("sent out of band: %s\n", send(third, "", 0, MSG_OOB) < 0 ? strerror(errno) : "yes");
	int group = 1;
	printf("joined: %s\n", setsockopt(third, LEVEL, ADD_MEMBERSHIP, &group, sizeof group) ? strerror(errno) : "yes");
	group = 0;
	printf("joined none: %s\n", setsockopt(third, LEVEL, ADD_MEMBERSHIP, &group, sizeof group) ? strerror(errno) : "yes");
	group = 5000;
	printf("joined one beyond the last: %s\n", setsockopt(third, LEVEL, ADD_MEMBERSHIP, &group, sizeof group) ? strerror(errno) : "yes");
	close(fd);
	close(second);
	close(third);
}

/* Prints the types of the notices that have come. */
static void notices(const char *what, int fd)
{
	printf("%s:", what);
	for (;;) {
		ssize_t length = recv(fd, in.bytes, sizeof in.bytes, MSG_DONTWAIT);
		if (length < 0)
			break;
		struct header *h = (struct header *)in.bytes;
		printf(" %d", h->type);
		if (h->type == NEWLINK) {
			struct link *link = (struct link *)(in.bytes + 16);
			printf("%s%s", link->flags & 1 ? " up" : " down", link->flags & 0x40 ? " running" : "");
		}
	}
	printf("\n");
}

static void change(const char *what, int fd, int heard)
{
	out.h.flags |= ACK;
	ask(what, fd);
	notices("  heard", heard);
}

static void set_link(const char *what, int fd, int heard, unsigned flags, unsigned which)
{
	struct link link = { .index = 1, .flags = flags, .change = which };
	begin(SETLINK, REQUEST, &link, sizeof link);
	change(what, fd, heard);
}

static void address(const char *what, int fd, int heard, int type, int flags, const char *text, int prefix, int index)
{
	char bytes[16];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	inet_pton(family, text, bytes);
	struct address body = { (uint8_t)family, (uint8_t)prefix, 0, 0, index };
	begin(type, REQUEST | flags, &body, sizeof body);
	attribute(2, bytes, family == AF_INET ? 4 : 16);
	attribute(1, bytes, family == AF_INET ? 4 : 16);
	if (family == AF_INET) {
		change(what, fd, heard);
		return;
	}

	/* Of IPv6 the address is taken into use a moment later, and so heard of again. */
	out.h.flags |= ACK;
	ask(what, fd);
	usleep(100000);
	while (recv(heard, in.bytes, sizeof in.bytes, MSG_DONTWAIT) > 0)
		continue;
}

static void route(const char *what, int fd, int heard, int type, int flags, const char *to, int prefix, int oif)
{
	char bytes[16];
	int family = strchr(to, ':') ? AF_INET6 : AF_INET;
	inet_pton(family, to, bytes);
	struct route body = { (uint8_t)family, (uint8_t)prefix, 0, 0, 254, 3, family == AF_INET ? 253 : 0, 1, 0 };
	begin(type, REQUEST | flags, &body, sizeof body);
	attribute(1, bytes, family == AF_INET ? 4 : 16);
	attribute(4, &oif, 4);
	change(what, fd, heard);
}

static void changes(void)
{
	/* Links, neighbours, addresses and routes of IPv4, addresses and routes of IPv6. */
	int heard = open_netlink(ROUTE, 1 | 4 | 0x10 | 0x40 | 0x100 | 0x400), fd = open_netlink(ROUTE, 0);
	address("an address", fd, heard, NEWADDR, CREATE | EXCL, "10.9.0.1", 24, 1);
	address("the same address", fd, heard, NEWADDR, CREATE | EXCL, "10.9.0.1", 24, 1);
	address("a prefix that is too long", fd, heard, NEWADDR, CREATE | EXCL, "10.9.0.2", 33, 1);
	address("an address of no link", fd, heard, NEWADDR, CREATE | EXCL, "10.9.0.2", 24, 99);
	address("it goes", fd, heard, DELADDR, 0, "10.9.0.1", 24, 1);
	address("it goes again", fd, heard, DELADDR, 0, "10.9.0.1", 24, 1);
	struct address none = { .family = AF_INET, .prefix = 24, .index = 1 };
	begin(NEWADDR, REQUEST | CREATE, &none, sizeof none);
	change("no address", fd, heard);
	begin(NEWADDR, REQUEST | CREATE, &none, 4);
	change("half an address", fd, heard);
	address("an address of IPv6", fd, heard, NEWADDR, CREATE | EXCL, "2001:db8::1", 128, 1);
	address("the same of IPv6", fd, heard, NEWADDR, CREATE | EXCL, "2001:db8::1", 128, 1);
	address("it goes, of IPv6", fd, heard, DELADDR, 0, "2001:db8::1", 128, 1);
	address("it goes again, of IPv6", fd, heard, DELADDR, 0, "2001:db8::1", 128, 1);
	route("a route", fd, heard, NEWROUTE, CREATE | EXCL, "192.0.2.0", 24, 1);
	route("the same route", fd, heard, NEWROUTE, CREATE | EXCL, "192.0.2.0", 24, 1);
	route("a route replaced", fd, heard, NEWROUTE, CREATE | REPLACE, "192.0.2.0", 24, 1);
	route("a route with bits beyond its prefix", fd, heard, NEWROUTE, CREATE | EXCL, "192.0.2.1", 24, 1);
	route("a route by no link", fd, heard, NEWROUTE, CREATE | EXCL, "198.51.100.0", 24, 99);
	route("a route's prefix is too long", fd, heard, NEWROUTE, CREATE | EXCL, "198.51.100.0", 40, 1);
	route("a route goes", fd, heard, DELROUTE, 0, "192.0.2.0", 24, 1);
	route("a route goes again", fd, heard, DELROUTE, 0, "192.0.2.0", 24, 1);
	route("a route of IPv6", fd, heard, NEWROUTE, CREATE | EXCL, "2001:db8:1::", 48, 1);
	route("a route of IPv6 goes", fd, heard, DELROUTE, 0, "2001:db8:1::", 48, 1);
	route("a route of IPv6 goes again", fd, heard, DELROUTE, 0, "2001:db8:1::", 48, 1);
	struct link link = { .index = 1 };
	uint32_t mtu = 1400;
	begin(SETLINK, REQUEST, &link, sizeof link);
	attribute(4, &mtu, 4);
	change("an MTU", fd, heard);
	mtu = 65536;
	begin(SETLINK, REQUEST, &link, sizeof link);
	attribute(4, &mtu, 4);
	change("the MTU as it was", fd, heard);
	link.index = 99;
	begin(SETLINK, REQUEST, &link, sizeof link);
	change("no such link", fd, heard);
	set_link("nothing changes", fd, heard, 1, 1);
	link.index = 1;
	begin(DELLINK, REQUEST, &link, sizeof link);
	change("loopback goes", fd, heard);
	close(fd);
	close(heard);
}

static void diagnose(const char *what, int fd, int flags, int family, int protocol, uint32_t states, int source, int destination)
{
	unsigned char body[56] = { (unsigned char)family, (unsigned char)protocol, 0xff };
	memcpy(body + 4, &states, 4);
	body[8] = source >> 8;
	body[9] = source;
	body[10] = destination >> 8;
	body[11] = destination;
	memcpy(body + 12, "\177\0\0\1", 4);
	memcpy(body + 28, "\177\0\0\1", 4);
	memset(body + 48, 0xff, 8);
	begin(20, REQUEST | flags, body, sizeof body);
	ask(what, fd);
}

static void sockets(void)
{
	int fd = open_netlink(SOCK_DIAG, 0), listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof at;
	bind(listener, (struct sockaddr *)&at, sizeof at);
	listen(listener, 5);
	getsockname(listener, (struct sockaddr *)&at, &length);
	connect(client, (struct sockaddr *)&at, sizeof at);
	int port = ntohs(at.sin_port);
	getsockname(client, (struct sockaddr *)&at, &length);
	int other = ntohs(at.sin_port);
	diagnose("all TCP", fd, DUMP, AF_INET, 6, 0xffffffff, 0, 0);
	diagnose("listening TCP", fd, DUMP, AF_INET, 6, 1 << 10, 0, 0);
	diagnose("TCP in no state", fd, DUMP, AF_INET, 6, 0, 0, 0);
	diagnose("TCP of a port", fd, DUMP, AF_INET, 6, 0xffffffff, port, 0);
	diagnose("one connection", fd, 0, AF_INET, 6, 0, other, port);
	diagnose("no connection", fd, 0, AF_INET, 6, 0, 1, 2);
	diagnose("UDP", fd, DUMP, AF_INET, 17, 0xffffffff, 0, 0);
	diagnose("no UDP", fd, 0, AF_INET, 17, 0, 1, 2);
	diagnose("a protocol that there is not", fd, DUMP, AF_INET, 200, 0xffffffff, 0, 0);
	diagnose("a family that there is not", fd, DUMP, 77, 6, 0xffffffff, 0, 0);
	begin(20, REQUEST | DUMP, "\2", 1);
	ask("a short request", fd);
	begin(20, REQUEST | DUMP, "\2\6", 2);
	ask("a family and a protocol", fd);
	begin(17, REQUEST | DUMP, "\2\6\0\0", 4);
	ask("another type", fd);
	begin(99, REQUEST | DUMP, "\2\6\0\0", 4);
	ask("an unknown type", fd);

	struct { uint8_t family, protocol; uint16_t pad; uint32_t states, inode, show, cookie[2]; } unix_request = { AF_UNIX, 0, 0, 0xffffffff, 0,
		0x7f, { 0xffffffff, 0xffffffff } };
	int pair[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	begin(20, REQUEST | DUMP, &unix_request, sizeof unix_request);
	ask("AF_UNIX", fd);
	begin(20, REQUEST, &unix_request, sizeof unix_request);
	ask("AF_UNIX without a number", fd);
	unix_request.inode = 0x7ffffff0;
	begin(20, REQUEST, &unix_request, sizeof unix_request);
	ask("AF_UNIX of a number that nobody has", fd);
	begin(20, REQUEST | DUMP, &unix_request, 8);
	ask("half a request of AF_UNIX", fd);
	close(pair[0]);
	close(pair[1]);
	close(client);
	close(listener);
	close(fd);
}

static void generic(void)
{
	int fd = open_netlink(GENERIC, 0);
	struct { uint8_t command, version; uint16_t pad; } body = { 3, 1, 0 };
	begin(16, REQUEST, &body, sizeof body);
	attribute(2, "nlctrl", 7);
	ask("the controller", fd);
	begin(16, REQUEST, &body, sizeof body);
	attribute(2, "no-such-family", 15);
	ask("no such family", fd);
	begin(16, REQUEST, &body, sizeof body);
	ask("no family named", fd);
	begin(16, REQUEST, "", 0);
	ask("no header", fd);
	begin(4000, REQUEST, &body, sizeof body);
	ask("no such number", fd);
	body.command = 99;
	begin(16, REQUEST, &body, sizeof body);
	ask("no such command", fd);
	close(fd);
}

static void powerless(void)
{
	int fd = open_netlink(ROUTE, 0), heard = open_netlink(ROUTE, 1);
	printf("nobody: %s\n", setgid(65534) || setuid(65534) ? strerror(errno) : "yes");
	address("an address", fd, heard, NEWADDR, CREATE | EXCL, "10.9.0.1", 24, 1);
	route("a route", fd, heard, NEWROUTE, CREATE | EXCL, "192.0.2.0", 24, 1);
	set_link("down", fd, heard, 0, 1);
	begin(500, REQUEST, "\0\0\0\0", 4);
	ask("beyond the last type", fd);
	struct link link = { .index = 1 };
	begin(GETLINK, REQUEST, &link, sizeof link);
	ask("a link", fd);
	close(fd);
	close(heard);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	malformed();
	buffers();
	names();
	changes();
	sockets();
	generic();
	powerless();
	return 0;
}
