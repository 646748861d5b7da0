// System calls that a handler interrupts, and what goes on by itself (signal(7)).
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FUTEX_WAIT 0

static volatile int handled;
static siginfo_t last;

static void handle(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    handled++;
    last = *info;
}

static void catch(int number, int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | flags;
    CHECK(sigaction(number, &action, NULL) == 0);
}

// Again and again: on a busy computer the first may come before the call that it shall interrupt.
static void alarm_every(int milliseconds)
{
    struct itimerval time = {{0, milliseconds * 1000}, {0, milliseconds * 1000}};
    CHECK(setitimer(ITIMER_REAL, &time, NULL) == 0);
}

int main(void)
{
    struct timespec minute = {60, 0}, left = {0, 0};
    catch(SIGALRM, SA_RESTART);

    // Sleeps and waits with a timeout end, SA_RESTART or not.
    alarm_every(20);
    FAILS(syscall(SYS_nanosleep, &minute, &left), EINTR);
    CHECK(left.tv_sec > 0 && left.tv_sec < 60);
    alarm_every(20);
    FAILS(poll(NULL, 0, 60000), EINTR);
    alarm_every(20);
    FAILS(select(0, NULL, NULL, NULL, &(struct timeval){60, 0}), EINTR);
    int word = 0;
    alarm_every(20);
    FAILS(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &minute, NULL, 0), EINTR);
    CHECK(handled >= 4);
    alarm_every(0);
    passed("timeouts");

    // The next sleep has its whole time.
    struct timespec before, after, little = {0, 50000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK(syscall(SYS_nanosleep, &little, NULL) == 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK((after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec >= 50000000);
    FAILS(syscall(SYS_restart_syscall), EINTR);
    passed("sleep");

    // A read goes on with SA_RESTART and ends without.
    int ends[2];
    char byte;
    CHECK(pipe(ends) == 0);
    catch(SIGALRM, 0);
    alarm_every(20);
    FAILS(read(ends[0], &byte, 1), EINTR);
    alarm_every(0);
    passed("read");

    // Who broke the pipe.
    catch(SIGPIPE, 0);
    close(ends[0]);
    FAILS(write(ends[1], "x", 1), EPIPE);
    CHECK(last.si_signo == SIGPIPE && last.si_code == SI_USER && last.si_pid == getpid() && last.si_uid == getuid());
    passed("pipe");
    return finish();
}
