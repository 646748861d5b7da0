// Values at the ends of their ranges, for fuzz.c: positions of files that are made as they are read, times, options, settings, messages
// to the kernel. Random arguments seldom have two of
// them that belong together.
#pragma once

static uint64_t extreme(struct worker *w)
{
    static const uint64_t ends[] = {
        0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x3fffffff, 0x40000000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x100000000,
        2147483, 2147484, 946080000, 8277292035, 8277292036, 9223372035, 9223372036, 9223372037, 9223372036854, 9223372036854775, 18446744073, 18446744074,
        999999, 1000000, 999999999, 1000000000, 0x7fffffff000, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000, 1UL << 51, 1UL << 52, 1UL << 61, 1UL << 62,
        0x7fffffffffffefff, 0x7ffffffffffff000, 0x7ffffffffffffff0, 0x7ffffffffffffffe, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001,
        0xffffffff80000000, 0xffffffff7fffffff, 0xffffffffff600000, 0xfffffffffffff000, 0xfffffffffffffff0, 0xfffffffffffffffe, 0xffffffffffffffff,
    };
    uint64_t value = ends[below(w, COUNT(ends))];
    return below(w, 6) ? value : value + below(w, 3) - 1;
}

static uint64_t *extremes(struct worker *w, unsigned count)
{
    uint64_t *words = room(w, count * 8);
    for (unsigned i = 0; i < count; i++) {
        words[i] = below(w, 3) ? extreme(w) : below(w, 3);
    }
    return words;
}

// Seconds and a fraction that is mostly one.
static uint64_t *times(struct worker *w, unsigned count)
{
    uint64_t *words = extremes(w, count * 2);
    for (unsigned i = 1; i < count * 2; i += 2) {
        words[i] = below(w, 4) ? PICK(w, 0, 1, 999999, 999999999, 500) : words[i];
        words[i - 1] = below(w, 8) ? words[i - 1] : PICK(w, 4294967, 4294968); // as offsets they would be within this program
    }
    return words;
}

// What comes again and again must leave the program time for something else.
static void slowDown(uint64_t *span)
{
    span[1] = span[0] == 0 && span[1] < 900000 ? 900000 : span[1];
}

static const char *const madeFiles[] = {
    "/proc/self/mem", "/proc/self/pagemap", "/proc/self/maps", "/proc/self/smaps", "/proc/self/status", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/fd", "/proc/self/fdinfo", "/proc/self/task",
    "/proc/self/oom_score_adj", "/proc/self/coredump_filter", "/proc/self/timerslack_ns", "/proc/self/loginuid", "/proc/self/clear_refs", "/proc/self/comm", "/proc/self/auxv", "/proc/self/stat", "/proc/self/timers",
    "/proc/self/map_files", "/proc/self/ns", "/proc", "/proc/net/tcp", "/proc/net/udp", "/proc/net/unix", "/proc/net/dev", "/proc/net/route", "/proc/net/fib_trie", "/proc/net/snmp", "/proc/net/netlink", "/proc/kmsg",
    "/proc/sysvipc/sem", "/proc/sysvipc/msg", "/proc/sysvipc/shm", "/proc/meminfo", "/proc/stat", "/proc/locks", "/proc/mounts", "/proc/self/mountinfo", "/sys/class/net/lo/mtu", "/sys/class/net/lo/flags",
    "/", "/etc", "/sys", "/sys/class/net", "/dev", "/dev/pts", "/proc/net", "/proc/sys/net",
    "/dev/zero", "/dev/full", "/dev/null", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/sys/fs/cgroup/memory.current", "/tmp", "/tmp/a", "/dev/shm",
};

// Settings that take a number, apart from those that would leave the fuzzer without threads or descriptors.
static const char *const settings[] = {
    "kernel/sem", "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/shmmax", "kernel/shmall", "kernel/shmmni", "kernel/randomize_va_space", "kernel/hostname", "kernel/domainname", "kernel/printk",
    "vm/max_map_count", "vm/overcommit_memory", "vm/overcommit_ratio", "vm/mmap_min_addr", "vm/swappiness", "vm/drop_caches", "vm/min_free_kbytes", "fs/pipe-max-size", "fs/inotify/max_user_watches",
    "fs/inotify/max_queued_events", "fs/inotify/max_user_instances", "fs/epoll/max_user_watches", "fs/nr_open", "fs/file-max", "fs/lease-break-time", "net/core/somaxconn", "net/core/rmem_max", "net/core/wmem_max",
    "net/core/rmem_default", "net/core/wmem_default", "net/core/optmem_max", "net/core/netdev_max_backlog", "net/ipv4/ip_local_port_range", "net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem", "net/ipv4/tcp_fin_timeout",
    "net/ipv4/tcp_keepalive_time", "net/ipv4/tcp_keepalive_intvl", "net/ipv4/tcp_keepalive_probes", "net/ipv4/tcp_max_syn_backlog", "net/ipv4/tcp_syn_retries", "net/ipv4/tcp_syncookies", "net/ipv4/ip_default_ttl",
    "net/ipv4/ip_unprivileged_port_start", "net/ipv4/ping_group_range", "net/ipv4/ip_forward", "net/ipv4/conf/all/rp_filter", "net/ipv6/conf/lo/hop_limit", "net/ipv6/conf/all/disable_ipv6", "net/unix/max_dgram_qlen",
    "net/ipv4/ipfrag_high_thresh", "net/ipv4/udp_mem", "net/ipv4/tcp_mem",
};

static uint64_t openAny(struct worker *w)
{
    char *name = room(w, 96);
    if (below(w, 4) == 0) {
        return anyFd(w);
    }
    strcpy(name, madeFiles[below(w, COUNT(madeFiles))]);
    return call(SYS_openat, -100, (uint64_t)name, PICK(w, O_RDONLY, O_RDWR, O_RDWR, O_WRONLY) | O_NONBLOCK | O_NOCTTY, 0, 0, 0);
}

static void moveAt(struct worker *w, uint64_t fd)
{
    uint64_t *vector = room(w, 64);
    uint64_t *offsets = extremes(w, 2);
    uint64_t size = below(w, 3) ? 1 + below(w, 64) : extreme(w);
    uint64_t other = below(w, 2) ? anyFd(w) : openAny(w);
    vector[0] = out(w);
    vector[1] = below(w, 4) ? 16 : extreme(w);
    vector[2] = (uint64_t)room(w, 64);
    vector[3] = 16;
    switch (below(w, 16)) {
    case 0: call(SYS_read, fd, (uint64_t)room(w, 64), 16, 0, 0, 0); break;
    case 1: call(SYS_pread64, fd, (uint64_t)room(w, 64), 64, offsets[0], 0, 0); break;
    case 2: call(SYS_readv, fd, (uint64_t)vector, 2, 0, 0, 0); break;
    case 3: call(SYS_preadv2, fd, (uint64_t)vector, 2, offsets[0], below(w, 2) ? 0 : offsets[1], below(w, 2) ? 0 : below(w, 64)); break;
    case 4: call(SYS_sendfile, other, fd, below(w, 2) ? 0 : (uint64_t)offsets, size, 0, 0); break;
    case 5: call(SYS_splice, fd, below(w, 2) ? 0 : (uint64_t)offsets, other, below(w, 2) ? 0 : (uint64_t)(offsets + 1), size, 2); break;
    case 6: call(SYS_copy_file_range, fd, below(w, 2) ? 0 : (uint64_t)offsets, other, below(w, 2) ? 0 : (uint64_t)(offsets + 1), size, 0); break;
    case 7: call(SYS_getdents64, fd, (uint64_t)room(w, 512), below(w, 3) ? 512 : extreme(w), 0, 0, 0); break;
    case 8: call(SYS_ioctl, fd, PICK(w, 0x541b, 0x5411, 0x5421, 0x8903, 0x8904, 0x5450, 0x80086601, 0x541a), (uint64_t)extremes(w, 2), 0, 0, 0); break;
    case 9: {
        uint64_t *lock = extremes(w, 4);
        lock[0] = below(w, 3) | below(w, 4) << 16;
        call(SYS_fcntl, fd, PICK(w, 5, 6, 36, 37), (uint64_t)lock, 0, 0, 0);
        break;
    }
    case 10: {
        uint64_t *map = extremes(w, 2);
        uint64_t length = below(w, 2) ? PAGE : map[1];
        uint64_t at = call(SYS_mmap, 0, length, PICK(w, 1, 3), PICK(w, 1, 2, 3) | 0x4000, fd, below(w, 2) ? map[0] & ~(PAGE - 1) : map[0]);
        if ((int64_t)at > 0) {
            call(SYS_madvise, at, PAGE, PICK(w, 4, 9, 8, 14, 22, 23), 0, 0, 0);
            call(SYS_mincore, at, PAGE, (uint64_t)room(w, 16), 0, 0, 0);
            uint64_t grown = below(w, 2) ? 2 * PAGE : extreme(w);
            long moved = call(SYS_mremap, at, length, grown, PICK(w, 0, 1), 0, 0);
            call(SYS_munmap, moved > 0 ? (uint64_t)moved : at, moved > 0 ? grown : length, 0, 0, 0, 0);
        }
        break;
    }
    case 11: call(SYS_sync_file_range, fd, offsets[0], offsets[1], below(w, 8), 0, 0); break;
    case 12: call(SYS_fadvise64, fd, offsets[0], offsets[1], below(w, 7), 0, 0); break;
    case 13: call(SYS_readahead, fd, offsets[0], offsets[1], 0, 0, 0); break;
    case 14: call(451, fd, (uint64_t)offsets, (uint64_t)room(w, 64), 0, 0, 0); break; // cachestat
    default:
        if (fd > 2) {
            call(SYS_pwrite64, fd, readOnly ? (uint64_t)readOnly : 0, 1 + below(w, 64), offsets[0], 0, 0);
            call(SYS_write, fd, (uint64_t)readOnly, 1 + below(w, 64), 0, 0, 0);
        }
        break;
    }
}

static void reachPosition(struct worker *w)
{
    uint64_t fd = openAny(w);
    for (unsigned i = 1 + below(w, 6); i > 0; i--) {
        if (below(w, 2)) {
            call(SYS_lseek, fd, extreme(w), below(w, 5), 0, 0, 0);
        }
        moveAt(w, fd);
    }
    if ((int64_t)fd > 2 && below(w, 4)) {
        call(SYS_close, fd, 0, 0, 0, 0, 0);
    }
}

static void reachTime(struct worker *w)
{
    uint64_t *spans = times(w, 4);
    uint64_t *id = room(w, 8);
    switch (below(w, 16)) {
    case 0: {
        uint64_t fd = call(SYS_timerfd_create, PICK(w, 0, 1, 7), 0x800, 0, 0, 0, 0);
        call(SYS_timerfd_settime, fd, below(w, 4), (uint64_t)spans, (uint64_t)room(w, 32), 0, 0);
        call(SYS_timerfd_gettime, fd, (uint64_t)room(w, 32), 0, 0, 0, 0);
        call(SYS_read, fd, (uint64_t)room(w, 8), 8, 0, 0, 0);
        call(SYS_timerfd_settime, fd, below(w, 4), (uint64_t)times(w, 2), 0, 0, 0);
        call(SYS_timerfd_gettime, fd, (uint64_t)room(w, 32), 0, 0, 0, 0);
        if (below(w, 2)) {
            call(SYS_close, fd, 0, 0, 0, 0, 0);
        }
        break;
    }
    case 1: {
        uint32_t *event = room(w, 64);
        event[2] = SIGUSR2;
        event[3] = below(w, 2);
        slowDown(spans);
        if (call(SYS_timer_create, PICK(w, 0, 1, 2, 3, 7, 11), (uint64_t)event, (uint64_t)id, 0, 0, 0) == 0) {
            uint64_t timer = *(uint32_t *)id;
            call(SYS_timer_settime, timer, below(w, 2), (uint64_t)spans, (uint64_t)room(w, 32), 0, 0);
            call(SYS_timer_gettime, timer, (uint64_t)room(w, 32), 0, 0, 0, 0);
            uint64_t *other = times(w, 2);
            slowDown(other);
            call(SYS_timer_settime, timer, below(w, 2), (uint64_t)other, (uint64_t)room(w, 32), 0, 0);
            call(SYS_timer_getoverrun, timer, 0, 0, 0, 0, 0);
            call(SYS_timer_delete, timer, 0, 0, 0, 0, 0);
        }
        break;
    }
    case 2:
        slowDown(spans);
        call(SYS_setitimer, below(w, 3), (uint64_t)spans, (uint64_t)room(w, 32), 0, 0, 0);
        call(SYS_getitimer, below(w, 3), (uint64_t)room(w, 32), 0, 0, 0, 0);
        call(SYS_setitimer, below(w, 3), (uint64_t)memset(room(w, 32), 0, 32), 0, 0, 0, 0);
        break;
    case 3: call(SYS_alarm, extreme(w), 0, 0, 0, 0, 0); call(SYS_alarm, 0, 0, 0, 0, 0, 0); break;
    case 4: call(SYS_clock_settime, 0, (uint64_t)spans, 0, 0, 0, 0); break;
    case 5: call(SYS_settimeofday, (uint64_t)spans, 0, 0, 0, 0, 0); break;
    case 6: {
        uint64_t *timex = extremes(w, 26);
        timex[0] = below(w, 4) ? PICK(w, 0x100, 0x2100, 0x8001, 0xa001, 1, 0x80, 0x81, 0x3f, 0x2001) : extreme(w);
        call(below(w, 2) ? SYS_adjtimex : SYS_clock_adjtime, below(w, 2) ? (uint64_t)timex : 0, (uint64_t)timex, 0, 0, 0, 0);
        call(SYS_clock_gettime, 11, (uint64_t)room(w, 16), 0, 0, 0, 0);
        break;
    }
    case 7: {
        char *name = room(w, 16);
        strcpy(name, "/tmp/a");
        call(SYS_utimensat, -100, (uint64_t)name, (uint64_t)spans, 0, 0, 0);
        call(SYS_newfstatat, -100, (uint64_t)name, (uint64_t)room(w, 200), 0, 0, 0);
        uint64_t fd = call(SYS_openat, -100, (uint64_t)name, 0, 0, 0, 0);
        call(SYS_read, fd, (uint64_t)room(w, 8), 8, 0, 0, 0);
        call(SYS_close, fd, 0, 0, 0, 0, 0);
        break;
    }
    case 8: call(SYS_ppoll, 0, 0, (uint64_t)spans, 0, 8, 0); break;
    case 9: call(SYS_pselect6, 0, 0, 0, 0, (uint64_t)spans, 0); break;
    case 10: call(SYS_select, 0, 0, 0, 0, (uint64_t)spans, 0); break;
    case 11: call(SYS_clock_nanosleep, PICK(w, 0, 1, 2, 7, 11), below(w, 2), (uint64_t)spans, (uint64_t)room(w, 16), 0, 0); break;
    case 12: call(SYS_futex, (uint64_t)memset(room(w, 8), 0, 8), PICK(w, 0, 9, 0x80, 0x109, 0x180, 6, 13), 0, (uint64_t)spans, 0, extreme(w)); break;
    case 13: call(441, anyFd(w), (uint64_t)room(w, 64), 4, (uint64_t)spans, 0, 8); break; // epoll_pwait2
    case 14: call(SYS_rt_sigtimedwait, (uint64_t)extremes(w, 1), (uint64_t)room(w, 128), (uint64_t)spans, 8, 0, 0); break;
    default: call(SYS_poll, 0, 0, extreme(w), 0, 0, 0); call(SYS_epoll_wait, anyFd(w), (uint64_t)room(w, 64), extreme(w), 0, 0, 0); break;
    }
}

static void reachSetting(struct worker *w)
{
    char *name = room(w, 96), *text = room(w, 128);
    sprintf(name, "/proc/sys/%s", settings[below(w, COUNT(settings))]);
    uint64_t fd = call(SYS_openat, -100, (uint64_t)name, O_RDWR, 0, 0, 0);
    char before[64];
    long had = call(SYS_read, fd, (uint64_t)before, sizeof(before), 0, 0, 0);
    int length = 0;
    for (unsigned i = 1 + below(w, 4); i > 0; i--) {
        length += sprintf(text + length, below(w, 8) ? "%lld " : "0x%llx\t", (long long)extreme(w));
    }
    call(SYS_pwrite64, fd, (uint64_t)text, below(w, 16) ? length : below(w, 2) ? 0 : 100000, below(w, 8) ? 0 : extreme(w), 0, 0);
    call(SYS_pread64, fd, (uint64_t)room(w, 64), 64, 0, 0, 0);
    reachPosition(w);
    if (had > 0) {
        call(SYS_pwrite64, fd, (uint64_t)before, had, 0, 0, 0);
    }
    call(SYS_close, fd, 0, 0, 0, 0, 0);
}

// A connected pair of TCP or two datagram sockets on the loopback interface.
static int connected(struct worker *w, int *pair)
{
    struct { uint16_t family, port; uint32_t address; uint64_t none; } *name = room(w, 16);
    uint32_t *length = room(w, 8);
    int kind = below(w, 2) ? SOCK_STREAM : SOCK_DGRAM;
    long listener = call(SYS_socket, 2, kind | 0x800, 0, 0, 0, 0);
    *name = (typeof(*name)){ 2, 0, 0x0100007f, 0 };
    *length = 16;
    call(SYS_bind, listener, (uint64_t)name, 16, 0, 0, 0);
    call(SYS_listen, listener, extreme(w), 0, 0, 0, 0);
    call(SYS_getsockname, listener, (uint64_t)name, (uint64_t)length, 0, 0, 0);
    pair[0] = (int)call(SYS_socket, 2, kind | 0x800, 0, 0, 0, 0);
    call(SYS_connect, pair[0], (uint64_t)name, 16, 0, 0, 0);
    if (kind == SOCK_DGRAM) {
        pair[1] = (int)listener;
        return pair[0] > 2 && pair[1] > 2;
    }
    pair[1] = (int)call(SYS_accept4, listener, 0, 0, 0x800, 0, 0);
    call(SYS_close, listener, 0, 0, 0, 0, 0);
    return pair[0] > 2 && pair[1] > 2;
}

static void setOption(struct worker *w, uint64_t fd)
{
    uint64_t *value = extremes(w, 16);
    uint64_t level = PICK(w, 1, 1, 0, 6, 6, 17, 41, 58, 255, 270);
    uint64_t length = below(w, 3) ? 4 : below(w, 2) ? 8 + below(w, 120) : below(w, 5);
    uint64_t option = level == 270 ? below(w, 14) : below(w, 80);
    call(SYS_setsockopt, fd, level, option, (uint64_t)value, length, 0);
    uint32_t *room4 = room(w, 8);
    *room4 = below(w, 4) ? 128 : (uint32_t)extreme(w);
    call(SYS_getsockopt, fd, level, option, (uint64_t)room(w, 256), (uint64_t)room4, 0);
}

static void reachSocket(struct worker *w)
{
    int pair[2];
    if (below(w, 3) == 0 ? pairOf(w, pair) < 0 : !connected(w, pair)) {
        return;
    }
    for (unsigned i = 1 + below(w, 12); i > 0; i--) {
        int side = pair[below(w, 2)], other = side == pair[0] ? pair[1] : pair[0];
        setOption(w, side);
        struct msghdr *message = room(w, sizeof(*message));
        struct iovec *piece = room(w, 2 * sizeof(*piece));
        uint64_t *control = extremes(w, 16);
        control[0] = below(w, 3) ? 16 + below(w, 60) : extreme(w);
        control[1] = PICK(w, 0, 1, 17, 41) | below(w, 80) << 32;
        piece[0] = (struct iovec){ arena, below(w, 5000) };
        piece[1] = (struct iovec){ arena, below(w, 2) ? 1 : extreme(w) };
        *message = (struct msghdr){ .msg_iov = piece, .msg_iovlen = 1 + below(w, 2), .msg_control = below(w, 2) ? control : NULL, .msg_controllen = below(w, 3) ? 64 : extreme(w) };
        call(SYS_sendmsg, side, (uint64_t)message, MSG_DONTWAIT | MSG_NOSIGNAL | PICK(w, 0, 1, 0x8000, 0x4000000, 0x10), 0, 0, 0);
        message->msg_control = control;
        call(SYS_recvmsg, other, (uint64_t)message, MSG_DONTWAIT | PICK(w, 0, 1, 2, 0x20, 0x2000), 0, 0, 0);
        call(SYS_recvmmsg, other, (uint64_t)memset(room(w, 128), 0, 128), 1 + below(w, 2), MSG_DONTWAIT, (uint64_t)times(w, 1), 0);
        call(SYS_recvfrom, side, (uint64_t)room(w, 64), 64, MSG_DONTWAIT, 0, 0);
        call(SYS_ioctl, side, PICK(w, 0x541b, 0x5411, 0x8902, 0x8901, 0x8905, 0x8906, 0x8907, 0x8912, 0x8913, 0x8914, 0x8921, 0x8922, 0x894b, 0x8946, 0x8954), (uint64_t)extremes(w, 12), 0, 0, 0);
        call(SYS_sendfile, side, anyFd(w), 0, below(w, 5000), 0, 0);
    }
    call(SYS_shutdown, pair[0], below(w, 4), 0, 0, 0, 0);
    call(SYS_close, pair[0], 0, 0, 0, 0, 0);
    call(SYS_close, pair[1], 0, 0, 0, 0, 0);
}

// Messages of netlink: a header that mostly holds, a body and attributes at the ends of their ranges.
static void reachNetlink(struct worker *w)
{
    uint64_t protocol = PICK(w, 0, 0, 4, 16);
    uint64_t fd = call(SYS_socket, 16, 3 | 0x800, protocol, 0, 0, 0);
    if ((int64_t)fd < 3) {
        return;
    }
    for (unsigned i = 1 + below(w, 4); i > 0; i--) {
        unsigned words = 4 + below(w, 20);
        uint32_t *message = room(w, 4 * words);
        for (unsigned k = 4; k < words; k++) {
            message[k] = below(w, 2) ? 4 + below(w, 30) + (below(w, 40) << 16) : below(w, 2) ? below(w, 300) : (uint32_t)extreme(w);
        }
        message[0] = below(w, 10) ? 4 * words : (uint32_t)extreme(w);
        message[1] = (uint32_t)((protocol == 0 ? 16 + below(w, 80) : protocol == 4 ? 18 + below(w, 4) : 16 + below(w, 4)) | PICK(w, 1, 5, 0x301, 0x305, 0x605, 0x405) << 16);
        message[2] = (uint32_t)next(w);
        message[3] = 0;
        if (message[1] % 65536 == 17 || message[1] % 65536 == 19) {
            message[1]++; // the loopback interface stays as it is
        }
        call(SYS_sendto, fd, (uint64_t)message, 4 * words, MSG_DONTWAIT, 0, 0);
        for (int k = 0; k < 3; k++) {
            call(SYS_recvfrom, fd, (uint64_t)room(w, 4096), below(w, 4096), MSG_DONTWAIT, 0, 0);
        }
    }
    call(SYS_close, fd, 0, 0, 0, 0, 0);
}

static void reachQueue(struct worker *w)
{
    uint64_t id;
    uint64_t *text = extremes(w, 16);
    switch (below(w, 4)) {
    case 0:
        id = call(SYS_msgget, 0, 0600 | 01000, 0, 0, 0, 0);
        call(SYS_msgsnd, id, (uint64_t)text, below(w, 3) ? below(w, 100) : extreme(w), 04000, 0, 0);
        call(SYS_msgctl, id, 1, (uint64_t)extremes(w, 15), 0, 0, 0);
        call(SYS_msgsnd, id, (uint64_t)text, below(w, 100), 04000, 0, 0);
        call(SYS_msgrcv, id, (uint64_t)room(w, 256), below(w, 2) ? 100 : extreme(w), extreme(w), 04000 | PICK(w, 0, 010000, 020000, 040000), 0);
        call(SYS_msgctl, id, PICK(w, 2, 3, 11, 12, 13), (uint64_t)room(w, 256), 0, 0, 0);
        call(SYS_msgctl, id, 0, 0, 0, 0, 0);
        break;
    case 1: {
        id = call(SYS_semget, 0, below(w, 3) ? 1 + below(w, 4) : extreme(w), 0600 | 01000, 0, 0, 0);
        uint16_t *operations = room(w, 60);
        for (int i = 0; i < 30; i += 3) {
            operations[i] = (uint16_t)below(w, 4);
            operations[i + 1] = (uint16_t)PICK(w, 0, 1, 32767, 32768, 65535, 32769, 5);
            operations[i + 2] = (uint16_t)PICK(w, 04000, 014000);
        }
        call(SYS_semctl, id, below(w, 4), 16, extreme(w), 0, 0);
        call(SYS_semtimedop, id, (uint64_t)operations, 1 + below(w, 10), (uint64_t)times(w, 1), 0, 0);
        call(SYS_semctl, id, below(w, 4), below(w, 22), (uint64_t)extremes(w, 16), 0, 0);
        call(SYS_semctl, id, 0, 0, 0, 0, 0);
        break;
    }
    case 2: {
        id = call(SYS_shmget, 0, below(w, 2) ? PAGE * (1 + below(w, 4)) : extreme(w), 0600 | 01000 | PICK(w, 0, 010000), 0, 0, 0);
        uint64_t at = call(SYS_shmat, id, below(w, 2) ? 0 : extreme(w) | 0x800000000000, PICK(w, 0, 010000, 020000), 0, 0, 0);
        call(SYS_shmctl, id, PICK(w, 1, 2, 3, 11, 12, 13, 14), (uint64_t)extremes(w, 16), 0, 0, 0);
        call(SYS_shmctl, id, 0, 0, 0, 0, 0);
        call(SYS_shmdt, at, 0, 0, 0, 0, 0);
        break;
    }
    default: {
        uint64_t *attribute = extremes(w, 8);
        attribute[0] = (below(w, 4) ? 48 + below(w, 12) : below(w, 100)) | below(w, 7) << 32;
        call(SYS_sched_setattr, 0, (uint64_t)attribute, 0, 0, 0, 0);
        call(SYS_sched_getattr, 0, (uint64_t)room(w, 64), 48 + below(w, 20), 0, 0, 0);
        call(SYS_setpriority, below(w, 3), 0, extreme(w), 0, 0, 0);
        call(SYS_prctl, 29, extreme(w), 0, 0, 0, 0); // PR_SET_TIMERSLACK
        uint32_t *plain = memset(room(w, 8), 0, 8);
        call(SYS_sched_setscheduler, 0, 0, (uint64_t)plain, 0, 0, 0);
        break;
    }
    }
}

static void reachTerminal(struct worker *w)
{
    uint64_t fd = call(SYS_openat, -100, (uint64_t) "/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK, 0, 0, 0);
    uint32_t *unlock = memset(room(w, 4), 0, 4);
    call(SYS_ioctl, fd, 0x40045431, (uint64_t)unlock, 0, 0, 0);
    uint64_t side = call(SYS_ioctl, fd, 0x5441, O_RDWR | O_NOCTTY | O_NONBLOCK, 0, 0, 0); // TIOCGPTPEER
    for (unsigned i = 1 + below(w, 8); i > 0; i--) {
        uint64_t at = below(w, 2) ? fd : side;
        call(SYS_ioctl, at, 0x5400 + below(w, 0x60), below(w, 3) ? (uint64_t)extremes(w, 12) : extreme(w), 0, 0, 0);
        call(SYS_write, at, (uint64_t)(below(w, 2) ? arena + below(w, 4096) : (char *)extremes(w, 8)), below(w, 64), 0, 0, 0);
        call(SYS_read, below(w, 2) ? fd : side, (uint64_t)room(w, 64), below(w, 64), 0, 0, 0);
    }
    call(SYS_close, fd, 0, 0, 0, 0, 0);
    call(SYS_close, side, 0, 0, 0, 0, 0);
}

static void reach(struct worker *w)
{
    switch (below(w, 8)) {
    case 0:
    case 1: reachPosition(w); break;
    case 2: reachTime(w); break;
    case 3: reachSetting(w); break;
    case 4: reachSocket(w); break;
    case 5: reachNetlink(w); break;
    case 6: reachQueue(w); break;
    default: reachTerminal(w); break;
    }
}
