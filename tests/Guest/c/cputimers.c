// Thousands of timers on CPU time, of a process and of its threads, while threads take turns: a look at the clocks must not cost more
// for each of them.
#include "errors.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

#define TIMERS 1600

static volatile int ends;
static volatile int came;
static int ids[TIMERS];

static void *turn(void *nothing)
{
    while (!ends) {
        sched_yield();
    }
    return nothing;
}

static void onTimer(int number)
{
    came += number != 0;
}

static void many(clockid_t clock)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    int made = 0, armed = 0, gone = 0;
    came = 0;
    for (int i = 0; i < TIMERS; i++) {
        struct itimerspec span = {.it_value = {1000 + i, 0}};
        made += syscall(SYS_timer_create, clock, &event, &ids[i]) == 0;
        armed += syscall(SYS_timer_settime, ids[i], 0, &span, NULL) == 0;
    }
    for (int i = 0; i < TIMERS; i += TIMERS / 4) { // some go off, the last one first
        struct itimerspec span = {.it_value = {0, 4000000 - (i * 500)}};
        syscall(SYS_timer_settime, ids[i], 0, &span, NULL);
    }
    while (came == 0) {
        sched_yield();
    }
    for (int i = 0; i < 2000; i++) {
        sched_yield();
    }
    struct itimerspec left;
    syscall(SYS_timer_gettime, ids[TIMERS - 1], &left);
    printf("%d made, %d armed, the last one has %ld s\n", made, armed, (long)(left.it_value.tv_sec + 50) / 100 * 100);
    for (int i = 0; i < TIMERS; i++) {
        gone += syscall(SYS_timer_delete, ids[i]) == 0;
    }
    printf("%d gone\n", gone);
}

int main(void)
{
    pthread_t others[3];
    clockid_t clock;
    signal(SIGUSR1, onTimer);
    for (int i = 0; i < 3; i++) {
        pthread_create(&others[i], NULL, turn, NULL);
    }
    many(CLOCK_PROCESS_CPUTIME_ID);
    many(CLOCK_THREAD_CPUTIME_ID);
    pthread_getcpuclockid(others[1], &clock);
    many(clock);
    ends = 1;
    for (int i = 0; i < 3; i++) {
        pthread_join(others[i], NULL);
    }
    return 0;
}
