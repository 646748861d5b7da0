// Capabilities (capabilities(7)): each that is dropped takes away what it guards, whoever the user is; what prctl, capset, ids and execve
// do to the sets. Run again by execve with a word that says what to look at.
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <time.h>

#define BIT(n) (1UL << (n))
#define ALL (BIT(CAP_LAST_CAP + 1) - 1)

struct sets {
    unsigned long effective, permitted, inheritable;
};

static struct sets get(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    syscall(SYS_capget, &header, data);
    return (struct sets){data[0].effective | (unsigned long)data[1].effective << 32,
        data[0].permitted | (unsigned long)data[1].permitted << 32,
                         data[0].inheritable | (unsigned long)data[1].inheritable << 32};
}

static long set(struct sets s)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{s.effective, s.permitted, s.inheritable},
        {s.effective >> 32, s.permitted >> 32, s.inheritable >> 32}};
    return syscall(SYS_capset, &header, data);
}

static void without(int capability)
{
    struct sets s = get();
    s.effective &= ~BIT(capability);
    OUTCOME(set(s));
}

static void back(void)
{
    struct sets s = get();
    s.effective = s.permitted;
    set(s);
}

// Only what every user of the test has is shown: a container may lack some.
static unsigned long shown = ALL & ~BIT(CAP_SYS_RESOURCE);

static void show(const char *what)
{
    struct sets s = get();
    unsigned long bounding = 0, ambient = 0;
    for (int i = 0; i <= CAP_LAST_CAP; i++) {
        bounding |= prctl(PR_CAPBSET_READ, i) == 1 ? BIT(i) : 0;
        ambient |= prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1 ? BIT(i) : 0;
    }
    printf("%s: e %lx p %lx i %lx b %lx a %lx, bits %x, keep %d, dumpable %d\n", what, s.effective & shown, s.permitted & shown,
        s.inheritable & shown,
           bounding & shown, ambient & shown, prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_DUMPABLE));
    char line[200];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        unsigned long value;
        char name[32];
        if (sscanf(line, "Cap%30[A-Za-z]: %lx", name, &value) == 2) {
            printf(" %s %lx", name, value & shown);
        } else if (strncmp(line, "Uid:", 4) == 0 || strncmp(line, "Gid:", 4) == 0 || strncmp(line, "NoNewPrivs:", 11) == 0) {
            line[strcspn(line, "\n")] = 0;
            printf(" %s", line);
        }
    }
    if (status) {
        fclose(status);
    }
    printf("\n");
    fflush(stdout);
}

static int bindTo(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int result = bind(fd, (struct sockaddr *)&name, sizeof name), error = errno;
    close(fd);
    errno = error;
    return result;
}

static int option(int name, int value)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int result = setsockopt(fd, SOL_SOCKET, name, &value, sizeof value), error = errno;
    close(fd);
    errno = error;
    return result;
}

static int sendAs(pid_t pid, uid_t uid, gid_t gid)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) {
        return -1;
    }
    union {
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control = {0};
    struct iovec piece = {"x", 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_CREDENTIALS;
    head->cmsg_len = CMSG_LEN(sizeof(struct ucred));
    struct ucred claimed = {pid, uid, gid};
    memcpy(CMSG_DATA(head), &claimed, sizeof claimed);
    int result = sendmsg(ends[0], &message, 0), error = errno;
    close(ends[0]);
    close(ends[1]);
    errno = error;
    return result;
}

static unsigned modeOf(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

static void make(const char *path, mode_t mode, uid_t uid)
{
    unlink(path);
    int fd = open(path, O_CREAT | O_WRONLY, mode);
    if (fd < 0 || write(fd, "x", 1) != 1 || fchown(fd, uid, uid) != 0 || fchmod(fd, mode) != 0) {
        perror(path);
    }
    close(fd);
}

static void testFiles(void)
{
    mkdir("/tmp/caps", 0755);
    OUTCOME(chdir("/tmp/caps"));
    make("plain", 0644, 0);
    make("other", 0600, 1000);
    mkdir("closed", 0700);
    make("closed/f", 0600, 1000);
    chown("closed", 1000, 1000);
    mkdir("sticky", 01777);
    chmod("sticky", 01777);
    chown("sticky", 1000, 1000);

    puts("CHOWN");
    without(CAP_CHOWN);
    OUTCOME(chown("plain", 1000, -1));
    OUTCOME(chown("plain", 0, 0));
    OUTCOME(chown("plain", -1, 1000));
    OUTCOME(chown("other", -1, 1000));
    OUTCOME(chown("other", 1000, 1000));
    OUTCOME(lchown("other", -1, -1));
    back();
    OUTCOME(chown("plain", 1000, 1000));
    OUTCOME(chown("plain", 0, 0));

    puts("DAC_OVERRIDE");
    without(CAP_DAC_OVERRIDE);
    OUTCOME(open("other", O_RDONLY));
    OUTCOME(open("other", O_WRONLY));
    OUTCOME(open("other", O_RDWR));
    OUTCOME(truncate("other", 1));
    OUTCOME(access("other", W_OK));
    OUTCOME(faccessat(AT_FDCWD, "other", W_OK, AT_EACCESS));
    OUTCOME(open("closed/f", O_RDONLY));
    OUTCOME(open("closed/new", O_CREAT | O_WRONLY, 0600));
    OUTCOME(unlink("closed/f"));
    OUTCOME(mkdir("closed/d", 0700));
    OUTCOME(chmod("other", 0600));
    back();

    puts("DAC_OVERRIDE and DAC_READ_SEARCH");
    struct sets s = get();
    s.effective &= ~(BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH));
    OUTCOME(set(s));
    OUTCOME(open("other", O_RDONLY));
    OUTCOME(open("closed/f", O_RDONLY));
    OUTCOME(open("closed", O_RDONLY | O_DIRECTORY));
    OUTCOME(chdir("closed"));
    OUTCOME(open("plain", O_RDWR));
    struct stat status;
    OUTCOME(stat("closed/f", &status));
    back();
    OUTCOME(stat("closed/f", &status));

    puts("FOWNER");
    without(CAP_FOWNER);
    OUTCOME(chmod("other", 0600));
    OUTCOME(utimensat(AT_FDCWD, "other", (struct timespec[]){{1, 0}, {1, 0}}, 0));
    OUTCOME(utimensat(AT_FDCWD, "other", NULL, 0));
    OUTCOME(open("other", O_RDONLY | O_NOATIME));
    OUTCOME(link("other", "linked"));
    OUTCOME(link("plain", "linked"));
    int fd = open("other", O_RDONLY);
    OUTCOME(fcntl(fd, F_SETFL, O_NOATIME));
    close(fd);
    make("sticky/f", 0644, 1001);
    OUTCOME(unlink("sticky/f"));
    OUTCOME(rename("sticky/f", "sticky/g"));
    back();
    OUTCOME(unlink("sticky/f"));
    OUTCOME(unlink("linked"));

    puts("FSETID");
    make("set", 06755, 0);
    fd = open("set", O_WRONLY);
    OUTCOME(write(fd, "y", 1));
    printf("%o\n", modeOf("set"));
    without(CAP_FSETID);
    OUTCOME(write(fd, "", 0));
    printf("%o\n", modeOf("set"));
    OUTCOME(write(fd, "y", 1));
    printf("%o\n", modeOf("set"));
    chmod("set", 06745);
    OUTCOME(pwrite(fd, "y", 1, 0));
    printf("%o\n", modeOf("set"));
    chmod("set", 06755);
    OUTCOME(ftruncate(fd, 1));
    printf("%o\n", modeOf("set"));
    chmod("set", 06755);
    OUTCOME(truncate("set", 1));
    printf("%o\n", modeOf("set"));
    chmod("set", 06755);
    close(open("set", O_WRONLY | O_TRUNC));
    printf("%o\n", modeOf("set"));
    chmod("set", 06755);
    OUTCOME(fallocate(fd, 0, 0, 10));
    printf("%o\n", modeOf("set"));
    back();
    make("set", 0755, 0);
    chown("set", 0, 1000);
    without(CAP_FSETID);
    OUTCOME(chmod("set", 02755));
    printf("%o\n", modeOf("set"));
    back();
    OUTCOME(chmod("set", 02755));
    printf("%o\n", modeOf("set"));
    mkdir("group", 0755);
    chown("group", 0, 1000);
    chmod("group", 02755);
    without(CAP_FSETID);
    close(open("group/f", O_CREAT | O_WRONLY, 02755));
    mkdir("group/d", 0755);
    printf("%o %o\n", modeOf("group/f"), modeOf("group/d"));
    back();
    unlink("group/f");
    close(open("group/f", O_CREAT | O_WRONLY, 02755));
    printf("%o\n", modeOf("group/f"));
    close(fd);

    puts("MKNOD");
    without(CAP_MKNOD);
    OUTCOME(mknod("device", S_IFCHR | 0600, makedev(1, 3)));
    OUTCOME(mknod("device", S_IFBLK | 0600, makedev(7, 0)));
    OUTCOME(mknod("pipe", S_IFIFO | 0600, 0));
    OUTCOME(mknod("none/device", S_IFCHR | 0600, makedev(1, 3)));
    OUTCOME(mknod("plain", S_IFCHR | 0600, makedev(1, 3)));
    OUTCOME(mknod("whiteout", S_IFCHR | 0600, 0));
    back();
    OUTCOME(mknod("device", S_IFCHR | 0600, makedev(1, 3)));

    puts("SYS_CHROOT");
    without(CAP_SYS_CHROOT);
    OUTCOME(chroot("/"));
    OUTCOME(chroot("/none"));
    OUTCOME(chroot("plain"));
    back();
    OUTCOME(chroot("/"));

    puts("SYS_ADMIN and attributes");
    without(CAP_SYS_ADMIN);
    OUTCOME(setxattr("plain", "trusted.a", "x", 1, 0));
    OUTCOME(getxattr("plain", "trusted.a", NULL, 0));
    OUTCOME(setxattr("plain", "security.a", "x", 1, 0));
    OUTCOME(setxattr("plain", "user.a", "x", 1, 0));
    OUTCOME(sethostname("name", -1));
    OUTCOME(setdomainname("name", -1));
    back();
    OUTCOME(sethostname("name", -1));

    puts("DAC_READ_SEARCH and handles");
    struct {
        struct file_handle head;
        unsigned char bytes[128];
    } handle = {.head.handle_bytes = 128};
    int dir = open("/tmp", O_RDONLY | O_DIRECTORY);
    without(CAP_DAC_READ_SEARCH);
    OUTCOME(open_by_handle_at(dir, &handle.head, O_RDONLY));
    back();

    const char *left[] = {"plain", "other", "closed/f", "closed/new", "set", "group/f", "device", "pipe", "whiteout"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        unlink(left[i]);
    }
    rmdir("closed/d");
    rmdir("closed");
    rmdir("sticky");
    rmdir("group/d");
    rmdir("group");
    OUTCOME(chdir("/"));
    OUTCOME(rmdir("/tmp/caps"));
}

static void testOthers(void)
{
    puts("SETUID");
    without(CAP_SETUID);
    OUTCOME(setuid(1000));
    OUTCOME(setresuid(-1, 1000, -1));
    OUTCOME(setreuid(1000, 0));
    OUTCOME(setuid(0));
    VALUE(syscall(SYS_setfsuid, 1000));
    VALUE(syscall(SYS_setfsuid, -1));
    OUTCOME(sendAs(getpid(), 1000, 0));
    OUTCOME(sendAs(getpid(), 0, 0));
    back();
    OUTCOME(sendAs(getpid(), 1000, 0));

    puts("SETGID");
    without(CAP_SETGID);
    OUTCOME(setgid(1000));
    OUTCOME(setresgid(-1, 1000, -1));
    OUTCOME(setregid(0, 1000));
    OUTCOME(syscall(SYS_setgroups, 0, NULL));
    OUTCOME(syscall(SYS_setgroups, -1, NULL));
    OUTCOME(sendAs(getpid(), 0, 1000));
    back();
    OUTCOME(syscall(SYS_setgroups, 0, NULL));
    OUTCOME(syscall(SYS_setgroups, -1, NULL));
    OUTCOME(syscall(SYS_setgroups, 65537, NULL));
    OUTCOME(syscall(SYS_setgroups, 2, NULL));

    puts("NET_BIND_SERVICE");
    without(CAP_NET_BIND_SERVICE);
    OUTCOME(bindTo(999));
    OUTCOME(bindTo(1024));
    back();
    OUTCOME(bindTo(999));

    puts("NET_ADMIN and NET_RAW");
    without(CAP_NET_ADMIN);
    OUTCOME(option(SO_MARK, 1));
    OUTCOME(option(SO_PRIORITY, 7));
    OUTCOME(option(SO_SNDBUFFORCE, 10000));
    OUTCOME(option(SO_RCVBUFFORCE, 10000));
    OUTCOME(option(SO_DEBUG, 1));
    without(CAP_NET_RAW);
    OUTCOME(option(SO_MARK, 1));
    OUTCOME(option(SO_PRIORITY, 7));
    OUTCOME(option(SO_PRIORITY, 6));
    back();
    OUTCOME(option(SO_SNDBUFFORCE, 10000));

    puts("IPC_LOCK");
    struct rlimit limit = {4096, 8192};
    OUTCOME(setrlimit(RLIMIT_MEMLOCK, &limit));
    char *area = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OUTCOME(mlock(area, 8192));
    OUTCOME(munlock(area, 8192));
    without(CAP_IPC_LOCK);
    OUTCOME(mlock(area, 8192));
    OUTCOME(mlock(area, 4096));
    OUTCOME(mlock(area, 4096));
    OUTCOME(mlock(area + 4096, 4096));
    OUTCOME(mlock(area + 8192, -8192));
    OUTCOME(mlockall(MCL_CURRENT));
    OUTCOME(mlockall(MCL_FUTURE));
    OUTCOME(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    OUTCOME(munlockall());
    OUTCOME(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
    OUTCOME(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
    limit.rlim_cur = 0;
    OUTCOME(setrlimit(RLIMIT_MEMLOCK, &limit));
    OUTCOME(mlock(area, 4096));
    OUTCOME(mlock((void *)0x7030000000, 4096));
    OUTCOME(mlockall(MCL_FUTURE));
    OUTCOME(mlockall(0));
    OUTCOME(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
    OUTCOME(munlock(area, 4096));
    back();
    OUTCOME(mlock(area, 16 * 4096));

    puts("IPC_OWNER");
    int id = shmget(IPC_PRIVATE, 4096, 0000 | IPC_CREAT);
    without(CAP_IPC_OWNER);
    OUTCOME(shmat(id, NULL, 0));
    struct shmid_ds segment;
    OUTCOME(shmctl(id, IPC_STAT, &segment));
    back();
    OUTCOME(shmat(id, NULL, 0));
    OUTCOME(shmctl(id, IPC_RMID, NULL));

    puts("SYS_NICE");
    without(CAP_SYS_NICE);
    OUTCOME(setpriority(PRIO_PROCESS, 0, -1));
    OUTCOME(setpriority(PRIO_PROCESS, 0, 1));
    struct sched_param priority = {1};
    OUTCOME(sched_setscheduler(0, SCHED_FIFO, &priority));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, (1 << 13) | 4));
    without(CAP_SYS_ADMIN);
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, (1 << 13) | 4));
    back();
    OUTCOME(setpriority(PRIO_PROCESS, 0, 0));

    puts("SYS_TIME");
    without(CAP_SYS_TIME);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    OUTCOME(clock_settime(CLOCK_REALTIME, &now));
    OUTCOME(settimeofday(&(struct timeval){now.tv_sec, 0}, NULL));
    struct timex adjust = {.modes = ADJ_TICK, .tick = 10000};
    OUTCOME(adjtimex(&adjust));
    adjust.modes = 0;
    OUTCOME(adjtimex(&adjust) < 0 ? -1 : 0);
    back();

    puts("SYS_BOOT, SYSLOG");
    without(CAP_SYS_BOOT);
    OUTCOME(syscall(SYS_reboot, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
    back();
    OUTCOME(syscall(SYS_reboot, 0, 0, 0, 0));
    struct sets s = get();
    s.effective &= ~(BIT(CAP_SYSLOG) | BIT(CAP_SYS_ADMIN));
    set(s);
    OUTCOME(syscall(SYS_syslog, 2, NULL, 0));
    OUTCOME(syscall(SYS_syslog, 5, NULL, 0));
    back();
}

static void testSets(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    VALUE(syscall(SYS_capget, NULL, data));
    VALUE(syscall(SYS_capget, &header, NULL));
    VALUE(syscall(SYS_capget, &header, 16));
    header.version = 0;
    VALUE(syscall(SYS_capget, &header, NULL));
    printf("%x\n", header.version);
    header.version = 1;
    VALUE(syscall(SYS_capget, &header, data));
    header.pid = -1;
    VALUE(syscall(SYS_capget, &header, data));
    VALUE(syscall(SYS_capset, &header, data));
    VALUE(syscall(SYS_capget, &header, NULL));
    header.pid = 99999999;
    VALUE(syscall(SYS_capget, &header, data));
    header.pid = 0;
    header.version = _LINUX_CAPABILITY_VERSION_1;
    VALUE(syscall(SYS_capget, &header, data));
    header.version = 5;
    VALUE(syscall(SYS_capset, &header, data));
    printf("%x\n", header.version);
    VALUE(syscall(SYS_capset, &header, NULL));
    VALUE(syscall(SYS_capset, NULL, data));

    struct sets s = get();
    s.inheritable = BIT(CAP_CHOWN) | BIT(CAP_KILL);
    OUTCOME(set(s));
    s.permitted &= ~BIT(CAP_KILL);
    OUTCOME(set(s));
    s.effective &= ~BIT(CAP_KILL);
    OUTCOME(set(s));
    s.permitted |= BIT(CAP_KILL);
    OUTCOME(set(s));
    show("sets");

    VALUE(prctl(PR_CAPBSET_READ, 41));
    VALUE(prctl(PR_CAPBSET_READ, -1));
    VALUE(prctl(PR_CAPBSET_DROP, 41));
    VALUE(prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE));
    VALUE(prctl(PR_CAPBSET_READ, CAP_SYS_MODULE));
    s = get();
    s.inheritable |= BIT(CAP_SYS_MODULE);
    OUTCOME(set(s));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_FOWNER, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 41, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 1, 0));
    VALUE(prctl(PR_CAP_AMBIENT, 0, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, 9, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0));
    show("ambient");
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));

    VALUE(prctl(PR_SET_KEEPCAPS, 2));
    VALUE(prctl(PR_SET_KEEPCAPS, 1));
    VALUE(prctl(PR_SET_SECUREBITS, 0x10000));
    VALUE(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE));
    VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
    VALUE(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED));
    VALUE(prctl(PR_SET_SECUREBITS, 0));
    VALUE(prctl(PR_SET_KEEPCAPS, 1));
    VALUE(prctl(PR_GET_KEEPCAPS));
    without(CAP_SETPCAP);
    VALUE(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED));
    VALUE(prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE));
    VALUE(prctl(PR_CAPBSET_DROP, 99));
    s = get();
    s.inheritable |= BIT(CAP_MKNOD);
    OUTCOME(set(s));
    s.inheritable |= BIT(CAP_KILL);
    OUTCOME(set(s));
    back();
    show("bits");
}

static void testIds(void)
{
    show("first");
    OUTCOME(setresuid(-1, 1000, -1));
    show("effective 1000");
    OUTCOME(setresuid(-1, 0, -1));
    show("effective 0");
    VALUE(syscall(SYS_setfsuid, 1000));
    show("files 1000");
    VALUE(syscall(SYS_setfsuid, 0));
    show("files 0");
    VALUE(syscall(SYS_setfsgid, 1000));
    VALUE(syscall(SYS_setfsgid, 0));
    prctl(PR_SET_DUMPABLE, 1);
    OUTCOME(setresgid(1000, 1000, 1000));
    show("group");
    OUTCOME(setresgid(0, 0, 0));
    prctl(PR_SET_DUMPABLE, 1);
    VALUE(prctl(PR_SET_KEEPCAPS, 1));
    OUTCOME(setresuid(1000, 1000, 1000));
    show("kept");
    struct sets s = get();
    s.effective = s.permitted & (BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SETUID));
    OUTCOME(set(s));
    OUTCOME(bindTo(998));
    OUTCOME(mkdir("/caps", 0700));
    OUTCOME(setresuid(1001, 1002, 1003));
    show("three");
    OUTCOME(setuid(1004));
    OUTCOME(setresuid(0, 0, 0));
    show("root again");
    OUTCOME(setresuid(1000, 1000, 0));
    show("saved");
    OUTCOME(setuid(0));
    show("back");
    OUTCOME(setreuid(1000, 1000));
    show("none");
    OUTCOME(setuid(0));
    OUTCOME(setuid(1000));
    OUTCOME(setreuid(0, -1));
    OUTCOME(setresuid(-1, -1, 0));
    OUTCOME(sethostname("name", -1));
}

static void runAgain(const char *self, const char *word)
{
    fflush(stdout);
    execl(self, self, word, NULL);
    perror("execl");
}

static char self[512];

static void part(const char *word)
{
    if (strcmp(word, "sets") == 0) {
        testSets();
        runAgain(self, "after sets");
    } else if (strcmp(word, "after sets") == 0) {
        show("executed");
        VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
        VALUE(prctl(PR_SET_SECUREBITS, 0));
        struct sets s = get();
        s.inheritable = BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_CHOWN);
        OUTCOME(set(s));
        VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0));
        VALUE(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP));
        OUTCOME(setresuid(1000, 1000, 1000));
        show("fixed");
        runAgain(self, "ambient");
    } else if (strcmp(word, "user") == 0) {
        struct sets s = get();
        s.inheritable = BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_CHOWN);
        OUTCOME(set(s));
        VALUE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0));
        VALUE(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP));
        OUTCOME(setresuid(1000, 1000, 1000));
        show("not fixed");
        runAgain(self, "ambient");
    } else if (strcmp(word, "ambient") == 0) {
        show("ambient user");
        OUTCOME(bindTo(997));
        OUTCOME(chown("/tmp", -1, -1));
        OUTCOME(setuid(0));
        OUTCOME(chroot("/"));
    } else if (strcmp(word, "noroot") == 0) {
        VALUE(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
        runAgain(self, "after noroot");
    } else if (strcmp(word, "after noroot") == 0) {
        show("root without power");
        OUTCOME(chroot("/"));
        OUTCOME(open("/tmp", O_RDONLY));
    } else if (strcmp(word, "dropped") == 0) {
        struct sets s = get();
        s.permitted = s.effective = BIT(CAP_CHOWN);
        OUTCOME(set(s));
        show("little");
        runAgain(self, "after dropped");
    } else if (strcmp(word, "after dropped") == 0) {
        show("root has it again");
        VALUE(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
        VALUE(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
        VALUE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        VALUE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
        VALUE(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
        struct sets s = get();
        s.permitted = s.effective = BIT(CAP_CHOWN) | BIT(CAP_KILL);
        OUTCOME(set(s));
        runAgain(self, "no new");
    } else if (strcmp(word, "no new") == 0) {
        show("no new privileges");
    } else if (strcmp(word, "ids") == 0) {
        testIds();
    } else if (strcmp(word, "files") == 0) {
        testFiles();
    } else {
        testOthers();
    }
}

int main(int count, char **values)
{
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = 0;
    umask(0);
    part(count > 1 ? values[1] : "files");
    return 0;
}
