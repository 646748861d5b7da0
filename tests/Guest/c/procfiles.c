// How files of /proc and /sys behave as files: their types and modes, seeking, reading in pieces, waiting, mapping, writing, for each of a
// list of them.
#include "check.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *paths[] = {
    "/proc/self/status", "/proc/self/stat", "/proc/self/statm", "/proc/self/comm", "/proc/self/cmdline", "/proc/self/environ",
    "/proc/self/auxv", "/proc/self/maps", "/proc/self/smaps",
    "/proc/self/smaps_rollup", "/proc/self/mounts", "/proc/self/mountinfo", "/proc/self/mountstats", "/proc/self/limits",
    "/proc/self/oom_score", "/proc/self/oom_score_adj", "/proc/self/oom_adj",
    "/proc/self/loginuid", "/proc/self/sessionid", "/proc/self/coredump_filter", "/proc/self/personality", "/proc/self/syscall",
    "/proc/self/wchan", "/proc/self/io", "/proc/self/schedstat",
    "/proc/self/sched", "/proc/self/cgroup", "/proc/self/cpuset", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/projid_map",
    "/proc/self/setgroups", "/proc/self/timers",
    "/proc/self/timerslack_ns", "/proc/self/numa_maps", "/proc/self/arch_status", "/proc/self/fdinfo/0", "/proc/self/timens_offsets",
    "/proc/thread-self/children",
    "/proc/version", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/uptime", "/proc/loadavg", "/proc/interrupts",
    "/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem",
    "/proc/filesystems", "/proc/tty/drivers", "/proc/tty/ldiscs", "/proc/locks", "/proc/vmstat", "/proc/devices", "/proc/partitions",
    "/proc/execdomains", "/proc/diskstats",
    "/proc/misc", "/proc/cgroups",
    "/proc/sys/kernel/hostname", "/proc/sys/kernel/ostype", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/random/uuid",
    "/proc/sys/kernel/random/boot_id", "/proc/sys/kernel/cap_last_cap",
    "/proc/sys/kernel/sem", "/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max", "/proc/sys/vm/swappiness",
    "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/max_map_count", "/proc/sys/fs/file-nr",
    "/proc/sys/fs/file-max", "/proc/sys/fs/inotify/max_user_watches", "/proc/sys/fs/pipe-max-size", "/proc/sys/net/core/somaxconn",
    "/sys/kernel/uevent_seqnum", "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible",
    "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/devices/system/clocksource/clocksource0/current_clocksource",
    "/proc", "/proc/self/fd", "/proc/self/fdinfo", "/proc/self/ns", "/proc/self/task", "/proc/self/map_files", "/proc/self/net",
    "/proc/sys", "/proc/sys/kernel", "/proc/tty", "/sys", "/sys/kernel", "/sys/fs",
    "/proc/self", "/proc/thread-self", "/proc/mounts", "/proc/net",
    "/proc/none", "/proc/self/none", "/proc/0", "/proc/01", "/proc/-1", "/proc/999999999", "/proc/sys/none", "/sys/none",
    "/proc/self/task/999999999", "/proc/self/fd/999",
};

#define RESULT(call) ({ long done = (long)(call); done < 0 ? (long)-errno : done; })

static void seeks(int fd)
{
    static const struct { int whence; long offset; } each[] = {{SEEK_SET, 10}, {SEEK_CUR, 1}, {SEEK_CUR, -100}, {SEEK_SET, -1},
        {SEEK_END, 0}, {SEEK_END, 5}, {SEEK_END, -1}, {SEEK_DATA, 0}, {SEEK_HOLE, 0}, {7, 0}};
    printf(" seek");
    for (unsigned i = 0; i < sizeof each / sizeof *each; i++) {
        printf(" %ld", RESULT(lseek(fd, each[i].offset, each[i].whence)));
    }
}

// What is read in pieces of odd sizes is what is read at once, where it stands still.
static void pieces(const char *path, int fd)
{
    static char whole[1 << 17], parts[1 << 17];
    static const char *moving[] = {"stat", "schedstat", "sched", "io", "status", "uptime", "meminfo", "cpu", "uuid", "loadavg",
        "interrupts", "syscall", "vmstat", "locks", "smaps", "rollup", "numa", "/proc/sys/", "net/dev", "mem", "arch_status", "oom_score"};
    for (unsigned i = 0; i < sizeof moving / sizeof *moving; i++) {
        if (strstr(path, moving[i])) {
            return;
        }
    }
    ssize_t all = 0, some, done = 0;
    while ((some = pread(fd, whole + all, sizeof whole - all, all)) > 0) {
        all += some;
    }
    lseek(fd, 0, SEEK_SET);
    while ((some = read(fd, parts + done, 7 + (size_t)done % 5)) > 0) {
        done += some;
    }
    CHECK(done == all && memcmp(whole, parts, (size_t)all) == 0);
    char word[4] = "";
    CHECK(all < 8 || (pread(fd, word, 3, 5) == 3 && memcmp(word, whole + 5, 3) == 0));
    CHECK(pread(fd, word, 3, 1 << 20) == 0);
}

static void show(const char *path)
{
    struct stat status;
    printf("%s:", path);
    fflush(stdout);
    if (lstat(path, &status)) {
        printf(" %d\n", -errno);
        return;
    }
    printf(" %o", (unsigned)status.st_mode);
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) {
        printf(" %d\n", -errno);
        return;
    }
    if (fstat(fd, &status), S_ISDIR(status.st_mode)) {
        printf(" write %ld mkdir %ld create %ld\n", RESULT(open(path, O_WRONLY)), RESULT(mkdirat(fd, "mote-test", 0700)),
            RESULT(openat(fd, "mote-test", O_CREAT | O_WRONLY, 0600)));
        close(fd);
        return;
    }
    printf(" %ld", (long)status.st_size);
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLPRI, 0};
    char text[64];
    poll(&entry, 1, 0);
    printf(" poll %x", (unsigned)entry.revents);
    printf(" read %s", read(fd, text, 1) < 0 ? "fails" : "works");
    poll(&entry, 1, 0);
    printf(" then %x", (unsigned)entry.revents);
    seeks(fd);
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    printf(" epoll %ld", RESULT(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)));
    close(epoll);
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    printf(" map %d sync %ld size %ld", mapped == MAP_FAILED ? -errno : 0, RESULT(fsync(fd)), RESULT(ftruncate(fd, 0)));
    pieces(path, fd);
    close(fd);
    if (!(status.st_mode & 0222) || strncmp(path, "/proc/self/", 11) == 0) {
        fd = open(path, O_WRONLY);
        printf(" open %d", fd < 0 ? -errno : 0);
        if (fd >= 0) {
            printf(" pwrite %ld", status.st_mode & 0222 ? 0 : RESULT(pwrite(fd, "?", 1, 0)));
            close(fd);
        }
        printf(" truncating %ld", RESULT(close(open(path, O_RDWR | O_TRUNC))));
    }
    printf(" again %ld\n", RESULT(open(path, O_RDONLY | O_CREAT | O_EXCL, 0600)));
}

int main(void)
{
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        show(paths[i]);
    }
    FAILS(unlink("/proc/version"), EPERM);
    FAILS(rmdir("/proc/sys"), EPERM);
    FAILS(rename("/proc/version", "/proc/other"), ENOENT);
    FAILS(rename("/proc/version", "/proc/uptime"), EPERM);
    FAILS(link("/proc/version", "/proc/other"), ENOENT);
    FAILS(symlink("a", "/proc/other"), ENOENT);
    FAILS(mkdir("/proc/self/other", 0700), ENOENT);

    // One system has one name, whoever tells it.
    struct utsname names;
    uname(&names);
    static const struct { const char *path; size_t offset; } told[] = {
        {"/proc/sys/kernel/ostype", offsetof(struct utsname, sysname)}, {"/proc/sys/kernel/hostname", offsetof(struct utsname, nodename)},
        {"/proc/sys/kernel/osrelease", offsetof(struct utsname, release)}, {"/proc/sys/kernel/version", offsetof(struct utsname, version)},
        {"/proc/sys/kernel/domainname", offsetof(struct utsname, domainname)},
            {"/proc/sys/kernel/arch", offsetof(struct utsname, machine)}};
    char text[512];
    for (unsigned i = 0; i < sizeof told / sizeof *told; i++) {
        FILE *file = fopen(told[i].path, "r");
        CHECK(file && fgets(text, sizeof text, file) && (text[strcspn(text, "\n")] = 0,
            strcmp(text, (char *)&names + told[i].offset) == 0));
        fclose(file);
    }
    FILE *file = fopen("/proc/version", "r");
    CHECK(file && fgets(text, sizeof text, file) && strncmp(text, "Linux version ", 14) == 0
        && strncmp(text + 14, names.release, strlen(names.release)) == 0 && strstr(text, names.version));
    fclose(file);
    passed("procfiles");
    return finish();
}
