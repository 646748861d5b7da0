// How the calls on signals fail, and which error wins when several apply: rt_sigaction(2) to signalfd(2), and what rt_sigreturn(2) does
// with a damaged frame.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

#define BAD ((void *)0x7030000000)
#define NOBODY 99999999
#define AUTO_DISARM (1U << 31)

struct action { void *handler; unsigned long flags; void *restorer; unsigned long mask; }; // the kernel's own

static char *edge; // the last byte before what is not mapped is edge[-1]

// The call itself: libraries look at sizes and flags first.
static long alternate(const void *stack, void *old)
{
    return syscall(SYS_sigaltstack, stack, old);
}

static void testActions(void)
{
    struct action action = {0}, old;
    puts("rt_sigaction");
    for (int size = 0; size <= 16; size += 4) {
        OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, &action, &old, size));
    }
    OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, &action, &old, -1L));
    OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, BAD, &old, 4));
    const int numbers[] = {INT_MIN, -1, 0, 1, SIGKILL, SIGSTOP, 32, 33, 64, 65, INT_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int number = numbers[i];
        printf("signal %d\n", number);
        OUTCOME(syscall(SYS_rt_sigaction, number, NULL, NULL, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, NULL, &old, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, &action, NULL, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, BAD, NULL, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, NULL, BAD, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, BAD, BAD, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, edge - 31, NULL, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, NULL, edge - 31, 8L));
        OUTCOME(syscall(SYS_rt_sigaction, number, NULL, edge - 32, 8L));
    }
    action = (struct action){BAD, -1UL, BAD, -1UL};
    OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, &action, BAD, 8L));
    memset(&old, 0x55, sizeof old);
    OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &old, 8L));
    printf("%p %lx %p %lx\n", old.handler, old.flags, old.restorer, old.mask);
    action = (struct action){0};
    OUTCOME(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 8L));
}

static void testMasks(void)
{
    unsigned long set = 1UL << (SIGUSR2 - 1), old = 0, zero = 0;
    puts("rt_sigprocmask");
    for (int size = 0; size <= 16; size += 4) {
        OUTCOME(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, size));
    }
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD, BAD, 4L));
    OUTCOME(syscall(SYS_rt_sigprocmask, 3, &set, &old, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, -1, &set, NULL, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, INT_MIN, NULL, NULL, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, 99, NULL, &old, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, 99, BAD, &old, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, 99, NULL, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, 99, &set, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &zero, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_SETMASK, edge - 7, NULL, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &old, 8L));
    printf("%lx\n", old);
    set = -1UL;
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, &old, 8L));
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &zero, &old, 8L));
    printf("%lx\n", old);

    puts("rt_sigpending");
    set = 1UL << (SIGUSR1 - 1);
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8L));
    raise(SIGUSR1);
    for (long size = 0; size <= 9; size++) {
        old = -1UL;
        OUTCOME(syscall(SYS_rt_sigpending, &old, size));
        printf("%ld: %lx\n", size, old);
    }
    OUTCOME(syscall(SYS_rt_sigpending, BAD, 0L));
    OUTCOME(syscall(SYS_rt_sigpending, NULL, 8L));
    OUTCOME(syscall(SYS_rt_sigpending, BAD, 9L));
    OUTCOME(syscall(SYS_rt_sigpending, &old, -1L));
    OUTCOME(syscall(SYS_rt_sigpending, edge - 4, 4L));

    puts("rt_sigtimedwait");
    siginfo_t info;
    struct timespec none = {0, 0}, wrong = {0, 1000000000}, before = {-1, 0}, negative = {0, -1};
    unsigned long other = 1UL << (SIGUSR2 - 1), killing = 1UL << (SIGKILL - 1) | 1UL << (SIGSTOP - 1);
    OUTCOME(syscall(SYS_rt_sigtimedwait, &other, &info, &none, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &killing, &info, &none, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &zero, NULL, &none, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &other, &info, &none, 4L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, BAD, BAD, BAD, 4L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, BAD, &info, &wrong, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &other, &info, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, &info, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, &info, &wrong, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, &info, &before, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, &info, &negative, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, BAD, &none, 8L));
    OUTCOME(syscall(SYS_rt_sigtimedwait, &set, &info, &none, 8L));
    raise(SIGUSR1);
    VALUE(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8L));
    raise(SIGUSR1);
    VALUE(syscall(SYS_rt_sigtimedwait, &set, &info, &none, 8L));

    puts("rt_sigsuspend");
    OUTCOME(syscall(SYS_rt_sigsuspend, &set, 4L));
    OUTCOME(syscall(SYS_rt_sigsuspend, BAD, 4L));
    OUTCOME(syscall(SYS_rt_sigsuspend, BAD, 8L));
    OUTCOME(syscall(SYS_rt_sigsuspend, NULL, 8L));
    OUTCOME(syscall(SYS_rt_sigsuspend, edge - 7, 8L));
}

static void testFiles(void)
{
    unsigned long set = 1UL << (SIGUSR1 - 1), old;
    char buffer[256];
    int ends[2];
    if (pipe(ends) != 0) {
        return;
    }
    puts("signalfd");
    OUTCOME(syscall(SYS_signalfd4, -1, &set, 4L, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, BAD, 4L, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, BAD, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, -1, BAD, 8L, 1));
    OUTCOME(syscall(SYS_signalfd4, -1, &set, 8L, 1));
    OUTCOME(syscall(SYS_signalfd4, -1, &set, 8L, -1));
    OUTCOME(syscall(SYS_signalfd4, 999, &set, 8L, 1));
    OUTCOME(syscall(SYS_signalfd4, 999, BAD, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, 999, &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, -2, &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, INT_MIN, &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, ends[0], &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, open("/tmp", O_PATH), &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd, -1, &set, 4L));
    int fd = syscall(SYS_signalfd4, -1, &set, 8L, O_NONBLOCK | O_CLOEXEC);
    OUTCOME(syscall(SYS_signalfd4, fd, &set, 8L, 0));
    OUTCOME(syscall(SYS_signalfd4, fd, &set, 8L, O_NONBLOCK));
    OUTCOME(syscall(SYS_signalfd4, fd, &set, 8L, 1));
    OUTCOME(read(fd, buffer, 127));
    OUTCOME(read(fd, buffer, 128));
    OUTCOME(read(fd, BAD, 127));
    OUTCOME(read(fd, BAD, 128));
    OUTCOME(read(fd, buffer, 0));
    OUTCOME(write(fd, buffer, 128));
    OUTCOME(pread(fd, buffer, 128, 0));
    OUTCOME(lseek(fd, 0, SEEK_SET));
    OUTCOME(ftruncate(fd, 0));
    OUTCOME(fsync(fd));
    OUTCOME(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, 8L));
    raise(SIGUSR1);
    OUTCOME(read(fd, buffer, 127));
    OUTCOME(read(fd, BAD, 128));
    OUTCOME(read(fd, buffer, 128));
    raise(SIGUSR1);
    VALUE(read(fd, buffer, 255));
}

static void testSending(void)
{
    siginfo_t info = {.si_code = SI_QUEUE};
    int self = getpid(), fd = syscall(SYS_pidfd_open, self, 0);
    const int codes[] = {SI_QUEUE, SI_USER, SI_KERNEL, SI_TKILL, SI_TIMER, SI_ASYNCIO, SI_MESGQ, INT_MIN, INT_MAX};
    puts("queued signals");
    signal(SIGUSR1, SIG_IGN);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        printf("code %d\n", codes[i]);
        info.si_code = codes[i];
        info.si_signo = SIGUSR2;
        OUTCOME(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, &info));
        OUTCOME(syscall(SYS_rt_sigqueueinfo, self, 0, &info));
        OUTCOME(syscall(SYS_rt_sigqueueinfo, self, 65, &info));
        OUTCOME(syscall(SYS_rt_sigqueueinfo, 1, 65, &info) == 0 ? 0 : errno == EPERM || errno == EINVAL ? 0 : -1);
        OUTCOME(syscall(SYS_rt_sigqueueinfo, NOBODY, 0, &info));
        OUTCOME(syscall(SYS_rt_sigqueueinfo, NOBODY, 65, &info));
        OUTCOME(syscall(SYS_rt_tgsigqueueinfo, self, self, SIGUSR1, &info));
        OUTCOME(syscall(SYS_rt_tgsigqueueinfo, self, NOBODY, SIGUSR1, &info));
        OUTCOME(syscall(SYS_rt_tgsigqueueinfo, self, 0, SIGUSR1, &info));
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR2, &info, 1 << 20));
        info.si_signo = SIGUSR1;
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, -1));
        info.si_signo = 65;
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, 65, &info, 0));
        info.si_signo = 0;
        OUTCOME(syscall(SYS_pidfd_send_signal, fd, 0, &info, 0));
    }
    info.si_code = SI_QUEUE;
    OUTCOME(syscall(SYS_rt_sigqueueinfo, 0, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, -1, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, INT_MIN, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, INT_MIN, SIGUSR1, BAD));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, self, INT_MIN, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, edge - 127));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, NULL));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, -1, -1, 65, BAD));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, INT_MIN, self, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, NOBODY, self, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, NOBODY, self, 65, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, self, self, 0, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, self, self, -1, &info));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, edge - 127, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, -1, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, open("/proc/self", O_RDONLY | O_DIRECTORY), 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, open("/proc/self", O_PATH), 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, open("/proc/self/status", O_RDONLY), 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, open("/proc", O_RDONLY | O_DIRECTORY), 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, open("/proc/self/task", O_RDONLY | O_DIRECTORY), 0, NULL, 0));
    OUTCOME(kill(INT_MAX, 0));
    OUTCOME(kill(INT_MIN + 1, 0));
    OUTCOME(kill(INT_MIN + 1, 65));
    OUTCOME(kill(self, INT_MIN));
    OUTCOME(kill(self, 64 + 1));
    OUTCOME(kill(0, 65));
    OUTCOME(kill(0, -1));
    OUTCOME(kill(0, 0));
    OUTCOME(syscall(SYS_tkill, INT_MIN, 0));
    OUTCOME(syscall(SYS_tkill, self, 0));
    OUTCOME(syscall(SYS_tgkill, INT_MIN, self, 0));
    OUTCOME(syscall(SYS_tgkill, self, INT_MIN, 65));
    OUTCOME(syscall(SYS_tgkill, self, self, INT_MIN));
    OUTCOME(syscall(SYS_tgkill, NOBODY, NOBODY, 65));
}

static stack_t current;


static void onStack(int number)
{
    static char other[65536];
    stack_t stack = {.ss_sp = other, .ss_size = sizeof other}, off = {.ss_flags = SS_DISABLE},
        wrong = {.ss_sp = other, .ss_flags = 99, .ss_size = 100};
    (void)number;
    OUTCOME(alternate(&stack, NULL));
    OUTCOME(alternate(&off, NULL));
    OUTCOME(alternate(&wrong, NULL));
    OUTCOME(alternate(BAD, NULL));
    OUTCOME(alternate(&current, NULL));
    OUTCOME(alternate(NULL, BAD));
    OUTCOME(alternate(NULL, &stack));
    printf("%d %d\n", stack.ss_flags, stack.ss_sp == current.ss_sp);
}

static void testStack(void)
{
    static char space[65536];
    stack_t stack, old;
    const unsigned flags[] = {0, SS_ONSTACK, SS_DISABLE, 3, 4, AUTO_DISARM, AUTO_DISARM | SS_ONSTACK, AUTO_DISARM | SS_DISABLE,
        AUTO_DISARM | 4, -1U, 0x7fffffff};
    const size_t sizes[] = {0, 2047, 2048, 65536};
    puts("sigaltstack");
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            stack = (stack_t){.ss_sp = space, .ss_flags = flags[i], .ss_size = sizes[j]};
            printf("%x %zx ", flags[i], sizes[j]);
            OUTCOME(sizes[j] == 2048 && !(flags[i] & 2) ? 0 : alternate(&stack, NULL)); // what suffices depends on the processor
            alternate(NULL, &old);
            printf("now %x %d\n", old.ss_flags, old.ss_sp == space);
        }
    }
    stack = (stack_t){.ss_sp = BAD, .ss_size = 65536};
    OUTCOME(alternate(&stack, NULL));
    stack = (stack_t){.ss_sp = (void *)-4096, .ss_size = 65536};
    OUTCOME(alternate(&stack, NULL));
    OUTCOME(alternate(BAD, NULL));
    OUTCOME(alternate(BAD, BAD));
    OUTCOME(alternate(NULL, BAD));
    OUTCOME(alternate((stack_t *)(edge - 23), NULL));
    OUTCOME(alternate(NULL, (stack_t *)(edge - 23)));
    OUTCOME(alternate(NULL, NULL));
    stack = (stack_t){.ss_sp = space, .ss_size = sizeof space};
    OUTCOME(alternate(&stack, BAD));
    OUTCOME(alternate(NULL, &current));
    printf("%d\n", current.ss_sp == space);
    struct sigaction action = {.sa_handler = onStack, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
}

static sigjmp_buf back;
static void (*damage)(ucontext_t *context);

static void caught(int number, siginfo_t *info, void *context)
{
    (void)context;
    printf("signal %d code %d address %lx\n", number, info->si_code, (long)info->si_addr);
    siglongjmp(back, 1);
}

static void damaging(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    damage(context);
}

static void noState(ucontext_t *context) { context->uc_mcontext.fpregs = BAD; }
static void kernelState(ucontext_t *context) { context->uc_mcontext.fpregs = (void *)0xffff888000000000; }
static void nullState(ucontext_t *context) { context->uc_mcontext.fpregs = NULL; }
static void reservedControl(ucontext_t *context) { ((uint32_t *)context->uc_mcontext.fpregs)[6] = 0xffffffff; }
static void lostMagic(ucontext_t *context) { ((uint32_t *)context->uc_mcontext.fpregs)[116] = 0; }
static void flags(ucontext_t *context) { context->uc_mcontext.gregs[17] |= 0x3000 | 0x20000; }
static void farCode(ucontext_t *context) { context->uc_mcontext.gregs[16] = 0x0000800000000000; }
static void farCanonical(ucontext_t *context) { context->uc_mcontext.gregs[16] = 0x7fffdead0000; }
static void farStack(ucontext_t *context) { context->uc_mcontext.gregs[15] = 0x30000000; context->uc_mcontext.gregs[16] = 0x30000000; }
static void allBlocked(ucontext_t *context) { memset(&context->uc_sigmask, 0xff, 8); }
static void wildStack(ucontext_t *context) { context->uc_stack = (stack_t){.ss_sp = BAD, .ss_flags = 99, .ss_size = 1}; }

static void tryDamage(const char *what, void (*how)(ucontext_t *))
{
    unsigned long zero = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &zero, NULL, 8L);
    printf("%s: ", what);
    damage = how;
    if (sigsetjmp(back, 1) == 0) {
        raise(SIGUSR1);
        puts("went on");
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &zero, NULL, 8L);
}

static void testFrames(void)
{
    unsigned long zero = 0;
    puts("rt_sigreturn");
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &zero, NULL, 8L); // what was queued is ignored still
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    action.sa_sigaction = damaging;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    tryDamage("unmapped state", noState);
    tryDamage("state of the kernel", kernelState);
    tryDamage("no state", nullState);
    tryDamage("reserved control bits", reservedControl);
    tryDamage("lost magic", lostMagic);
    tryDamage("flags", flags);
    tryDamage("not canonical", farCode);
    tryDamage("unmapped", farCanonical);
    tryDamage("no stack", farStack);
    tryDamage("all blocked", allBlocked);
    tryDamage("wild stack", wildStack);
    printf("no frame: ");
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall" : : "r"(0x30000008UL) : "memory");
    }
    printf("half a frame: ");
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall" : : "r"(edge - 64) : "memory");
    }
    printf("frame of the kernel: ");
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall" : : "r"(0xffff888000000008UL) : "memory");
    }
}

static void testLimit(void)
{
    puts("RLIMIT_SIGPENDING");
    signal(SIGSEGV, SIG_DFL);
    struct rlimit limit = {0, 0};
    sigset_t set;
    siginfo_t info = {.si_code = SI_QUEUE};
    sigfillset(&set);
    sigdelset(&set, SIGSEGV);
    sigprocmask(SIG_SETMASK, &set, NULL);
    OUTCOME(setrlimit(RLIMIT_SIGPENDING, &limit));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, getpid(), 42, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR2, &info));
    OUTCOME(syscall(SYS_tgkill, getpid(), getpid(), 43));
    OUTCOME(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2));
    OUTCOME(kill(getpid(), 44));
    OUTCOME(kill(getpid(), 44));
    OUTCOME(kill(getpid(), SIGHUP));
    unsigned long pending = 0;
    OUTCOME(syscall(SYS_rt_sigpending, &pending, 8L));
    printf("%lx\n", pending);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    OUTCOME(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
    OUTCOME(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &timer));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    edge = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    munmap(edge, 4096);
    testActions();
    testMasks();
    testFiles();
    testSending();
    testStack();
    testFrames();
    testLimit();
    return 0;
}
