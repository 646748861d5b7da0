// How System V's calls fail, and which error wins when several apply: shmget(2) to msgctl(2), sysvipc(7).
#include "errors.h"
#include <limits.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>

#define BAD ((void *)0x7030000000)
#define WRONG ((void *)(1UL << 63))
#define KEY 0x6d6f7466
#define NOTHING 0x7fff7fff
#define BY_INDEX_SEM 18
#define INFO_SEM 19
#define ANY_SEM 20
#define ANY_MSG 13
#define BY_INDEX_MSG 11
#define INFO_MSG 12
#define BY_INDEX_SHM 13
#define INFO_SHM 14
#define ANY_SHM 15
#define COPY 040000

static char page[8192] __attribute__((aligned(4096)));
static char *edge; // the last byte before what is not mapped is edge[-1]

// The calls themselves: the libraries hide words and add flags.
static long get(int key, size_t size, int flags) { return syscall(SYS_shmget, key, size, flags); }
static long at(int id, const void *address, int flags) { return syscall(SYS_shmat, id, address, flags); }
static long detach(const void *address) { return syscall(SYS_shmdt, address); }
static long control(int id, int command, void *buffer) { return syscall(SYS_shmctl, id, command, buffer); }
static long semaphores(int key, int count, int flags) { return syscall(SYS_semget, key, count, flags); }
static long operate(int id, void *operations, long count) { return syscall(SYS_semop, id, operations, count); }
static long timed(int id, void *operations, long count, const void *time) { return syscall(SYS_semtimedop, id, operations, count, time); }
static long semaphore(int id, int number, int command, uintptr_t argument) { return syscall(SYS_semctl, id, number, command, argument); }
static long queue(int key, int flags) { return syscall(SYS_msgget, key, flags); }
static long send(int id, const void *message, size_t size, int flags) { return syscall(SYS_msgsnd, id, message, size, flags); }
static long receive(int id, void *message, size_t size, long type,
    int flags) { return syscall(SYS_msgrcv, id, message, size, type, flags); }
static long queueControl(int id, int command, void *buffer) { return syscall(SYS_msgctl, id, command, buffer); }

static void testSegments(void)
{
    puts("shmget");
    OUTCOME(get(KEY, 4096, 0));
    OUTCOME(get(KEY, 0, 0));
    OUTCOME(get(KEY, 0, IPC_CREAT | 0600));
    OUTCOME(get(KEY, -1, IPC_CREAT | 0600));
    OUTCOME(get(KEY, -1, 0600));
    OUTCOME(get(KEY, LONG_MIN, IPC_CREAT | 0600));
    OUTCOME(get(KEY, 1UL << 62, IPC_CREAT | 0600));
    OUTCOME(get(IPC_PRIVATE, 0, 0));
    OUTCOME(get(IPC_PRIVATE, -1, IPC_EXCL));
    OUTCOME(get(KEY, 4096, IPC_EXCL | 0600));
    OUTCOME(get(KEY, 0, IPC_CREAT | IPC_EXCL));
    int id = get(KEY, 5000, IPC_CREAT | IPC_EXCL | 0600);
    OUTCOME(get(KEY, 5000, IPC_CREAT | IPC_EXCL | 0600));
    OUTCOME(get(KEY, 9999999, IPC_CREAT | IPC_EXCL | 0600));
    OUTCOME(get(KEY, -1, IPC_CREAT | IPC_EXCL | 0600));
    OUTCOME(get(KEY, 5001, 0600));
    OUTCOME(get(KEY, 5001, 0777));
    OUTCOME(get(KEY, -1, 0600));
    OUTCOME(get(KEY, 0, 0777));
    OUTCOME(get(KEY, 0, IPC_EXCL));
    OUTCOME(get(KEY, 0, -1 & ~IPC_CREAT));

    puts("shmat");
    OUTCOME(at(-1, NULL, 0));
    OUTCOME(at(INT_MIN, NULL, 0));
    OUTCOME(at(NOTHING, NULL, 0));
    OUTCOME(at(NOTHING, (void *)1, 0));
    OUTCOME(at(id, (void *)1, 0));
    OUTCOME(at(id, (void *)1, SHM_REMAP));
    OUTCOME(at(id, (void *)1, SHM_RND | SHM_REMAP));
    OUTCOME(at(id, NULL, SHM_REMAP));
    OUTCOME(at(id, page, 0));
    OUTCOME(at(id, page + 1, 0));
    OUTCOME(at(id, (void *)-4096, 0));
    OUTCOME(at(id, (void *)-4096, SHM_REMAP));
    OUTCOME(at(id, (void *)(1UL << 47), 0));
    OUTCOME(at(id, (void *)(1UL << 47), SHM_REMAP));
    OUTCOME(at(id, WRONG, 0));
    OUTCOME(at(id, (void *)((1UL << 47) - 8192), 0));
    OUTCOME(at(id, NULL, 0x10000));
    char *one = (char *)at(id, NULL, -1 & ~(SHM_RND | SHM_REMAP | SHM_EXEC));
    printf("%d\n", one == (char *)-1);

    puts("shmdt");
    OUTCOME(detach(one + 1));
    OUTCOME(detach(one + 4096));
    OUTCOME(detach((void *)-4096));
    OUTCOME(detach(WRONG));
    OUTCOME(detach(page));
    OUTCOME(detach(one));
    OUTCOME(detach(one));

    puts("shmctl");
    struct shmid_ds status;
    OUTCOME(control(-1, IPC_STAT, &status));
    OUTCOME(control(-1, 999, NULL));
    OUTCOME(control(id, -1, &status));
    OUTCOME(control(id, INT_MIN, &status));
    OUTCOME(control(id, 99, &status));
    OUTCOME(control(id, IPC_STAT | 0x100, &status));
    OUTCOME(control(id, IPC_STAT, NULL));
    OUTCOME(control(id, IPC_STAT, BAD));
    OUTCOME(control(id, IPC_STAT, edge - 111));
    OUTCOME(control(id, IPC_STAT, edge - 112));
    OUTCOME(control(NOTHING, IPC_STAT, BAD));
    OUTCOME(control(NOTHING, IPC_STAT, &status));
    OUTCOME(control(-1, IPC_INFO, page) >= 0 ? 0 : -1);
    OUTCOME(control(0, IPC_INFO, page) >= 0 ? 0 : -1);
    OUTCOME(control(0, IPC_INFO, BAD));
    OUTCOME(control(0, IPC_INFO, NULL));
    OUTCOME(control(0, INFO_SHM, BAD));
    OUTCOME(control(0, INFO_SHM, page) >= 0 ? 0 : -1);
    OUTCOME(control(0x7ffe, BY_INDEX_SHM, &status));
    OUTCOME(control(0x7ffe, ANY_SHM, &status));
    OUTCOME(control(-1, ANY_SHM, &status));
    OUTCOME(control(id & 0x7fff, BY_INDEX_SHM, BAD));
    OUTCOME(control(id & 0x7fff, ANY_SHM, NULL));
    VALUE(control(id & 0x7fff, BY_INDEX_SHM, page) == id);
    VALUE(control(id & 0x7fff, ANY_SHM, page) == id);
    OUTCOME(control(id, IPC_SET, NULL));
    OUTCOME(control(id, IPC_SET, BAD));
    OUTCOME(control(NOTHING, IPC_SET, BAD));
    OUTCOME(control(NOTHING, IPC_SET, &status));
    OUTCOME(control(id, IPC_SET, edge - 48));
    OUTCOME(control(id, IPC_STAT, &status));
    status.shm_perm.uid = -1;
    OUTCOME(control(id, IPC_SET, &status));
    status.shm_perm.uid = 0;
    status.shm_perm.gid = -1;
    OUTCOME(control(id, IPC_SET, &status));
    OUTCOME(control(NOTHING, SHM_LOCK, NULL));
    OUTCOME(control(-1, SHM_LOCK, NULL));
    OUTCOME(control(id, SHM_LOCK, BAD));
    OUTCOME(control(id, SHM_UNLOCK, BAD));
    OUTCOME(control(NOTHING, IPC_RMID, NULL));
    OUTCOME(control(-1, IPC_RMID, NULL));
    control(id, IPC_STAT, &status);

    puts("as somebody else");
    OUTCOME(seteuid(1000));
    OUTCOME(get(KEY, 9999999, 0600));
    OUTCOME(get(KEY, 9999999, 0));
    OUTCOME(get(KEY, 0, 0));
    OUTCOME(get(KEY, 0, IPC_CREAT | IPC_EXCL | 0600));
    OUTCOME(at(id, NULL, 0));
    OUTCOME(at(id, (void *)1, 0));
    OUTCOME(at(id, NULL, SHM_REMAP));
    OUTCOME(control(id, IPC_STAT, BAD));
    OUTCOME(control(id & 0x7fff, BY_INDEX_SHM, BAD));
    VALUE(control(id & 0x7fff, ANY_SHM, page) == id);
    OUTCOME(control(id, IPC_SET, BAD));
    OUTCOME(control(id, IPC_SET, &status));
    OUTCOME(control(id, IPC_RMID, NULL));
    OUTCOME(control(id, SHM_LOCK, NULL));
    OUTCOME(control(id, SHM_UNLOCK, NULL));
    OUTCOME(control(0, IPC_INFO, page) >= 0 ? 0 : -1);
    OUTCOME(seteuid(0));
    status.shm_perm.mode = 0444;
    OUTCOME(control(id, IPC_SET, &status));
    OUTCOME(seteuid(1000));
    OUTCOME(get(KEY, 0, 0444));
    OUTCOME(get(KEY, 0, 0666));
    OUTCOME(at(id, NULL, 0));
    one = (char *)at(id, NULL, SHM_RDONLY);
    OUTCOME((long)one);
    OUTCOME(mprotect(one, 4096, PROT_READ | PROT_WRITE));
    OUTCOME(at(id, NULL, SHM_RDONLY | SHM_EXEC));
    OUTCOME(detach(one));
    OUTCOME(seteuid(0));
    one = (char *)at(id, NULL, 0);
    OUTCOME(control(id, IPC_RMID, BAD));
    OUTCOME(at(id, NULL, 0));
    OUTCOME(control(id, IPC_STAT, &status));
    OUTCOME(control(id, IPC_SET, &status));
    OUTCOME(control(id, IPC_RMID, NULL));
    OUTCOME(get(KEY, 0, 0));
    OUTCOME(detach(one));
}

static void testSemaphores(void)
{
    static struct sembuf many[501];
    struct timespec late = {0, 1000000}, wrong = {0, 1000000000}, before = {-1, 0}, negative = {0, -1};
    puts("semget");
    OUTCOME(semaphores(KEY, -1, IPC_CREAT | 0600));
    OUTCOME(semaphores(KEY, INT_MIN, 0));
    OUTCOME(semaphores(KEY, 0, 0));
    OUTCOME(semaphores(KEY, 0, IPC_CREAT | 0600));
    OUTCOME(semaphores(KEY, 32001, IPC_CREAT | 0600));
    OUTCOME(semaphores(KEY, 32001, 0));
    OUTCOME(semaphores(KEY, 3, 0));
    OUTCOME(semaphores(IPC_PRIVATE, 0, 0));
    int id = semaphores(KEY, 3, IPC_CREAT | 0600);
    OUTCOME(semaphores(KEY, 4, 0));
    OUTCOME(semaphores(KEY, 4, IPC_CREAT | IPC_EXCL));
    OUTCOME(semaphores(KEY, -1, IPC_CREAT | IPC_EXCL));
    OUTCOME(semaphores(KEY, 32001, IPC_CREAT | IPC_EXCL));

    puts("semop");
    struct sembuf up = {0, 1, 0}, high = {3, 1, 0}, down = {0, -1, IPC_NOWAIT}, wait = {0, -1, 0};
    OUTCOME(operate(-1, &up, 1));
    OUTCOME(operate(INT_MIN, &up, 1));
    OUTCOME(operate(NOTHING, &up, 1));
    OUTCOME(operate(NOTHING, BAD, 1));
    OUTCOME(operate(-1, BAD, 1));
    OUTCOME(operate(-1, BAD, 0));
    OUTCOME(operate(-1, BAD, 501));
    OUTCOME(operate(id, BAD, 0));
    OUTCOME(operate(id, BAD, 501));
    OUTCOME(operate(id, many, 501));
    OUTCOME(operate(id, many, -1));
    OUTCOME(operate(id, many, 1L << 32));
    OUTCOME(operate(id, &up, (1L << 32) + 1));
    OUTCOME(operate(id, NULL, 1));
    OUTCOME(operate(id, &high, 1));
    OUTCOME(operate(NOTHING, &high, 1));
    OUTCOME(operate(id, edge - 6, 2));
    OUTCOME(operate(id, &down, 1));
    OUTCOME(operate(id, &down, 1));
    OUTCOME(operate(id, &(struct sembuf){0, 32767, 0}, 1));
    OUTCOME(operate(id, &up, 1));
    OUTCOME(operate(id, &(struct sembuf){0, -32768, IPC_NOWAIT}, 1));
    OUTCOME(operate(id, (struct sembuf[]){{0, -1, 0}, {1, -1, IPC_NOWAIT}, {3, 1, 0}}, 3));
    OUTCOME(operate(id, (struct sembuf[]){{1, -1, IPC_NOWAIT}, {0, 1, 0}}, 2));
    OUTCOME(operate(id, (struct sembuf[]){{0, 1, 0}, {1, -1, IPC_NOWAIT}}, 2));
    OUTCOME(operate(id, &(struct sembuf){0, 0, IPC_NOWAIT}, 1));
    OUTCOME(operate(id, &(struct sembuf){0, 1, 0x4321}, 1));
    OUTCOME(operate(id, &(struct sembuf){1, 32767, SEM_UNDO}, 1));
    OUTCOME(operate(id, &(struct sembuf){1, -32767, 0}, 1));
    OUTCOME(operate(id, &(struct sembuf){1, 32767, SEM_UNDO}, 1));
    OUTCOME(operate(id, &(struct sembuf){1, -32767, SEM_UNDO | IPC_NOWAIT}, 1));
    OUTCOME(semaphore(id, 1, SETVAL, 0));

    puts("semtimedop");
    OUTCOME(timed(id, &wait, 1, &late));
    OUTCOME(timed(id, &wait, 1, BAD));
    OUTCOME(timed(id, &up, 1, &wrong));
    OUTCOME(timed(id, &up, 1, &before));
    OUTCOME(timed(id, &up, 1, &negative));
    OUTCOME(timed(-1, &up, 1, BAD));
    OUTCOME(timed(-1, &up, 0, &wrong));
    OUTCOME(timed(-1, &up, 501, &wrong));
    OUTCOME(timed(-1, BAD, 501, BAD));
    OUTCOME(timed(id, BAD, 1, &wrong));
    OUTCOME(timed(NOTHING, &up, 1, &wrong));
    OUTCOME(timed(id, &high, 1, &wrong));
    OUTCOME(timed(id, &down, 1, &wrong));
    OUTCOME(timed(id, &up, 1, NULL));
    OUTCOME(timed(id, &down, 1, &late));
    OUTCOME(timed(id, &wait, 1, &(struct timespec){0, 0}));

    puts("semctl");
    struct semid_ds status;
    unsigned short values[3] = {1, 2, 3};
    OUTCOME(semaphore(-1, 0, IPC_STAT, (uintptr_t)&status));
    OUTCOME(semaphore(-1, 0, 99, 0));
    OUTCOME(semaphore(INT_MIN, 0, GETVAL, 0));
    OUTCOME(semaphore(-1, 0, IPC_INFO, (uintptr_t)page) >= 0 ? 0 : -1);
    OUTCOME(semaphore(0, 0, IPC_INFO, (uintptr_t)page) >= 0 ? 0 : -1);
    OUTCOME(semaphore(0, 0, IPC_INFO, (uintptr_t)BAD));
    OUTCOME(semaphore(0, 0, INFO_SEM, 0));
    OUTCOME(semaphore(0, 0, INFO_SEM, (uintptr_t)page) >= 0 ? 0 : -1);
    OUTCOME(semaphore(id, 0, 99, 0));
    OUTCOME(semaphore(id, 0, -1, 0));
    OUTCOME(semaphore(id, 0, INT_MIN, 0));
    OUTCOME(semaphore(id, 0, IPC_STAT, 0));
    OUTCOME(semaphore(id, 0, IPC_STAT, (uintptr_t)BAD));
    OUTCOME(semaphore(id, 0, IPC_STAT, (uintptr_t)(edge - 103)));
    OUTCOME(semaphore(id, 0, IPC_STAT, (uintptr_t)(edge - 104)));
    OUTCOME(semaphore(id, 99, IPC_STAT, (uintptr_t)&status));
    OUTCOME(semaphore(NOTHING, 0, IPC_STAT, (uintptr_t)BAD));
    OUTCOME(semaphore(0x7ffe, 0, BY_INDEX_SEM, (uintptr_t)page));
    OUTCOME(semaphore(0x7ffe, 0, ANY_SEM, (uintptr_t)page));
    OUTCOME(semaphore(id & 0x7fff, 0, BY_INDEX_SEM, (uintptr_t)BAD));
    VALUE(semaphore(id & 0x7fff, 0, BY_INDEX_SEM, (uintptr_t)page) == id);
    VALUE(semaphore(id & 0x7fff, 0, ANY_SEM, (uintptr_t)page) == id);
    for (int command = GETPID; command <= SETALL; command++) {
        printf("command %d\n", command);
        uintptr_t argument = command == GETALL || command == SETALL ? (uintptr_t)values : 1;
        VALUE(semaphore(NOTHING, 0, command, argument));
        VALUE(semaphore(-1, 0, command, argument));
        VALUE(semaphore(id, 3, command, argument) < 0 ? -1 : 0);
        VALUE(semaphore(id, -1, command, argument) < 0 ? -1 : 0);
        VALUE(semaphore(id, INT_MIN, command, argument) < 0 ? -1 : 0);
        VALUE(semaphore(id, 0, command, argument) < 0 ? -1 : 0);
    }
    OUTCOME(semaphore(id, 0, SETVAL, -1));
    OUTCOME(semaphore(id, 0, SETVAL, 32768));
    OUTCOME(semaphore(id, 0, SETVAL, 1L << 32));
    OUTCOME(semaphore(id, 3, SETVAL, 32768));
    OUTCOME(semaphore(NOTHING, 0, SETVAL, 32768));
    OUTCOME(semaphore(-1, 0, SETVAL, 32768));
    OUTCOME(semaphore(id, 0, GETALL, 0));
    OUTCOME(semaphore(id, 0, GETALL, (uintptr_t)BAD));
    OUTCOME(semaphore(id, 0, GETALL, (uintptr_t)(edge - 5)));
    OUTCOME(semaphore(id, 0, SETALL, 0));
    OUTCOME(semaphore(id, 0, SETALL, (uintptr_t)BAD));
    values[2] = 32768;
    OUTCOME(semaphore(id, 0, SETALL, (uintptr_t)values));
    VALUE(semaphore(id, 1, GETVAL, 0));
    OUTCOME(semaphore(id, 0, IPC_STAT, (uintptr_t)&status));
    status.sem_perm.uid = -1;
    OUTCOME(semaphore(id, 0, IPC_SET, (uintptr_t)&status));
    status.sem_perm.uid = 0;
    OUTCOME(semaphore(id, 0, IPC_SET, (uintptr_t)BAD));
    OUTCOME(semaphore(NOTHING, 0, IPC_SET, (uintptr_t)BAD));
    OUTCOME(semaphore(NOTHING, 0, IPC_SET, (uintptr_t)&status));
    OUTCOME(semaphore(id, 0, IPC_SET, (uintptr_t)(edge - 48)));
    OUTCOME(semaphore(NOTHING, 0, IPC_RMID, 0));

    puts("as somebody else");
    OUTCOME(seteuid(1000));
    OUTCOME(semaphores(KEY, 4, 0600));
    OUTCOME(semaphores(KEY, 4, 0));
    OUTCOME(semaphores(KEY, 0, 0));
    OUTCOME(operate(id, &high, 1));
    OUTCOME(operate(id, &up, 1));
    OUTCOME(operate(id, &(struct sembuf){0, 0, IPC_NOWAIT}, 1));
    for (int command = GETPID; command <= SETALL; command++) {
        uintptr_t argument = command == GETALL || command == SETALL ? (uintptr_t)BAD : 1;
        VALUE(semaphore(id, 0, command, argument));
        VALUE(semaphore(id, 99, command, argument));
    }
    OUTCOME(semaphore(id, 0, SETVAL, 32768));
    OUTCOME(semaphore(id, 0, IPC_STAT, (uintptr_t)BAD));
    OUTCOME(semaphore(id & 0x7fff, 0, BY_INDEX_SEM, (uintptr_t)BAD));
    VALUE(semaphore(id & 0x7fff, 0, ANY_SEM, (uintptr_t)page) == id);
    OUTCOME(semaphore(id, 0, IPC_SET, (uintptr_t)BAD));
    OUTCOME(semaphore(id, 0, IPC_SET, (uintptr_t)&status));
    OUTCOME(semaphore(id, 0, IPC_RMID, 0));
    OUTCOME(seteuid(0));
    OUTCOME(semaphore(id, -1, IPC_RMID, (uintptr_t)BAD));
    OUTCOME(semaphore(id, 0, IPC_RMID, 0));
    OUTCOME(operate(id, &up, 1));
}

static void testQueues(void)
{
    struct { long type; char text[9000]; } letter = {1, "hello"};
    puts("msgget");
    OUTCOME(queue(KEY, 0));
    OUTCOME(queue(KEY, IPC_EXCL));
    int id = queue(KEY, IPC_CREAT | 0600);
    OUTCOME(queue(KEY, IPC_CREAT | IPC_EXCL));
    OUTCOME(queue(KEY, 0777));

    puts("msgsnd");
    OUTCOME(send(-1, &letter, 5, 0));
    OUTCOME(send(INT_MIN, &letter, 5, 0));
    OUTCOME(send(NOTHING, &letter, 5, 0));
    OUTCOME(send(NOTHING, BAD, 5, 0));
    OUTCOME(send(-1, BAD, 5, 0));
    OUTCOME(send(id, BAD, -1, 0));
    OUTCOME(send(id, NULL, 5, 0));
    OUTCOME(send(id, &letter, -1, 0));
    OUTCOME(send(id, &letter, 8193, 0));
    OUTCOME(send(NOTHING, &letter, 8193, 0));
    OUTCOME(send(id, edge - 8, 1, 0));
    OUTCOME(send(NOTHING, edge - 8, 1, 0));
    letter.type = 0;
    OUTCOME(send(id, &letter, 5, 0));
    OUTCOME(send(NOTHING, &letter, 5, 0));
    letter.type = -1;
    OUTCOME(send(id, &letter, 5, 0));
    letter.type = LONG_MIN;
    OUTCOME(send(id, &letter, 9000, 0));
    memset(edge - 8, 0, 8);
    OUTCOME(send(id, edge - 8, 1, 0));
    edge[-8] = 1;
    OUTCOME(send(id, edge - 8, 0, 0));
    letter.type = 1;
    OUTCOME(send(id, &letter, 5, -1));
    OUTCOME(send(id, &letter, 8192, IPC_NOWAIT));
    OUTCOME(send(id, &letter, 8192, IPC_NOWAIT));
    OUTCOME(send(id, &letter, 8192, IPC_NOWAIT));
    OUTCOME(send(id, &letter, 9000, IPC_NOWAIT));

    puts("msgrcv");
    OUTCOME(receive(-1, &letter, 100, 0, 0));
    OUTCOME(receive(NOTHING, &letter, 100, 0, 0));
    OUTCOME(receive(NOTHING, BAD, 100, 0, 0));
    OUTCOME(receive(NOTHING, BAD, -1, 0, 0));
    OUTCOME(receive(id, &letter, -1, 0, 0));
    OUTCOME(receive(id, &letter, LONG_MIN, 0, 0));
    OUTCOME(receive(id, &letter, 100, 99, IPC_NOWAIT));
    OUTCOME(receive(id, BAD, 100, 99, IPC_NOWAIT));
    VALUE(receive(id, &letter, 0, 0, IPC_NOWAIT));
    VALUE(receive(id, &letter, 2, 0, IPC_NOWAIT));
    VALUE(receive(id, BAD, 2, 0, IPC_NOWAIT));
    VALUE(receive(id, &letter, 2, 0, MSG_NOERROR));
    VALUE(receive(id, &letter, 0, 0, IPC_NOWAIT));
    VALUE(receive(id, BAD, 9000, 0, IPC_NOWAIT));
    VALUE(receive(id, &letter, 9000, 0, IPC_NOWAIT));
    VALUE(receive(id, &letter, 9000, 0, IPC_NOWAIT));
    VALUE(receive(id, &letter, 9000, LONG_MIN, IPC_NOWAIT));
    letter.type = 1;
    OUTCOME(send(id, &letter, 5, 0));
    VALUE(receive(id, &letter, 10, 1, IPC_NOWAIT | MSG_EXCEPT));
    VALUE(receive(id, &letter, 10, -1, IPC_NOWAIT | MSG_EXCEPT));
    OUTCOME(receive(id, &letter, 10, 0, COPY));
    OUTCOME(receive(id, &letter, 10, 0, COPY | MSG_EXCEPT));
    OUTCOME(receive(id, &letter, 10, 0, COPY | MSG_EXCEPT | IPC_NOWAIT));
    OUTCOME(receive(-1, &letter, 10, 0, COPY));

    puts("msgctl");
    struct msqid_ds status;
    OUTCOME(queueControl(-1, IPC_STAT, &status));
    OUTCOME(queueControl(-1, 99, &status));
    OUTCOME(queueControl(id, 99, &status));
    OUTCOME(queueControl(id, -1, &status));
    OUTCOME(queueControl(id, INT_MIN, &status));
    OUTCOME(queueControl(id, IPC_STAT, NULL));
    OUTCOME(queueControl(id, IPC_STAT, BAD));
    OUTCOME(queueControl(id, IPC_STAT, edge - 119));
    OUTCOME(queueControl(id, IPC_STAT, edge - 120));
    OUTCOME(queueControl(NOTHING, IPC_STAT, BAD));
    OUTCOME(queueControl(-1, IPC_INFO, page) >= 0 ? 0 : -1);
    OUTCOME(queueControl(0, IPC_INFO, page) >= 0 ? 0 : -1);
    OUTCOME(queueControl(0, IPC_INFO, BAD));
    OUTCOME(queueControl(0, INFO_MSG, NULL));
    OUTCOME(queueControl(0, INFO_MSG, page) >= 0 ? 0 : -1);
    OUTCOME(queueControl(0x7ffe, BY_INDEX_MSG, page));
    OUTCOME(queueControl(0x7ffe, ANY_MSG, page));
    OUTCOME(queueControl(id & 0x7fff, BY_INDEX_MSG, BAD));
    VALUE(queueControl(id & 0x7fff, BY_INDEX_MSG, page) == id);
    VALUE(queueControl(id & 0x7fff, ANY_MSG, page) == id);
    OUTCOME(queueControl(id, IPC_STAT, &status));
    OUTCOME(queueControl(id, IPC_SET, NULL));
    OUTCOME(queueControl(id, IPC_SET, BAD));
    OUTCOME(queueControl(NOTHING, IPC_SET, BAD));
    OUTCOME(queueControl(NOTHING, IPC_SET, &status));
    status.msg_perm.uid = -1;
    OUTCOME(queueControl(id, IPC_SET, &status));
    status.msg_perm.uid = 0;
    status.msg_perm.gid = -1;
    OUTCOME(queueControl(id, IPC_SET, &status));
    status.msg_perm.gid = 0;
    OUTCOME(queueControl(id, IPC_SET, &status));
    OUTCOME(queueControl(NOTHING, IPC_RMID, NULL));

    puts("as somebody else");
    OUTCOME(seteuid(1000));
    OUTCOME(queue(KEY, 0600));
    OUTCOME(queue(KEY, 0));
    letter.type = 1;
    OUTCOME(send(id, &letter, 5, 0));
    OUTCOME(send(id, &letter, 9000, 0));
    OUTCOME(send(id, BAD, 5, 0));
    OUTCOME(receive(id, &letter, 5, 0, IPC_NOWAIT));
    OUTCOME(receive(id, BAD, 5, 0, IPC_NOWAIT));
    OUTCOME(receive(id, BAD, -1, 0, IPC_NOWAIT));
    OUTCOME(queueControl(id, IPC_STAT, BAD));
    OUTCOME(queueControl(id & 0x7fff, BY_INDEX_MSG, BAD));
    VALUE(queueControl(id & 0x7fff, ANY_MSG, page) == id);
    OUTCOME(queueControl(id, IPC_SET, BAD));
    OUTCOME(queueControl(id, IPC_SET, &status));
    OUTCOME(queueControl(id, IPC_RMID, NULL));
    OUTCOME(seteuid(0));
    status.msg_perm.uid = 1000;
    OUTCOME(queueControl(id, IPC_SET, &status));
    OUTCOME(seteuid(1000));
    OUTCOME(queueControl(id, IPC_SET, &status));
    status.msg_qbytes = 16385;
    OUTCOME(queueControl(id, IPC_SET, &status));
    status.msg_qbytes = 10;
    OUTCOME(queueControl(id, IPC_SET, &status));
    OUTCOME(send(id, &letter, 11, IPC_NOWAIT));
    OUTCOME(send(id, &letter, 10, IPC_NOWAIT));
    OUTCOME(queueControl(id, IPC_RMID, NULL));
    OUTCOME(seteuid(0));
    OUTCOME(queueControl(id, IPC_RMID, BAD));
    OUTCOME(send(id, &letter, 5, 0));
    OUTCOME(receive(id, &letter, 5, 0, 0));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    edge = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    munmap(edge, 4096);
    testSegments();
    testSemaphores();
    testQueues();
    return 0;
}
