// The init of a Linux guest that runs one program as Mote would: it mounts what programs expect, runs the program that /bench.start names, and ends the machine.
// Where there are modules, /bench.modules/0 and so on, it loads them. A network card is set up as QEMU's user network has it.
// /bench.start: the working directory, the executable, the number of arguments, those, then the environment; each ends with a zero byte.
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { most_words = 256 };

static char text[65536];
static char *words[most_words];

static void load_modules(void)
{
    for (int count = 0;; count++) {
        char path[64];
        snprintf(path, sizeof path, "/bench.modules/%d", count);
        int file = open(path, O_RDONLY);
        if (file < 0)
            return;
        if (syscall(SYS_finit_module, file, "", 0))
            perror(path);
        close(file);
    }
}

static struct sockaddr address(const char *text)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
    } made = { .in = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(text) } };
    return made.any;
}

static void bring_up(int control, const char *name, const char *own, const char *mask)
{
    struct ifreq request = { 0 };
    strcpy(request.ifr_name, name);
    request.ifr_addr = address(own);
    if (ioctl(control, SIOCSIFADDR, &request))
        perror(name);
    request.ifr_netmask = address(mask);
    ioctl(control, SIOCSIFNETMASK, &request);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    ioctl(control, SIOCSIFFLAGS, &request);
}

static void set_up_network(void)
{
    // Mote announces its address, and QEMU's network asks again only after a second.
    int announce = open("/proc/sys/net/ipv4/conf/all/arp_notify", O_WRONLY);
    if (announce < 0 || write(announce, "1", 1) != 1)
        perror("arp_notify");
    close(announce);
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    bring_up(control, "lo", "127.0.0.1", "255.0.0.0");
    bring_up(control, "eth0", "10.0.2.15", "255.255.255.0");
    struct rtentry route = { .rt_dst = address("0.0.0.0"), .rt_genmask = address("0.0.0.0"), .rt_gateway = address("10.0.2.2"), .rt_flags = RTF_UP | RTF_GATEWAY };
    if (ioctl(control, SIOCADDRT, &route))
        perror("route");
    close(control);
}

int main(void)
{
    int file = open("/bench.start", O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    int count = 0;
    for (ssize_t at = 0; at < length && count < most_words - 1; at += strlen(text + at) + 1)
        words[count++] = text + at;
    int arguments = count > 2 ? atoi(words[2]) : 0;
    if (arguments <= 0 || 3 + arguments > count) {
        puts("start: /bench.start is not right");
        arguments = 0;
    }
    mount("proc", "/proc", "proc", 0, 0);
    mount("sysfs", "/sys", "sysfs", 0, 0);
    mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
    mkdir("/dev/shm", 01777);
    mount("tmpfs", "/dev/shm", "tmpfs", 0, 0);
    mount("tmpfs", "/tmp", "tmpfs", 0, 0);
    load_modules();
    if (!access("/sys/class/net/eth0", F_OK))
        set_up_network();
    pid_t child = arguments > 0 ? vfork() : -1;
    if (child == 0) {
        // The arguments end where the environment begins, so their end takes the place of nothing: the words are copied apart.
        char *argv[most_words];
        memcpy(argv, words + 3, arguments * sizeof *argv);
        argv[arguments] = 0;
        chdir(words[0]);
        execve(words[1], argv, words + 3 + arguments);
        _exit(127);
    }
    int status = -1;
    if (child > 0)
        waitpid(child, &status, 0);
    printf("start: status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
    tcdrain(1);
    reboot(RB_AUTOBOOT); // QEMU runs with -no-reboot
    for (;;)
        pause();
}
