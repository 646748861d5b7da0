/*
 * What files say of the loopback interface: /sys/class/net/lo, up and down, and the tables of /proc/net and settings of /proc/sys/net in
 * their formats. It runs in a network of its own. Addresses of the kernel, inodes and sizes of Linux's own blocks are not printed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char text[65536];

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY), used = 0;
	ssize_t got = -1;
	if (fd < 0)
		return -1;
	while ((got = read(fd, text + used, sizeof text - 1 - used)) > 0)
		used += got;
	int error = errno;
	close(fd);
	text[used] = 0;
	errno = error;
	return got < 0 ? -1 : used;
}

static void show(const char *folder, const char *name)
{
	char path[256];
	struct stat of;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (stat(path, &of)) {
		printf("%s: %s\n", name, strerror(errno));
		return;
	}
	int length = read_file(path);
	printf("%s %o: %s", name, of.st_mode & 07777, length < 0 ? strerror(errno) : text);
	if (length <= 0 || text[length - 1] != '\n')
		printf("\n");
}

static void write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);
	ssize_t done = fd < 0 ? -1 : write(fd, value, strlen(value));
	printf("%s to %s: %s\n", value, strrchr(path, '/') + 1, done < 0 ? strerror(errno) : "written");
	if (fd >= 0)
		close(fd);
}

static void device(void)
{
	static const char *names[] = {
		"addr_assign_type", "addr_len", "address", "broadcast", "carrier", "carrier_changes", "carrier_down_count", "carrier_up_count", "dev_id",
		"dev_port", "dormant", "duplex", "flags",
		"gro_flush_timeout", "ifalias", "ifindex", "iflink", "link_mode", "mtu", "name_assign_type", "napi_defer_hard_irqs", "netdev_group",
		"operstate", "proto_down", "speed", "testing", "threaded", "tx_queue_len", "type", "uevent", "queues/rx-0/rps_cpus",
		"queues/rx-0/rps_flow_cnt", "queues/tx-0/tx_maxrate",
		"queues/tx-0/tx_timeout", "queues/tx-0/traffic_class", "power/control", "power/runtime_status", "statistics/collisions",
		"statistics/rx_errors", "statistics/tx_errors", "statistics/rx_dropped", "statistics/tx_dropped", "statistics/multicast", "nothing",
	};
	char link[256];
	ssize_t length = readlink("/sys/class/net/lo", link, sizeof link - 1);
	printf("lo -> %.*s\n", (int)length, link);
	length = readlink("/sys/class/net/lo/subsystem", link, sizeof link - 1);
	printf("subsystem -> %.*s\n", (int)length, link);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		show("/sys/class/net/lo", names[i]);
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	write_file("/sys/class/net/lo/flags", "0x8");
	printf("down\n");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr("carrier dormant duplex flags operstate speed testing", names[i]))
			show("/sys/class/net/lo", names[i]);
	write_file("/sys/class/net/lo/flags", "0x9");
	write_file("/sys/class/net/lo/mtu", "1400");
	ioctl(fd, SIOCGIFMTU, &request);
	printf("mtu %d\n", request.ifr_mtu);
	write_file("/sys/class/net/lo/mtu", "65536");
	write_file("/sys/class/net/lo/mtu", "many");
	write_file("/sys/class/net/lo/ifindex", "7");
	close(fd);
}

static void lines_of(const char *path, int first_only)
{
	if (read_file(path) < 0) {
		printf("%s: %s\n", path, strerror(errno));
		return;
	}
	printf("%s:\n", path);
	if (first_only)
		*strchrnul(text, '\n') = 0;
	printf("%s%s", text, first_only ? "\n" : "");
}

static void tables(void)
{
	static const char *headers[] = {
		"arp", "dev", "icmp", "icmp6", "igmp", "ip6_flowlabel", "mcfilter", "mcfilter6", "netlink", "packet", "raw", "raw6", "route", "rt_cache",
		"tcp", "tcp6", "udp", "udp6", "unix",
		"udplite", "udplite6", "stat/rt_cache",
	};
	static const char *whole[] = { "anycast6", "if_inet6", "igmp6" };
	char path[128];
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		snprintf(path, sizeof path, "/proc/net/%s", headers[i]);
		lines_of(path, 1);
	}
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		snprintf(path, sizeof path, "/proc/net/%s", whole[i]);
		lines_of(path, 0);
	}

	/* A line of sockets up to their inode. */
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(4321) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(4322) };
	int all[] = { socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET6, SOCK_STREAM, 0), socket(AF_INET6,
		SOCK_DGRAM, 0), socket(AF_INET, SOCK_RAW, 200) };
	for (int i = 0; i < 4; i++)
		bind(all[i], i < 2 ? (struct sockaddr *)&at : (struct sockaddr *)&six, i < 2 ? sizeof at : sizeof six);
	listen(all[0], 7);
	listen(all[2], 7);
	static const char *sockets[] = { "/proc/net/tcp", "/proc/net/udp", "/proc/net/tcp6", "/proc/net/udp6", "/proc/net/raw" };
	for (int i = 0; i < 5; i++) {
		read_file(sockets[i]);
		char *line = strchrnul(text, '\n'), *end;
		unsigned uid, timeout;
		if (*line && (end = strchr(line + 1, '\n'))) {
			*end = 0;
			int used = 0;
			if (sscanf(line + 1, "%*s %*s %*s %*s %*s %*s %*s %u %u%n", &uid, &timeout, &used) == 2)
				printf("%.*s, %zu bytes\n", used - 6, strchr(line + 1, ':') + 1, i < 2 ? strlen(line + 1) : 0); /* the number is a place in a table */
		}
	}
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	connect(fd, (struct sockaddr *)&at, sizeof at);
	read_file("/proc/net/tcp");
	int count = 0, orphans = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		unsigned state;
		unsigned long inode;
		if (sscanf(line, "%*s %*s %*s %x %*s %*s %*s %*s %*s %lu", &state, &inode) == 2 && state == 1) {
			count++;
			orphans += inode == 0;
		}
	}
	printf("a connection that nobody has accepted: %d ends, %d without a socket\n", count, orphans);
	close(fd);
	for (int i = 0; i < 5; i++)
		close(all[i]);
}

static void settings(void)
{
	static const char *names[] = {
		"core/somaxconn", "ipv4/ip_forward", "ipv4/ip_default_ttl", "ipv4/ip_local_port_range", "ipv4/ip_local_reserved_ports",
		"ipv4/ip_unprivileged_port_start", "ipv4/tcp_fin_timeout", "ipv4/tcp_keepalive_time", "ipv4/tcp_sack", "ipv4/tcp_timestamps",
		"ipv4/tcp_window_scaling", "ipv4/tcp_syn_retries", "ipv4/tcp_synack_retries", "ipv4/tcp_retries2", "ipv4/icmp_echo_ignore_all",
		"ipv4/icmp_echo_ignore_broadcasts",
		"ipv4/conf/all/forwarding", "ipv4/conf/lo/forwarding", "ipv4/conf/lo/mc_forwarding", "ipv4/conf/default/rp_filter",
		"ipv4/conf/lo/disable_policy",
		"ipv4/neigh/lo/ucast_solicit", "ipv6/bindv6only", "ipv6/conf/all/disable_ipv6", "ipv6/conf/lo/mtu", "ipv6/conf/lo/accept_dad",
		"ipv6/conf/lo/use_tempaddr", "ipv6/conf/default/hop_limit",
		"ipv6/conf/all/stable_secret", "ipv6/icmp/ratemask", "ipv6/route/min_adv_mss", "unix/max_dgram_qlen", "ipv4/conf/nothing/forwarding",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		show("/proc/sys/net", names[i]);
	write_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "80");
	show("/proc/sys/net/ipv4", "ip_unprivileged_port_start");
	write_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "40000");
	write_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024");
	write_file("/proc/sys/net/ipv4/tcp_congestion_control", "nothing");
	write_file("/proc/sys/net/ipv4/tcp_congestion_control", "reno");
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char name[16] = "";
	socklen_t length = sizeof name;
	getsockopt(fd, IPPROTO_TCP, 13, name, &length);
	printf("a new socket has %s\n", name);
	close(fd);
	write_file("/proc/sys/net/ipv4/conf/lo/mc_forwarding", "1");
	write_file("/proc/sys/net/ipv4/route/flush", "1");
	write_file("/proc/sys/net/ipv6/route/flush", "1");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	tables();
	device();
	settings();
	return 0;
}
