// Ids, capabilities and places are each thread's own (credentials(7), capabilities(7), unshare(2)): the calls themselves change the calling
// thread alone, clone(2) inherits, execve(2) goes by the thread that calls it.
#include "errors.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define CHOWN 0
#define KILL 5
#define NET_BIND 10
#define NET_ADMIN 12
#define NET_RAW 13
#define WAKE_ALARM 35
#define ALL ((1UL << 41) - 1)
#define SHOWN (ALL & ~(1UL << 24)) // a container may lack CAP_SYS_RESOURCE

struct header { uint32_t version; int pid; };
struct data { uint32_t effective, permitted, inheritable; };

static int capget_(int pid, struct data *data)
{
    struct header header = {0x20080522, pid};
    return syscall(SYS_capget, &header, data);
}

static int keep(unsigned long kept)
{
    struct header header = {0x20080522, 0};
    struct data data[2];
    capget_(0, data);
    data[0].effective &= kept;
    data[0].permitted &= kept;
    data[1].effective &= kept >> 32;
    data[1].permitted &= kept >> 32;
    return syscall(SYS_capset, &header, data);
}

static void inherit(unsigned long inherited)
{
    struct header header = {0x20080522, 0};
    struct data data[2];
    capget_(0, data);
    data[0].inheritable = inherited;
    OUTCOME(syscall(SYS_capset, &header, data));
}

// What /proc says of a thread.
static void showFile(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned long value;
        char name[32];
        if (sscanf(line, "Cap%30[A-Za-z]: %lx", name, &value) == 2) {
            printf(" %s %lx", name, value & SHOWN);
        } else if (strncmp(line, "Uid:", 4) == 0 || strncmp(line, "Gid:", 4) == 0 || strncmp(line, "NoNewPrivs:", 11) == 0
            || strncmp(line, "Umask:", 6) == 0 || strncmp(line, "Groups:", 7) == 0) {
            line[strcspn(line, "\n")] = 0;
            printf(" %s", line);
        }
    }
    puts("");
    if (file) {
        fclose(file);
    }
}

static void show(const char *who)
{
    unsigned ids[6];
    syscall(SYS_getresuid, ids, ids + 1, ids + 2);
    syscall(SYS_getresgid, ids + 3, ids + 4, ids + 5);
    printf("%s: uid %u %u %u gid %u %u %u bits %d new %d signal ", who, ids[0], ids[1], ids[2], ids[3], ids[4], ids[5],
        prctl(PR_GET_SECUREBITS), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    int signal = -1;
    prctl(PR_GET_PDEATHSIG, &signal);
    printf("%d policy %d ambient %d bounding %d\n", signal, prctl(PR_MCE_KILL_GET, 0, 0, 0, 0),
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, KILL, 0, 0), prctl(PR_CAPBSET_READ, 3));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/status", (long)syscall(SYS_gettid));
    showFile(path);
    showFile("/proc/thread-self/status");
}

// One step after another, by turns.
static volatile int turn;

static void until(int wanted)
{
    while (turn != wanted) {
        usleep(1000);
    }
}

static void make(const char *path)
{
    struct stat status;
    unlink(path);
    int fd = open(path, O_CREAT | O_WRONLY, 0666);
    fstat(fd, &status);
    printf("made by %u:%u mode %o\n", status.st_uid, status.st_gid, status.st_mode & 0777);
    close(fd);
    unlink(path);
}

static void showPlace(const char *link)
{
    char place[128] = "";
    OUTCOME(readlink(link, place, sizeof place - 1));
    puts(place);
}

static void *grandchild(void *argument)
{
    show("grandchild");
    make("/tmp/credentials-grandchild");
    return argument;
}

// A datagram with a mark, which takes CAP_NET_ADMIN or CAP_NET_RAW.
static int sendMarked(void)
{
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr aligned; } control;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct iovec data = {"x", 1};
    struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &data, .msg_iovlen = 1};
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *mark = CMSG_FIRSTHDR(&message);
    mark->cmsg_level = SOL_SOCKET;
    mark->cmsg_type = 36; // SO_MARK
    mark->cmsg_len = CMSG_LEN(sizeof(int));
    int at = socket(AF_INET, SOCK_DGRAM, 0);
    int sent = sendmsg(at, &message, 0);
    int error = errno;
    close(at);
    errno = error;
    return sent;
}

static volatile int otherId;

static void *other(void *argument)
{
    otherId = syscall(SYS_gettid);
    show("other, first");
    prctl(PR_SET_PDEATHSIG, 10);
    prctl(PR_MCE_KILL, 1, 1, 0, 0);
    inherit(1UL << KILL | 1UL << CHOWN);
    OUTCOME(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, KILL, 0, 0));
    OUTCOME(prctl(PR_CAPBSET_DROP, 3));
    OUTCOME(prctl(PR_SET_SECUREBITS, 1 << 2));
    OUTCOME(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    OUTCOME(keep(ALL & ~(1UL << NET_BIND | 1UL << NET_ADMIN | 1UL << NET_RAW | 1UL << WAKE_ALARM)));
    gid_t groups[] = {7, 8};
    OUTCOME(syscall(SYS_setgroups, 2, groups));
    OUTCOME(syscall(SYS_setresgid, 1001, 1002, 1003));
    OUTCOME(syscall(SYS_setresuid, 1001, 1002, 1003));
    show("other, changed");
    make("/tmp/credentials-other");
    pthread_t thread;
    pthread_create(&thread, NULL, grandchild, NULL);
    pthread_join(thread, NULL);
    turn = 1;
    until(2);
    OUTCOME(syscall(SYS_setfsuid, 1005) == 1002 ? 0 : -1);
    OUTCOME(open("/tmp/credentials-root", O_RDONLY));
    OUTCOME(syscall(SYS_timerfd_create, 8, 0)); // CLOCK_REALTIME_ALARM takes CAP_WAKE_ALARM
    OUTCOME(sendMarked());
    OUTCOME(syscall(SYS_setresuid, 0, 0, 0));
    OUTCOME(unshare(CLONE_FS));
    umask(077);
    OUTCOME(chdir("/proc"));
    OUTCOME(access("meminfo", R_OK));
    showPlace("/proc/thread-self/cwd");
    showPlace("/proc/self/cwd");
    make("/tmp/credentials-other");
    show("other, places of its own");
    turn = 3;
    until(4);
    return argument;
}

static const char *self;

static void *executing(void *argument)
{
    OUTCOME(syscall(SYS_setresgid, 2001, 2001, 2001));
    inherit(1UL << KILL | 1UL << CHOWN);
    OUTCOME(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, KILL, 0, 0));
    OUTCOME(prctl(PR_SET_SECUREBITS, 1 << 2));
    OUTCOME(syscall(SYS_setresuid, 2001, 2001, 2001));
    execl(self, self, "again", NULL);
    return argument;
}

int main(int count, char **values)
{
    static char path[512];
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count > 1) {
        printf("%d\n", syscall(SYS_gettid) == getpid());
        show("executed");
        make("/tmp/credentials-executed");
        return 0;
    }
    path[readlink("/proc/self/exe", path, sizeof path - 1)] = 0;
    self = path;
    umask(022);
    if (chdir("/") != 0) {
        return 1;
    }
    show("first");
    close(open("/tmp/credentials-root", O_CREAT | O_WRONLY, 0600));
    pthread_t thread;
    pthread_create(&thread, NULL, other, NULL);
    until(1);
    show("first, unchanged");
    make("/tmp/credentials-first");
    struct data data[2];
    OUTCOME(capget_(otherId, data));
    printf("of the other: %lx\n", (data[0].effective | (unsigned long)data[1].effective << 32) & SHOWN);
    OUTCOME(capget_(getpid(), data));
    printf("of the process: %lx\n", (data[0].effective | (unsigned long)data[1].effective << 32) & SHOWN);
    showFile("/proc/self/status");
    snprintf(path + 400, 100, "/proc/self/task/%d/status", otherId);
    showFile(path + 400);
    turn = 2;
    until(3);
    printf("umask %o\n", umask(022));
    OUTCOME(access("meminfo", R_OK));
    OUTCOME(access("/proc/meminfo", R_OK));
    make("/tmp/credentials-first");
    turn = 4;
    pthread_join(thread, NULL);
    show("first, at last");
    unlink("/tmp/credentials-root");
    pthread_create(&thread, NULL, executing, NULL);
    pthread_join(thread, NULL);
    return 0;
}
