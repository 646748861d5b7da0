// What /proc/PID says of signals, memory, namespaces, timers and threads, and what can be written to it.
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char text[65536];

static const char *contents(const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = 0;
    if (fd >= 0) {
        close(fd);
    }
    return text;
}

static const char *line(const char *path, const char *label)
{
    static char found[256];
    const char *at = strstr(contents(path), label);
    snprintf(found, sizeof found, "%.*s", at ? (int)strcspn(at, "\n") : 4, at ? at : "none");
    return found;
}

static long store(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY);
    long result = fd < 0 ? -errno : write(fd, value, strlen(value));
    result = result < 0 && fd >= 0 ? -errno : result;
    if (fd >= 0) {
        close(fd);
    }
    return result;
}

static void storeAndShow(const char *path, const char *value)
{
    long result = store(path, value);
    printf("%s <- %s: %ld, then %.*s\n", path, value, result, (int)strcspn(contents(path), "\n"), text);
}

static void handler(int signal)
{
    (void)signal;
}

static void signals(void)
{
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, handler);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
    kill(getpid(), SIGUSR2);
    const char *labels[] = {"SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "NoNewPrivs", "Seccomp:", "Threads", "State", "Umask",
        "TracerPid", "Ngid"};
    for (unsigned i = 0; i < sizeof labels / sizeof *labels; i++) {
        puts(line("/proc/self/status", labels[i]));
    }
    printf("thread's %s\n", line("/proc/thread-self/status", "SigPnd"));

    // The same as numbers in stat.
    unsigned long fields[60];
    int count = 2;
    contents("/proc/self/stat");
    for (char *word = strtok(strrchr(text, ')') + 1, " \n"); word; word = strtok(NULL, " \n")) {
        fields[++count] = strtoul(word, NULL, 10);
    }
    printf("stat has %d fields; pending %lu blocked %lu ignored %lu caught %lu\n", count, fields[31], fields[32], fields[33], fields[34]);
    CHECK(fields[26] != 0 && fields[27] > fields[26] && fields[28] != 0);
    CHECK(fields[38] == SIGCHLD && fields[41] == 0 && fields[25] == ~0ul);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

static void labels(void)
{
    static const char *known[] = {"Name", "Umask", "State", "Tgid", "Ngid", "Pid", "PPid", "TracerPid", "Uid", "Gid", "FDSize", "Groups",
        "NStgid", "NSpid", "NSpgid", "NSsid",
        "VmPeak", "VmSize", "VmLck", "VmPin", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmStk", "VmExe", "VmLib",
        "VmPTE", "VmSwap", "HugetlbPages", "CoreDumping",
        "THP_enabled", "Threads", "SigQ", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd",
        "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters",
        "Speculation_Store_Bypass", "SpeculationIndirectBranch", "Cpus_allowed", "Cpus_allowed_list", "Mems_allowed", "Mems_allowed_list",
            "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"};
    contents("/proc/self/status");
    const char *last = text;
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        char label[64];
        snprintf(label, sizeof label, "%s%s:\t", i == 0 ? "" : "\n", known[i]);
        const char *found = strstr(text, label);
        if (!found || found < last) {
            printf("%s is %s\n", known[i], found ? "out of order" : "missing");
        }
        last = found ? found : last;
    }
}

static void written(void)
{
    const char *adjust = "/proc/self/oom_score_adj";
    static const char *values[] = {"0", "5\n", "1001", "-1001", "x", "7 8", "", "0x10", "010", " 3", "17", "1000"};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        long result = store(adjust, values[i]);
        printf("oom_score_adj %u: %ld, %.*s", i, result, 8, contents(adjust));
        printf(" oom_adj %s", contents("/proc/self/oom_adj"));
    }
    CHECK(strtol(contents("/proc/self/oom_score"), NULL, 10) > 1000);
    storeAndShow("/proc/self/oom_adj", "15");
    storeAndShow("/proc/self/oom_adj", "16");
    storeAndShow("/proc/self/oom_adj", "-18");
    storeAndShow("/proc/self/coredump_filter", "0x7f");
    storeAndShow("/proc/self/coredump_filter", "33");
    storeAndShow("/proc/self/coredump_filter", "no");
    storeAndShow("/proc/self/coredump_filter", "99999999999");
    storeAndShow("/proc/self/loginuid", "1000");
    storeAndShow("/proc/self/loginuid", "-1");
    storeAndShow("/proc/self/loginuid", "4294967295");
    storeAndShow("/proc/self/timerslack_ns", "1000");
    CHECK(prctl(PR_GET_TIMERSLACK) == 1000);
    storeAndShow("/proc/self/timerslack_ns", "0");
    storeAndShow("/proc/self/timerslack_ns", "x");
    storeAndShow("/proc/self/comm", "a name that is much too long");
    char name[16];
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "a name that is ") == 0);
    storeAndShow("/proc/self/setgroups", "x");
    storeAndShow("/proc/self/setgroups", "deny");
    printf("uid_map %ld, clear_refs %ld %ld %ld\n", store("/proc/self/uid_map", "0 0 1"), store("/proc/self/clear_refs", "5"),
        store("/proc/self/clear_refs", "9"), store("/proc/self/clear_refs", "x"));
    static const char *others[] = {"/proc/self/status", "/proc/self/cmdline", "/proc/self/auxv", "/proc/self/maps", "/proc/version",
        "/proc/meminfo", "/proc/sys/kernel/ostype", "/proc/sys/kernel/osrelease", "/sys/devices/system/cpu/online"};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
        printf("%s %ld\n", others[i], store(others[i], "x"));
    }
}

static volatile int seen = 4711;

static void *readsMemory(void *file)
{
    int value = 0;
    CHECK(pread(*(int *)file, &value, sizeof value, (off_t)(uintptr_t)&seen) == sizeof value && value == 4711);
    return NULL;
}

static void memory(void)
{
    int fd = open("/proc/self/mem", O_RDWR), value = 0;
    CHECK(fd >= 0);
    pthread_t thread;
    pthread_create(&thread, NULL, readsMemory, &fd);
    pthread_join(thread, NULL);
    value = 12;
    CHECK(lseek(fd, (off_t)(uintptr_t)&seen, SEEK_SET) == (off_t)(uintptr_t)&seen && write(fd, &value, sizeof value) == sizeof value
        && seen == 12);
    FAILS(pread(fd, &value, sizeof value, 4096), EIO);
    FAILS(lseek(fd, 0, SEEK_END), EINVAL);

    // A debugger reads what nobody may read and writes what is read-only.
    char *page = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(page, "hidden");
    CHECK(mprotect(page, 4096, PROT_NONE) == 0 && mprotect(page + 4096, 4096, PROT_READ) == 0);
    char word[8] = "";
    CHECK(pread(fd, word, 6, (off_t)(uintptr_t)page) == 6 && strcmp(word, "hidden") == 0);
    CHECK(pwrite(fd, "shown!", 7, (off_t)(uintptr_t)page) == 7);
    CHECK(pwrite(fd, "patched", 8, (off_t)(uintptr_t)page + 4096) == 8 && strcmp(page + 4096, "patched") == 0);
    CHECK(mprotect(page, 4096, PROT_READ) == 0 && strcmp(page, "shown!") == 0);
    const char *constant = "a constant";
    CHECK(pwrite(fd, "A", 1, (off_t)(uintptr_t)constant) == 1 && *(volatile const char *)constant == 'A');
    munmap(page + 4096, 4096);
    char both[200];
    CHECK(pread(fd, both, 200, (off_t)(uintptr_t)page + 4096 - 100) == 100);
    FAILS(pread(fd, both, 10, (off_t)(uintptr_t)page + 4096), EIO);
    close(fd);

    fd = open("/proc/self/pagemap", O_RDONLY);
    uint64_t entries[3];
    page[8192] = 1;
    off_t place = (off_t)((uintptr_t)page / 4096 * 8);
    CHECK(pread(fd, entries, sizeof entries, place) == sizeof entries);
    printf("pagemap %d %d %d\n", (int)(entries[0] >> 63), (int)(entries[1] >> 63), (int)(entries[2] >> 63));
    FAILS(pread(fd, entries, 7, place), EINVAL);
    FAILS(pread(fd, entries, 8, place + 1), EINVAL);
    CHECK(pread(fd, entries, 8, (off_t)(0x800000000000 / 4096 * 8)) == 0);
    close(fd);
}

static void links(void)
{
    static const char *names[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64], target[64] = "", kind[32];
        unsigned long number = 0;
        struct stat status;
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
        CHECK(readlink(path, target, sizeof target - 1) > 0 && sscanf(target, "%31[a-z]:[%lu]", kind, &number) == 2);
        CHECK(stat(path, &status) == 0 && status.st_ino == number && S_ISREG(status.st_mode));
        int fd = open(path, O_RDONLY);
        CHECK(fd >= 0);
        FAILS(read(fd, target, 1), EINVAL);
        FAILS(lseek(fd, 0, SEEK_SET), ESPIPE);
        close(fd);
        FAILS(open(path, O_WRONLY), EPERM);
        printf("%s is %s, %o\n", names[i], kind, (unsigned)(status.st_mode & 0777));
    }
    CHECK(readlink("/proc/self/ns/none", text, sizeof text) == -1 && errno == ENOENT);
    ssize_t length = readlink("/proc/net", text, sizeof text);
    printf("/proc/net -> %.*s\n", (int)length, text);

    // Each mapping of a file has a link.
    DIR *files = opendir("/proc/self/map_files");
    int found = 0;
    for (struct dirent *entry; files && (entry = readdir(files));) {
        unsigned long first, last;
        if (sscanf(entry->d_name, "%lx-%lx", &first, &last) == 2) {
            char path[320];
            struct stat status;
            snprintf(path, sizeof path, "/proc/self/map_files/%s", entry->d_name);
            found += first < last && lstat(path, &status) == 0 && S_ISLNK(status.st_mode) && readlink(path, text, sizeof text) > 0;
        }
    }
    CHECK(found > 0);
    closedir(files);
    FAILS(open("/proc/self/map_files/1000-2000", O_RDONLY), ENOENT);
}

static int pipes[2];
static volatile int waiter;

static void *waits(void *unused)
{
    char byte;
    waiter = (int)syscall(SYS_gettid);
    CHECK(read(pipes[0], &byte, 1) == 1);
    return unused;
}

static void threads(void)
{
    pthread_t thread;
    CHECK(pipe(pipes) == 0);
    pthread_create(&thread, NULL, waits, NULL);
    char path[64], expected[64];
    int tries = 0;
    while (!waiter) {
        usleep(1000);
    }
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", waiter);
    snprintf(expected, sizeof expected, "%d 0x%x ", SYS_read, pipes[0]);
    while (strncmp(contents(path), expected, strlen(expected)) != 0 && tries++ < 2000) {
        usleep(1000);
    }
    CHECK(strncmp(text, expected, strlen(expected)) == 0);
    int count = 0;
    for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n")) {
        count++;
    }
    printf("syscall has %d words\n", count);
    snprintf(path, sizeof path, "/proc/self/task/%d/status", waiter);
    puts(line(path, "State"));
    CHECK(strtoul(strrchr(line(path, "voluntary_ctxt_switches"), ':') + 1, NULL, 10) >= 1);
    snprintf(path, sizeof path, "/proc/self/task/%d/children", waiter);
    CHECK(access(path, R_OK) == 0 && *contents(path) == 0);
    FAILS(access("/proc/self/children", F_OK), ENOENT);
    CHECK(write(pipes[1], "x", 1) == 1);
    pthread_join(thread, NULL);
    snprintf(path, sizeof path, "/proc/self/task/%d/status", waiter);
    for (tries = 0; access(path, F_OK) == 0 && tries < 2000; tries++) {
        usleep(1000); // Linux lets go of it a moment after the join
    }
    FAILS(open(path, O_RDONLY), ENOENT);
    printf("own syscall: %s", contents("/proc/thread-self/syscall")[0] == '0' ? "read\n" : text);
}

static void timers(void)
{
    timer_t first, second;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    event.sigev_value.sival_ptr = (void *)0x1234;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &first) == 0);
    event.sigev_notify = 4; // SIGEV_THREAD_ID
    event.sigev_signo = SIGUSR2;
    ((int *)&event)[4] = (int)syscall(SYS_gettid);
    CHECK(timer_create(CLOCK_REALTIME, &event, &second) == 0);
    contents("/proc/self/timers");
    for (char *row = strtok(text, "\n"); row; row = strtok(NULL, "\n")) {
        char *number = strncmp(row, "notify", 6) == 0 ? strchr(row, '.') : NULL;
        CHECK(!number || atoi(number + 1) == getpid());
        printf("%.*s\n", number ? (int)(number - row) : (int)strlen(row), row);
    }
    timer_delete(first);
    timer_delete(second);
    CHECK(*contents("/proc/self/timers") == 0);
}

int main(void)
{
    labels();
    signals();
    written();
    memory();
    links();
    threads();
    timers();
    passed("procstatus");
    return finish();
}
