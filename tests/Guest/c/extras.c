// What lies beside plain reading and writing: extended attributes, tee, vmsplice and splice, SIGIO, openat2's restrictions, statx,
// cachestat.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FOLDER "/tmp/mote-test-extras"

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

static int make(const char *path, const char *text)
{
    int file = open(path, O_CREAT | O_RDWR | O_TRUNC, 0644);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    return file;
}

static void testExtended(void)
{
    char value[100], list[200];
    int file = make(FOLDER "/x", "text");
    CHECK(fgetxattr(file, "user.none", value, sizeof value) == -1 && errno == ENODATA);
    CHECK(listxattr(FOLDER "/x", list, sizeof list) == 0);
    CHECK(setxattr(FOLDER "/x", "user.one", "value", 5, 0) == 0 && fsetxattr(file, "user.two", "", 0, XATTR_CREATE) == 0);
    FAILS(setxattr(FOLDER "/x", "user.one", "v", 1, XATTR_CREATE), EEXIST);
    FAILS(setxattr(FOLDER "/x", "user.three", "v", 1, XATTR_REPLACE), ENODATA);
    FAILS(setxattr(FOLDER "/x", "user.three", "v", 1, 4), EINVAL);
    FAILS(setxattr(FOLDER "/x", "user.three", value, 70000, 0), E2BIG);
    FAILS(setxattr(FOLDER "/x", "other.three", "v", 1, 0), EOPNOTSUPP);
    FAILS(setxattr(FOLDER "/x", "user.", "v", 1, 0), EINVAL);
    FAILS(setxattr(FOLDER "/x", "", "v", 1, 0), ERANGE);
    FAILS(setxattr(FOLDER "/missing", "user.x", "v", 1, 0), ENOENT);
    CHECK(getxattr(FOLDER "/x", "user.one", NULL, 0) == 5 && getxattr(FOLDER "/x", "user.one", value, sizeof value) == 5
        && memcmp(value, "value", 5) == 0);
    FAILS(getxattr(FOLDER "/x", "user.one", value, 4), ERANGE);
    CHECK(getxattr(FOLDER "/x", "user.two", value, sizeof value) == 0);
    CHECK(setxattr(FOLDER "/x", "user.one", "longer value", 12, XATTR_REPLACE) == 0
        && getxattr(FOLDER "/x", "user.one", value, sizeof value) == 12);
    CHECK(flistxattr(file, NULL, 0) == 18 && flistxattr(file, list, sizeof list) == 18);
    FAILS(flistxattr(file, list, 17), ERANGE);
    CHECK(removexattr(FOLDER "/x", "user.two") == 0 && flistxattr(file, list, sizeof list) == 9 && strcmp(list, "user.one") == 0);
    FAILS(fremovexattr(file, "user.two"), ENODATA);
    CHECK(symlink("x", FOLDER "/l") == 0);
    FAILS(lsetxattr(FOLDER "/l", "user.a", "1", 1, 0), EPERM);
    FAILS(lgetxattr(FOLDER "/l", "user.a", value, 1), ENODATA);
    CHECK(getxattr(FOLDER "/l", "user.one", value, sizeof value) == 12);
    CHECK(setxattr(FOLDER "/x", "trusted.t", "1", 1, 0) == 0 && getxattr(FOLDER "/x", "trusted.t", value, 9) == 1);
    CHECK(setxattr(FOLDER, "user.folder", "f", 1, 0) == 0 && getxattr(FOLDER, "user.folder", value, 9) == 1);
    CHECK(seteuid(1000) == 0);
    FAILS(setxattr(FOLDER "/x", "trusted.t", "1", 1, 0), EPERM);
    FAILS(getxattr(FOLDER "/x", "trusted.t", value, 9), ENODATA);
    FAILS(setxattr(FOLDER "/x", "user.one", "1", 1, 0), EACCES);
    CHECK(listxattr(FOLDER "/x", list, sizeof list) == 9);
    CHECK(seteuid(0) == 0);
    FAILS(getxattr("/proc/self/status", "user.a", value, 9), EOPNOTSUPP);
    close(file);
    unlink(FOLDER "/x");
    unlink(FOLDER "/l");
    passed("extended attributes");
}

static void testPipes(void)
{
    int a[2], b[2];
    char buffer[200] = "";
    CHECK(pipe(a) == 0 && pipe(b) == 0 && write(a[1], "hello world", 11) == 11);
    FAILS(tee(a[0], a[1], 5, 0), EINVAL);
    FAILS(tee(b[0], a[1], 5, SPLICE_F_NONBLOCK), EAGAIN);
    FAILS(tee(a[0], b[1], 5, 64), EINVAL);
    FAILS(tee(a[1], b[1], 5, 0), EBADF);
    CHECK(tee(a[0], b[1], 5, 0) == 5 && tee(a[0], b[1], 100, 0) == 11);
    CHECK(read(b[0], buffer, sizeof buffer) == 16 && memcmp(buffer, "hellohello world", 16) == 0);
    CHECK(read(a[0], buffer, sizeof buffer) == 11 && memcmp(buffer, "hello world", 11) == 0);

    struct iovec pieces[2] = {{"one ", 4}, {"two", 3}};
    CHECK(vmsplice(a[1], pieces, 2, 0) == 7 && vmsplice(a[1], pieces, 0, 0) == 0);
    int regular = make(FOLDER "/r", "no pipe");
    FAILS(vmsplice(regular, pieces, 2, 0), EBADF);
    CHECK(close(regular) == 0 && unlink(FOLDER "/r") == 0);
    FAILS(vmsplice(a[1], pieces, 2, 64), EINVAL);
    char first[3], second[10];
    struct iovec room[2] = {{first, 3}, {second, 10}};
    CHECK(vmsplice(a[0], room, 2, 0) == 7 && memcmp(first, "one", 3) == 0 && memcmp(second, " two", 4) == 0);
    FAILS(vmsplice(a[0], room, 2, SPLICE_F_NONBLOCK), EAGAIN);

    int file = make(FOLDER "/s", "0123456789");
    loff_t at = 2;
    CHECK(splice(file, &at, a[1], NULL, 5, 0) == 5 && at == 7 && lseek(file, 0, SEEK_CUR) == 10);
    CHECK(splice(a[0], NULL, b[1], NULL, 100, 0) == 5);
    at = 20;
    CHECK(splice(b[0], NULL, file, &at, 100, 0) == 5 && at == 25);
    CHECK(pread(file, buffer, 100, 18) == 7 && memcmp(buffer, "\0\00023456", 7) == 0);
    FAILS(splice(file, NULL, file, NULL, 5, 0), EINVAL);
    FAILS(splice(file, NULL, a[0], NULL, 5, 0), EBADF);
    FAILS(splice(a[0], &at, b[1], NULL, 5, 0), ESPIPE);
    FAILS(splice(a[0], NULL, b[1], NULL, 5, SPLICE_F_NONBLOCK), EAGAIN);
    close(a[1]);
    CHECK(splice(a[0], NULL, b[1], NULL, 5, 0) == 0 && tee(a[0], b[1], 5, 0) == 0);
    int full[2];
    CHECK(pipe(full) == 0 && fcntl(full[1], F_SETPIPE_SZ, 4096) == 4096);
    static char page[8192];
    CHECK(write(b[1], page, sizeof page) == 8192 && splice(b[0], NULL, full[1], NULL, 8192, 0) == 4096);
    FAILS(splice(b[0], NULL, full[1], NULL, 8192, SPLICE_F_NONBLOCK), EAGAIN);
    signal(SIGPIPE, SIG_IGN);
    close(full[0]);
    FAILS(splice(b[0], NULL, full[1], NULL, 8192, 0), EPIPE);
    CHECK(read(b[0], page, sizeof page) == 4096);
    close(file);
    unlink(FOLDER "/s");
    passed("pipes");
}

static volatile sig_atomic_t signals, code, band, descriptor;

static void onSignal(int number, siginfo_t *info, void *context)
{
    (void)context;
    signals = number;
    code = info->si_code;
    band = info->si_band;
    descriptor = info->si_fd;
}

static void testSignals(void)
{
    int ends[2];
    struct sigaction action = {.sa_sigaction = onSignal, .sa_flags = SA_SIGINFO};
    sigaction(SIGIO, &action, NULL);
    sigaction(SIGRTMIN + 3, &action, NULL);
    CHECK(pipe(ends) == 0);
    CHECK(fcntl(ends[0], F_GETOWN) == 0 && fcntl(ends[0], F_GETSIG) == 0);
    CHECK(fcntl(ends[0], F_SETOWN, getpid()) == 0 && fcntl(ends[0], F_GETOWN) == getpid());
    FAILS(fcntl(ends[0], F_SETOWN, 99999999), ESRCH);
    FAILS(fcntl(ends[0], F_SETSIG, 65), EINVAL);
    CHECK(write(ends[1], "x", 1) == 1 && signals == 0);
    CHECK(fcntl(ends[0], F_SETFL, O_ASYNC) == 0 && (fcntl(ends[0], F_GETFL) & O_ASYNC));
    char byte;
    CHECK(read(ends[0], &byte, 1) == 1 && write(ends[1], "x", 1) == 1);
    printf("SIGIO %d\n", signals == SIGIO);
    CHECK(fcntl(ends[0], F_SETSIG, SIGRTMIN + 3) == 0 && fcntl(ends[0], F_GETSIG) == SIGRTMIN + 3);
    CHECK(read(ends[0], &byte, 1) == 1);
    signals = 0;
    CHECK(write(ends[1], "x", 1) == 1);
    printf("chosen %d code %d band %x descriptor %d\n", signals == SIGRTMIN + 3, code, band, descriptor == ends[0]);
    struct f_owner_ex owner = {F_OWNER_TID, gettid()}, read_;
    CHECK(fcntl(ends[0], F_SETOWN_EX, &owner) == 0 && fcntl(ends[0], F_GETOWN_EX, &read_) == 0 && read_.type == F_OWNER_TID
        && read_.pid == gettid());
    owner.type = 9;
    FAILS(fcntl(ends[0], F_SETOWN_EX, &owner), EINVAL);
    CHECK(read(ends[0], &byte, 1) == 1);
    signals = 0;
    CHECK(write(ends[1], "x", 1) == 1);
    printf("to the thread %d\n", signals == SIGRTMIN + 3);
    int off = 0;
    CHECK(ioctl(ends[0], FIOASYNC, &off) == 0 && !(fcntl(ends[0], F_GETFL) & O_ASYNC));
    signals = 0;
    CHECK(read(ends[0], &byte, 1) == 1 && write(ends[1], "x", 1) == 1 && signals == 0);
    close(ends[0]);
    close(ends[1]);
    passed("signals");
}

// A socket tells what comes in, whatever its family.
static void hears(const char *name, int from, int to)
{
    CHECK(fcntl(to, F_SETOWN, getpid()) == 0 && fcntl(to, F_SETSIG, SIGRTMIN + 3) == 0 && fcntl(to, F_SETFL, O_ASYNC) == 0);
    for (int round = 0; round < 2; round++) {
        char byte;
        signals = 0;
        CHECK(write(from, "x", 1) == 1);
        for (int i = 0; i < 1000 && !signals; i++) {
            usleep(1000);
        }
        printf("%s %d code %d band %x descriptor %d\n", name, signals == SIGRTMIN + 3, code, band, descriptor == to);
        CHECK(read(to, &byte, 1) == 1);
    }
    int off = 0;
    CHECK(ioctl(to, FIOASYNC, &off) == 0);
    signals = 0;
    CHECK(write(from, "x", 1) == 1);
    usleep(20000);
    CHECK(signals == 0);
    close(from);
    close(to);
}

static void testSocketSignals(void)
{
    int pair[2], kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (int i = 0; i < 3; i++) {
        CHECK(socketpair(AF_UNIX, kinds[i], 0, pair) == 0);
        hears("unix", pair[0], pair[1]);
    }

    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(to, (struct sockaddr *)&name, length) == 0 && getsockname(to, (struct sockaddr *)&name, &length) == 0);
    CHECK(connect(from, (struct sockaddr *)&name, length) == 0);
    hears("udp", from, to);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_port = 0;
    CHECK(bind(listener, (struct sockaddr *)&name, length) == 0 && listen(listener, 5) == 0
        && getsockname(listener, (struct sockaddr *)&name, &length) == 0);
    int on = 1;
    CHECK(fcntl(listener, F_SETOWN, getpid()) == 0 && fcntl(listener, F_SETSIG, SIGRTMIN + 3) == 0 && ioctl(listener, FIOASYNC, &on) == 0);
    signals = 0;
    // One that waited would be interrupted by the signal.
    from = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(connect(from, (struct sockaddr *)&name, length) == 0 || errno == EINPROGRESS);
    for (int i = 0; i < 1000 && !signals; i++) {
        usleep(1000);
    }
    printf("listener %d code %d band %x descriptor %d\n", signals == SIGRTMIN + 3, code, band, descriptor == listener);
    to = accept(listener, 0, 0);
    CHECK(to >= 0 && !(fcntl(to, F_GETFL) & O_ASYNC));
    hears("tcp", from, to);
    close(listener);
    passed("signals of sockets");
}

static int open2(int folder, const char *path, int flags, int resolve)
{
    struct open_how how = {.flags = flags, .resolve = resolve};
    return syscall(SYS_openat2, folder, path, &how, sizeof how);
}

static int opens(int file)
{
    if (file >= 0) {
        close(file);
    }
    return file >= 0;
}

static void testRestrictions(void)
{
    CHECK(mkdir(FOLDER "/in", 0755) == 0 && mkdir(FOLDER "/in/sub", 0755) == 0);
    close(make(FOLDER "/in/file", "1"));
    close(make(FOLDER "/out", "1"));
    CHECK(symlink("../out", FOLDER "/in/up") == 0 && symlink("/file", FOLDER "/in/absolute") == 0
        && symlink("file", FOLDER "/in/plain") == 0);
    int in = open(FOLDER "/in", O_RDONLY | O_DIRECTORY);
    CHECK(opens(open2(in, "file", O_RDONLY, RESOLVE_BENEATH)) && opens(open2(in, "sub/../file", O_RDONLY, RESOLVE_BENEATH))
        && opens(open2(in, "plain", O_RDONLY, RESOLVE_BENEATH)));
    FAILS(open2(in, "../out", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    FAILS(open2(in, "up", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    FAILS(open2(in, "absolute", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    FAILS(open2(in, "/etc", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    FAILS(open2(in, "..", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    CHECK(opens(open2(in, "/file", O_RDONLY, RESOLVE_IN_ROOT)) && opens(open2(in, "absolute", O_RDONLY, RESOLVE_IN_ROOT))
        && opens(open2(in, "../../file", O_RDONLY, RESOLVE_IN_ROOT)) && opens(open2(in, "..", O_RDONLY, RESOLVE_IN_ROOT)));
    FAILS(open2(in, "up", O_RDONLY, RESOLVE_IN_ROOT), ENOENT);
    FAILS(open2(in, "plain", O_RDONLY, RESOLVE_NO_SYMLINKS), ELOOP);
    FAILS(open2(in, "file", O_RDONLY, RESOLVE_IN_ROOT | RESOLVE_BENEATH), EINVAL);
    FAILS(open2(in, "file", O_RDONLY, 0x40), EINVAL);
    CHECK(opens(open2(in, "file", O_RDONLY, RESOLVE_NO_XDEV)) && opens(open2(in, "../out", O_RDONLY, RESOLVE_NO_XDEV)));
    FAILS(open2(AT_FDCWD, "/proc/self/status", O_RDONLY, RESOLVE_NO_XDEV), EXDEV);
    FAILS(open2(AT_FDCWD, "/proc/self/exe", O_RDONLY, RESOLVE_NO_MAGICLINKS), ELOOP);
    CHECK(opens(open2(AT_FDCWD, "/proc/self/status", O_RDONLY, RESOLVE_NO_MAGICLINKS)));
    FAILS(open2(in, "new", O_RDWR | O_CREAT, RESOLVE_CACHED), EAGAIN);
    CHECK(opens(open2(in, "new", O_RDWR | O_CREAT, RESOLVE_BENEATH)));
    FAILS(open2(in, "../new", O_RDWR | O_CREAT, RESOLVE_BENEATH), EXDEV);
    close(in);
    const char *left[] = {"in/new", "in/up", "in/absolute", "in/plain", "in/file", "out"};
    int folder = open(FOLDER, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        CHECK(unlinkat(folder, left[i], 0) == 0);
    }
    close(folder);
    CHECK(rmdir(FOLDER "/in/sub") == 0 && rmdir(FOLDER "/in") == 0);
    passed("restrictions");
}

static void testStatus(void)
{
    int file = make(FOLDER "/f", "12345");
    struct statx status, root, other;
    CHECK(statx(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID, &status) == 0);
    printf("mask %d %d size %llu links %u blocks %d\n", (status.stx_mask & STATX_BTIME) != 0, (status.stx_mask & STATX_MNT_ID) != 0,
        status.stx_size, status.stx_nlink, status.stx_blocks > 0);
    CHECK(status.stx_btime.tv_sec > 0 && status.stx_mnt_id > 0 && (status.stx_mode & S_IFMT) == S_IFREG);
    CHECK(statx(AT_FDCWD, "/", 0, STATX_MNT_ID, &root) == 0 && statx(AT_FDCWD, "/proc", 0, STATX_MNT_ID, &other) == 0);
    printf("roots %d %d %d\n", (root.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0, (other.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0,
        root.stx_mnt_id != other.stx_mnt_id);
    struct { unsigned long long offset, length; } range = {0, 0};
    struct { unsigned long long cache, dirty, writeback, evicted, recent; } cache;
    CHECK(ftruncate(file, 100000) == 0 && pwrite(file, "x", 1, 50000) == 1);
    CHECK(syscall(SYS_cachestat, file, &range, &cache, 0) == 0);
    printf("cached %llu\n", cache.cache);
    range.offset = 4096;
    range.length = 8192;
    CHECK(syscall(SYS_cachestat, file, &range, &cache, 0) == 0 && cache.cache == 0);
    FAILS(syscall(SYS_cachestat, file, &range, &cache, 1), EINVAL);
    FAILS(syscall(SYS_cachestat, -1, &range, &cache, 0), EBADF);
    FAILS(syscall(SYS_cachestat, file, NULL, &cache, 0), EFAULT);
    close(file);
    unlink(FOLDER "/f");
    passed("status");
}

static void testHoles(void)
{
    int file = make(FOLDER "/h", "x");
    CHECK(ftruncate(file, 40960) == 0);
    char *shared = mmap(NULL, 40960, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char *copy = mmap(NULL, 40960, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    memset(shared, 'a', 40960);
    copy[4096] = 'b';
    CHECK(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192) == 0);
    CHECK(shared[4095] == 'a' && shared[4096] == 0 && shared[12287] == 0 && shared[12288] == 'a' && copy[4096] == 'b');
    shared[5000] = 'c';
    char byte;
    CHECK(pread(file, &byte, 1, 5000) == 1 && byte == 'c');
    // Before a touch: a page of tmpfs is there once it was read through a shared mapping.
    CHECK(madvise(shared + 16384, 8192, MADV_REMOVE) == 0 && lseek(file, 12288, SEEK_HOLE) == 16384
        && lseek(file, 16384, SEEK_DATA) == 24576);
    CHECK(pread(file, &byte, 1, 16384) == 1 && byte == 0 && shared[16384] == 0 && shared[24575] == 0 && shared[24576] == 'a');
    FAILS(madvise(copy, 4096, MADV_REMOVE), EACCES);
    CHECK(fallocate(file, FALLOC_FL_ZERO_RANGE, 24576, 4096) == 0 && shared[24576] == 0 && shared[28672] == 'a');
    char *anonymous = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(anonymous, 'a', 8192);
    CHECK(madvise(anonymous, 4096, MADV_REMOVE) == 0 && anonymous[0] == 0 && anonymous[4096] == 'a');
    char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FAILS(madvise(private, 4096, MADV_REMOVE), EINVAL);
    munmap(shared, 40960);
    munmap(copy, 40960);
    munmap(anonymous, 8192);
    munmap(private, 4096);
    close(file);
    unlink(FOLDER "/h");
    passed("holes");
}

int main(void)
{
    CHECK(mkdir(FOLDER, 0755) == 0);
    testExtended();
    testPipes();
    testSignals();
    testSocketSignals();
    testRestrictions();
    testStatus();
    testHoles();
    CHECK(rmdir(FOLDER) == 0);
    return finish();
}
