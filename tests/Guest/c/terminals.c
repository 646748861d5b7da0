// Terminals: a pseudo terminal's line editing, modes, signals, sizes, flow control and ends (termios(3), pty(7), ioctl_tty(2)).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif
#ifndef TIOCGPTLCK
#define TIOCGPTLCK 0x80045439
#endif

static int master, terminal;

static void show(const char *what, const char *bytes, ssize_t count)
{
    printf("%s: ", what);
    if (count < 0)
    {
        printf("%s\n", strerror(errno));
        return;
    }

    printf("%zd \"", count);
    for (ssize_t i = 0; i < count; i++)
    {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 || c >= 0x7f || c == '\\')
        {
            printf("\\x%02x", c);
        }
        else
        {
            putchar(c);
        }
    }

    printf("\"\n");
}

// Reads exactly so many bytes of the terminal's output and shows them: what is expected is known by its length, never by waiting.
static void output(const char *what, size_t count)
{
    char bytes[512];
    size_t done = 0;
    while (done < count)
    {
        ssize_t got = read(master, bytes + done, count - done);
        if (got <= 0)
        {
            show(what, bytes, got);
            return;
        }

        done += (size_t)got;
    }

    show(what, bytes, (ssize_t)done);
}

static void type(const char *keys) { (void)!write(master, keys, strlen(keys)); }

static void input(const char *what, size_t count)
{
    char bytes[8192];
    ssize_t got = read(terminal, bytes, count);
    show(what, bytes, got);
}

static void result(const char *what, long value) { printf("%s: %ld%s%s\n", what, value, value < 0 ? " " : "",
    value < 0 ? strerror(errno) : ""); }

static void modes(tcflag_t in, tcflag_t out, tcflag_t local)
{
    struct termios t;
    tcgetattr(terminal, &t);
    t.c_iflag = in;
    t.c_oflag = out;
    t.c_lflag = local;
    tcsetattr(terminal, TCSANOW, &t);
}

static const tcflag_t usual_in = ICRNL | IXON, usual_out = OPOST | ONLCR;
static const tcflag_t usual_local = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;

static void open_pair(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    int locked = -1, number = -1;
    result("locked", ioctl(master, TIOCGPTLCK, &locked));
    printf("locked %d\n", locked);
    char name[64];
    result("number", ioctl(master, TIOCGPTN, &number));
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    printf("name agrees: %d\n", strcmp(name, ptsname(master)) == 0);
    result("open while locked", open(name, O_RDWR | O_NOCTTY));
    result("grantpt", grantpt(master));
    result("unlockpt", unlockpt(master));
    terminal = open(name, O_RDWR | O_NOCTTY);
    result("isatty", isatty(terminal));
    result("isatty of the master", isatty(master));
    struct stat st;
    fstat(terminal, &st);
    printf("character device %d, rdev agrees: %d\n", S_ISCHR(st.st_mode), st.st_rdev == (dev_t)(136 << 8 | number));
    printf("ttyname agrees: %d\n", strcmp(ttyname(terminal), name) == 0);
    int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    result("peer is a terminal", isatty(peer));
    close(peer);
    struct termios t;
    tcgetattr(terminal, &t);
    printf("modes %x %x %x %x, speeds %u %u\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, cfgetispeed(&t), cfgetospeed(&t));
    show("characters", (char *)t.c_cc, 17);
}

static void canonical(void)
{
    puts("-- canonical");
    type("hello\r");
    input("line", 100);
    output("echo", 7);
    type("abc\177\177d\n");
    input("erased", 100);
    output("echo", 12);
    type("one two_2 three\027\027x\n");
    input("words erased", 100);
    output("echo", 15 + 5 * 3 + 6 * 3 + 3);
    type("gone\025kept\n");
    input("killed", 100);
    output("echo", 4 + 12 + 6);
    type("\026\003\001\n");
    input("literal", 100);
    output("echo", 2 + 2 + 2 + 2);
    type("a\x12" "b\n");
    input("reprinted", 100);
    output("echo", 1 + 2 + 2 + 1 + 1 + 2);
    type("part\004");
    input("end of file in a line", 100);
    output("echo", 4);
    type("\004");
    input("end of file", 100);
    type("123456\n");
    input("first part", 4);
    int available = -1;
    ioctl(terminal, FIONREAD, &available);
    printf("available %d\n", available);
    input("second part", 4);
    output("echo", 8);
    type("1234\004");
    input("exactly", 4);
    output("echo", 4);
    type("next\n");
    input("after it", 100);
    output("echo", 6);
    type("tab\tx\177\177\177y\n");
    input("tab erased", 100);
    output("echo", 3 + 1 + 1 + 3 + 5 + 3 + 3);
    (void)!write(terminal, "two\nlines\n", 10);
    output("output", 12);
    type("l1\nl2\n");
    input("one line each", 100);
    input("one line each", 100);
    output("echo", 8);
    modes(usual_in | IUTF8, usual_out, usual_local);
    type("a\xc3\xa4\177b\n");
    input("utf-8 erased", 100);
    output("echo", 1 + 2 + 3 + 3);
    modes(usual_in, usual_out, usual_local & ~(ECHO | ECHOKE));
    type("silent\n");
    input("without echo", 100);
    modes(usual_in, usual_out, (usual_local & ~ECHO) | ECHONL);
    type("silent\n");
    input("newline echo", 100);
    output("echo", 2);
    modes(usual_in, usual_out, usual_local & ~ECHOKE);
    type("gone\025k\n");
    input("killed", 100);
    output("echo", 4 + 2 + 2 + 3);
    modes(usual_in, usual_out, usual_local | ECHOPRT);
    type("abc\177\177d\n");
    input("erased in print", 100);
    output("echo", 3 + 1 + 2 + 1 + 1 + 2);
    modes(usual_in | INLCR | IGNCR, usual_out, ICANON);
    type("a\rb\004");
    input("ignored return", 100);
    modes(usual_in, OPOST | OCRNL | XTABS, ICANON);
    (void)!write(terminal, "a\tb\r", 4);
    output("tabs and returns", 10);
    modes(usual_in, usual_out, usual_local);
}

static void *type_later(void *keys)
{
    struct timespec pause = {0, 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
    type(keys);
    return NULL;
}

static void raw(void)
{
    puts("-- raw");
    struct termios t, before;
    tcgetattr(terminal, &before);
    t = before;
    cfmakeraw(&t);
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    result("tcsetattr", tcsetattr(terminal, TCSAFLUSH, &t));
    type("\003x\r\n\004");
    char bytes[16];
    size_t done = 0;
    while (done < 5)
    {
        done += (size_t)read(terminal, bytes + done, sizeof bytes - done);
    }

    show("bytes", bytes, (ssize_t)done);
    (void)!write(terminal, "\n\t", 2);
    output("output", 2);
    t.c_cc[VMIN] = 3;
    tcsetattr(terminal, TCSANOW, &t);
    type("ab");
    struct pollfd p = {terminal, POLLIN, 0};
    int available = 0;
    while (available < 2)
    {
        ioctl(terminal, FIONREAD, &available);
    }

    result("two of three are not enough for poll", poll(&p, 1, 0));
    pthread_t thread;
    pthread_create(&thread, NULL, type_later, "cd");
    done = 0;
    ssize_t got = read(terminal, bytes, sizeof bytes);
    printf("at least three: %d\n", got >= 3);
    done = (size_t)got;
    pthread_join(thread, NULL);
    while (done < 4)
    {
        t.c_cc[VMIN] = 1;
        tcsetattr(terminal, TCSANOW, &t);
        done += (size_t)read(terminal, bytes + done, sizeof bytes - done);
    }

    show("all", bytes, (ssize_t)done);
    t.c_cc[VMIN] = 0;
    t.c_cc[VTIME] = 0;
    tcsetattr(terminal, TCSANOW, &t);
    result("nothing there", read(terminal, bytes, sizeof bytes));
    t.c_cc[VTIME] = 1;
    tcsetattr(terminal, TCSANOW, &t);
    result("nothing in time", read(terminal, bytes, sizeof bytes));
    t.c_cc[VMIN] = 5;
    t.c_cc[VTIME] = 1;
    tcsetattr(terminal, TCSANOW, &t);
    type("xy");
    done = 0;
    while (done < 2)
    {
        done += (size_t)read(terminal, bytes + done, sizeof bytes - done);
    }

    show("a gap ends it", bytes, (ssize_t)done);
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    result("not now", read(terminal, bytes, sizeof bytes));
    fcntl(terminal, F_SETFL, 0);
    tcsetattr(terminal, TCSANOW, &before);
    type("line\n");
    input("canonical again", 100);
    output("echo", 6);
}

static volatile sig_atomic_t caught[32], count;
static void on_signal(int number) { caught[count++] = number; }

static void caught_signals(const char *what)
{
    printf("%s:", what);
    for (int i = 0; i < count; i++)
    {
        printf(" %s", strsignal(caught[i]));
    }

    puts("");
    count = 0;
}

static void jobs(void)
{
    puts("-- jobs");
    pid_t group = -1;
    result("not ours", tcgetpgrp(terminal));
    result("no session", tcgetsid(terminal));
    if (getsid(0) != getpid())
    {
        setsid();
    }

    result("/dev/tty without one", open("/dev/tty", O_RDWR));
    result("take it", ioctl(terminal, TIOCSCTTY, 0));
    result("again", ioctl(terminal, TIOCSCTTY, 0));
    group = tcgetpgrp(terminal);
    printf("foreground is ours: %d, by the master too: %d\n", group == getpgrp(), tcgetpgrp(master) == getpgrp());
    printf("session is ours: %d\n", tcgetsid(terminal) == getsid(0));
    result("set the same", tcsetpgrp(terminal, getpgrp()));
    result("a group that is not there", tcsetpgrp(terminal, 99999));
    result("a number that is none", tcsetpgrp(terminal, -1));
    int own = open("/dev/tty", O_RDWR);
    result("/dev/tty", isatty(own));
    printf("its name: %s\n", ttyname(own));
    close(own);

    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    for (int i = 1; i < 32; i++)
    {
        if (i == SIGINT || i == SIGQUIT || i == SIGTSTP || i == SIGWINCH || i == SIGHUP || i == SIGCONT)
        {
            sigaction(i, &action, NULL);
        }
    }

    type("lost");
    output("echo", 4);
    type("\003");
    output("echo of an interrupt", 2);
    type("\034");
    output("echo of a quit", 2);
    type("\032");
    output("echo of a stop", 2);
    caught_signals("signals");
    type("kept\n");
    input("after them", 100);
    output("echo", 6);
    struct termios t;
    tcgetattr(terminal, &t);
    t.c_lflag |= NOFLSH;
    tcsetattr(terminal, TCSANOW, &t);
    type("kept\003\n");
    input("without flush", 100);
    output("echo", 8);
    caught_signals("signals");
    t.c_lflag &= ~(tcflag_t)(ISIG | NOFLSH);
    tcsetattr(terminal, TCSANOW, &t);
    type("a\003b\n");
    input("without signals", 100);
    output("echo", 6);
    caught_signals("signals");
    t.c_lflag |= ISIG;
    tcsetattr(terminal, TCSANOW, &t);

    struct winsize size = {25, 90, 0, 0}, got = {0};
    result("size", ioctl(master, TIOCSWINSZ, &size));
    caught_signals("signals");
    ioctl(terminal, TIOCGWINSZ, &got);
    printf("%d %d\n", got.ws_row, got.ws_col);
    result("same size", ioctl(terminal, TIOCSWINSZ, &size));
    caught_signals("signals");
    result("bad address", ioctl(terminal, TIOCGWINSZ, (void *)16));
}

static void flow(void)
{
    puts("-- flow");
    type("\023x\n");
    input("stopped", 100);
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    result("output is held", write(terminal, "no", 2));
    struct pollfd p = {terminal, POLLOUT, 0};
    result("poll", poll(&p, 1, 0));
    fcntl(terminal, F_SETFL, 0);
    type("\021");
    p.events = POLLOUT;
    result("started", poll(&p, 1, -1));
    output("echo", 3);
    result("tcflow off", tcflow(terminal, TCOOFF));
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    result("held", write(terminal, "no", 2));
    fcntl(terminal, F_SETFL, 0);
    result("tcflow on", tcflow(terminal, TCOON));
    result("written", write(terminal, "yes", 3));
    output("output", 3);
    result("a stop character", tcflow(terminal, TCIOFF));
    result("a start character", tcflow(terminal, TCION));
    output("characters", 2);
    result("drain", tcdrain(terminal));
    result("flush", tcflush(terminal, TCIOFLUSH));
    result("flush what", tcflush(terminal, 7));
    result("break", tcsendbreak(terminal, 0));
    int on = 1, packet;
    result("packet mode", ioctl(master, TIOCPKT, &on));
    ioctl(master, TIOCGPKT, &packet);
    printf("packet mode %d\n", packet);
    (void)!write(terminal, "data", 4);
    output("packet", 5);
    tcflush(terminal, TCIFLUSH);
    output("packet", 1);
    on = 0;
    ioctl(master, TIOCPKT, &on);
}

static void large(void)
{
    puts("-- large");
    static char line[6000];
    memset(line, 'x', sizeof line);
    modes(usual_in, usual_out, ICANON);
    line[5999] = '\n';
    result("a long line", write(master, line, sizeof line));
    static char back[8192];
    ssize_t got = read(terminal, back, sizeof back);
    printf("kept %zd, ends in %d\n", got, back[got - 1]);
    modes(0, 0, 0);
    result("bytes", write(master, line, 6000));
    size_t done = 0;
    while (done < 6000)
    {
        done += (size_t)read(terminal, back, sizeof back);
    }

    printf("all came: %zu\n", done);
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    size_t written = 0;
    ssize_t step;
    while ((step = write(terminal, line, 1000)) > 0)
    {
        written += (size_t)step;
    }

    printf("full: %s, more than 4 KiB: %d\n", strerror(errno), written > 4096);
    fcntl(terminal, F_SETFL, 0);
    done = 0;
    while (done < written)
    {
        done += (size_t)read(master, back, sizeof back);
    }

    printf("all came: %d\n", done == written);
    modes(usual_in, usual_out, usual_local);
}

static void *read_line(void *unused)
{
    (void)unused;
    char bytes[16];
    ssize_t got = read(terminal, bytes, sizeof bytes);
    printf("a reader when the master closes: %zd\n", got);
    return NULL;
}

static void ends(void)
{
    puts("-- ends");
    char bytes[16];
    (void)!write(terminal, "last", 4);
    close(terminal);
    output("what was written before", 4);
    result("then", read(master, bytes, sizeof bytes));
    struct pollfd p = {master, POLLIN | POLLOUT, 0};
    poll(&p, 1, 0);
    printf("poll %x\n", p.revents);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    (void)!write(terminal, "again", 5);
    output("open again", 5);
    count = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, read_line, NULL);
    struct timespec pause = {0, 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
    close(master);
    pthread_join(thread, NULL);
    caught_signals("signals");
    result("read", read(terminal, bytes, sizeof bytes));
    result("write", write(terminal, "x", 1));
    result("ioctl", ioctl(terminal, FIONREAD, bytes));
    result("tcgetattr", tcgetattr(terminal, (struct termios *)(void *)(char[128]){0}));
    p.fd = terminal;
    p.events = POLLIN | POLLOUT;
    poll(&p, 1, 0);
    printf("poll %x\n", p.revents);
    result("/dev/tty is gone", open("/dev/tty", O_RDWR));
    close(terminal);
}

static void requests(void)
{
    puts("-- requests");
    int pipes[2], value = -1;
    (void)!pipe(pipes);
    result("a pipe", tcgetattr(pipes[0], (struct termios *)(void *)(char[128]){0}));
    result("isatty", isatty(pipes[0]));
    master = posix_openpt(O_RDWR | O_NOCTTY);
    unlockpt(master);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios t;
    tcgetattr(terminal, &t);
    cfsetispeed(&t, B9600);
    cfsetospeed(&t, B9600);
    t.c_cflag = (t.c_cflag & ~(tcflag_t)CSIZE) | CS7 | PARENB;
    tcsetattr(terminal, TCSANOW, &t);
    tcgetattr(master, &t);
    printf("speed %d, bits %d, parity %d\n", cfgetospeed(&t) == B9600, (t.c_cflag & CSIZE) == CS8, (t.c_cflag & PARENB) != 0);
    result("discipline", ioctl(terminal, TIOCGETD, &value));
    printf("%d\n", value);
    result("exclusive", ioctl(terminal, TIOCEXCL));
    result("an unknown request", ioctl(terminal, 0x54ff, &value));
    result("modem lines", ioctl(terminal, TIOCMGET, &value));
    result("on a master alone", ioctl(terminal, TIOCGPTN, &value));
    result("seek", lseek(terminal, 0, SEEK_CUR));
    result("bad address", (long)ioctl(terminal, TCGETS, (void *)16));
    close(terminal);
    close(master);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(100);
    open_pair();
    canonical();
    raw();
    jobs();
    flow();
    large();
    ends();
    requests();
    return 0;
}
