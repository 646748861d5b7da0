// Every state of a socket, every call in it, and what poll says before and after: errors, end of file and readiness as a table, the same on
// Linux and here. Each call is made at a socket of its own that was brought to the state. socketstates
// [tcp|tcp6|udp|stream|dgram|seqpacket]...
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int family, type;
static int others[32], otherCount;
static struct sockaddr_storage home;
static socklen_t homeLength;

static int keep(int fd) { return others[otherCount++] = fd; }

static int fresh(void)
{
    int fd = socket(family, type | SOCK_NONBLOCK, 0);
    if (fd < 0)
        printf("socket: %s\n", strerrorname_np(errno));
    return fd;
}

static int names;
static socklen_t nameOf(struct sockaddr_storage *name)
{
    memset(name, 0, sizeof *name);
    name->ss_family = family;
    if (family == AF_INET) {
        ((struct sockaddr_in *)name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof(struct sockaddr_in);
    }
    if (family == AF_INET6) {
        ((struct sockaddr_in6 *)name)->sin6_addr = in6addr_loopback;
        return sizeof(struct sockaddr_in6);
    }
    return sizeof(sa_family_t) + 1 + sprintf(((struct sockaddr_un *)name)->sun_path + 1, "mote-states-%d-%d", getpid(), names++);
}

static int bindTo(int fd)
{
    homeLength = nameOf(&home);
    bind(fd, (void *)&home, homeLength);
    homeLength = sizeof home;
    getsockname(fd, (void *)&home, &homeLength);
    return fd;
}

static void pass(void) { usleep(300); }

// Until the peer has acknowledged what was sent: an end alone is acknowledged late.
static void settle(int fd)
{
    int left = 0;
    pass();
    if (family != AF_UNIX && type == SOCK_STREAM)
        for (int i = 0; i < 500 && !ioctl(fd, SIOCOUTQ, &left) && left > 0; i++)
            usleep(1000);
}

// The states. Each returns the socket; the rest is kept to be closed later.
static int bound(void) { return bindTo(fresh()); }

static int listening(void)
{
    int fd = bound();
    listen(fd, 5);
    return fd;
}

static int asked(void)
{
    int fd = listening();
    connect(keep(fresh()), (void *)&home, homeLength);
    pass();
    return fd;
}

static int unheard(void)
{
    int fd = asked();
    shutdown(fd, SHUT_RD);
    pass();
    return fd;
}

static int connecting(void)
{
    int l = keep(bound());
    listen(l, 0);
    for (int i = 0; i < 3; i++)
        connect(keep(fresh()), (void *)&home, homeLength);
    pass();
    int fd = fresh();
    connect(fd, (void *)&home, homeLength);
    return fd;
}

static int connectingThen(int how)
{
    int fd = connecting();
    shutdown(fd, how);
    return fd;
}
static int connectingShutRead(void) { return connectingThen(SHUT_RD); }
static int connectingShutWrite(void) { return connectingThen(SHUT_WR); }
static int connectingShutBoth(void) { return connectingThen(SHUT_RDWR); }

static int refused(void)
{
    int l = bound();
    close(l);
    int fd = fresh();
    connect(fd, (void *)&home, homeLength);
    pass();
    return fd;
}

static int takeError(int fd)
{
    int error;
    socklen_t length = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return fd;
}
static int refusedTaken(void) { return takeError(refused()); }

static int peer;
static int connected(void)
{
    int l = keep(listening());
    int fd = fresh();
    connect(fd, (void *)&home, homeLength);
    pass();
    peer = keep(accept4(l, 0, 0, SOCK_NONBLOCK));
    return fd;
}

static int accepted(void)
{
    int l = keep(listening());
    peer = keep(fresh());
    connect(peer, (void *)&home, homeLength);
    pass();
    return accept4(l, 0, 0, SOCK_NONBLOCK);
}

static void reset(int fd)
{
    struct linger hard = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    otherCount--;
    close(fd);
    pass();
}

static void leave(int fd)
{
    otherCount--;
    close(fd);
    pass();
}

static int say(int fd) { send(peer, "abc", 3, 0); pass(); return fd; }
static int end(int fd) { shutdown(peer, SHUT_WR); settle(peer); return fd; }
static int mine(int fd, int how) { shutdown(fd, how); settle(fd); return fd; }

static int withData(void) { return say(connected()); }
static int peerEnded(void) { return end(connected()); }
static int peerSaidEnded(void) { return end(say(connected())); }
static int peerShutRead(void) { int fd = connected(); shutdown(peer, SHUT_RD); pass(); return fd; }
static int peerShutBoth(void) { int fd = connected(); shutdown(peer, SHUT_RDWR); settle(peer); return fd; }
static int peerLeft(void) { int fd = connected(); leave(peer); return fd; }
static int peerSaidLeft(void) { int fd = withData(); leave(peer); return fd; }
static int peerLeftUnread(void) { int fd = connected(); send(fd, "zzz", 3, 0); pass(); leave(peer); return fd; }
static int peerSaidLeftUnread(void) { int fd = withData(); send(fd, "zzz", 3, 0); pass(); leave(peer); return fd; }
static int peerLeftWritten(void) { int fd = peerLeft(); send(fd, "zzz", 3, MSG_NOSIGNAL); pass(); return fd; }
static int peerSaidLeftWritten(void) { int fd = peerSaidLeft(); send(fd, "zzz", 3, MSG_NOSIGNAL); pass(); return fd; }
static int peerLeftWrittenTaken(void) { return takeError(peerLeftWritten()); }
static int peerReset(void) { int fd = connected(); reset(peer); return fd; }
static int peerSaidReset(void) { int fd = withData(); reset(peer); return fd; }
static int peerEndedReset(void) { int fd = peerEnded(); reset(peer); return fd; }
static int peerSaidEndedReset(void) { int fd = peerSaidEnded(); reset(peer); return fd; }
static int peerResetTaken(void) { return takeError(peerReset()); }
static int peerEndedResetTaken(void) { return takeError(peerEndedReset()); }
static int acceptedReset(void) { int fd = accepted(); reset(peer); return fd; }
static int shutWrite(void) { return mine(connected(), SHUT_WR); }
static int shutRead(void) { return mine(connected(), SHUT_RD); }
static int shutBoth(void) { return mine(connected(), SHUT_RDWR); }
static int shutReadData(void) { return say(shutRead()); }
static int shutBothData(void) { return say(shutBoth()); }
static int dataShutRead(void) { return mine(withData(), SHUT_RD); }
static int shutWriteData(void) { return say(shutWrite()); }
static int shutWriteEnded(void) { return end(shutWrite()); }
static int shutWriteSaidEnded(void) { return end(say(shutWrite())); }
static int endedShutWrite(void) { return mine(peerEnded(), SHUT_WR); }
static int saidEndedShutWrite(void) { return mine(peerSaidEnded(), SHUT_WR); }
static int endedShutRead(void) { return mine(peerEnded(), SHUT_RD); }
static int endedShutBoth(void) { return mine(peerEnded(), SHUT_RDWR); }
static int shutWriteReset(void) { int fd = shutWrite(); reset(peer); return fd; }
static int shutReadReset(void) { int fd = shutRead(); reset(peer); return fd; }
static int shutBothReset(void) { int fd = shutBoth(); reset(peer); return fd; }
static int bothEndedReset(void) { int fd = shutWriteEnded(); reset(peer); return fd; }
static int unsent(void) { int fd = connected(); struct sockaddr none = {AF_UNSPEC, ""}; connect(fd, &none, sizeof none);
    pass(); return fd; }
static int unsentTaken(void) { return takeError(unsent()); }

// Without connections.
static int aimed(void)
{
    peer = keep(bound());
    int fd = fresh();
    connect(fd, (void *)&home, homeLength);
    return fd;
}
static int aimedBoth(void)
{
    peer = bound();
    struct sockaddr_storage there = home;
    socklen_t length = homeLength;
    int fd = bound();
    connect(fd, (void *)&there, length);
    connect(keep(peer), (void *)&home, homeLength);
    memcpy(&home, &there, sizeof there);
    homeLength = length;
    return fd;
}
static int aimedData(void) { int fd = aimedBoth(); send(peer, "abc", 3, 0); pass(); return fd; }
static int aimedAtNone(void) { int fd = aimed(); leave(peer); return fd; }
static int sentToNone(void) { int fd = aimedAtNone(); send(fd, "x", 1, MSG_NOSIGNAL); pass(); return fd; }
static int sentToNoneTaken(void) { return takeError(sentToNone()); }
static int dataSentToNone(void) { int fd = aimedData(); leave(peer); send(fd, "x", 1, MSG_NOSIGNAL); pass(); return fd; }
static int sentUnaimedToNone(void)
{
    close(bound());
    int fd = fresh();
    sendto(fd, "x", 1, MSG_NOSIGNAL, (void *)&home, homeLength);
    pass();
    return fd;
}
static int sentHearing(int fd, int to)
{
    int on = 1;
    setsockopt(fd, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on);
    if (to)
        sendto(fd, "x", 1, MSG_NOSIGNAL, (void *)&home, homeLength);
    else
        send(fd, "x", 1, MSG_NOSIGNAL);
    pass();
    return fd;
}
static int sentToNoneHearing(void) { return sentHearing(aimedAtNone(), 0); }
static int sentUnaimedHearing(void) { close(bound()); return sentHearing(fresh(), 1); }
static int sentHearingTaken(void) { return takeError(sentToNoneHearing()); }
static int aimedShutRead(void) { return mine(aimedBoth(), SHUT_RD); }
static int aimedShutWrite(void) { return mine(aimedBoth(), SHUT_WR); }
static int aimedShutBoth(void) { return mine(aimedBoth(), SHUT_RDWR); }
static int aimedDataShutRead(void) { return mine(aimedData(), SHUT_RD); }
static int aimedShutReadData(void) { int fd = aimedShutRead(); send(peer, "abc", 3, 0); pass(); return fd; }
static int peerAimedShutRead(void) { int fd = aimedBoth(); shutdown(peer, SHUT_RD); return fd; }
static int peerAimedShutWrite(void) { int fd = aimedBoth(); shutdown(peer, SHUT_WR); return fd; }
static int boundShut(void) { return mine(bound(), SHUT_RDWR); }
static int unaimed(void) { int fd = aimedBoth(); struct sockaddr none = {AF_UNSPEC, ""}; connect(fd, &none, sizeof none); return fd; }

struct state { const char *name; int (*make)(void); };
static const struct state streams[] = {
    {"fresh", fresh}, {"bound", bound}, {"listening", listening}, {"asked", asked}, {"unheard", unheard},
    {"connecting", connecting}, {"connecting shut read", connectingShutRead}, {"connecting shut write", connectingShutWrite},
    {"connecting shut both", connectingShutBoth},
    {"refused", refused}, {"refused taken", refusedTaken}, {"connected", connected}, {"accepted", accepted}, {"data", withData},
    {"peer ended", peerEnded}, {"peer said, ended", peerSaidEnded}, {"peer shut read", peerShutRead}, {"peer shut both", peerShutBoth},
    {"peer left", peerLeft}, {"peer said, left", peerSaidLeft}, {"peer left unread", peerLeftUnread},
    {"peer said, left unread", peerSaidLeftUnread},
    {"peer left, written", peerLeftWritten}, {"peer said, left, written", peerSaidLeftWritten},
    {"peer left, written, taken", peerLeftWrittenTaken},
    {"peer reset", peerReset}, {"peer said, reset", peerSaidReset}, {"peer ended, reset", peerEndedReset},
    {"peer said, ended, reset", peerSaidEndedReset},
    {"peer reset, taken", peerResetTaken}, {"peer ended, reset, taken", peerEndedResetTaken}, {"accepted, reset", acceptedReset},
    {"shut write", shutWrite}, {"shut read", shutRead}, {"shut both", shutBoth}, {"shut read, data", shutReadData},
    {"data, shut read", dataShutRead},
    {"shut both, data", shutBothData}, {"shut write, data", shutWriteData}, {"shut write, ended", shutWriteEnded},
    {"shut write, said, ended", shutWriteSaidEnded},
    {"ended, shut write", endedShutWrite}, {"said, ended, shut write", saidEndedShutWrite}, {"ended, shut read", endedShutRead},
    {"ended, shut both", endedShutBoth},
    {"shut write, reset", shutWriteReset}, {"shut read, reset", shutReadReset}, {"shut both, reset", shutBothReset},
    {"both ended, reset", bothEndedReset},
    {"disconnected", unsent}, {"disconnected, taken", unsentTaken}, {0, 0}};
static const struct state datagrams[] = {
    {"fresh", fresh}, {"bound", bound}, {"bound shut", boundShut}, {"aimed", aimed}, {"aimed both", aimedBoth}, {"data", aimedData},
    {"aimed at none", aimedAtNone},
    {"sent to none", sentToNone}, {"sent to none, taken", sentToNoneTaken}, {"data, sent to none", dataSentToNone},
    {"sent unaimed to none", sentUnaimedToNone},
    {"shut read", aimedShutRead}, {"shut write", aimedShutWrite}, {"shut both", aimedShutBoth}, {"data, shut read", aimedDataShutRead},
    {"shut read, data", aimedShutReadData},
    {"peer shut read", peerAimedShutRead}, {"peer shut write", peerAimedShutWrite}, {"disconnected", unaimed}, {0, 0}};
static const struct state hearing[] = {
    {"sent to none, hearing", sentToNoneHearing}, {"sent unaimed, hearing", sentUnaimedHearing},
        {"sent to none, hearing, taken", sentHearingTaken}, {0, 0}};

// The calls.
static long callNone(int fd) { return 0; }
static long callRead(int fd) { char b[8]; return read(fd, b, sizeof b); }
static long callReadNone(int fd) { char b; return read(fd, &b, 0); }
static long callPeek(int fd) { char b[8]; return recv(fd, b, sizeof b, MSG_PEEK); }
static long callRecvNone(int fd) { return recv(fd, 0, 0, 0); }
static long callOob(int fd) { char b; return recv(fd, &b, 1, MSG_OOB); }
static long callQueue(int fd) { char b; return recv(fd, &b, 1, MSG_ERRQUEUE); }
static long callSend(int fd) { return send(fd, "x", 1, MSG_NOSIGNAL); }
static long callSendNone(int fd) { return send(fd, "", 0, MSG_NOSIGNAL); }
static long callSendTo(int fd) { return sendto(fd, "x", 1, MSG_NOSIGNAL, (void *)&home, homeLength); }
static long callWrite(int fd) { return write(fd, "x", 1); }
static long callSendOob(int fd) { return send(fd, "x", 1, MSG_NOSIGNAL | MSG_OOB); }
static long callError(int fd) { int e = -1; socklen_t l = sizeof e; return getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &l) < 0 ? -1 : e; }
static long callPeer(int fd) { struct sockaddr_storage a; socklen_t l = sizeof a;
    return getpeername(fd, (void *)&a, &l) < 0 ? -1 : family == AF_UNIX ? l > 2 : l; }
static long callName(int fd)
{
    struct sockaddr_storage a;
    socklen_t l = sizeof a;
    if (getsockname(fd, (void *)&a, &l) < 0)
        return -1;
    return family == AF_UNIX ? l > 2 : (family == AF_INET ? ((struct sockaddr_in *)&a)->sin_addr.s_addr != 0 : a.ss_family == AF_INET6
        && ((struct sockaddr_in6 *)&a)->sin6_addr.s6_addr[15] != 0)
        * 10 + (((struct sockaddr_in *)&a)->sin_port != 0);
}
static long callShutRead(int fd) { return shutdown(fd, SHUT_RD); }
static long callShutWrite(int fd) { return shutdown(fd, SHUT_WR); }
static long callShutBoth(int fd) { return shutdown(fd, SHUT_RDWR); }
static long callConnect(int fd) { return connect(fd, (void *)&home, homeLength); }
static long callDisconnect(int fd) { struct sockaddr none = {AF_UNSPEC, ""}; return connect(fd, &none, sizeof none); }
static long callBind(int fd) { struct sockaddr_storage a; socklen_t l = nameOf(&a); return bind(fd, (void *)&a, l); }
static long callAccept(int fd) { int made = accept(fd, 0, 0); return made < 0 ? made : (close(made), 1); }
static long callListen(int fd) { return listen(fd, 5); }
static long callIn(int fd) { int n = -1; return ioctl(fd, FIONREAD, &n) < 0 ? -1 : n; }
static long callInfo(int fd);
static long callOut(int fd)
{
    if (family != AF_UNIX && type == SOCK_STREAM && callInfo(fd) == TCP_CLOSE)
        return 0; // what is left of its numbers
    int n = -1;
    return ioctl(fd, SIOCOUTQ, &n) < 0 ? -1 : type == SOCK_STREAM ? n : n > 0;
}
static long callMark(int fd) { int n = -1; return ioctl(fd, SIOCATMARK, &n) < 0 ? -1 : n; }
static long callInfo(int fd)
{
    struct tcp_info info;
    socklen_t l = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &l) < 0 ? -1 : info.tcpi_state;
}

struct call { const char *name; long (*make)(int); };
static const struct call calls[] = {
    {"-", callNone}, {"read", callRead}, {"read0", callReadNone}, {"peek", callPeek}, {"recv0", callRecvNone}, {"oob", callOob},
    {"queue", callQueue},
    {"send", callSend}, {"send0", callSendNone}, {"sendto", callSendTo}, {"write", callWrite}, {"sendoob", callSendOob},
    {"error", callError}, {"peer", callPeer}, {"name", callName}, {"shutrd", callShutRead}, {"shutwr", callShutWrite},
    {"shutrdwr", callShutBoth},
    {"connect", callConnect}, {"disconnect", callDisconnect}, {"bind", callBind}, {"accept", callAccept}, {"listen", callListen},
    {"in", callIn}, {"out", callOut}, {"mark", callMark}, {"info", callInfo}, {0, 0}};

static unsigned polled(int fd)
{
    struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    poll(&p, 1, 0);
    return p.revents;
}

static unsigned epolled(int fd)
{
    int e = epoll_create1(0);
    struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP, {0}};
    epoll_ctl(e, EPOLL_CTL_ADD, fd, &event);
    event.events = 0;
    epoll_wait(e, &event, 1, 0);
    close(e);
    return event.events;
}

static void tell(long result)
{
    if (result == -1)
        printf("%s", strerrorname_np(errno));
    else
        printf("%ld", result);
}

static void run(const char *kind, const struct state *states)
{
    for (const struct state *state = states; state->name; state++) {
        // A later Linux than 6.1 has another error for this one.
        if (family == AF_UNIX && type == SOCK_DGRAM && state->make == boundShut)
            continue;
        printf("%s, %s:", kind, state->name);
        for (const struct call *call = calls; call->name; call++) {
            // Urgent data of AF_UNIX has a test of its own.
            if (family == AF_UNIX && (call->make == callOob || call->make == callSendOob || call->make == callMark))
                continue;
            homeLength = nameOf(&home);
            otherCount = 0;
            int fd = state->make();
            unsigned before = polled(fd);
            if (epolled(fd) != before)
                printf(" epoll %x", epolled(fd));
            if (call == calls) {
                printf(" %x", before);
            } else {
                // Twice, as many an error is told once; then what is left to be read.
                printf(" %s ", call->name);
                tell(call->make(fd));
                printf(",%x,", polled(fd));
                tell(call->make(fd));
                printf(",%x,", polled(fd));
                tell(callRead(fd));
            }
            close(fd);
            while (otherCount > 0)
                close(others[--otherCount]);
        }
        printf("\n");
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        const char *kind = argv[i];
        int isIp = !strncmp(kind, "tcp", 3) || !strncmp(kind, "udp", 3);
        family = !isIp ? AF_UNIX : kind[3] == '6' ? AF_INET6 : AF_INET;
        type = !strncmp(kind, "tcp", 3) || !strcmp(kind, "stream") ? SOCK_STREAM : !strcmp(kind, "seqpacket") ? SOCK_SEQPACKET : SOCK_DGRAM;
        run(kind, type == SOCK_DGRAM ? datagrams : streams);
        if (isIp && type == SOCK_DGRAM)
            run(kind, hearing);
    }
    return 0;
}
