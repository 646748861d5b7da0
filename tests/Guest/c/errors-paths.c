// How each call that takes a path fails for each kind of path, and which error wins: open(2) to removexattr(2); as root, and as somebody
// else.
#include "grid.h"
#include <ftw.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <utime.h>

static char name255[256], name256[257], missing256[300], under256[300], path4095[4097], path4096[4098], long4095[4097];
static char *edge; // a path whose end is on a page that is not there

// Paths of the machine come last: what changes a file is not tried on them.
#define OWN 62
static const char *paths[] = {
    "", ".", "..", "f", "f/", "f/.", "f/..", "f/x", "d", "d/", "d/.", "d/..", "d/../f", "d/x", "missing", "missing/", "missing/.",
    "missing/..", "missing/x",
    "full", "full/", "full/..", "full/.", "l", "l/", "ld", "ld/", "ld/.", "ld/..", "ld/x", "dang", "dang/", "dang/x", "loop", "loop/",
    "loop/x", "fifo", "fifo/",
    "fifo/x", "sock", "dev", "dev/", "secret", "closed", "closed/x", "closed/.", "set", name255, name256, missing256, under256, path4095,
    path4096, long4095,
    "ring40", "ring41", "ring41/", "././f", NULL, BAD, KERN, "edge",
    "/", "/..", "/.", "//", "/proc/self/status", "/proc/self/status/", "/proc/self/missing", "/proc/missing", "/proc/self/fd/999",
    "/proc/self", "/proc/self/cwd",
    "/proc/self/exe/x", "/proc/self/root/", "/sys/kernel", "/sys/kernel/missing", "/sys/kernel/uevent_seqnum", "/dev/null", "/dev/null/",
    "/dev/null/x", "/proc/sys/kernel/ostype",
    "/proc/sys/kernel/missing", "/proc/self/ns/uts", "/proc/self/ns/missing"
};
#define PATHS (int)(sizeof paths / sizeof *paths)
static const char *pathNames[PATHS];

static int who;      // 0: root; 1: somebody else; 2: somebody else, in a folder for all
static int outside;  // the working folder's parent

static void fill(const char *name, int mode)
{
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (fd < 0 || write(fd, "0123456789", 10) != 10) {
        perror(name);
        exit(3);
    }
    fchmod(fd, mode);
    close(fd);
}

static int drop(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

// Everything below the working folder, made anew.
static void build(void)
{
    fchdir(outside);
    static int round;
    char old[32], now[32];
    snprintf(old, sizeof old, "w%d", round++);
    snprintf(now, sizeof now, "w%d", round);
    if (round > 1) {
        nftw(old, drop, 8, FTW_DEPTH | FTW_PHYS);
    }
    if (mkdir(now, 0755) != 0 || chdir(now) != 0) {
        perror(now);
        exit(3);
    }
    fill("f", 0644);
    fill("secret", 0600);
    fill("set", 04755);
    mkdir("d", 0755);
    mkdir("full", 0755);
    fill("full/x", 0644);
    mkdir("closed", 0700);
    fill("closed/x", 0644);
    if (symlink("f", "l") | symlink("d", "ld") | symlink("missing", "dang") | symlink("loop", "loop") | mkfifo("fifo", 0644)
        | mknod("sock", S_IFSOCK | 0644, 0) | mknod("dev", S_IFCHR | 0644, makedev(1, 3)) | symlink("f", "ring1")) {
        perror("fixtures");
        exit(3);
    }
    for (int i = 2; i <= 41; i++) {
        char from[16], to[16];
        snprintf(from, sizeof from, "ring%d", i);
        snprintf(to, sizeof to, "ring%d", i - 1);
        symlink(to, from);
    }
    chmod(".", who == 2 ? 01777 : 0755);
}

static void become(int user)
{
    if (who != 0 && setresuid(user, user, 0) != 0) {
        perror("setresuid");
        exit(3);
    }
}

#define PATHROW_(count, call) \
    do { \
        for (int kind = 0; kind < (count); kind++) { \
            const char *p = paths[kind]; \
            become(1000); \
            errno = 0; \
            long result_ = (long)(call); \
            int error_ = errno; \
            become(0); \
            note(kind, result_, error_, 0); \
            if (result_ != -1 && CHANGES) { \
                build(); \
            } \
        } \
        show(#call, pathNames, count); \
    } while (0)

// A call that looks at `p`.
#define CHANGES 0
#define LOOK(call) PATHROW_(PATHS, call)
// One that makes it; it must not be able to where the path is the machine's.
#define MAKE(call) PATHROW_(PATHS, call)
// One that changes it.
#define CHANGE(call) PATHROW_(OWN, call)

static int opened(const char *p, int flags, int mode)
{
    int fd = (int)syscall(SYS_open, p, flags, mode);
    if (fd >= 0) {
        close(fd);
    }
    return fd;
}

struct how {
    unsigned long flags, mode, resolve;
};

static int opened2(const char *p, int flags, unsigned long resolve)
{
    struct how how = {(unsigned)flags, 0, resolve};
    int fd = (int)syscall(437, AT_FDCWD, p, &how, sizeof how);
    if (fd >= 0) {
        close(fd);
    }
    return fd;
}

static int back(int result)
{
    if (result == 0) {
        syscall(SYS_fchdir, 901);
    }
    return result;
}

static int bound(const char *p)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (p == NULL || p == BAD || p == KERN || p == edge || strlen(p) == 0 || strlen(p) >= sizeof address.sun_path) {
        errno = 0;
        return -2;
    }
    strcpy(address.sun_path, p);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), result = bind(fd, (void *)&address, sizeof address), error = errno;
    close(fd);
    errno = error;
    return result;
}

static void testLooks(void)
{
    LOOK(opened(p, O_RDONLY | O_NONBLOCK, 0));
    LOOK(opened(p, O_WRONLY | O_NONBLOCK, 0));
    LOOK(opened(p, O_RDWR | O_NONBLOCK, 0));
    LOOK(opened(p, 3 | O_NONBLOCK, 0));
    LOOK(opened(p, O_PATH, 0));
    LOOK(opened(p, O_PATH | O_NOFOLLOW, 0));
    LOOK(opened(p, O_PATH | O_DIRECTORY, 0));
    LOOK(opened(p, O_RDONLY | O_NONBLOCK | O_DIRECTORY, 0));
    LOOK(opened(p, O_RDWR | O_NONBLOCK | O_DIRECTORY, 0));
    LOOK(opened(p, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0));
    LOOK(opened(p, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_DIRECTORY, 0));
    LOOK(opened(p, O_RDONLY | O_NONBLOCK | O_NOATIME, 0));
    LOOK(opened(p, O_RDONLY | O_NONBLOCK | O_APPEND | 0x40000000, 0));
    LOOK(opened(p, O_TMPFILE | O_RDONLY, 0600));
    LOOK(opened(p, O_CREAT | O_DIRECTORY | O_RDONLY, 0600));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 1));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 2));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 4));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 8));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 16));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 24));
    LOOK(opened2(p, O_RDONLY | O_NONBLOCK, 64));
    LOOK(opened2(p, O_PATH | O_RDWR, 0));
    LOOK(opened2(p, 0x40000000, 0));
    LOOK(syscall(SYS_stat, p, buf));
    LOOK(syscall(SYS_stat, p, BAD));
    LOOK(syscall(SYS_lstat, p, buf));
    LOOK(syscall(SYS_lstat, p, BAD));
    LOOK(syscall(SYS_statx, AT_FDCWD, p, 0, 0x7ff, buf));
    LOOK(access(p, F_OK));
    LOOK(access(p, R_OK));
    LOOK(access(p, W_OK));
    LOOK(access(p, X_OK));
    LOOK(access(p, 8));
    LOOK(syscall(439, AT_FDCWD, p, W_OK, AT_SYMLINK_NOFOLLOW));
    LOOK(syscall(439, AT_FDCWD, p, R_OK, AT_EACCESS));
    LOOK(readlink(p, buf, 10));
    LOOK(readlink(p, buf, 0));
    LOOK(readlink(p, BAD, 10));
    LOOK(syscall(SYS_readlink, p, buf, -1));
    LOOK(statfs(p, (void *)buf));
    LOOK(syscall(SYS_statfs, p, BAD));
    LOOK(back(chdir(p)));
    if (who != 0) {
        LOOK(chroot(p)); // nobody else can
    }
    LOOK(getxattr(p, "user.x", buf, 10));
    LOOK(lgetxattr(p, "user.x", buf, 10));
    LOOK(getxattr(p, "trusted.x", buf, 10));
    LOOK(listxattr(p, buf, 0));
    LOOK(llistxattr(p, BAD, 0));
    LOOK(inotify_add_watch(900, p, IN_MODIFY));
    LOOK(inotify_add_watch(900, p, IN_MODIFY | IN_ONLYDIR));
    LOOK(inotify_add_watch(900, p, IN_MODIFY | IN_DONT_FOLLOW));
    LOOK(inotify_add_watch(900, p, 0));
    LOOK(inotify_add_watch(900, p, 0x1000000));
    LOOK(inotify_add_watch(900, p, IN_MODIFY | IN_MASK_ADD | IN_MASK_CREATE));
    LOOK(inotify_add_watch(902, p, IN_MODIFY));
    LOOK(inotify_add_watch(0, p, 0));
    LOOK(symlink("", p));
    LOOK(symlink(BAD, p));
    LOOK(symlink(path4096, p));
    LOOK(syscall(SYS_link, "missing", p));
    LOOK(link("d", p));
    LOOK(link(".", p));
    LOOK(rename("missing", p));
    LOOK(rename(".", p));
    LOOK(rename("d/..", p));
    LOOK(rename("missing/", p));
    LOOK(rename("f/", p));
    LOOK(rename("f/x", p));
    LOOK(syscall(SYS_renameat2, AT_FDCWD, "f", AT_FDCWD, p, 3));
    LOOK(syscall(SYS_renameat2, AT_FDCWD, "f", AT_FDCWD, p, 8));
    LOOK(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "f", 6));
    LOOK(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "missing", 2));
    LOOK(unlinkat(AT_FDCWD, p, 1));
    LOOK(mknod(p, S_IFDIR | 0700, 0));
    LOOK(mknod(p, S_IFLNK | 0700, 0));
    LOOK(mknod(p, 0170000, 0));
    LOOK(truncate(p, -1));
    LOOK(truncate(p, LONG_MIN));
    LOOK(syscall(SYS_utimensat, AT_FDCWD, p, ((struct timespec[2]){{0, -1}, {0, 0}}), 0));
    LOOK(syscall(SYS_utimensat, AT_FDCWD, p, BAD, 0));
    LOOK(syscall(SYS_utimensat, AT_FDCWD, p, ((struct timespec[2]){{0, UTIME_OMIT}, {0, UTIME_OMIT}}), 0));
    LOOK(syscall(SYS_utimensat, AT_FDCWD, p, NULL, 1));
    LOOK(syscall(SYS_utimes, p, ((struct timeval[2]){{0, -1}, {0, 0}})));
    LOOK(syscall(SYS_utimes, p, BAD));
    LOOK(syscall(SYS_utime, p, BAD));
    LOOK(fchownat(AT_FDCWD, p, 0, 0, 1));
    LOOK(setxattr(p, "user.x", "1", 1, XATTR_REPLACE));
    LOOK(setxattr(p, "x", "1", 1, 0));
    LOOK(lsetxattr(p, "user.x", "1", 1, XATTR_REPLACE));
    LOOK(removexattr(p, "user.x"));
    LOOK(lremovexattr(p, "user.x"));
}

#undef CHANGES
#define CHANGES 1

static void testMakes(void)
{
    MAKE(opened(p, O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK, 0644));
    MAKE(opened(p, O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0644));
    MAKE(mkdir(p, 0755));
    MAKE(mknod(p, 0644, 0));
    MAKE(mknod(p, S_IFIFO | 0644, 0));
    MAKE(mknod(p, S_IFCHR | 0644, makedev(1, 3)));
    MAKE(mknod(p, S_IFCHR | 0644, 0));
    MAKE(mknod(p, S_IFBLK | 0644, 0));
    MAKE(symlink("f", p));
    MAKE(link("f", p));
    MAKE(link("l", p));
    MAKE(link("dang", p));
    MAKE(link("secret", p));
    MAKE(linkat(AT_FDCWD, "dang", AT_FDCWD, p, AT_SYMLINK_FOLLOW));
    MAKE(bound(p));
    MAKE(syscall(SYS_renameat2, AT_FDCWD, "f", AT_FDCWD, p, 1));
    MAKE(syscall(SYS_renameat2, AT_FDCWD, "d", AT_FDCWD, p, 1));
}

static void testChanges(void)
{
    CHANGE(opened(p, O_CREAT | O_WRONLY | O_NONBLOCK, 0644));
    CHANGE(opened(p, O_CREAT | O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0644));
    CHANGE(opened(p, O_TRUNC | O_WRONLY | O_NONBLOCK, 0));
    CHANGE(opened(p, O_TRUNC | O_RDONLY | O_NONBLOCK, 0));
    CHANGE(opened(p, O_TMPFILE | O_RDWR, 0600));
    CHANGE(opened(p, O_TMPFILE | O_WRONLY | O_EXCL, 0600));
    CHANGE(opened(p, O_CREAT | O_TRUNC | O_WRONLY | O_NONBLOCK, 0644));
    CHANGE(truncate(p, 5));
    CHANGE(truncate(p, LONG_MAX));
    CHANGE(chmod(p, 0700));
    CHANGE(chmod(p, -1));
    CHANGE(chown(p, -1, -1));
    CHANGE(chown(p, 0, 0));
    CHANGE(chown(p, 1000, 1000));
    CHANGE(lchown(p, 1000, -1));
    CHANGE(syscall(SYS_utimensat, AT_FDCWD, p, NULL, 0));
    CHANGE(syscall(SYS_utimensat, AT_FDCWD, p, NULL, AT_SYMLINK_NOFOLLOW));
    CHANGE(syscall(SYS_utimensat, AT_FDCWD, p, ((struct timespec[2]){{1, 0}, {1, 0}}), 0));
    CHANGE(syscall(SYS_utimes, p, NULL));
    CHANGE(syscall(SYS_utime, p, NULL));
    CHANGE(rmdir(p));
    CHANGE(unlink(p));
    CHANGE(unlinkat(AT_FDCWD, p, AT_REMOVEDIR));
    CHANGE(link(p, "new"));
    CHANGE(link(p, "missing/x"));
    CHANGE(link(p, "f"));
    CHANGE(linkat(AT_FDCWD, p, AT_FDCWD, "new", AT_SYMLINK_FOLLOW));
    CHANGE(rename(p, "new"));
    CHANGE(rename(p, "new/"));
    CHANGE(rename(p, "f"));
    CHANGE(rename(p, "d"));
    CHANGE(rename(p, "d/x"));
    CHANGE(rename(p, "full"));
    CHANGE(rename(p, "full/x"));
    CHANGE(rename(p, "f/x"));
    CHANGE(rename(p, "."));
    CHANGE(rename(p, ".."));
    CHANGE(rename(p, ""));
    CHANGE(rename(p, "l"));
    CHANGE(rename(p, "closed/x"));
    CHANGE(rename(p, name256));
    CHANGE(rename("f", p));
    CHANGE(rename("d", p));
    CHANGE(rename("full", p));
    CHANGE(rename("l", p));
    CHANGE(rename("d/", p));
    CHANGE(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "f", 2));
    CHANGE(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "d", 2));
    CHANGE(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "full/x", 2));
    CHANGE(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "new", 1));
    CHANGE(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, "f", 1));
    CHANGE(setxattr(p, "user.x", "1", 1, 0));
    CHANGE(lsetxattr(p, "user.x", "1", 1, XATTR_CREATE));
    CHANGE(setxattr(p, "trusted.x", "1", 1, 0));
}

int main(void)
{
    enter("errors-paths");
    outside = open(".", O_RDONLY);
    memset(name255, 'n', 255);
    memset(name256, 'n', 256);
    snprintf(missing256, sizeof missing256, "missing/%s", name256);
    snprintf(under256, sizeof under256, "f/%s", name256);
    for (int i = 0; i < 4094; i += 2) {
        memcpy(path4095 + i, "./", 2);
    }
    path4095[4094] = 'f';
    for (int i = 0; i < 4095; i++) {
        long4095[i] = i % 2 ? '/' : 'd';
    }
    memset(path4096, '/', 4096);
    edge = buf + 4096 - 4;
    memset(edge, 'a', 4);
    for (int i = 0; i < PATHS; i++) {
        const char *p = paths[i];
        pathNames[i] = p == NULL ? "NULL" : p == BAD ? "BAD" : p == KERN ? "KERN" : *p == 0 ? "empty" : p == name255 ? "name255"
            : p == name256 ? "name256"
            : p == missing256 ? "missing/name256" : p == under256 ? "f/name256" : p == path4095 ? "path4095" : p == path4096 ? "path4096"
            : p == long4095 ? "d/d/..4095" : p;
        if (p != NULL && p != BAD && p != KERN && strcmp(p, "edge") == 0) {
            paths[i] = edge;
        }
    }
    int watched = inotify_init1(0);
    dup2(watched, 900);
    for (who = 0; who < 3; who++) {
        printf("as %d\n", who);
        build();
        int here = open(".", O_RDONLY);
        dup2(here, 901);
        testLooks();
        close(here);
        close(901);
        testMakes();
        testChanges();
    }
    fchdir(outside);
    char place[64];
    snprintf(place, sizeof place, "/dev/shm/errors-paths-%d", getpid());
    return nftw(place, drop, 8, FTW_DEPTH | FTW_PHYS);
}
