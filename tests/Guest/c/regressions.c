// Calls that once brought the kernel down, found by the fuzzer: each must end as on Linux.
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

static int file, ends[2];
static pthread_t sender;
static volatile int isSending;

static void nothing(int number)
{
    (void)number;
}

static void *send(void *unused)
{
    isSending = 1;
    ssize_t sent = sendfile(ends[1], file, NULL, 100000);
    CHECK(sent == 65536 || sent == 0 || (sent == -1 && errno == EINTR));
    return unused;
}

// The file's position is moved while sendfile waits for the pipe's reader: giving back what was not sent went below zero.
static void testMovedPosition(void)
{
    file = open("/tmp/mote-test-regression", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(ftruncate(file, 200000) == 0 && pipe(ends) == 0);
    struct sigaction action = { .sa_handler = nothing };
    sigaction(SIGUSR1, &action, NULL);
    pthread_create(&sender, NULL, send, NULL);
    while (!isSending) {
        usleep(1000);
    }
    usleep(20000);
    CHECK(lseek(file, 0, SEEK_SET) == 0);
    pthread_kill(sender, SIGUSR1);
    pthread_join(sender, NULL);
    unlink("/tmp/mote-test-regression");
    passed("moved position");
}

// A slack above the largest signed number is read back as it is.
static void testTimerSlack(void)
{
    CHECK(prctl(PR_SET_TIMERSLACK, 0x8000000000000001UL, 0, 0, 0) == 0);
    CHECK(syscall(SYS_prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0) == (long)0x8000000000000001);
    CHECK(prctl(PR_SET_TIMERSLACK, 123456UL, 0, 0, 0) == 0 && prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) == 123456);
    passed("timer slack");
}

int main(void)
{
    testMovedPosition();
    testTimerSlack();
    return finish();
}
