// inotify(7): each kind of event, the order of those that one call makes, cookies, one-shot and changed watches, merging, overflow,
// waiting.
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FOLDER "/tmp/mote-test-inotify"

static const struct { unsigned bit; const char *name; } names[] = {
    {IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"},
    {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
    {IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"}, {IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"},
    {IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"}, {IN_UNMOUNT, "UNMOUNT"}, {IN_Q_OVERFLOW, "Q_OVERFLOW"},
    {IN_IGNORED, "IGNORED"},
    {IN_ISDIR, "ISDIR"},
};

static unsigned cookies[64];
static int cookieCount;

// Cookies differ from run to run: shown as the order in which they first came.
static int cookieOf(unsigned cookie)
{
    if (cookie == 0) {
        return 0;
    }
    for (int i = 0; i < cookieCount; i++) {
        if (cookies[i] == cookie) {
            return i + 1;
        }
    }
    cookies[cookieCount++] = cookie;
    return cookieCount;
}

static int show(int file, const char *title)
{
    static char buffer[65536] __attribute__((aligned(8)));
    printf("%s:\n", title);
    int count = 0;
    ssize_t length;
    while ((length = read(file, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + length;) {
            struct inotify_event *event = (struct inotify_event *)at;
            printf("  %d", event->wd);
            for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
                if (event->mask & names[i].bit) {
                    printf(" %s", names[i].name);
                }
            }
            if (event->cookie) {
                printf(" cookie %d", cookieOf(event->cookie));
            }
            if (event->len) {
                printf(" %s (%u)", event->name, event->len);
            }
            printf("\n");
            at += sizeof *event + event->len;
            count++;
        }
    }
    int error = errno;
    CHECK(length == -1 && error == EAGAIN);
    return count;
}

static int make(const char *path, const char *text)
{
    int file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    return close(file);
}

static void testFiles(int file)
{
    int folder = inotify_add_watch(file, FOLDER, IN_ALL_EVENTS);
    CHECK(folder == 1);
    CHECK(make(FOLDER "/a", "text") == 0);
    show(file, "create");
    int opened = open(FOLDER "/a", O_RDWR);
    char bytes[10];
    CHECK(read(opened, bytes, 4) == 4 && read(opened, bytes, 4) == 0);
    CHECK(write(opened, "x", 1) == 1 && ftruncate(opened, 2) == 0);
    CHECK(fchmod(opened, 0600) == 0 && fallocate(opened, 0, 0, 100) == 0);
    close(opened);
    show(file, "read and write");
    CHECK(truncate(FOLDER "/a", 1) == 0 && chmod(FOLDER "/a", 0644) == 0 && chown(FOLDER "/a", -1, -1) == 0);
    show(file, "by path");
    struct timespec times[2] = {{1, 0}, {2, 0}};
    CHECK(utimensat(AT_FDCWD, FOLDER "/a", times, 0) == 0);
    times[0].tv_nsec = UTIME_OMIT;
    CHECK(utimensat(AT_FDCWD, FOLDER "/a", times, 0) == 0);
    times[0].tv_nsec = 0;
    times[1].tv_nsec = UTIME_OMIT;
    CHECK(utimensat(AT_FDCWD, FOLDER "/a", times, 0) == 0);
    show(file, "times");
    CHECK((opened = open(FOLDER "/a", O_WRONLY | O_TRUNC)) >= 0);
    close(opened);
    show(file, "truncate when opened");
    CHECK(link(FOLDER "/a", FOLDER "/b") == 0 && symlink("a", FOLDER "/c") == 0 && mkdir(FOLDER "/d", 0755) == 0
        && mkfifo(FOLDER "/e", 0644) == 0);
    show(file, "names");
    CHECK(rename(FOLDER "/b", FOLDER "/d/b") == 0 && rename(FOLDER "/d/b", FOLDER "/b2") == 0 && rename(FOLDER "/a", FOLDER "/b3") == 0);
    show(file, "moves");
    CHECK(unlink(FOLDER "/b2") == 0 && unlink(FOLDER "/c") == 0 && unlink(FOLDER "/e") == 0);
    CHECK((opened = open(FOLDER "/d", O_RDONLY | O_DIRECTORY)) >= 0);
    close(opened);
    CHECK(rmdir(FOLDER "/d") == 0);
    show(file, "removals");
    CHECK((opened = open(FOLDER "/b3", O_PATH)) >= 0);
    close(opened);
    show(file, "O_PATH");
    CHECK(inotify_rm_watch(file, folder) == 0);
    FAILS(inotify_rm_watch(file, folder), EINVAL);
    show(file, "removed watch");
    unlink(FOLDER "/b3");
    show(file, "unheard");
}

static void testSelf(int file)
{
    CHECK(make(FOLDER "/f", "1") == 0 && make(FOLDER "/g", "2") == 0 && mkdir(FOLDER "/d", 0755) == 0);
    int f = inotify_add_watch(file, FOLDER "/f", IN_ALL_EVENTS);
    int d = inotify_add_watch(file, FOLDER "/d", IN_ALL_EVENTS);
    int folder = inotify_add_watch(file, FOLDER, IN_MOVE | IN_DELETE | IN_CREATE);
    printf("watches %d %d %d\n", f, d, folder);
    CHECK(link(FOLDER "/f", FOLDER "/f2") == 0 && rename(FOLDER "/f", FOLDER "/f3") == 0 && rename(FOLDER "/d", FOLDER "/d2") == 0);
    show(file, "moved selves");
    CHECK(unlink(FOLDER "/f2") == 0);
    show(file, "one of two names");
    int opened = open(FOLDER "/f3", O_RDONLY);
    CHECK(opened >= 0 && unlink(FOLDER "/f3") == 0);
    show(file, "unlinked and open");
    close(opened);
    show(file, "closed");
    CHECK(rmdir(FOLDER "/d2") == 0);
    show(file, "removed folder");
    int g = inotify_add_watch(file, FOLDER "/g", IN_ALL_EVENTS);
    CHECK(make(FOLDER "/h", "3") == 0 && rename(FOLDER "/h", FOLDER "/g") == 0);
    printf("watch %d\n", g);
    show(file, "replaced");
    CHECK(make(FOLDER "/i", "4") == 0 && syscall(316, AT_FDCWD, FOLDER "/i", AT_FDCWD, FOLDER "/g", 2) == 0);
    show(file, "exchanged");
    CHECK(inotify_rm_watch(file, folder) == 0);
    unlink(FOLDER "/g");
    unlink(FOLDER "/i");
    show(file, "rest");
}

static void testFlags(int file)
{
    CHECK(make(FOLDER "/f", "1") == 0 && symlink("f", FOLDER "/l") == 0);
    FAILS(inotify_add_watch(file, FOLDER "/f", 0), EINVAL);
    FAILS(inotify_add_watch(file, FOLDER "/f", IN_OPEN | IN_ONLYDIR), ENOTDIR);
    FAILS(inotify_add_watch(file, FOLDER "/f", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE), EINVAL);
    FAILS(inotify_add_watch(file, FOLDER "/missing", IN_OPEN), ENOENT);
    FAILS(inotify_add_watch(0, FOLDER "/f", IN_OPEN), EINVAL);
    FAILS(inotify_add_watch(-1, FOLDER "/f", IN_OPEN), EBADF);
    FAILS(inotify_init1(1), EINVAL);
    int first = inotify_add_watch(file, FOLDER "/f", IN_OPEN);
    CHECK(inotify_add_watch(file, FOLDER "/l", IN_CLOSE | IN_MASK_ADD) == first);
    FAILS(inotify_add_watch(file, FOLDER "/f", IN_CLOSE | IN_MASK_CREATE), EEXIST);
    close(open(FOLDER "/f", O_RDONLY));
    show(file, "added to");
    CHECK(inotify_add_watch(file, FOLDER "/f", IN_CLOSE) == first);
    close(open(FOLDER "/f", O_RDONLY));
    show(file, "replaced mask");
    int link = inotify_add_watch(file, FOLDER "/l", IN_ATTRIB | IN_DONT_FOLLOW);
    CHECK(link > first && unlink(FOLDER "/l") == 0);
    show(file, "a link itself");
    CHECK(inotify_add_watch(file, FOLDER "/f", IN_OPEN | IN_ONESHOT) == first);
    close(open(FOLDER "/f", O_RDONLY));
    close(open(FOLDER "/f", O_RDONLY));
    show(file, "one shot");
    int folder = inotify_add_watch(file, FOLDER, IN_MODIFY | IN_EXCL_UNLINK);
    int opened = open(FOLDER "/f", O_RDWR);
    CHECK(write(opened, "1", 1) == 1 && unlink(FOLDER "/f") == 0 && write(opened, "2", 1) == 1);
    close(opened);
    show(file, "unlinked is left out");
    CHECK(inotify_add_watch(file, FOLDER, IN_MODIFY) == folder && make(FOLDER "/f", "") == 0);
    opened = open(FOLDER "/f", O_RDWR);
    for (int i = 0; i < 10; i++) {
        CHECK(write(opened, "1", 1) == 1);
    }
    CHECK(unlink(FOLDER "/f") == 0 && write(opened, "2", 1) == 1);
    close(opened);
    show(file, "merged");
    CHECK(inotify_rm_watch(file, folder) == 0);
    show(file, "end");
}

static void *writeLater(void *argument)
{
    (void)argument;
    usleep(20000);
    make(FOLDER "/later", "x");
    return NULL;
}

static void testWaiting(int file)
{
    int folder = inotify_add_watch(file, FOLDER, IN_CLOSE_WRITE);
    int waiting = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.fd = file}};
    CHECK(epoll_ctl(waiting, EPOLL_CTL_ADD, file, &event) == 0 && epoll_wait(waiting, &event, 1, 0) == 0);
    struct pollfd polled = {file, POLLIN, 0};
    CHECK(poll(&polled, 1, 0) == 0);
    pthread_t thread;
    pthread_create(&thread, NULL, writeLater, NULL);
    CHECK(epoll_wait(waiting, &event, 1, 10000) == 1 && poll(&polled, 1, 0) == 1 && polled.revents == POLLIN);
    pthread_join(thread, NULL);
    int bytes = 0;
    CHECK(ioctl(file, FIONREAD, &bytes) == 0);
    printf("to read: %d\n", bytes);
    char little[20];
    FAILS(read(file, little, sizeof little), EINVAL);
    FAILS(write(file, little, 1), EBADF);
    CHECK(lseek(file, 10, SEEK_SET) == 0);
    show(file, "waited for");
    CHECK(fcntl(file, F_SETFL, 0) == 0);
    pthread_create(&thread, NULL, writeLater, NULL);
    char buffer[sizeof(struct inotify_event) + 256];
    CHECK(read(file, buffer, sizeof buffer) == (ssize_t)sizeof(struct inotify_event) + 16);
    pthread_join(thread, NULL);
    CHECK(fcntl(file, F_SETFL, O_NONBLOCK) == 0 && inotify_rm_watch(file, folder) == 0);
    show(file, "end of waiting");
    close(waiting);
    unlink(FOLDER "/later");
}

static void testOverflow(void)
{
    int file = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    CHECK(make(FOLDER "/f", "1") == 0);
    inotify_add_watch(file, FOLDER "/f", IN_OPEN | IN_CLOSE);
    for (int i = 0; i < 9000; i++) {
        close(open(FOLDER "/f", O_RDONLY));
    }
    static char buffer[1 << 20] __attribute__((aligned(8)));
    ssize_t length = read(file, buffer, sizeof buffer);
    int count = length / sizeof(struct inotify_event);
    struct inotify_event *last = (struct inotify_event *)buffer + count - 1;
    printf("overflow: %d events, the last %d %x\n", count, last->wd, last->mask);
    close(file);
    unlink(FOLDER "/f");
}

static void testAttributes(int file)
{
    CHECK(make(FOLDER "/x", "1") == 0);
    int watch = inotify_add_watch(file, FOLDER "/x", IN_ALL_EVENTS);
    CHECK(setxattr(FOLDER "/x", "user.a", "1", 1, 0) == 0 && removexattr(FOLDER "/x", "user.a") == 0);
    show(file, "extended attributes");
    CHECK(inotify_rm_watch(file, watch) == 0);
    show(file, "end of attributes");
    unlink(FOLDER "/x");
}

int main(void)
{
    CHECK(mkdir(FOLDER, 0755) == 0);
    int file = inotify_init1(IN_NONBLOCK);
    CHECK(file >= 0);
    testFiles(file);
    passed("files");
    testSelf(file);
    passed("selves");
    testFlags(file);
    passed("flags");
    testWaiting(file);
    passed("waiting");
    testAttributes(file);
    passed("attributes");
    close(file);
    testOverflow();
    passed("overflow");
    CHECK(rmdir(FOLDER) == 0);
    return finish();
}
