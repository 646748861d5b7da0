// Work in one call, or over many calls, whose size a program chooses: it ends, it can be interrupted, and ten times as much takes about ten
// times as long. An argument multiplies the sizes; with a second one the times of the parts go to standard error.
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129, FUTEX_REQUEUE_PRIVATE = 131 }; // linux/futex.h, which musl does not bring

#define FOLDER "/tmp/mote-bounds"

// From an empty pipe into what takes no bytes, and from what gives none: refused at once, where waiting for the pipe would never end.
static void splices(int n)
{
    (void)n;
    sigset_t set;
    sigemptyset(&set);
    int pipes[2], out = open("/dev/null", O_WRONLY);
    CHECK(pipe(pipes) == 0);
    int without[] = {
        eventfd(0, 0), epoll_create1(0), timerfd_create(CLOCK_MONOTONIC, 0), inotify_init1(0), signalfd(-1, &set, 0),
        open("/tmp", O_RDONLY | O_DIRECTORY),
    };
    for (unsigned i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
        long into = splice(pipes[0], NULL, without[i], NULL, 1, 0);
        int error = errno;
        CHECK(into == -1);
        printf("into %u: %s\n", i, strerror(error));
        long from = splice(without[i], NULL, pipes[1], NULL, 4096, 0);
        error = errno;
        CHECK(from == -1);
        printf("from %u: %s\n", i, strerror(error));
        close(without[i]);
    }
    CHECK(write(pipes[1], "text", 4) == 4);
    CHECK(splice(pipes[0], NULL, out, NULL, 4, 0) == 4);
    int event = eventfd(0, EFD_NONBLOCK), zero = open("/dev/zero", O_RDONLY);
    FAILS(sendfile(event, zero, NULL, 8), EINVAL);
    close(event);
    close(zero);
    close(out);
    close(pipes[0]);
    close(pipes[1]);
}

static volatile sig_atomic_t alarms;

static void onAlarm(int number)
{
    (void)number;
    alarms++;
}

static void setTimer(int milliseconds)
{
    struct itimerval timer = {{0, milliseconds * 1000}, {0, milliseconds * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

// A gigabyte into or out of one megabyte.
static void pieces(struct iovec *vectors, char *buffer)
{
    for (int i = 0; i < 1024; i++) {
        vectors[i] = (struct iovec){buffer, 1 << 20};
    }
}

// Endless sources, interrupted: what has been read so far is told.
static void interruptedReads(int n)
{
    (void)n;
    static struct iovec vectors[1024];
    char *buffer = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pieces(vectors, buffer);
    const char *names[] = {"/dev/zero", "/dev/urandom"};
    for (int i = 0; i < 2; i++) {
        int fd = open(names[i], O_RDONLY), wasShort = 0;
        alarms = 0;
        setTimer(5);
        for (int round = 0; round < 10 && !wasShort; round++) {
            ssize_t count = readv(fd, vectors, 1024);
            wasShort = count < 1L << 30;
        }
        setTimer(0);
        CHECK(wasShort && alarms > 0);
        close(fd);
    }
    munmap(buffer, 1 << 20);
}

static void *copyForever(void *argument)
{
    int *fds = argument;
    while (1) {
        sendfile(fds[1], fds[0], NULL, 0x7ffff000);
    }
    return NULL;
}

// A thread that copies from an endless source does not keep the others from running, nor the process from ending.
static void endlessCopies(int n)
{
    (void)n;
    static int fds[2];
    fds[0] = open("/dev/zero", O_RDONLY);
    fds[1] = open("/dev/null", O_WRONLY);
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    CHECK(pthread_create(&thread, &attributes, copyForever, fds) == 0);
    for (int i = 0; i < 5; i++) {
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
}

// A file that is all hole.
static void holes(int n)
{
    (void)n;
    int fd = memfd_create("hole", 0);
    CHECK(ftruncate(fd, 1L << 42) == 0);
    FAILS(lseek(fd, 0, SEEK_DATA), ENXIO);
    CHECK(lseek(fd, 0, SEEK_HOLE) == 0);
    CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1L << 42) == 0);
    char *map = mmap(NULL, 1L << 38, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    CHECK(map != MAP_FAILED);
    CHECK(msync(map, 1L << 38, MS_SYNC) == 0);
    CHECK(madvise(map, 1L << 38, MADV_DONTNEED) == 0);
    CHECK(mprotect(map, 1L << 38, PROT_READ) == 0);
    CHECK(munmap(map, 1L << 38) == 0);
    CHECK(ftruncate(fd, 0) == 0);
    close(fd);
}

// A reservation of 256 GiB with a page here and there.
static void reservations(int n)
{
    const size_t size = 1L << 38;
    char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(map != MAP_FAILED);
    for (int i = 0; i < 100; i++) {
        map[(size / 100) * i] = 1;
    }
    static unsigned char present[1 << 20];
    for (int i = 0; i < 10 * n; i++) {
        CHECK(madvise(map, size, MADV_DONTNEED) == 0);
        CHECK(mprotect(map, size, PROT_READ) == 0);
        CHECK(mprotect(map, size, PROT_READ | PROT_WRITE) == 0);
        CHECK(msync(map, size, MS_ASYNC) == 0);
        map[size / 2] = 1;
    }
    CHECK(mincore(map, 1L << 32, present) == 0);
    CHECK(munmap(map, size) == 0);
}

// Many maps, and the text about them read in small pieces.
static void manyMaps(int n)
{
    int count = 3000 * n;
    count = count > 60000 ? 60000 : count;
    char *area = mmap(NULL, (size_t)count * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(area != MAP_FAILED);
    for (int i = 0; i < count; i += 2) {
        CHECK(mprotect(area + (size_t)i * 4096, 4096, PROT_READ) == 0);
    }
    int fd = open("/proc/self/maps", O_RDONLY), lines = 0;
    char buffer[512];
    for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
        for (ssize_t i = 0; i < got; i++) {
            lines += buffer[i] == '\n';
        }
    }
    CHECK(lines >= count && lines < count + 100);
    close(fd);
    for (int i = 0; i < count; i += 2) {
        CHECK(mprotect(area + (size_t)i * 4096, 4096, PROT_NONE) == 0);
    }
    CHECK(munmap(area, (size_t)count * 4096) == 0);
}

static void attributes(int n)
{
    char name[64];
    int fd = memfd_create("attributes", 0);
    if (fsetxattr(fd, "user.0", "v", 1, 0) != 0) {
        close(fd); // Linux before 6.6 has none there
        return;
    }
    int count = 0;
    for (int i = 1; i < 5000 * n; i++) {
        sprintf(name, "user.%d", i);
        if (fsetxattr(fd, name, "v", 1, 0) != 0) {
            int error = errno;
            CHECK(error == ENOSPC);
            break;
        }
        count++;
    }
    CHECK(count > 100);
    for (int i = 1; i <= count; i++) {
        char value[4];
        sprintf(name, "user.%d", i);
        CHECK(fgetxattr(fd, name, value, sizeof(value)) == 1);
    }
    for (int i = 1; i <= count; i += 2) {
        sprintf(name, "user.%d", i);
        CHECK(fremovexattr(fd, name) == 0);
    }
    close(fd);
}

// NULs to a terminal that waits for the end of a line.
static void terminals(int n)
{
    static char zeros[1 << 16];
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    CHECK(grantpt(master) == 0 && unlockpt(master) == 0);
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    long total = 0;
    ssize_t count;
    while ((count = write(master, zeros, sizeof(zeros))) > 0 && total < 1L << 30) {
        total += count;
    }
    int error = errno;
    CHECK(count == -1 && error == EAGAIN);
    struct termios raw;
    CHECK(tcgetattr(terminal, &raw) == 0);
    cfmakeraw(&raw);
    CHECK(tcsetattr(terminal, TCSAFLUSH, &raw) == 0);
    close(terminal);
    close(master);
    (void)n;
}

static void locks(int n)
{
    int fd = memfd_create("locks", 0);
    for (int i = 0; i < 1000 * n; i++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (long)i * 2, .l_len = 1};
        CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    }
    struct flock all = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
    CHECK(fcntl(fd, F_SETLK, &all) == 0);
    close(fd);
}

static void directories(int n)
{
    char name[64];
    int count = 2000 * n, seen = 0;
    mkdir(FOLDER, 0700);
    for (int i = 0; i < count; i++) {
        sprintf(name, FOLDER "/%d", i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    int fd = open(FOLDER, O_RDONLY | O_DIRECTORY);
    char buffer[256];
    for (long got; (got = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) > 0;) {
        for (long at = 0; at < got; at += *(unsigned short *)(buffer + at + 16)) {
            seen++;
        }
    }
    CHECK(seen == count + 2);
    close(fd);
    // Removed from both ends while it is read.
    DIR *dir = opendir(FOLDER);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
    CHECK(rmdir(FOLDER) == 0);
}

static void notices(int n)
{
    int fd = inotify_init1(IN_NONBLOCK), files[64];
    char path[64];
    mkdir(FOLDER, 0700);
    for (int i = 0; i < 64; i++) {
        sprintf(path, FOLDER "/%d", i);
        files[i] = open(path, O_CREAT | O_WRONLY, 0600);
        CHECK(inotify_add_watch(fd, path, IN_MODIFY) > 0);
    }
    for (int i = 0; i < 5000 * n; i++) {
        CHECK(write(files[i % 64], "x", 1) == 1);
    }
    char buffer[64];
    int events = 0, overflows = 0;
    for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
        for (ssize_t at = 0; at < got; at += sizeof(struct inotify_event)) {
            events++;
            overflows += (((struct inotify_event *)(buffer + at))->mask & IN_Q_OVERFLOW) != 0;
        }
    }
    CHECK(5000 * n > 16384 ? events > 16000 && overflows == 1 : events == 5000 * n && overflows == 0);
    for (int i = 0; i < 64; i++) {
        sprintf(path, FOLDER "/%d", i);
        unlink(path);
        close(files[i]);
    }
    close(fd);
    CHECK(rmdir(FOLDER) == 0);
}

static void polls(int n)
{
    int count = 1500 * n > 15000 ? 15000 : 1500 * n, event = eventfd(0, EFD_NONBLOCK);
    struct pollfd *entries = calloc(count, sizeof(*entries));
    for (int i = 0; i < count; i++) {
        entries[i] = (struct pollfd){dup(event), POLLIN, 0};
    }
    for (int i = 0; i < 20; i++) {
        CHECK(poll(entries, count, 1) == 0);
    }
    uint64_t one = 1;
    CHECK(write(event, &one, 8) == 8);
    CHECK(poll(entries, count, 1000) == count);
    close(event);
    CHECK(syscall(SYS_close_range, entries[0].fd, entries[count - 1].fd, 0) == 0);
    CHECK(syscall(SYS_close_range, 100000, ~0U, 0) == 0);
    free(entries);
}

static int word, target;

static void *waitAtWord(void *argument)
{
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return argument;
}

static void futexes(int n)
{
    enum { MOST = 1000 };
    static pthread_t threads[MOST];
    int count = 100 * n > MOST ? MOST : 100 * n, woken = 0;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    for (int i = 0; i < count; i++) {
        CHECK(pthread_create(&threads[i], &attributes, waitAtWord, NULL) == 0);
    }
    while (woken < count) {
        // From one word to the other and back, then woken.
        syscall(SYS_futex, &word, FUTEX_REQUEUE_PRIVATE, 0, INT_MAX, &target, 0);
        syscall(SYS_futex, &target, FUTEX_REQUEUE_PRIVATE, 0, INT_MAX, &word, 0);
        woken += (int)syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
        sched_yield();
    }
    for (int i = 0; i < count; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

static void semaphores(int n)
{
    int set = semget(IPC_PRIVATE, 500, 0600), queue = msgget(IPC_PRIVATE, 0600);
    CHECK(set >= 0 && queue >= 0);
    struct sembuf operations[500];
    for (int i = 0; i < 500; i++) {
        operations[i] = (struct sembuf){(unsigned short)i, 1, SEM_UNDO};
    }
    for (int i = 0; i < 20 * n; i++) {
        CHECK(semop(set, operations, 500) == 0);
    }
    CHECK(semctl(set, 0, IPC_RMID) == 0);
    struct { long type; char text[1]; } message = {1, {'x'}};
    int sent = 0;
    while (sent < 16384 && msgsnd(queue, &message, 1, IPC_NOWAIT) == 0) {
        message.type = ++sent % 100 + 1;
    }
    CHECK(sent > 100);
    for (int type = 100; type > 0; type--) {
        while (msgrcv(queue, &message, 1, type, IPC_NOWAIT) == 1) {
            sent--;
        }
    }
    CHECK(sent == 0);
    CHECK(msgctl(queue, IPC_RMID, NULL) == 0);
}

static void timers(int n)
{
    enum { MOST = 8000 };
    static timer_t made[MOST];
    int count = 800 * n > MOST ? MOST : 800 * n;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    for (int i = 0; i < count; i++) {
        if (timer_create(CLOCK_MONOTONIC, &event, &made[i]) != 0) {
            int error = errno;
            CHECK(error == EAGAIN);
            count = i;
            break;
        }
        struct itimerspec soon = {{0, 0}, {1000, (i * 7919) % 1000}};
        CHECK(timer_settime(made[i], 0, &soon, NULL) == 0);
    }
    for (int i = 0; i < count; i++) {
        CHECK(timer_delete(made[i]) == 0);
    }
}

// Timers that expire more often than a program could bear.
static void fastTimers(int n)
{
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    struct itimerspec fast = {{0, 1}, {0, 1}}, left;
    struct itimerval often = {{0, 1}, {0, 1}};
    sigset_t alarm, before;
    timer_t timer;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &fast, NULL) == 0);
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm, &before);
    CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (volatile long i = 0; i < 1000000L * n; i++) {
    }
    CHECK(timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 1);
    CHECK(getitimer(ITIMER_REAL, &often) == 0 && often.it_interval.tv_usec == 1);
    siginfo_t info;
    CHECK(sigtimedwait(&alarm, &info, &(struct timespec){5, 0}) == SIGALRM);
    CHECK(sigtimedwait(&alarm, &info, &(struct timespec){5, 0}) == SIGALRM);
    setTimer(0);
    while (sigtimedwait(&alarm, &info, &(struct timespec){0, 0}) == SIGALRM) {
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    CHECK(timer_delete(timer) == 0);
}

// Queued signals, the lower numbers last.
static void queuedSignals(int n)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    sigaddset(&set, SIGRTMIN + 2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    int sent = 0, taken = 0;
    for (int i = 0; i < 300 * n; i++) {
        sent += sigqueue(getpid(), SIGRTMIN + 2 - (i % 2), (union sigval){.sival_int = i}) == 0;
    }
    CHECK(sent == 300 * n);
    siginfo_t info;
    int last = 0;
    while (sigtimedwait(&set, &info, &(struct timespec){0, 0}) > 0) {
        CHECK(info.si_signo >= last);
        last = info.si_signo;
        taken++;
    }
    CHECK(taken == sent);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

// Links that lead to each other, and a path of the greatest length.
static void paths(int n)
{
    char path[PATH_MAX + 2], name[64], to[64];
    mkdir(FOLDER, 0700);
    for (int i = 0; i < 41; i++) {
        sprintf(name, FOLDER "/%d", i);
        sprintf(to, "%d", i + 1);
        CHECK(symlink(i == 40 ? "." : to, name) == 0);
    }
    CHECK(access(FOLDER "/1", F_OK) == 0);
    FAILS(access(FOLDER "/0", F_OK), ELOOP);
    CHECK(symlink("loop/loop/loop/loop/loop/loop/loop/loop", FOLDER "/loop") == 0);
    FAILS(access(FOLDER "/loop", F_OK), ELOOP);
    memset(path, '/', sizeof(path));
    path[PATH_MAX - 1] = 0;
    for (int i = 0; i < 100 * n; i++) {
        CHECK(access(path, F_OK) == 0);
    }
    path[PATH_MAX - 1] = '/';
    path[PATH_MAX] = 0;
    FAILS(access(path, F_OK), ENAMETOOLONG);
    for (int i = 0; i < 41; i++) {
        sprintf(name, FOLDER "/%d", i);
        unlink(name);
    }
    unlink(FOLDER "/loop");
    CHECK(rmdir(FOLDER) == 0);
}

// Folders in folders, deeper than a path is long.
static void depths(int n)
{
    int count = 300 * n, home = open(".", O_RDONLY | O_DIRECTORY);
    mkdir(FOLDER, 0700);
    CHECK(chdir(FOLDER) == 0);
    for (int i = 0; i < count; i++) {
        CHECK(mkdir("a-folder-in-a-folder", 0700) == 0);
        CHECK(chdir("a-folder-in-a-folder") == 0);
    }
    static char where[4096];
    CHECK(getcwd(where, sizeof(where)) == NULL);
    for (int i = 0; i < count; i++) {
        CHECK(chdir("..") == 0);
        CHECK(rmdir("a-folder-in-a-folder") == 0);
    }
    CHECK(fchdir(home) == 0);
    close(home);
    CHECK(rmdir(FOLDER) == 0);
}

static void vectors(int n)
{
    static struct iovec vectors[1025];
    static char bytes[1025];
    int pipes[2], pair[2];
    CHECK(pipe(pipes) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    for (int i = 0; i < 1024; i++) {
        vectors[i] = (struct iovec){bytes + i, 1};
    }
    static struct mmsghdr messages[1024];
    for (int i = 0; i < 1024; i++) {
        messages[i].msg_hdr = (struct msghdr){.msg_iov = vectors, .msg_iovlen = 1024};
    }
    for (int i = 0; i < 10 * n; i++) {
        CHECK(writev(pipes[1], vectors, 1024) == 1024);
        CHECK(readv(pipes[0], vectors, 1024) == 1024);
        int sent = sendmmsg(pair[0], messages, 1024, MSG_DONTWAIT);
        CHECK(sent > 0);
        CHECK(recvmmsg(pair[1], messages, 1024, MSG_DONTWAIT, NULL) == sent);
    }
    FAILS(writev(pipes[1], vectors, 1025), EINVAL);
    for (int i = 0; i < 2; i++) {
        close(pipes[i]);
        close(pair[i]);
    }
}

// Sockets in a list of interests, and how they come and go.
static void sockets(int n)
{
    int count = 1000 * n > 9000 ? 9000 : 1000 * n, list = epoll_create1(0), (*pairs)[2] = calloc(count, sizeof(*pairs));
    struct epoll_event event = {.events = EPOLLIN}, *out = calloc(count, sizeof(*out));
    for (int i = 0; i < count; i++) {
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0);
        CHECK(epoll_ctl(list, EPOLL_CTL_ADD, pairs[i][0], &event) == 0);
        CHECK(write(pairs[i][1], "x", 1) == 1);
    }
    CHECK(epoll_wait(list, out, count, 0) == count);
    for (int i = 0; i < count; i++) {
        CHECK(epoll_wait(list, out, 1, 0) == 1);
    }
    for (int i = 0; i < count; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    CHECK(epoll_wait(list, out, count, 0) == 0);
    close(list);
    free(pairs);
    free(out);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(int);
    } parts[] = {
        {"splices", splices}, {"interrupted reads", interruptedReads}, {"holes", holes}, {"reservations", reservations},
        {"many maps", manyMaps}, {"attributes", attributes},
        {"terminals", terminals}, {"locks", locks}, {"directories", directories}, {"notices", notices}, {"polls", polls},
        {"futexes", futexes},
        {"semaphores", semaphores}, {"timers", timers}, {"fast timers", fastTimers}, {"queued signals", queuedSignals}, {"paths", paths},
        {"depths", depths}, {"vectors", vectors}, {"sockets", sockets},
        {"endless copies", endlessCopies},
    };
    int times = argc > 1 ? atoi(argv[1]) : 1;
    struct rlimit many = {20000, 20000}, any = {RLIM_INFINITY, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_NOFILE, &many) == 0);
    setrlimit(RLIMIT_SIGPENDING, &any);
    signal(SIGALRM, onAlarm);
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        parts[i].run(times);
        clock_gettime(CLOCK_MONOTONIC, &after);
        if (argc > 2) {
            fprintf(stderr, "%8.1f ms %s\n", (after.tv_sec - before.tv_sec) * 1e3 + (after.tv_nsec - before.tv_nsec) / 1e6, parts[i].name);
        }
        passed(parts[i].name);
    }
    return finish();
}
