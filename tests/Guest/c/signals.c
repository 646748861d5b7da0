// Handlers: siginfo, alternate stack, changed contexts, restarted and interrupted calls, masks, waiting, timers (sigaction(2), signal(7)).
#include "check.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int count, lastNumber, lastCode, lastValue, onAlternate;
static void *volatile lastAddress;
static char *alternate;
static sigjmp_buf back;
static int pipes[2];

static void record(int number, siginfo_t *info, void *context)
{
    (void)context;
    char here;
    count++;
    lastNumber = number;
    lastCode = info->si_code;
    lastAddress = info->si_addr;
    lastValue = info->si_value.sival_int;
    onAlternate = alternate && &here >= alternate && &here < alternate + 65536;
}

static void install(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
    CHECK(sigaction(number, &action, NULL) == 0);
}

static void skipLoad(int number, siginfo_t *info, void *context)
{
    record(number, info, context);
    ucontext_t *frame = context;
    frame->uc_mcontext.gregs[REG_RAX] = 4242;
    frame->uc_mcontext.gregs[REG_RIP] += 2; // mov (%rcx),%eax
}

static void jumpBack(int number, siginfo_t *info, void *context)
{
    record(number, info, context);
    siglongjmp(back, 1);
}

static void nested(int number, siginfo_t *info, void *context)
{
    if (number == SIGUSR1 && count == 0) {
        record(number, info, context);
        raise(SIGUSR2);
        CHECK(count == 2);
        raise(SIGUSR1); // blocked until this handler returns
        CHECK(count == 2);
    } else {
        record(number, info, context);
    }
}

// The main thread's state as proc_pid_stat(5) has it.
static char stateOfMain(void)
{
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", getpid());
    FILE *file = fopen(path, "r");
    if (file) {
        CHECK(fscanf(file, "%*d (%*[^)]) %c", &state) == 1);
        fclose(file);
    }
    return state;
}

// Interrupts the main thread once it waits, and writes to the pipe; a call of the main thread that is to wait comes right after it has set
// this.
static atomic_int isAboutToWait;

static void *writer(void *argument)
{
    while (!isAboutToWait || stateOfMain() != 'S') {
        usleep(1000);
    }
    int before = count;
    isAboutToWait = 0;
    pthread_kill(*(pthread_t *)argument, SIGUSR1);
    while (count == before || stateOfMain() != 'S') {
        usleep(1000);
    }
    CHECK(write(pipes[1], "z", 1) == 1);
    return NULL;
}

static void testFaults(void)
{
    install(SIGSEGV, skipLoad, 0);
    count = 0;
    int value;
    __asm__ volatile("mov (%%rcx),%%eax" : "=a"(value) : "c"((char *)0x10));
    CHECK(value == 4242 && count == 1 && lastNumber == SIGSEGV && lastCode == SEGV_MAPERR && lastAddress == (void *)0x10);

    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    install(SIGSEGV, jumpBack, 0);
    if (sigsetjmp(back, 1) == 0) {
        page[5] = 1;
        CHECK(0);
    }
    CHECK(lastCode == SEGV_ACCERR && lastAddress == page + 5);
    install(SIGFPE, jumpBack, 0);
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("xor %%edx,%%edx; mov $1,%%eax; xor %%ecx,%%ecx; div %%ecx" : : : "eax", "ecx", "edx");
        CHECK(0);
    }
    CHECK(lastNumber == SIGFPE && lastCode == FPE_INTDIV);
    install(SIGILL, jumpBack, 0);
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("ud2");
    }
    CHECK(lastNumber == SIGILL && lastCode == ILL_ILLOPN);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGFPE, SIG_DFL);
    passed("faults");
}

static int deep(volatile char *above)
{
    volatile char here[4096];
    here[0] = above ? *above : 0;
    return deep(here) + here[0];
}

static void testAlternateStack(void)
{
    alternate = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack = { .ss_sp = alternate, .ss_size = 65536 }, old;
    CHECK(sigaltstack(&stack, NULL) == 0);
    install(SIGUSR1, record, SA_ONSTACK);
    raise(SIGUSR1);
    CHECK(onAlternate);
    install(SIGUSR1, record, 0);
    raise(SIGUSR1);
    CHECK(!onAlternate);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == alternate && old.ss_size == 65536 && old.ss_flags == 0);
    install(SIGSEGV, jumpBack, SA_ONSTACK);
    if (sigsetjmp(back, 1) == 0) {
        deep(NULL);
    }
    CHECK(lastNumber == SIGSEGV && onAlternate);
    signal(SIGSEGV, SIG_DFL);
    stack.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&stack, NULL) == 0);
    passed("alternate stack");
}

static void testMasks(void)
{
    count = 0;
    install(SIGUSR1, nested, 0);
    install(SIGUSR2, nested, 0);
    raise(SIGUSR1);
    CHECK(count == 3);
    install(SIGUSR1, record, 0);

    sigset_t set, old, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    count = 0;
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1));
    CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0 && count == 1); // a standard signal is not queued

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    install(SIGRTMIN + 1, record, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    count = 0;
    for (int i = 1; i <= 5; i++) {
        CHECK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = i }) == 0);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(count == 5 && lastValue == 5 && lastCode == SI_QUEUE);

    struct sigaction action = { .sa_handler = SIG_IGN };
    CHECK(sigaction(SIGTERM, &action, NULL) == 0 && raise(SIGTERM) == 0);
    FAILS(sigaction(SIGKILL, &action, NULL), EINVAL);
    install(SIGUSR2, record, SA_RESETHAND);
    raise(SIGUSR2);
    CHECK(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
    passed("masks");
}

static void testWaiting(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR2);
    siginfo_t info;
    CHECK(sigwaitinfo(&set, &info) == SIGUSR2 && info.si_pid == getpid());
    struct timespec shortly = { 0, 20000000 };
    FAILS(sigtimedwait(&set, &info, &shortly), EAGAIN);

    struct itimerval interval = { .it_value = { 0, 20000 } };
    CHECK(setitimer(ITIMER_REAL, &interval, NULL) == 0);
    CHECK(sigwaitinfo(&set, &info) == SIGALRM);

    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    CHECK(fd >= 0);
    struct signalfd_siginfo record2;
    CHECK(kill(getpid(), SIGUSR2) == 0);
    CHECK(read(fd, &record2, sizeof record2) == sizeof record2 && record2.ssi_signo == SIGUSR2);
    close(fd);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    passed("waiting");
}

static void testInterruption(void)
{
    pthread_t self = pthread_self(), thread;
    char byte;
    CHECK(pipe(pipes) == 0);
    count = 0;
    install(SIGUSR1, record, SA_RESTART);
    CHECK(pthread_create(&thread, NULL, writer, &self) == 0);
    isAboutToWait = 1;
    CHECK(read(pipes[0], &byte, 1) == 1 && byte == 'z' && count == 1);
    pthread_join(thread, NULL);
    install(SIGUSR1, record, 0);
    CHECK(pthread_create(&thread, NULL, writer, &self) == 0);
    isAboutToWait = 1;
    FAILS(read(pipes[0], &byte, 1), EINTR);
    CHECK(read(pipes[0], &byte, 1) == 1 && count == 2);
    pthread_join(thread, NULL);

    CHECK(pthread_create(&thread, NULL, writer, &self) == 0);
    struct timespec asked = { 100, 0 }, left;
    isAboutToWait = 1;
    FAILS(nanosleep(&asked, &left), EINTR);
    CHECK(left.tv_sec >= 1 && left.tv_sec <= 100);
    CHECK(read(pipes[0], &byte, 1) == 1);
    pthread_join(thread, NULL);
    passed("interruption");
}

static void testTimers(void)
{
    count = 0;
    install(SIGRTMIN, record, 0);
    timer_t timer;
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value = { .sival_int = 77 } };
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    struct itimerspec when = { .it_value = { 0, 10000000 }, .it_interval = { 0, 10000000 } };
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    while (count < 3) {
        pause();
    }
    CHECK(lastValue == 77 && lastCode == SI_TIMER);
    CHECK(timer_delete(timer) == 0);

    // A signal must reach a thread that makes no system call.
    count = 0;
    install(SIGALRM, record, 0);
    struct itimerval interval = { .it_value = { 0, 20000 } };
    CHECK(setitimer(ITIMER_REAL, &interval, NULL) == 0);
    while (count == 0) {
    }
    CHECK(lastNumber == SIGALRM);
    passed("timers");
}

int main(void)
{
    testFaults();
    testAlternateStack();
    testMasks();
    testWaiting();
    testInterruption();
    testTimers();
    return finish();
}
